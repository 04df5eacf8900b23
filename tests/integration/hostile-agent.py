#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A fake agent for tests. It sends invalid data, because the library must not trust data from a
host. It doubles the numbers 0, 1, 2, … and follows the protocol of core/wire/wire.h, except for
one fault. The environment variable MAMUTO_HOSTILE contains the name of the fault, for example
"marks". With "1=good,2=marks", the agent acts as two computers (nodes): node 1 has no fault, and
node 2 has the fault "marks".

With "@FOLDER", the agent reads the name of the fault from the file FOLDER/mode when it starts. The
file may also contain STATE/FAULT: the agent waits until its host is in the state STATE of HostState
(see core/host/host-private.h), and then commits FAULT. The agent and its test exchange messages by
files in the folder, see note() and await_file()."""

import os
import select
import socket
import struct
import time

PUT, RUN = 2, 5
OPEN, PREPARE, CHUNK, CANCEL, FINISH, PING, BYE, RECALL = 1, 4, 6, 9, 10, 12, 14, 16
READY, PREPARED, FAULT, RESULT, LOST, IDLE, LOG, STATS, PONG, RESULT_PART, RETURNED = (
    64, 66, 67, 68, 69, 70, 71, 72, 73, 75, 76)
VERSION = 5
HEADER = struct.Struct("<IHBBHHIIIIIQQ")

setting, folder = os.environ["MAMUTO_HOSTILE"], ""
if setting.startswith("@"):
    folder = setting[1:]
    with open(folder + "/mode") as file:
        setting = file.read()
# the state in which the agent commits a fault, and the fault
state, _, fault = setting.partition("/")
modes = {0: setting}
if state == "barred":
    modes = {1: "good", 2: setting}
if "=" in setting:
    modes = {int(node): mode for node, mode in (pair.split("=") for pair in setting.split(","))}
node, mode = next(iter(modes.items()))
# results of the host 1 until the host 2 is barred
delayed = [] if state == "barred" and not os.path.exists(folder + "/barred") else None
link = socket.socket(fileno=os.dup(0))
waiting = bytearray()  # bytes to send together with the next ones
# `clock` is the agent's time, which PONG frames contain. `times` are the begin and the end of each
# chunk, which RESULT frames contain.
clock, times = (1 << 63, ((1 << 64) - 1, 5)) if mode == "clock" else (1, (1, 2))


def text(string):
    data = string if isinstance(string, bytes) else string.encode()
    return struct.pack("<I", len(data)) + data


def write(data):
    link.sendall(waiting + data)
    waiting.clear()


def pack(kind, meta=b"", payload=b"", run=0, attempt=0, chunk=0, payload_len=None):
    size = len(payload) if payload_len is None else payload_len
    return HEADER.pack(0x31746D4D, VERSION, kind, 0, 0, 0, node, 1, run, attempt, len(meta),
                       chunk, size) + meta + payload


def send(*args, **fields):
    write(pack(*args, **fields))


def read(size):
    data = b""
    while len(data) < size:
        piece = link.recv(size - len(data))
        if not piece:
            raise SystemExit
        data += piece
    return data


def result(run, attempt, chunk, lo, hi, payload, dtype="<f8", failed=0, listed=b"", n_listed=0,
           shape=(), length=None, suspect=0):
    meta = struct.pack("<QQIIQQQQ", lo, hi, 0, 1, 1, *times, 1) + text(dtype)
    meta += struct.pack("<I%dq" % len(shape), len(shape), *shape)
    meta += struct.pack("<QIQQQQ", failed, n_listed, 0, 0,
                        len(payload) if length is None else length, suspect) + listed
    send(RESULT, meta, payload, run, attempt, chunk)


def part(run, attempt, chunk, offset, payload):
    send(RESULT_PART, struct.pack("<Q", offset), payload, run, attempt, chunk)


def in_parts(run, attempt, chunk, lo, hi, good):
    """Sends the result in parts of 3 bytes."""
    result(run, attempt, chunk, lo, hi, good[:3], length=len(good))
    for at in range(3, len(good), 3):
        part(run, attempt, chunk, at, good[at:at + 3])


def answer_in_parts(run, attempt, chunk, lo, hi, good):
    if mode == "part-first":
        part(run, attempt, chunk, 0, good)
    elif mode == "more-parts":
        in_parts(run, attempt, chunk, lo, hi, good)
        part(run, attempt, chunk, len(good), b"more")
    elif mode == "wrong-length":
        result(run, attempt, chunk, lo, hi, good[:3], length=len(good) + 1)
    else:
        result(run, attempt, chunk, lo, hi, good[:3], length=len(good))
    if mode == "gap":
        part(run, attempt, chunk, 4, good[4:])
    elif mode == "overlap":
        part(run, attempt, chunk, 2, good[2:])
    elif mode == "too-much":
        part(run, attempt, chunk, 3, good[3:] + b"x")
    elif mode == "empty-part":
        part(run, attempt, chunk, 3, b"")
    elif mode == "part-of-other":
        part(run, attempt, chunk + 1, 3, good[3:])
    elif mode == "large-in-large":
        result(run, attempt, chunk, lo, hi, good[:3], length=len(good))


late = None  # a copy of the held chunk, which node 2 answers after it has received another copy
held = None  # the chunk that the agent does not answer before it is asked for its rows
asked = False  # whether node 1 was asked for the rows of the held chunk


def returned(run, attempt, chunk, hi):
    send(RETURNED, struct.pack("<Q", hi % (1 << 64)), b"", run, attempt, chunk)


def answer_recall(run, attempt, chunk):
    """Answers the question for rows of the held chunk that have not begun."""
    global asked
    if held is None or held[:3] != (run, attempt, chunk):
        return
    if mode == "keeps":
        asked = True
        return
    _, _, _, lo, hi, good = held
    first = {"recall-over": hi + 1, "recall-below": lo - 1, "recall-rest": lo + 1, "recall-more": lo + 1,
             "recall-fewer": lo + 2, "recall-twice": lo + 1, "recall-none": hi, "recall-bits": lo + 2}.get(mode, lo)
    if mode != "recall-late":
        returned(run, attempt, chunk, first)
    if mode == "recall-twice":
        returned(run, attempt, chunk, lo)
    elif mode == "recall-bits":
        returned(run, attempt, chunk, lo + 1)
    elif mode in ("recall-more", "recall-late", "recall-none", "recall-and-result"):
        result(run, attempt, chunk, lo, hi, good)
    elif mode in ("recall-rest", "recall-fewer"):
        result(run, attempt, chunk, lo, lo + 1, good[:8])


def answer_copy(run, attempt, chunk, lo, hi, good):
    """Answers a chunk of node 2. If it is a copy of the chunk that node 1 holds, and node 1 was asked
    for its rows before, node 1 gives all rows but the first back, and node 2 sends the result of the
    copy when it gets a copy of this row."""
    global node, late
    if held is None or held[2] != chunk or not asked:
        result(run, attempt, chunk, lo, hi, good)
    elif late is None:
        late = run, attempt, chunk, lo, hi, good
        node = 1
        returned(*held[:3], lo + 1)
        node = 2
    else:
        result(*late)
        result(run, attempt, chunk, lo, hi, good)


def send_without_end(run, attempt, chunk, lo):
    """Announces the largest possible result and sends its parts, which the library must not keep."""
    size = 1 << 19
    result(run, attempt, chunk, lo, lo + 1, b"\1" * size, shape=(1 << 23,), length=1 << 40,
           dtype="<U32768")
    for number in range(1, (1 << 40) // size):
        part(run, attempt, chunk, number * size, b"\1" * size)
        if number % 200 == 0:  # after 100 MiB the test may end the run
            send(LOG, struct.pack("<IIQ", 0, 1, 0), b"more\n", run)


def answer_with_texts(run, attempt, chunk, lo, hi):
    """Answers a chunk with texts as JSON strings, see "Variable rows" in wire.h."""
    lines = [b'"row \\"%d\\""' % i for i in range(lo, hi)]
    lines[-1] = {"text-number": b"1", "text-null": b"null", "text-nul": b'"a\\u0000"', "text-cut": b'"',
                 "text-utf8": b'"\xc3"', "text-two": b'"a""b"'}.get(mode, lines[-1])
    offsets = [0]
    for line in lines:
        offsets.append(offsets[-1] + len(line))
    if mode == "text-decrease":
        offsets[1] = offsets[-1] + 1
    payload = struct.pack("<%dQ" % len(offsets), *offsets) + b"".join(lines)
    shape = (1,) if mode == "text-shape" else ()
    result(run, attempt, chunk, lo, hi, payload, dtype="json", shape=shape)


def answer_with_bytes(run, attempt, chunk, lo, hi):
    """Answers a chunk with bytes as variable rows, see "Variable rows" in wire.h."""
    rows = [b"\0\xff%d" % i for i in range(lo, hi)]
    if mode == "bytes-nul":
        rows[-1] = b"a\0"
    offsets = [sum(map(len, rows[:i])) for i in range(len(rows) + 1)]
    if mode == "bytes-decrease":
        offsets[1] = offsets[-1] + 1
    elif mode == "bytes-beyond":
        offsets[-1] += 1000
    elif mode == "bytes-first":
        offsets[0] = 1
    elif mode == "bytes-less":
        offsets[-1] -= 1
    elif mode == "bytes-large":
        offsets[-1] = (1 << 64) - 1
    payload = struct.pack("<%dQ" % len(offsets), *offsets) + b"".join(rows)
    if mode == "bytes-few":
        payload = payload[:8 * len(rows)]
    elif mode == "bytes-count":
        hi = 1 << 62
    elif mode == "bytes-odd":
        odd = text("bytes") + struct.pack("<IQ", 0, 1)
        result(run, attempt, chunk, lo, hi, b"\x01" + bytes((hi - lo + 7) // 8 - 1) + payload, dtype="bytes", failed=1,
               listed=odd)
        return
    shape = (1,) if mode == "bytes-shape" else ()
    if mode == "bytes-parts":
        result(run, attempt, chunk, lo, hi, payload[:5], dtype="bytes", length=len(payload))
        for at in range(5, len(payload), 1000):
            part(run, attempt, chunk, at, payload[at:at + 1000])
    else:
        result(run, attempt, chunk, lo, hi, payload, dtype="bytes", shape=shape)


def answer_with_json(run, attempt, chunk, lo, hi):
    """Answers a chunk of a run whose results are JSON, see "Variable rows" in wire.h."""
    lines = [b'{"i": %d}' % i for i in range(lo, hi)]
    lines[-1] = {"json-invalid": b"{'i': 1}", "json-empty": b"", "json-two": b"1 2", "json-utf8": b'"\xc3("',
                 "json-control": b'"\x1b[2J"', "json-line": b"[1,\n2]", "json-cut": b'{"i": ',
                 "json-surrogate": b'"\xed\xa0\x80"'}.get(mode, lines[-1])
    offsets = [0]
    for line in lines:
        offsets.append(offsets[-1] + len(line))
    if mode == "json-decrease":
        offsets[1] = offsets[-1] + 1
    elif mode == "json-beyond":
        offsets[-1] += 1000
    elif mode == "json-first":
        offsets[0] = 1
    elif mode == "json-less":
        offsets[-1] -= 1
    elif mode == "json-large":
        offsets[-1] = (1 << 64) - 1
    payload = struct.pack("<%dQ" % len(offsets), *offsets) + b"".join(lines)
    if mode == "json-more":
        payload += b"1"
    elif mode == "json-few":
        payload = payload[:8 * len(lines)]
    if mode == "json-parts":
        result(run, attempt, chunk, lo, hi, payload[:5], dtype="json", length=len(payload))
        for at in range(5, len(payload), 1000):
            part(run, attempt, chunk, at, payload[at:at + 1000])
    elif mode == "json-parts-few":
        result(run, attempt, chunk, lo, hi, payload[:5], dtype="json", length=8 * len(lines))
    elif mode == "json-shape":
        result(run, attempt, chunk, lo, hi, payload, dtype="json", shape=(1,))
    elif mode == "json-odd":
        odd = text("json") + struct.pack("<IQ", 0, 1)
        result(run, attempt, chunk, lo, hi, b"\x01" + bytes((hi - lo + 7) // 8 - 1) + payload, dtype="json", failed=1,
               listed=odd)
    elif mode == "json-array":
        result(run, attempt, chunk, lo, hi, bytes(8 * (hi - lo)))
    else:
        result(run, attempt, chunk, lo, hi, payload, dtype="json")


def note(line):
    """Writes a line for the test to the log file, such as "working/end: reached"."""
    if folder:
        with open(folder + "/log", "a") as file:
            file.write(mode + ": " + line + "\n")


def await_file(name):
    """Waits until the test has created a file."""
    while not os.path.exists(folder + "/" + name):
        time.sleep(0.005)


# total and available memory of the host
memory = (128 << 20, 64 << 20) if mode == "credit" else (1 << 30, 1 << 30)


def stats(run=0, **header):
    send(STATS, struct.pack("<QIIIQQQ", 1, 0, 2, 0, *memory, 0), run=run, **header)


def ready(run=0):
    send(READY, text("Linux") + text("x86_64") + text("host") + text("cpu") + text("")
         + struct.pack("<IIQQ", (1 << 32) - 1 if mode == "cores" else 2, 1, *memory)
         + text(str(os.getpid())), run=run)  # as if each agent were on another machine


def prepared(run=0):
    send(PREPARED, struct.pack("<II", 1, 1) + text("python") + text("python3")
         + struct.pack("<I", 2) + text("python") + text("3") + text("numpy") + text("1")
         + struct.pack("<Q", 1), run=run)


def early_result(run=1):
    """Sends the result of a chunk that the agent has not received."""
    result(run, 1, 1, 0, 1, bytes(8))


def commit():
    """Commits the fault in the state of the host that was reached."""
    global node
    if fault == "end":
        os._exit(3)
    elif fault == "silence":
        while link.recv(65536):
            pass
        raise SystemExit
    elif fault == "garbage":
        write(b"Segmentation fault (core dumped)\n" * 10)
    elif fault == "wrong-state":
        {"greeting": prepared, "away": prepared, "starting": early_result,
         "preparing": early_result}.get(state, ready)()
    elif fault == "wrong-job":
        {"greeting": ready, "away": ready, "preparing": prepared, "working": early_result,
         "barred": early_result}.get(state, stats)(run=99)
    elif fault == "wrong-node":
        real, node = node, 99
        {"greeting": ready, "away": ready}.get(state, stats)()
        node = real
    elif fault == "oversized":
        send(RESULT, b"", b"", 1, payload_len=1 << 62)
    else:
        assert fault == "mute", fault


def reach(now, wait=True):
    """Commits the fault if @now is the state for it. @wait: waits until the test has seen that the
    host is in this state."""
    if now != state:
        return
    note("reached")
    if wait:
        await_file("go")
    note("acted")
    commit()


def is_first():
    """Creates a file, by default MAMUTO_ONCE. Returns False if the file exists, because another
    process of this agent has created it."""
    try:
        os.close(os.open(folder + "/once" if folder else os.environ["MAMUTO_ONCE"], os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return False
    return True


def answer_chunk(run, attempt, chunk, lo, hi):
    global node, held
    if mode in ("slow", "keeps", "copies"):
        time.sleep(0.05)
    elif mode == "patient":
        await_file("finish")
    good = b"".join(struct.pack("<d", 2 * i) for i in range(lo, hi))
    if mode.startswith("text-"):
        answer_with_texts(run, attempt, chunk, lo, hi)
    elif mode.startswith("bytes-"):
        answer_with_bytes(run, attempt, chunk, lo, hi)
    elif mode.startswith("json-"):
        answer_with_json(run, attempt, chunk, lo, hi)
    elif mode == "twice":
        result(run, attempt, chunk, lo, hi, good)
        result(run, attempt, chunk, lo, hi, good)
    elif mode == "copies":
        answer_copy(run, attempt, chunk, lo, hi, good)
    elif mode == "keeps":
        if held is None and hi - lo > 2:
            held = run, attempt, chunk, lo, hi, good
        else:
            result(run, attempt, chunk, lo, hi, good)
    elif mode.startswith("recall-"):
        if mode == "recall-unasked":
            returned(run, attempt, chunk, lo)
        elif held is None and hi - lo > 2:
            held = run, attempt, chunk, lo, hi, good
        else:
            result(run, attempt, chunk, lo, hi, good)
    elif mode == "unknown-chunk":
        result(run, attempt, chunk + 1000, lo, hi, good)
    elif mode == "unknown-attempt":
        result(run, attempt + 7, chunk, lo, hi, good)
    # Another attempt of the chunk is lost. The next result, which has only the second row of the
    # chunk, must be refused nevertheless.
    elif mode == "lost-other-attempt":
        send(LOST, text("gone"), b"", run, attempt + 7, chunk)
        result(run, attempt, chunk, lo + 1, lo + 2, good[8:16])
    elif mode == "other-rows":
        result(run, attempt, chunk, lo + 1, hi + 1, good)
    elif mode == "short":
        result(run, attempt, chunk, lo, hi, good[:-1])
    elif mode == "object-dtype":
        result(run, attempt, chunk, lo, hi, good, dtype="|O8")
    # The frame says that one row failed, but two bits are set in its bit mask of failed rows.
    elif mode == "marks":
        result(run, attempt, chunk, lo, hi, b"\x03" + bytes((hi - lo + 7) // 8 - 1) + good[8:],
               failed=1)
    # One odd row, which is not in the chunk, has no bit in the bits of failed rows, or has more bytes
    # than were sent.
    elif mode in ("odd-outside", "odd-unmarked", "odd-long"):
        row = {"odd-outside": hi + 5, "odd-unmarked": lo + 1}.get(mode, lo)
        odd = text("<f8") + struct.pack("<IqQ", 1, 1 << 20 if mode == "odd-long" else 2, 1)
        result(run, attempt, chunk, lo, hi, b"\x01" + bytes((hi - lo + 7) // 8 - 1) + good[8:]
               + struct.pack("<Q", row) + bytes(16), failed=1, listed=odd)
    # A row is marked as suspect, but not as failed.
    elif mode == "suspect":
        rest = bytes((hi - lo + 7) // 8 - 1)
        result(run, attempt, chunk, lo, hi, b"\x01" + rest + b"\x02" + rest + good[8:], failed=1, suspect=1)
    elif mode == "more-suspects":
        result(run, attempt, chunk, lo, hi, b"\x01" + bytes((hi - lo + 7) // 8 - 1) + good[8:],
               failed=1, suspect=2)
    elif mode == "row-outside":
        error = struct.pack("<QI", hi + 5, 1) + text("ValueError") + text("")
        result(run, attempt, chunk, lo, hi, b"\x01" + bytes((hi - lo + 7) // 8 - 1) + good[8:],
               failed=1, listed=error, n_listed=1)
    elif mode == "no-bytes":
        result(run, attempt, chunk, lo, hi, b"", dtype="<U0", shape=(1 << 60,))
    elif mode == "wide-text":  # only the first row has a result, of 800 kB
        marks = bytearray((hi - lo + 7) // 8)
        for i in range(1, hi - lo):
            marks[i // 8] |= 1 << i % 8
        result(run, attempt, chunk, lo, hi, bytes(marks if hi - lo > 1 else b"") + bytes(800000),
               dtype="<U200000", failed=hi - lo - 1)
    elif mode == "parts":
        in_parts(run, attempt, chunk, lo, hi, good)
    elif mode == "one-row":
        result(run, attempt, chunk, lo, lo + 1, good[:8])
    elif mode == "endless":
        send_without_end(run, attempt, chunk, lo)
    elif mode in ("part-first", "more-parts", "wrong-length", "gap", "overlap", "too-much",
                  "empty-part", "part-of-other", "large-in-large"):
        answer_in_parts(run, attempt, chunk, lo, hi, good)
    elif mode == "disguise":  # the text of each failed row contains control characters
        cause, trace = "=a\u202eb\u009b\x1b[2J", "=t\n\u202e\x1b\u009bx"
        listed = b"".join(struct.pack("<QI", i, 1) + text(cause) + text(trace)
                          for i in range(lo, min(hi, lo + 1000)))
        result(run, attempt, chunk, lo, hi, b"\xff" * ((hi - lo + 7) // 8), dtype="", failed=hi - lo,
               listed=listed, n_listed=min(hi - lo, 1000))
    elif mode == "flood":
        send(LOG, struct.pack("<IIQ", 0, 1, 0), b"more\n", run)
        # small frames that take longer to handle than to send, and a large buffer for them
        try:
            link.setsockopt(socket.SOL_SOCKET, 32, 64 << 20)  # SO_SNDBUFFORCE, which needs root
        except OSError:
            pass
        frame = HEADER.pack(0x31746D4D, VERSION, LOG, 0, 0, 0, node, 1, run, 0, 16, 0, 0)
        frames = (frame + struct.pack("<IIQ", 0, 1, 1)) * 10000
        while True:
            link.sendall(frames)
    # A row failed, but the result does not list the row.
    elif mode == "unlisted":
        result(run, attempt, chunk, lo, hi, b"\x02" + bytes((hi - lo + 7) // 8 - 1) + good[8:],
               failed=1)
    elif mode == "log":
        send(LOG, struct.pack("<IIQ", 0, 1, 0), b"\xff\xfe not text", run)
    elif mode == "garbage":
        write(b"Segmentation fault (core dumped)\n" * 10)
    elif mode == "huge":
        send(RESULT, b"", b"", run, payload_len=1 << 62)
    elif mode == "stray":
        node += 77
        result(run, attempt, chunk, lo, hi, good)
    elif mode == "ends-once" and is_first():
        os._exit(3)
    elif mode == "away/" + fault:
        os._exit(3)
    elif mode == "barred/" + fault:
        result(run, attempt, chunk, lo, hi, good[:-1])
        with open(folder + "/barred", "w"):
            pass  # the next process of the agent delays no results
        reach("barred")
        send_delayed()
    elif mode == "bad-argument":
        answer_bad_argument(run, attempt, chunk, lo, hi, good)
    elif mode == "credit":
        unanswered.append((run, attempt, chunk, lo, hi, good))
    elif mode in ("good", "patient", "slow", "clock", "ends-once", "whole", "whole-forgets", "name") or "/" in mode:
        # A host that has not sent a result gets no rows if another one could compute them soon.
        # Therefore the other host on the stream waits until this host has got rows.
        if delayed is not None:
            delayed.append((node, run, attempt, chunk, lo, hi, good))
        elif fault != "mute":
            result(run, attempt, chunk, lo, hi, good)


def send_delayed():
    global node, delayed
    own, results, delayed = node, delayed or [], None
    for node, *arguments in results:
        result(*arguments)
    node = own


blobs = {}  # (node, hash): content. Each node is a computer of its own, so it gets its own blobs.
forgotten = set()
unanswered = []  # chunks that are answered when no more arrive


def put(meta, payload):
    length, = struct.unpack_from("<I", meta)
    name = node, meta[4:4 + length].decode()
    _, offset = struct.unpack_from("<QQ", meta, 4 + length)
    assert offset == len(blobs.get(name, b"")), "a piece is missing"
    blobs[name] = blobs.get(name, b"") + payload


def arguments_of(meta):
    """Returns (kind, whole, dtype, shape, text, name) of each argument in the metadata of RUN."""
    def take(size):
        nonlocal meta
        part, meta = meta[:size], meta[size:]
        return part

    def number():
        return int.from_bytes(take(4), "little")

    def string():
        return take(number()).decode()
    n = struct.unpack("<IIIIQQQ", take(40))[3]
    for _ in range(n):
        kind, whole, dtype, n_dims = number(), number(), string(), number()
        shape = struct.unpack("<%dq" % n_dims, take(8 * n_dims))
        take(8 * n_dims + 16)
        content, _, name = string(), string(), string()
        yield kind, whole, dtype, shape, content, name
    assert not meta


def check_run(meta, run):
    """Ends the agent if RUN and the arrays before it are not those of the test."""
    arguments = list(arguments_of(meta))
    if mode == "name":
        assert [(a[0], a[4], a[5]) for a in arguments[1:]] == [(4, "7", "sigma"), (4, "[1]", "k")], arguments
        return
    kind, whole, dtype, shape, name, _ = arguments[1]
    assert (kind, whole, dtype, shape) == (2, 1, "<f8", (1000,)), arguments
    assert blobs[node, name] == struct.pack("<1000d", *range(1000))
    if mode == "whole-forgets" and not forgotten:
        forgotten.add(name)
        del blobs[node, name]
        send(FAULT, struct.pack("<II", 5, 1) + text("the array is lost") + text(name), run=run)


def answer_bad_argument(run, attempt, chunk, lo, hi, good):
    """Says that arguments of the first rows cannot be read, and most of these causes are malformed."""
    causes = ["0 3 bad", "0 500 bad", "1 0 bad", "x", "0 -1 bad", "0 99999999999999999999 bad", "0 5", "", " 1 1 x", "0 499 last"]
    failed = [i for i in range(lo, hi) if i < len(causes)]
    marks = bytearray((hi - lo + 7) // 8)
    for i in failed:
        marks[(i - lo) // 8] |= 1 << (i - lo) % 8
    listed = b"".join(struct.pack("<QI", i, 6) + text(causes[i]) + text("") for i in failed)
    payload = bytes(marks if failed else b"") + good[8 * len(failed):]
    result(run, attempt, chunk, lo, hi, payload, dtype="<f8" if len(failed) < hi - lo else "", failed=len(failed),
           listed=listed, n_listed=len(failed))


def await_frame():
    """Answers the chunks when the controller sends no more for a while, and notes how many bytes it has
    sent before it got an answer."""
    if unanswered and not select.select([link], [], [], 0.3)[0]:
        note("in flight %d" % sum(len(chunk[5]) // 8 * 262144 for chunk in unanswered))
        for chunk in unanswered:
            result(*chunk)
        unanswered.clear()


def begin():
    """Sends READY, or commits the fault if the agent commits it before the first frame arrives."""
    note("started")
    reach("greeting")
    if state == "away" and not is_first():
        reach("away")
    if mode == "no-greeting":
        send(PONG, struct.pack("<QQIIIQQQ", 1, 1, 0, 0, 0, 0, 0, 0))
        return
    ready()
    reach("starting")
    if mode == "ends-early":
        os._exit(7)
    elif mode == "garbage-early":
        write(b"Segmentation fault (core dumped)\n" * 10)


def prepare():
    note("joined")
    if mode == "no-numpy":
        send(FAULT, struct.pack("<II", 3, 1) + text("Python has no numpy") + text(""))
    elif state == "refused":
        # A run without other hosts ends at once. Therefore the FAULT and the next frame are sent
        # together, so that the host is still in this state when it reads the next frame.
        alone = not os.path.exists(folder + "/beside")
        waiting.extend(pack(FAULT, struct.pack("<II", 4, 1) + text("cannot import it") + text("")))
        if not alone or fault in ("end", "silence", "mute"):
            write(b"")
        reach("refused", wait=not alone)
    else:
        reach("preparing")
        if fault != "mute" or state != "preparing":
            prepared()


for node, mode in modes.items():
    begin()
while modes:
    await_frame()
    fields = HEADER.unpack(read(HEADER.size))
    kind, node, run, attempt, meta_len, chunk, payload_len = fields[2], fields[6], *fields[8:]
    mode = modes.get(node)
    meta = read(meta_len)
    payload = read(payload_len)
    if kind == PING:
        send(PONG, meta + struct.pack("<QIIIQQQ", clock, 0, 2, 0, *memory, 0))
    elif kind == PREPARE:
        prepare()
    elif kind == PUT:
        put(meta, payload)
    elif kind == RUN and mode in ("whole", "whole-forgets", "name"):
        check_run(meta, run)
    elif kind == CHUNK:
        reach("working")
        answer_chunk(run, attempt, chunk, *struct.unpack("<QQQ", meta)[:2])
    elif kind == RECALL:
        answer_recall(run, attempt, chunk)
    elif kind in (FINISH, CANCEL):
        reach("idle")
        send(IDLE, run=run)
    elif kind == BYE:
        del modes[node]
