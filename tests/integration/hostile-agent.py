#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A fake agent for tests. It sends invalid data, because the library must not trust data from a
host. It doubles the numbers 0, 1, 2, … and follows the protocol of core/wire/wire.h, except for
one fault. The environment variable MAMUTO_HOSTILE contains the name of the fault, for example
"marks". With "1=good,2=marks", the agent acts as two computers (nodes): node 1 has no fault, and
node 2 has the fault "marks"."""

import os
import socket
import struct
import time

OPEN, PREPARE, CHUNK, PING, BYE = 1, 4, 6, 12, 14
READY, PREPARED, FAULT, RESULT, LOG, PONG = 64, 66, 67, 68, 71, 73
HEADER = struct.Struct("<IHBBHHIIIIIQQ")

setting = os.environ["MAMUTO_HOSTILE"]
modes = {0: setting}
if "=" in setting:
    modes = {int(node): mode for node, mode in (pair.split("=") for pair in setting.split(","))}
node, mode = next(iter(modes.items()))
link = socket.socket(fileno=os.dup(0))
# `clock` is the agent's time, which PONG frames contain. `times` are the begin and the end of each
# chunk, which RESULT frames contain.
clock, times = (1 << 63, ((1 << 64) - 1, 5)) if mode == "clock" else (1, (1, 2))


def text(string):
    data = string if isinstance(string, bytes) else string.encode()
    return struct.pack("<I", len(data)) + data


def send(kind, meta=b"", payload=b"", run=0, attempt=0, chunk=0, payload_len=None):
    size = len(payload) if payload_len is None else payload_len
    link.sendall(
        HEADER.pack(0x31746D4D, 1, kind, 0, 0, 0, node, 1, run, attempt, len(meta), chunk, size)
        + meta + payload)


def read(size):
    data = b""
    while len(data) < size:
        piece = link.recv(size - len(data))
        if not piece:
            raise SystemExit
        data += piece
    return data


def result(run, attempt, chunk, lo, hi, payload, dtype="<f8", failed=0, listed=b"", n_listed=0,
           shape=()):
    meta = struct.pack("<QQIIQQQQ", lo, hi, 0, 1, 1, *times, 1) + text(dtype)
    meta += struct.pack("<I%dq" % len(shape), len(shape), *shape)
    meta += struct.pack("<QIQQ", failed, n_listed, 0, 0) + listed
    send(RESULT, meta, payload, run, attempt, chunk)


def is_first():
    """Creates the file MAMUTO_ONCE. Returns False if the file exists, because another process of
    this agent has created it."""
    try:
        os.close(os.open(os.environ["MAMUTO_ONCE"], os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return False
    return True


def answer_chunk(run, attempt, chunk, lo, hi):
    global node
    if mode == "slow":
        time.sleep(0.05)
    good = b"".join(struct.pack("<d", 2 * i) for i in range(lo, hi))
    if mode == "twice":
        result(run, attempt, chunk, lo, hi, good)
        result(run, attempt, chunk, lo, hi, good)
    elif mode == "unknown-chunk":
        result(run, attempt, chunk + 1000, lo, hi, good)
    elif mode == "unknown-attempt":
        result(run, attempt + 7, chunk, lo, hi, good)
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
    # A part of one row: the row is not in the chunk, or is not marked, or the part is too long.
    elif mode.startswith("part-"):
        row = {"part-outside": hi + 5, "part-unmarked": lo + 1}.get(mode, lo)
        part = text("<f8") + struct.pack("<IqQ", 1, 1 << 20 if mode == "part-long" else 2, 1)
        result(run, attempt, chunk, lo, hi, b"\x01" + bytes((hi - lo + 7) // 8 - 1) + good[8:]
               + struct.pack("<Q", row) + bytes(16), failed=1, listed=part)
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
        frame = HEADER.pack(0x31746D4D, 1, LOG, 0, 0, 0, node, 1, run, 0, 16, 0, 0)
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
        link.sendall(b"Segmentation fault (core dumped)\n" * 10)
    elif mode == "huge":
        send(RESULT, b"", b"", run, payload_len=1 << 62)
    elif mode == "stray":
        node += 77
        result(run, attempt, chunk, lo, hi, good)
    elif mode == "ends-once" and is_first():
        os._exit(3)
    elif mode in ("good", "slow", "clock", "ends-once"):
        result(run, attempt, chunk, lo, hi, good)


for node, mode in modes.items():
    if mode == "no-greeting":
        send(PONG, struct.pack("<QQIIIQQQ", 1, 1, 0, 0, 0, 0, 0, 0))
        continue
    send(READY, text("Linux") + text("x86_64") + text("host") + text("cpu") + text("")
         + struct.pack("<IIQQ", (1 << 32) - 1 if mode == "cores" else 2, 1, 1 << 30, 1 << 30))
    if mode == "ends-early":
        os._exit(7)
    elif mode == "garbage-early":
        link.sendall(b"Segmentation fault (core dumped)\n" * 10)
while modes:
    fields = HEADER.unpack(read(HEADER.size))
    kind, node, run, attempt, meta_len, chunk, payload_len = fields[2], fields[6], *fields[8:]
    mode = modes.get(node)
    meta = read(meta_len)
    read(payload_len)
    if kind == PING:
        send(PONG, meta + struct.pack("<QIIIQQQ", clock, 0, 2, 0, 1 << 30, 1 << 30, 0))
    elif kind == PREPARE and mode == "no-numpy":
        send(FAULT, struct.pack("<II", 3, 1) + text("Python has no numpy"))
    elif kind == PREPARE:
        send(PREPARED, struct.pack("<II", 1, 1) + text("python") + text("python3")
             + struct.pack("<I", 2) + text("python") + text("3") + text("numpy") + text("1")
             + struct.pack("<Q", 1))
    elif kind == CHUNK:
        answer_chunk(run, attempt, chunk, *struct.unpack("<QQ", meta))
    elif kind == BYE:
        del modes[node]
