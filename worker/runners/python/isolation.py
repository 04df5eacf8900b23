# SPDX-License-Identifier: LGPL-2.1-or-later
# Computes a chunk again after a slot died while it computed the chunk. A child process
# calls the function and sends the result of each row immediately, so that the row that kills the
# process is known and the results of all other rows are kept.

READY = (-1, 0, None)  # the first record of a child: it calls the function from now on


def send_record(fd, record):
    exit_if_forked()
    try:
        data = pickle.dumps(record, 4)
    except BaseException:
        index, _, value = record
        data = pickle.dumps((index, BAD_RESULT, (clean(
            'returned %s, %s' % (describe(value), NO_RESULT)), b'')), 4)
    data = memoryview(struct.pack('=Q', len(data)) + data)
    while data:
        data = data[os.write(fd, data):]


def call_in_child(function, run, columns, lo, first, end, blocks, fd):
    """Calls the function for the rows [first, end), or until the agent wants the others back."""
    send_record(fd, READY)
    n_out, most, size = 0, end, 0
    for i in range(first, end):
        if i > first and blocks.note(i + 1):
            return
        errors, out = Errors(lo, run.arguments.shares_arrays), []
        run_one(function, run, columns, lo, i, out, errors)
        flush_output()
        if out:
            send_record(fd, (i, 0, out[0]))
            n_out += 1
            if n_out == 1:
                most = count_fitting(out[0], end - i)
            size += length_of(out)
            if n_out >= most or size > CUT_ABOVE:
                return
        else:
            kind, cause, text = errors.rows[i]
            send_record(fd, (i, kind, (cause, text)))


child_numbers = count(1)
CLD_STOPPED = 5  # os.CLD_STOPPED, which Python before 3.9 does not have
START_IDLE = 60  # WIRE_START_IDLE_US in seconds


def work_of(pid):
    """Returns a value that changes when the process uses CPU time or does I/O."""
    try:
        with open('/proc/%d/stat' % pid, 'rb') as file:
            fields = file.read().rpartition(b')')[2].split()
        with open('/proc/%d/io' % pid, 'rb') as file:
            return fields[7:13], file.read()
    except OSError:
        return None


class Watch:
    """Ends a child process whose row exceeds the time limit of the run, or that a signal has
    stopped. The time of the first row counts from the first record of the child, because a child
    may have to import the function before. The start of the child is limited like the start of
    a slot (see "Time limits" in wire.h)."""

    def __init__(self, run, pid):
        self.run, self.pid, self.begun = run, pid, False
        self.late = self.stopped = False
        self.work = None
        self.waited, self.last = 0, time.monotonic()
        run.note_step()

    def hear(self):
        """Called when the child sent something: the next row begins."""
        self.begun, self.late = True, False
        self.waited, self.last = 0, time.monotonic()
        self.run.note_step()

    def look(self):
        now = time.monotonic()
        # If the slot itself was stopped meanwhile, that time does not count.
        self.waited += min(now - self.last, 0.2)
        self.last = now
        if not self.begun:
            self.look_at_start()
        elif self.run.row_limit and self.waited >= self.run.row_limit:
            self.late = True
            self.end()

    def look_at_start(self):
        limit = self.run.start_limit
        if not limit:
            work = work_of(self.pid)
            if work != self.work:
                self.work, self.waited = work, 0
        if self.waited < (limit or START_IDLE):
            self.run.note_step()
        else:
            self.end()

    def end(self):
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except OSError:
            os.kill(self.pid, signal.SIGKILL)  # the child has not entered its own group yet

    def describe(self, status):
        return 'stopped its process (SIGSTOP)' if self.stopped else describe_death(status)


def describe_late(run):
    return 'took longer than the time limit of %g s' % run.row_limit


def end_marked(mark):
    """Kills all processes that have this mark. Repeats the search, because a process may have
    started another one before it was killed."""
    for _ in range(10):
        found = False
        for name in os.listdir('/proc'):
            try:
                if name.isdigit() and resource.prlimit(int(name), resource.RLIMIT_RTTIME)[0] == mark:
                    os.kill(int(name), signal.SIGKILL)
                    found = True
            except (OSError, AttributeError):
                pass  # the process has ended or belongs to another user, or there are no marks
        if not found:
            return


