# SPDX-License-Identifier: LGPL-2.1-or-later
#
# A slot: calls the function on each row of a chunk and returns the results. slot-protocol.h describes
# the messages.

HELLO, RESULT, REFUSED, RETURNED, RUN, CHUNK = 1, 2, 3, 4, 32, 33
ISOLATE, HAS_ROWS, NEW_BUFFER = 1, 2, 4
INLINE = 65536
BATCH, JSON = 1, 2
WHOLE_CHUNK = (1 << 64) - 1
CALLED_AGAIN = 1 << 62
CUT_ABOVE = 32 << 20  # bytes of results of a chunk, see slot-protocol.h
FIRST_BATCH = 64  # rows of the first call of a batch function, whose results have an unknown size
CHUNK_FORMAT = struct.Struct('=IIQQQQIIQQ')
RUN_FORMAT = struct.Struct('=IIQQ')
RESULT_FORMAT = struct.Struct('=IIQQQQQQQQQQQII24s')
CLOEXEC = getattr(socket, 'MSG_CMSG_CLOEXEC', 0x40000000)
MAX_FDS = 80
CALLED, BEGUN, WANTED, WANTED_2, SHARED_SIZE = 0, 1, 2, 3, 32  # see struct slot_shared in slot-protocol.h
BEGUN_BITS = 40
BLOCK_SECONDS = 0.002


class Blocks:
    """Divides the rows of a chunk into blocks by measured time. Before each block, notes in the
    shared memory which rows have begun, and looks whether the agent wants the others back. A chunk
    begins with a block of one row. A block has at most 8 times as many rows as the one before it,
    or as many as the last block of the chunk before, because one measured time says little."""

    last = 1  # rows of the last block of this process

    def __init__(self, shared, serial):
        self.shared, self.serial = shared, serial
        self.tag = serial % (1 << 64 - BEGUN_BITS) << BEGUN_BITS
        self.rows, self.done, self.began = 1, 0, 0

    def note(self, end):
        """Notes that the rows before `end` have begun. Returns whether the others are wanted
        back."""
        if self.shared is None:
            return False
        shared = self.shared
        shared[BEGUN] = self.tag | end
        return shared[WANTED] == self.serial or shared[WANTED_2] == self.serial

    def next(self, done, end):
        """Returns the end of the block that begins at row `done`; `done` if no row is left, or if
        the rest is wanted back. At least one row of a chunk is computed."""
        now = time.monotonic()
        n = done - self.done
        if n > 0:
            rate = n * BLOCK_SECONDS / max(now - self.began, 1e-9)
            self.rows = max(min(max(8 * n, Blocks.last), int(rate)), 1)
            Blocks.last = self.rows
        self.done, self.began = done, now
        goal = min(done + self.rows, end)
        return done if self.note(goal) and done > 0 else goal


class OneBlock:
    """All rows of a chunk as one block. For rows that were called before."""

    def next(self, done, end):
        return end


class Run:
    def __init__(self, fds, shared_fd=-1, start_limit=0):
        """fds: descriptors: the file with the metadata, then a file for each argument that is in a file."""
        self.meta = meta = os.pread(fds[0], os.fstat(fds[0]).st_size, 0)
        self.start_limit = start_limit  # seconds in which a child process must start; 0: default
        r = MetaReader(meta)
        r.number('I')
        mode = r.number('I')
        self.batch = mode & BATCH != 0
        self.json = mode & JSON != 0
        # Makes a result of a value that the function returned, which no later call can change.
        self.keep = as_json if self.json else own_result
        self.has_seed = r.number('I') == 1
        n_args = r.number('I')
        self.seed = r.number('Q')
        r.number('Q')
        self.row_limit = r.number('Q') / 1e6  # seconds; 0: none
        self.steps = 0
        # The memory that agent and slot share, see slot-protocol.h; None in a new interpreter for
        # single rows. `progress` is the same memory if rows have a time limit, else None.
        self.shared = None
        if shared_fd >= 0:
            self.shared = memoryview(mmap(shared_fd, SHARED_SIZE)).cast('Q')
        self.progress = self.shared if self.row_limit else None
        self.arguments = Arguments(r, n_args)
        self.set_fds(fds)
        self.result_bytes = None  # of a row of the last batch; None: unknown

    def set_fds(self, fds):
        self.fds = fds
        self.arguments.set_fds(fds[1:])

    def continue_with(self, fds, start_limit):
        """Returns whether another run has the same metadata, so that this object serves it, too. A
        program that calls the function again and again would wait for reading them each time."""
        if os.pread(fds[0], len(self.meta) + 1, 0) != self.meta:
            return False
        self.close()
        self.set_fds(fds)
        self.start_limit = start_limit
        return True

    def note(self, number):
        if self.progress is not None:
            self.progress[CALLED] = number

    def note_step(self):
        """Notes a number that the run has not noted before, because a child has made progress."""
        self.steps += 1
        self.note(self.steps)

    def close(self):
        for fd in self.fds:
            os.close(fd)


