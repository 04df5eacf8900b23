# SPDX-License-Identifier: LGPL-2.1-or-later
#
# A controller for tests. It exchanges messages (frames, see core/wire/wire.h) with a real agent
# over a socket pair or over pipes.
import array
import hashlib
import os
import select
import socket
import struct
import subprocess
import sys
import tempfile
import time
import traceback

import numpy as np

(OPEN, PUT, FORGET, PREPARE, RUN, CHUNK, ACK, DROP, CANCEL, FINISH, SLOTS, PING, MEASURE,
 BYE, CHUNK_PART, RECALL) = range(1, 17)
(READY, STORED, PREPARED, FAULT, RESULT, LOST, IDLE, LOG, STATS, PONG, MEASURED,
 RESULT_PART, RETURNED) = range(64, 77)
(FAULT_WORKDIR, FAULT_INTERPRETER, FAULT_PACKAGE, FAULT_IMPORT, FAULT_BLOB, FAULT_SLOTS,
 FAULT_ARGUMENT, FAULT_NODE, FAULT_MODULE) = range(1, 10)
ROWS, KEPT, REF, VALUE = 1, 2, 3, 4
WHOLE, WHOLE_REF = -2, -3  # for Agent.run()
RAISED, DIED, BAD_RESULT, LATE, SUSPECT, BAD_ARGUMENT, NO_ARRAY = 1, 2, 3, 4, 5, 6, 7
HEADER = struct.Struct('<IHBBHHIIIIIQQ')
VERSION = 5
MAX_PAYLOAD, PART = 64 << 20, 512 << 10
DEADLINE = 60
MAX_SLOTS = 4096


def text(s):
    data = s.encode() if isinstance(s, str) else s
    return struct.pack('<I', len(data)) + data


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def u32(self):
        return self.take('<I')

    def u64(self):
        return self.take('<Q')

    def take(self, code):
        value, = struct.unpack_from(code, self.data, self.at)
        self.at += struct.calcsize(code)
        return value

    def str(self):
        n = self.u32()
        self.at += n
        return self.data[self.at - n:self.at].decode()


class Frame:
    def __init__(self, kind, flags, node, session, run, attempt, chunk, meta, payload):
        self.kind, self.flags, self.run = kind, flags, run
        self.node, self.session = node, session
        self.attempt, self.chunk, self.meta, self.payload = attempt, chunk, meta, payload
        self.fd = -1

    def fault(self):
        r = Reader(self.meta)
        return r.u32(), r.u32(), r.str()

    def fault_blob(self):
        """Returns the hash of the blob that the agent does not store."""
        r = Reader(self.meta)
        r.u32(), r.u32(), r.str()
        return r.str()

    def result(self):
        return Result(self)

    def result_length(self):
        """Returns the size of the payload with all its parts."""
        r = Reader(self.meta)
        r.at += 56  # the fields before the dtype
        r.str()
        n_dims = r.u32()
        r.at += 8 * n_dims + 28  # the fields between the shape and the length
        return r.u64()

    def lost(self):
        return Reader(self.meta).str()

    def log(self):
        r = Reader(self.meta)
        return r.u32(), r.u32(), r.u64(), self.payload.decode()


class Prepared:
    def __init__(self, frame):
        r = Reader(frame.meta)
        self.function, self.forks = r.u32(), r.u32()
        self.runner, self.interpreter = r.str(), r.str()
        self.versions = [(r.str(), r.str()) for _ in range(r.u32())]
        self.prepare_us = r.u64()
        assert r.at == len(frame.meta)