def read_records(fd, pid, watch):
    """Returns all records that a child process sent, and its wait status."""
    data, status = bytearray(), None
    os.set_blocking(fd, False)
    ended = False
    poll = select.poll()
    poll.register(fd, select.POLLIN)
    while not ended:
        # The end of the pipe normally means that the child has exited. The time-out is needed only
        # if another process keeps the pipe open.
        at_end = False
        ready = poll.poll(100 if not watch.run.row_limit else min(100, watch.run.row_limit * 250))
        if ready:
            try:
                piece = os.read(fd, 1 << 20)
                data += piece
                if piece:
                    watch.hear()
                    continue
                at_end = True
            except BlockingIOError:
                pass
        ended = status is not None
        if not ended:
            if not ready:
                watch.look()
            change = os.waitid(os.P_PID, pid, os.WEXITED | os.WSTOPPED | os.WNOWAIT |
                               (0 if at_end else os.WNOHANG))
            if change and change.si_code == CLD_STOPPED:
                watch.stopped = True
                watch.end()
            elif change:
                # Ends the processes that the rows started, because they may keep the pipe open.
                os.killpg(pid, signal.SIGKILL)
                status = os.waitpid(pid, 0)[1]
                ended = at_end
    records, at = [], 0
    while len(data) - at >= 8:
        size, = struct.unpack_from('=Q', data, at)
        if len(data) - at - 8 < size:
            break
        records.append(pickle.loads(bytes(data[at + 8:at + 8 + size])))
        at += 8 + size
    return records, status


def describe_death(status):
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        try:
            name = signal.strsignal(number)
        except AttributeError:
            name = signal.Signals(number).name
        return 'killed by signal %d (%s)' % (number, name)
    return 'ended its process with status %d' % os.WEXITSTATUS(status)


def enter_child(mark):
    mark_process(mark)
    # The child has a group of its own, so that killpg(0, ...) in a row ends the child and not the
    # slot, and the row is reported.
    os.setpgid(0, 0)
    die_with_parent(None)
    become_own_process()


def fork_child(mark, function, run, columns, lo, first, end, blocks, w):
    pid = os.fork()
    if pid == 0:
        try:
            enter_child(mark)
            take_fresh_numbers()
            call_in_child(function, run, columns, lo, first, end, blocks, w)
            os._exit(0)
        finally:
            os._exit(1)
    return pid


def spawn_child(mark, run, lo, n, first, end, rows_fd, n_sent, w):
    """Starts the child as a new interpreter, for a slot with threads: a forked child would have
    none of the threads, but copies of the locks that they hold, and could wait without end."""
    fds = [w, rows_fd] + run.fds
    child = subprocess.Popen(
        [program, '-c', BOOT, 'rows'] + arguments_at_start +
        [str(a) for a in [os.getpid(), mark, lo, n, n_sent, first, end] + fds],
        pass_fds=[3] + [fd for fd in fds if fd >= 0],
        cwd=directory_at_start, env=environment_at_start)
    child.returncode = 0  # prevents Popen from waiting for the child
    return child.pid


def run_spawned_child(arguments, rest):
    """The main program of a child that spawn_child() started."""
    parent, mark, lo, n, n_sent, first, end, w, rows_fd = [int(a) for a in rest[:9]]
    run_fds = [int(a) for a in rest[9:]]
    close_on_exec([w, rows_fd] + run_fds)
    enter_child(mark)
    die_with_parent(parent)
    function = import_in_slot(arguments)
    run = Run(run_fds)
    columns = run.arguments.columns(lo, n, rows_fd, n_sent)
    call_in_child(run.arguments.caller(function), run, columns, lo, first, end, Blocks(None, 0), w)
    os._exit(0)


def run_isolated(function, run, lo, n, rows_fd, n_sent, errors, late, blocks):
    """late: index of a row that has exceeded the time limit before and is not called; -1: none."""
    # A failure to map the rows is a failure of the chunk. In a child it would be that of a row.
    out, first, columns = {}, 0, run.arguments.columns(lo, n, rows_fd, n_sent)
    while first < n:
        if blocks.note(first + 1) and first > 0:
            break
        if first == late:
            errors.add(first, LATE, clean(describe_late(run)))
            first += 1
            continue
        end = late if first < late else n
        r, w = os.pipe()
        flush_output()
        mark = MARK + os.getpid() + (next(child_numbers) << 32)
        if count_threads() > 1:
            # The new interpreter does not have the shared memory.
            if blocks.note(end):
                end = first + 1  # the agent may have read that only this row has begun
            pid = spawn_child(mark, run, lo, n, first, end, rows_fd, n_sent, w)
        else:
            pid = fork_child(mark, function, run, columns, lo, first, end, blocks, w)
        os.close(w)
        watch = Watch(run, pid)
        records, status = read_records(r, pid, watch)
        os.close(r)
        end_marked(mark)
        if not records:
            raise OSError('a process for single rows could not be started: '
                          + watch.describe(status))
        del records[0]
        for i, kind, value in records:
            if kind == 0:
                out[i] = value
            else:
                errors.add(i, kind, *value)
        n_done = len(records)
        first += n_done
        if first < end and watch.late:
            errors.add(first, LATE, clean(describe_late(run)))
            first += 1
        elif first < end and n_done == 0:
            errors.add(first, DIED, clean(watch.describe(status)))
            first += 1
        # The other rows are left to another chunk if the results are large, as in run_rows(). The
        # next child may add up to CUT_ABOVE bytes of JSON or text.
        if out and (len(out) >= count_fitting(out[min(out)], n) or
                    length_of(out.values()) > CUT_ABOVE // 2):
            break
    return [out[i] for i in sorted(out)]