def call_one(function, run, columns, lo, i):
    """Calls the function for row lo + i only, and returns a result that no other call changes."""
    if run.has_seed:
        seed_row(run.seed, lo + i)
    if not run.batch:
        return run.keep(function(*[c.get() if type(c) is Constant else c[i] for c in columns]))
    result = function(*[whole_of(c if type(c) is Constant else c[i:i + 1]) for c in columns])
    check_batch(result, 1)
    if run.json:
        return as_json(rows_of_batch(result, 1)[0])
    return numpy.asarray(own_result(result))[0]


def check_batch(result, n):
    try:
        length = len(result)
    except TypeError:
        length = None
    if length != n or isinstance(result, (str, bytes, dict, set)):
        what = describe(result)
        if length is not None and not isinstance(result, numpy.ndarray):
            what += ' of length %d' % length
        raise BadResult('the batch function returned %s for %d rows; one result for each row is '
                        'expected' % (what, n))


def size_of(value, depth=0):
    """Estimates the size of a result in bytes. All elements of a list are assumed to have the size of
    the first one."""
    if isinstance(value, (numpy.ndarray, numpy.generic)):
        return value.nbytes
    if type(value) is str:
        return 4 * len(value)
    if type(value) is bytes:
        return len(value)
    if type(value) in (list, tuple) and value and depth < MAX_DIMS:
        return len(value) * size_of(value[0], depth + 1)
    return 8


def estimate_size(value):
    try:
        return int(size_of(value))
    except Exception:  # a subclass of ndarray can do anything
        return 0


