# SPDX-License-Identifier: LGPL-2.1-or-later
# Computes a chunk again after a slot died while it computed the chunk. A child process
# calls the function and sends the result of each row immediately, so that the row that kills the
# process is known and the results of all other rows are kept.

READY = (-1, 0, None)  # the first record of a child that is a new interpreter


def send_record(fd, record):
    exit_if_forked()
    try:
        data = pickle.dumps(record, 4)
    except BaseException:
        index, _, value = record
        data = pickle.dumps((index, BAD_RESULT, (clean(
            'returned %s, %s' % (describe(value), NO_RESULT)), b'')), 4)
    data = struct.pack('=I', len(data)) + data
    while data:
        data = data[os.write(fd, data):]


def call_in_child(function, run, columns, lo, n, first, fd):
    for i in range(first, n):
        errors, out = Errors(lo), []
        run_one(function, run, columns, lo, i, out, errors)
        flush_output()
        if out:
            send_record(fd, (i, 0, out[0]))
        else:
            kind, cause, text = errors.rows[i]
            send_record(fd, (i, kind, (cause, text)))


def read_records(fd, pid):
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
        if poll.poll(100):
            try:
                piece = os.read(fd, 1 << 20)
                data += piece
                if piece:
                    continue
                at_end = True
            except BlockingIOError:
                pass
        ended = status is not None
        if not ended:
            if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT | (0 if at_end else os.WNOHANG)):
                # Ends the processes that the rows started, because they may keep the pipe open.
                os.killpg(pid, signal.SIGKILL)
                status = os.waitpid(pid, 0)[1]
                ended = at_end
    records, at = [], 0
    while len(data) - at >= 4:
        size, = struct.unpack_from('=I', data, at)
        if len(data) - at - 4 < size:
            break
        records.append(pickle.loads(bytes(data[at + 4:at + 4 + size])))
        at += 4 + size
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


def enter_child():
    # The child has a group of its own, so that killpg(0, ...) in a row ends the child and not the
    # slot, and the row is reported.
    os.setpgid(0, 0)
    die_with_parent(None)
    become_own_process()


def fork_child(function, run, columns, lo, n, first, w):
    pid = os.fork()
    if pid == 0:
        try:
            enter_child()
            take_fresh_numbers()
            call_in_child(function, run, columns, lo, n, first, w)
            os._exit(0)
        finally:
            os._exit(1)
    return pid


def spawn_child(run, lo, n, first, rows_fd, w):
    """Starts the child as a new interpreter, for a slot with threads: a forked child would have
    none of the threads, but copies of the locks that they hold, and could wait without end."""
    import subprocess
    import tempfile
    with tempfile.TemporaryFile() as meta:
        meta.write(run.meta)
        meta.flush()
        fds = [w, meta.fileno(), rows_fd] + run.fds
        child = subprocess.Popen(
            [program, '-c', BOOT, 'rows'] + arguments_at_start +
            [str(a) for a in [os.getpid(), lo, n, first] + fds],
            pass_fds=[3] + [fd for fd in fds if fd >= 0])
    child.returncode = 0  # prevents Popen from waiting for the child
    return child.pid


def run_spawned_child(arguments, rest):
    """The main program of a child that spawn_child() started."""
    parent, lo, n, first, w, meta_fd, rows_fd = [int(a) for a in rest[:7]]
    enter_child()
    die_with_parent(parent)
    function = import_in_slot(arguments)
    meta = os.pread(meta_fd, os.fstat(meta_fd).st_size, 0)
    run = Run(meta, [int(a) for a in rest[7:]])
    columns = run.columns(lo, n, rows_fd)
    send_record(w, READY)
    call_in_child(function, run, columns, lo, n, first, w)
    os._exit(0)


def run_isolated(function, run, lo, n, rows_fd, errors):
    # A failure to map the rows is a failure of the chunk. In a child it would be that of a row.
    out, first, columns = {}, 0, run.columns(lo, n, rows_fd)
    while first < n:
        r, w = os.pipe()
        flush_output()
        spawned = count_threads() > 1
        pid = (spawn_child(run, lo, n, first, rows_fd, w) if spawned else
               fork_child(function, run, columns, lo, n, first, w))
        os.close(w)
        records, status = read_records(r, pid)
        os.close(r)
        if spawned:
            if not records:
                raise OSError('a process for single rows could not be started: '
                              + describe_death(status))
            del records[0]
        for i, kind, value in records:
            if kind == 0:
                out[i] = value
            else:
                errors.add(i, kind, *value)
        if first + len(records) < n and not records:
            errors.add(first, DIED, clean(describe_death(status)))
            first += 1
        else:
            first += len(records)
    return [out[i] for i in sorted(out)]