class Result:
    def __init__(self, frame):
        r = Reader(frame.meta)
        self.lo, self.hi, self.slot, self.passes = r.u64(), r.u64(), r.u32(), r.u32()
        self.received, self.started, self.finished, self.cpu = [r.u64() for _ in range(4)]
        self.dtype, n_dims = r.str(), r.u32()
        self.shape = tuple(r.u64() for _ in range(n_dims))
        self.n_failed, n_listed = r.u64(), r.u32()
        offset, length, self.length, self.n_suspect = r.u64(), r.u64(), r.u64(), r.u64()
        self.errors = [(r.u64(), r.u32(), r.str(), r.str()) for _ in range(n_listed)]
        heads = []
        while r.at < len(frame.meta):
            dtype, n_dims = r.str(), r.u32()
            heads.append((dtype, tuple(r.u64() for _ in range(n_dims)), r.u64()))
        assert r.at == len(frame.meta)
        n = self.hi - self.lo
        bits = (n + 7) // 8 if self.n_failed else 0
        marks = 2 * bits if self.n_suspect else bits
        self.failed, self.suspect = [
            np.unpackbits(np.frombuffer(part, 'u1'), bitorder='little')[:n].astype(bool)
            for part in (frame.payload[:bits], frame.payload[bits:marks])]
        assert self.suspect.sum() == self.n_suspect
        block = frame.payload[marks:]
        if frame.fd >= 0:
            block = os.pread(frame.fd, length, offset)
            os.close(frame.fd)
        self.block = None
        if self.dtype in ('json', 'bytes'):
            # variable rows, see wire.h: texts or bytes
            offsets, data = take_array(block, '<u8', (int(n - self.n_failed) + 1,))
            assert not self.shape and offsets[0] == 0 and offsets[-1] == len(data)
            self.block = [data[a:b] for a, b in zip(offsets[:-1].tolist(), offsets[1:].tolist())]
            if self.dtype == 'json':
                self.block = [row.decode() for row in self.block]
            block = b''
        elif self.dtype:
            self.block, block = take_array(block, self.dtype, (int(n - self.n_failed),) + self.shape)
        self.parts = []  # (rows, results) of rows with other shapes
        for dtype, shape, n_rows in heads:
            rows, block = take_array(block, '<u8', (n_rows,))
            values, block = take_array(block, dtype, (n_rows,) + shape)
            self.parts.append((rows, values))
        assert not len(block), len(block)

    def values_of_rows(self):
        """Returns the results as {row: array}."""
        rows = [self.lo + i for i in range(self.hi - self.lo) if not self.n_failed or not self.failed[i]]
        found = dict(zip(rows, self.block)) if rows else {}
        for rows, values in self.parts:
            assert (np.diff(rows.astype(int)) > 0).all() and self.failed[rows.astype(int) - self.lo].all()
            assert not found.keys() & set(rows.tolist())
            found.update(zip(rows.tolist(), values))
        return found


def take_array(data, dtype, shape):
    """Returns the array at the beginning of the bytes, and the other bytes."""
    size = int(np.prod(shape)) * np.dtype(dtype).itemsize
    array = np.frombuffer(data[:size], dtype) if size else np.zeros(int(np.prod(shape)), dtype)
    return array.reshape(shape), data[size:]


class Lines(list):
    """An argument whose rows are JSON: texts, and the key whose value the function gets."""

    def __init__(self, lines, key=''):
        super().__init__(line.encode() for line in lines)
        self.key = key

    def block(self, lo, hi):
        """Returns the rows as a block of variable rows, see wire.h."""
        sizes = [len(line) for line in self[lo:hi]]
        return np.cumsum([0] + sizes).astype('<u8').tobytes() + b''.join(self[lo:hi])