def count_fitting(value, n):
    """Returns how many of n results like this one are computed before they are sent, so that the
    memory of the hosts is sufficient for many large rows."""
    size = estimate_size(value)
    return n if size <= 64 or size * n <= CUT_ABOVE else max(CUT_ABOVE // size, 1)


SIZED = str, bytes  # JSON is bytes, too


def length_of(values):
    """Returns the length of all values that are texts or bytes."""
    try:
        return sum(map(len, values))
    except Exception:  # a number among them, or an object of the user whose __len__() fails
        return sum([len(value) for value in values if type(value) in SIZED])


def marked(calls, progress, number):
    """Yields the results of calls. Before each call, notes the number of its row."""
    progress[CALLED] = number
    for value in calls:
        number += 1
        progress[CALLED] = number
        yield value


def begin_calls(function, run, columns, i, end, copies, number):
    """Returns an iterator over the results of the rows [i, end) of the chunk."""
    n = end - i
    if not columns:
        calls = starmap(function, repeat((), n))
    else:
        calls = map(function, *[c.repeat(n) if type(c) is Constant else c[i:end] for c in columns])
    if copies:
        calls = map(run.keep, calls)
    return calls if run.progress is None else marked(calls, run.progress, number)


def run_rows(function, run, columns, lo, n, errors, copies, blocks, again=0):
    """Calls the function on every row, or on the first rows if the agent wants the others back.
    Uses map(), because it is faster than a loop. If `copies`, each result is copied, or converted to
    JSON, before the next call; also if something else refers to the first result. `again` is
    CALLED_AGAIN if the rows were called before, so that a time limit does not count both calls of a
    row as one. If the first result is large, calls the function only for the first rows. The sizes of
    JSON and of texts differ, so they are also added up after each block. Returns the results and
    `copies`."""
    out = []
    size = n_counted = 0  # bytes of the first n_counted results, if they are JSON or texts
    end = n
    while True:
        done = len(out) + len(errors.rows)
        # the first result alone, because its size is unknown
        first = not out
        goal = blocks.next(done, min(done + 1, end) if first else end)
        if goal <= done:
            return out, copies
        # If the function raises an exception for a row, `out` contains the results of the earlier
        # rows, and the next block begins after this row.
        try:
            out.extend(begin_calls(function, run, columns, done, goal, copies, again + done + 1))
            done = len(out) + len(errors.rows)
            # If the function raised StopIteration, it ended map() early. The function is called
            # again for this row to record the exception.
            if done < goal:
                run_one(function, run, columns, lo, done, out, errors)
        except BaseException as error:
            errors.add_exception(len(out) + len(errors.rows), error)
        if first and out and not copies and not are_separate(out):
            copies = True
            copy_only(run, out, errors)
        if out and type(out[-1]) in SIZED:
            size += length_of(out[n_counted:])
            n_counted = len(out)
            if size > CUT_ABOVE:
                return out, copies
        if len(out) == 1:
            done = len(out) + len(errors.rows)
            end = done - 1 + count_fitting(out[0], n - done + 1)


def copy_only(run, out, errors):
    """Replaces the only result by a copy."""
    value = out.pop()
    try:
        out.append(run.keep(value))
    except BaseException as error:
        errors.add_exception(len(errors.rows), error)


def run_one(function, run, columns, lo, i, out, errors):
    try:
        out.append(call_one(function, run, columns, lo, i))
    except BaseException as error:
        errors.add_exception(i, error)


def run_each(function, run, columns, lo, n, errors, blocks):
    out = []
    i, end, size = 0, n, 0
    while True:
        goal = blocks.next(i, end)
        if goal <= i:
            return out
        n_counted = len(out)
        while i < min(goal, end):
            run.note(i + 1)
            run_one(function, run, columns, lo, i, out, errors)
            i += 1
            if len(out) == 1:
                end = i - 1 + count_fitting(out[0], n - i + 1)
        if out and type(out[-1]) in SIZED:
            size += length_of(out[n_counted:])
            if size > CUT_ABOVE:
                return out


def count_in_batch(run, n):
    """Returns for how many of the first rows of a chunk a batch function is called. The results of
    all of them are in memory at once."""
    if run.result_bytes is None:
        return min(n, FIRST_BATCH)
    return min(n, max(int(CUT_ABOVE / run.result_bytes), 1)) if run.result_bytes > 0 else n


def bytes_of_row(result, n):
    """Estimates the size of a row in the result of a batch. Elements of a list may differ in size,
    so some of them are looked at."""
    if type(result) in (list, tuple):
        return max(map(estimate_size, result[::max(n // 16, 1)]))
    return estimate_size(result) / n


def run_batch(function, run, columns, n, errors):
    """Calls a batch function for the first rows of a chunk, for all of them if their results are
    small. The other rows stay for later chunks."""
    whole, n = n, count_in_batch(run, n)
    if n < whole:
        columns = [c if type(c) is Constant else c[:n] for c in columns]
    run.note(WHOLE_CHUNK)
    try:
        result = function(*map(whole_of, columns))
        check_batch(result, n)
        if run.json:
            result = json_of_batch(result, n, errors)
            run.result_bytes = max(map(len, result)) if result else None
            return result
        run.result_bytes = bytes_of_row(result, n)
        return drop_masked(result, n, errors)
    except BadArgument:
        return None
    except BadResult as error:
        for i in range(n):
            errors.add(i, BAD_RESULT, clean(str(error)))
        return []
    except BaseException as error:
        exit_if_forked(error)
        return None  # the caller then calls the function for each row separately


class Slot:
    def __init__(self, sock, function):
        self.sock = sock
        self.function = function
        self.buffers = {}
        self.run = None
        self.refused = None
        self.copies = False  # whether each result is copied before the next call
        note_plain_types()

    def take(self, ancillary):
        fds = array('i')
        for level, kind, data in ancillary:
            if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
                fds.frombytes(data[:len(data) - len(data) % 4])
        return list(fds)

    def serve(self):
        recvmsg = self.sock.recvmsg
        space = socket.CMSG_SPACE(MAX_FDS * 4)
        self.sock.send(struct.pack('=I', HELLO))
        while True:
            message, ancillary, _, _ = recvmsg(4096, space, CLOEXEC)
            if not message:
                return
            fds = self.take(ancillary) if ancillary else []
            if len(message) == CHUNK_FORMAT.size:
                self.chunk(message, fds)
            else:
                self.new_run(message, fds)

    def new_run(self, message, fds):
        start_limit = RUN_FORMAT.unpack(message)[3] / 1e6
        if self.run is not None:
            if self.run.continue_with(fds, start_limit):
                return
            self.run.close()
        last, self.run = self.run, None
        try:
            self.refused = None
            self.run = Run(fds, fds[-1], start_limit)
            if last is not None and last.arguments.type_of_rows == self.run.arguments.type_of_rows:
                self.run.result_bytes = last.result_bytes
        except Refused as error:
            for fd in fds:
                os.close(fd)
            self.refused = str(error)

    def refuse(self, text):
        self.sock.send(struct.pack('=I', REFUSED) + clean(text)[:4000])

    def chunk(self, message, fds):
        _, flags, serial, lo, hi, _, buffer, _, late, n_sent = CHUNK_FORMAT.unpack(message)
        rows_fd = fds.pop(0) if flags & HAS_ROWS else -1
        if flags & NEW_BUFFER:
            self.buffers[buffer] = [fds.pop(0), None]
        if self.run is None:
            if rows_fd >= 0:
                os.close(rows_fd)
            self.refuse(self.refused or 'no run')
            return
        blocks = Blocks(self.run.shared, serial)
        if blocks.note(self.count_first(hi - lo, flags)):
            if rows_fd >= 0:
                os.close(rows_fd)
            self.sock.send(struct.pack('=IIQ', RETURNED, 0, serial))
            return
        started, cpu = time.monotonic(), time.process_time()
        errors = Errors(lo, self.run.arguments.shares_arrays)
        values = self.compute(lo, hi - lo, rows_fd, n_sent, flags, late, errors, blocks)
        exit_if_forked()
        # fewer than hi - lo if the results are large, or if the agent wants rows back
        n = len(values) + len(errors.rows)
        self.run.note(0)
        if rows_fd >= 0:
            os.close(rows_fd)
        parts = self.parts(values, n, errors)
        del values
        flush_output()
        self.answer(serial, parts, n, errors, buffer, started, cpu)

    def count_first(self, n, flags):
        """Returns how many of the n rows of a chunk begin together."""
        run = self.run
        return count_in_batch(run, n) if run.batch and not run.has_seed and not flags & ISOLATE else 1

    def compute(self, lo, n, rows_fd, n_sent, flags, late, errors, blocks):
        run = self.run
        function = run.arguments.caller(self.function)
        if flags & ISOLATE:
            return run_isolated(function, run, lo, n, rows_fd, n_sent, errors, late - 1, blocks)
        columns = run.arguments.columns(lo, n, rows_fd, n_sent)
        if run.batch:
            if not run.has_seed:
                values = run_batch(function, run, columns, n, errors)
            else:
                values = None  # run_each() calls the function, because each row has its own seed
            if values is not None:
                return values
            columns = run.arguments.columns(lo, n, rows_fd, n_sent)
        elif not run.has_seed:
            copies = self.copies or run.json
            values, copies = run_rows(function, run, columns, lo, n, errors, copies, blocks)
            if copies or are_separate(values):
                self.copies = self.copies or copies and not run.json
                return values
            # From now on each result is copied after its call, which takes less time than looking for
            # references to the results of each chunk.
            self.copies = True
            if not must_be_copied(values):
                return values
            # A result may have changed since its call, so the rows are called again.
            n = len(values) + len(errors.rows)
            errors.rows.clear()
            columns = run.arguments.columns(lo, n, rows_fd, n_sent)
            return run_rows(function, run, columns, lo, n, errors, True, OneBlock(), CALLED_AGAIN)[0]
        return run_each(function, run, columns, lo, n, errors, blocks)

    def parts(self, values, n, errors):
        if self.run.json:
            return [VariablePart(values, b'json')] if values else []
        if isinstance(values, numpy.ndarray) and len(values) > 0:
            if values.ndim <= MAX_DIMS and can_travel(values.dtype):
                return [Part(travelling(numpy.asarray(values)))]
            values = list(values)
        elif type(values) is not list:
            values = list(values)
        if values and type(values[0]) in SIZED:
            block = block_of_texts(values)
            if block is not None:
                return [Part(travelling(block))]
        if are_wide(values):
            return variable_parts(values, n, errors)
        return make_parts(values, n, errors)

    def answer(self, serial, parts, n, errors, buffer, started, cpu):
        if not parts:
            block, dtype, shape, size = None, b'', (), 0
        else:
            block, dtype, shape = parts[0].block, parts[0].dtype, parts[0].shape
            size = block.nbytes
        parts = parts[1:]  # odd rows, whose results do not fit into the array of parts[0]
        main_size = size
        size += sum(part.size() for part in parts)
        n_failed = len(errors.rows) + sum(len(part.block) for part in parts)
        in_buffer = n_failed > 0 or size > INLINE
        block_offset = errors_offset = n_listed = n_suspect = 0
        listed = b''
        if in_buffer:
            n_suspect, bits = errors.bits(n, parts) if n_failed else (0, b'')
            # The bitmap of failed rows is stored directly before the block, with any padding before the
            # bitmap. The block begins at a multiple of 64 bytes, so that its values are aligned when
            # the file is mapped.
            block_offset = (len(bits) + 63) // 64 * 64
            errors_offset = block_offset + size
            if n_failed:
                n_listed, listed = errors.listed()
                listed += b''.join([part.head() for part in parts])
            memory = self.buffer(buffer, errors_offset + len(listed))
            memory[block_offset - len(bits):block_offset] = bits
            end = block_offset + main_size
            if main_size:
                memory[block_offset:end] = block.reshape(-1).view(numpy.uint8)
            for part in parts:
                for array_of_part in (part.rows(errors.lo), part.block):
                    begin, end = end, end + array_of_part.nbytes
                    if begin < end:
                        memory[begin:end] = array_of_part.reshape(-1).view(numpy.uint8)
            memory[errors_offset:errors_offset + len(listed)] = listed
        head = RESULT_FORMAT.pack(
            RESULT, len(shape), serial, int(started * 1e6), int(time.monotonic() * 1e6),
            int((time.process_time() - cpu) * 1e6), n, n_failed, n_suspect, size, block_offset,
            len(listed),
            errors_offset, n_listed, in_buffer, dtype)
        if shape:
            head += struct.pack('=%dq' % len(shape), *shape)
        self.sock.send(head if in_buffer or size == 0 else head + block.tobytes())

    def buffer(self, number, need):
        entry = self.buffers[number]
        if entry[1] is None or len(entry[1]) < need:
            # The buffer gets 25 % more space than needed, so that slowly growing results do not
            # require a new mapping for each chunk.
            size = (max(need + need // 4, 1 << 16) + 4095) // 4096 * 4096
            entry[1] = None
            if os.fstat(entry[0]).st_size < size:
                os.ftruncate(entry[0], size)
            entry[1] = mmap(entry[0], size)
        return entry[1]
