# SPDX-License-Identifier: LGPL-2.1-or-later
# Computes a chunk again after a slot died while it computed the chunk. The rows are called in a
# child process that sends each result immediately, so that the row that kills the process is known
# and the results of all other rows are kept.


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


def run_isolated(function, run, columns, lo, n, errors):
    out, first = {}, 0
    while first < n:
        r, w = os.pipe()
        flush_output()
        pid = os.fork()
        if pid == 0:
            try:
                # In a group of its own, so that killpg(0, ...) in a row ends the child and not the
                # slot, and the row is reported.
                os.setpgid(0, 0)
                die_with_parent(None)
                become_own_process()
                take_fresh_numbers()
                os.close(r)
                call_in_child(function, run, columns, lo, n, first, w)
                os._exit(0)
            finally:
                os._exit(1)
        os.close(w)
        records, status = read_records(r, pid)
        os.close(r)
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