class Agent:
    running = []

    def __init__(self, pipes=False, env=None, program=None, pass_fds=()):
        program = program or os.environ['MAMUTO_AGENT']
        environment = dict(os.environ, **(env or {}))
        self.stderr = tempfile.TemporaryFile()
        if pipes:
            self.process = subprocess.Popen([program], stdin=subprocess.PIPE, bufsize=0,
                                            stdout=subprocess.PIPE, stderr=self.stderr,
                                            env=environment)
            self.sock = None
            self.in_fd, self.out_fd = self.process.stdout.fileno(), self.process.stdin.fileno()
        else:
            self.sock, theirs = socket.socketpair()
            self.process = subprocess.Popen([program], stdin=theirs, stdout=theirs,
                                            stderr=self.stderr, env=environment, pass_fds=pass_fds)
            theirs.close()
            self.in_fd = self.out_fd = self.sock.fileno()
        self.buffer, self.fds, self.logs, self.others = bytearray(), [], [], []
        self.large, self.large_size = None, 0  # the RESULT whose parts are arriving
        # After hold(), collects the bytes to send. release() sends all of them together. Without
        # hold(), the value is None, and bytes are sent at once.
        self.held = None
        self.session, self.next_run = 7, 0
        self.python = ''
        Agent.running.append(self)
        self.blobs = set()
        self.ready = self.expect(READY)

    # ---- sending and receiving frames ----
    def send(self, kind, meta=b'', payload=b'', run=0, chunk=0, attempt=0, fds=(), node=0, flags=0):
        head = HEADER.pack(0x31746d4d, VERSION, kind, 0, 1 if fds else flags, 0, node, self.session, run,
                           attempt, len(meta), chunk, len(payload))
        self.send_bytes(head + meta + bytes(payload), fds)

    def hold(self):
        self.held = b''

    def release(self):
        data, self.held = self.held, None
        self.send_bytes(data)

    def send_bytes(self, data, fds=()):
        if self.held is not None:
            self.held += data
            return
        data = memoryview(data)
        if fds:
            n = self.sock.sendmsg([data], [(socket.SOL_SOCKET, socket.SCM_RIGHTS,
                                            array.array('i', fds))])
            data = data[n:]
        while data:
            data = data[os.write(self.out_fd, data):]

    def fill(self, deadline):
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([self.in_fd], [], [], left)[0]:
            raise TimeoutError('the agent sent nothing before the deadline; stderr: %s' % self.read_stderr())
        if self.sock is None:
            data = os.read(self.in_fd, 1 << 20)
        else:
            data, ancillary, _, _ = self.sock.recvmsg(1 << 20, socket.CMSG_SPACE(64 * 4))
            for _, _, got in ancillary:
                fds = array.array('i')
                fds.frombytes(got)
                self.fds += fds
        if not data:
            raise EOFError('the agent has ended; stderr: %s' % self.read_stderr())
        self.buffer += data

    def read_stderr(self):
        self.stderr.seek(0)
        return self.stderr.read().decode(errors='replace')

    def read(self, deadline=None):
        deadline = deadline or time.monotonic() + DEADLINE
        while len(self.buffer) < HEADER.size:
            self.fill(deadline)
        (magic, version, kind, _, flags, _, node, session, run, attempt, meta_len, chunk,
         payload_len) = HEADER.unpack_from(self.buffer)
        assert magic == 0x31746d4d and version == VERSION
        end = HEADER.size + meta_len + payload_len
        while len(self.buffer) < end:
            self.fill(deadline)
        body = bytes(self.buffer[HEADER.size:end])
        del self.buffer[:end]
        frame = Frame(kind, flags, node, session, run, attempt, chunk, body[:meta_len], body[meta_len:])
        if flags & 1:
            frame.fd = self.fds.pop(0)
        return frame

    def expect(self, *kinds):
        """Returns the next frame whose kind is one of `kinds`. Appends LOG frames that arrive
        before it to self.logs, and STATS frames to self.others. Fails if a frame of another kind
        arrives."""
        while True:
            frame = self.read()
            assert frame.node == 0 or frame.kind == FAULT, (frame.kind, frame.node)
            if frame.kind == RESULT and frame.result_length() > len(frame.payload):
                assert self.large is None
                self.large, self.large_size = frame, frame.result_length()
                frame.payload = [frame.payload]
                continue
            if frame.kind == RESULT_PART and frame.kind not in kinds:
                frame = self.add_part(frame)
                if frame is None:
                    continue
            if frame.kind in kinds:
                return frame
            if frame.kind == LOG:
                self.logs.append(frame.log())
            elif frame.kind == STATS:
                self.others.append(frame)
            else:
                what = frame.fault() if frame.kind == FAULT else frame.meta
                raise AssertionError('unexpected frame %d: %s' % (frame.kind, what))

    def read_until_large(self):
        """Reads frames until the parts of a large result begin."""
        while self.large is None:
            frame = self.read()
            if frame.kind == RESULT:
                assert frame.result_length() > len(frame.payload)
                self.large = frame

    def add_part(self, part):
        """Returns the RESULT frame with its whole payload, or None if more parts must follow."""
        whole = self.large
        assert (part.run, part.chunk, part.attempt) == (whole.run, whole.chunk, whole.attempt)
        assert Reader(part.meta).u64() == sum(map(len, whole.payload))
        assert 0 < len(part.payload) <= PART
        whole.payload.append(part.payload)
        size = sum(map(len, whole.payload))
        assert size <= self.large_size
        if size < self.large_size:
            return None
        whole.payload, self.large = b''.join(whole.payload), None
        return whole

    # ---- steps of a session ----
    def open(self, slots=2, python='/usr/bin/python3', workdir='', deadman=60, nice=0, threads=(0, 0)):
        self.python = python
        self.send(OPEN, text(workdir) + struct.pack('<iIIII', nice, slots, deadman, *threads))
        return self

    def put(self, data, by_fd=False, archive=False, step=1 << 20):
        digest = hashlib.sha256(data).hexdigest()
        if by_fd:
            with tempfile.TemporaryFile() as f:
                f.write(b'x' * 100 + data)
                f.flush()
                self.send(PUT, text(digest) + struct.pack('<QQQ', len(data), 0, 100),
                          fds=[f.fileno()])
        else:
            for at in range(0, max(len(data), 1), step):
                self.send(PUT, text(digest) + struct.pack('<QQQ', len(data), at, 0),
                          data[at:at + step], flags=2 if archive else 0)
        return digest

    def put_stored(self, data, by_fd=False, **more):
        digest = self.put(data, by_fd, **more)
        assert Reader(self.expect(STORED).meta).str() == digest
        return digest

    def prepare(self, source, name='f', module='model', number=1, files=None, runner='python',
                start_limit=0, sent='', places=''):
        files = dict(files or {}, **({module + '.py': source} if source is not None else {}))
        digest = self.put_stored(bundle(files)) if files else ''
        self.send(PREPARE, struct.pack('<I', number) + text(runner) + text(self.python) +
                  text(module) + text(name) + text(digest) +
                  struct.pack('<Q', int(start_limit * 1e6)) + text(sent) + text(places))
        return number

    def prepared(self, source, **more):
        number = self.prepare(source, **more)
        assert Prepared(self.expect(PREPARED)).function == number
        return number

    def keep(self, data):
        """Returns the hash of a blob, which the agent gets unless it has it."""
        name = hashlib.sha256(data).hexdigest()
        if name not in self.blobs:
            self.put_stored(data)
            self.blobs.add(name)
        return name

    def run(self, arguments, n, function=1, batch=False, seed=None, row_limit=0, json=False):
        """Sends a RUN frame for a function with `n` rows. Each element of `arguments` is a pair
        (kind, array), or (VALUE, JSON text) for a constant. The kind WHOLE or WHOLE_REF passes the
        whole array to each call. A third element is the name of the parameter, a fourth is the
        number `repeats` of an argument that is combined with others. The limits of time are in
        seconds."""
        self.next_run += 1
        meta = struct.pack('<IIIIQQQ', function, batch + 2 * json, seed is not None, len(arguments), seed or 0,
                           n, int(row_limit * 1e6))
        fds, files = [], []
        for kind, value, *name in arguments:
            name, repeats = (name + ['', 0][len(name):])[:2]
            if kind == VALUE:
                meta += argument(VALUE, '', (), (), 0, value, name=name)
                continue
            whole = kind in (WHOLE, WHOLE_REF)
            kind = KEPT if kind == WHOLE else REF if kind == WHOLE_REF else kind
            if isinstance(value, Lines):
                stored = value.block(0, len(value)) if kind == KEPT else None
                meta += argument(kind, 'json', (len(value),), (0,), 0, self.keep(stored) if stored else '', whole, name,
                                 repeats, value.key)
                continue
            extra, strides, offset = '', value.strides, 0
            order = 'F' if value.flags.f_contiguous and not value.flags.c_contiguous else 'C'
            if kind == KEPT:
                extra = self.keep(value.tobytes(order if whole else 'C'))
            elif kind == REF:
                f = tempfile.TemporaryFile()
                f.write(b'y' * 128 + value.tobytes(order))
                f.flush()
                files.append(f)
                fds.append(f.fileno())
                offset = 128
            meta += argument(kind, value.dtype.str, value.shape, strides, offset, extra, whole, name, repeats)
        self.send(RUN, meta, run=self.next_run, fds=fds)
        self.rows = [value for kind, value, *_ in arguments if kind == ROWS]
        return self.next_run

    def chunk(self, number, lo, hi, run=None, attempt=1):
        payload = b''.join(v.block(lo, hi) if isinstance(v, Lines) else v[lo:hi].tobytes() for v in self.rows)
        self.send_chunk(lo, hi, payload, len(payload) if len(payload) <= MAX_PAYLOAD else PART,
                        run=run or self.next_run, chunk=number, attempt=attempt)

    def send_chunk(self, lo, hi, payload, first, length=None, **header):
        """Sends a CHUNK frame with the first `first` bytes of the payload, and the rest in parts."""
        self.send(CHUNK, struct.pack('<QQQ', lo, hi, len(payload) if length is None else length),
                  payload[:first], **header)
        for at in range(first, len(payload), PART):
            self.send(CHUNK_PART, struct.pack('<Q', at), payload[at:at + PART], **header)

    def ack(self, run, *chunks, kind=ACK):
        self.send(kind, struct.pack('<I%dQ' % len(chunks), len(chunks), *chunks), run=run)

    def finish(self, run, kind=FINISH):
        self.send(kind, run=run)
        frame = self.expect(IDLE)
        assert frame.run == run

    def map(self, arguments, n, chunk_rows=None, finish=True, **more):
        """Makes the agent call the function for `n` rows, in chunks of `chunk_rows` rows. Returns
        the results of the chunks as a list in the order of the rows."""
        run = self.run(arguments, n, **more)
        step = chunk_rows or n
        starts = list(range(0, n, step))
        for number, lo in enumerate(starts):
            self.chunk(number, lo, min(lo + step, n))
        results = {}
        while len(results) < len(starts):
            frame = self.expect(RESULT)
            assert frame.run == run and frame.chunk not in results
            results[frame.chunk] = frame.result()
            self.ack(run, frame.chunk)
        if finish:
            self.finish(run)
        return [results[i] for i in range(len(starts))]

    def values(self, arguments, n, chunk_rows=None, **more):
        results = self.map(arguments, n, chunk_rows, **more)
        for r in results:
            assert r.n_failed == 0, r.errors
        return np.concatenate([r.block for r in results])

    def close_input(self):
        if self.sock is not None:
            self.sock.close()
        else:
            self.process.stdin.close()

    def wait(self):
        """Waits until the agent process ends, and returns its exit status. Stores the agent's
        stderr output in self.last_stderr."""
        status = self.process.wait(DEADLINE)
        Agent.running.remove(self)
        self.close_input()
        self.last_stderr = self.read_stderr()
        self.stderr.close()
        if self.process.stdout:
            self.process.stdout.close()
        for fd in self.fds:
            os.close(fd)
        return status

    def end(self):
        if self.process.poll() is None:
            try:
                self.send(BYE)
            except OSError:
                pass
        status = self.wait()
        assert status == 0, (status, self.last_stderr)
        assert 'Sanitizer' not in self.last_stderr, self.last_stderr


def argument(kind, dtype, shape, strides, offset, extra, whole=False, name='', repeats=0, key=''):
    n = len(shape)
    return (struct.pack('<II', kind, whole) + text(dtype) + struct.pack('<I', n) +
            struct.pack('<%dq' % n, *shape) + struct.pack('<%dq' % n, *strides) +
            struct.pack('<QQ', offset, repeats) + text(extra) + text(key) + text(name))


def bundle(files):
    data = b'MMB1' + struct.pack('<I', len(files))
    for path in sorted(files):
        content = files[path]
        content = content.encode() if isinstance(content, str) else content
        data += text(path) + struct.pack('<Q', len(content)) + content
    return data


def children_of(pid):
    found = []
    for name in os.listdir('/proc'):
        if name.isdigit():
            try:
                with open('/proc/%s/stat' % name) as f:
                    fields = f.read().rpartition(')')[2].split()
            except OSError:
                continue
            if int(fields[1]) == pid and fields[0] not in 'ZX':
                found.append(int(name))
                found += children_of(int(name))
    return found


def parent_of(pid):
    with open('/proc/%d/stat' % pid) as f:
        return int(f.read().rpartition(')')[2].split()[1])


def is_alive(pid):
    try:
        with open('/proc/%d/stat' % pid) as f:
            return f.read().rpartition(')')[2].split()[0] not in 'ZX'
    except OSError:
        return False


def logged_pids(agent, lines):
    """Waits until the agent has logged "pid ..." `lines` times. Returns the process ids in the
    logged lines."""
    while sum(log[3].count('pid') for log in agent.logs) < lines:
        agent.logs.append(agent.expect(LOG).log())
    numbers = [int(n) for log in agent.logs for n in log[3].split() if n != 'pid']
    del agent.logs[:]
    return numbers


def wait_until(condition, what):
    """Tests the condition every 5 ms until it is true. Raises TimeoutError after DEADLINE
    seconds."""
    deadline = time.monotonic() + DEADLINE
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(what)
        select.select([], [], [], 0.005)


def main(module):
    """Runs every function named test_... of a module and prints the results as TAP."""
    tests = [(n, f) for n, f in sorted(module.items()) if n.startswith('test_')]
    if len(sys.argv) > 1:
        tests = [t for t in tests if t[0] in sys.argv[1:]]
    print('1..%d' % len(tests))
    failed = 0
    for number, (name, function) in enumerate(tests, 1):
        try:
            function()
            ok = True
            for agent in list(Agent.running):
                agent.end()
        except BaseException:
            ok = False
            for line in traceback.format_exc().splitlines():
                print('# ' + line)
        for agent in list(Agent.running):
            agent.process.kill()
            agent.wait()
        failed += not ok
        print('%sok %d %s' % ('' if ok else 'not ', number, name), flush=True)
    sys.exit(failed > 0)
