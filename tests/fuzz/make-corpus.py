#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Writes the examples of valid inputs in corpus/TARGET/example-*, from which libFuzzer begins. Other
# files of the corpus are inputs that once caused a fault. To be run after a change of a format.
import json
import pathlib
import struct

FOLDER = pathlib.Path(__file__).resolve().parent / 'corpus'
(OPEN, PUT, FORGET, PREPARE, RUN, CHUNK, ACK, DROP, CANCEL, FINISH, SLOTS, PING, MEASURE,
 BYE, CHUNK_PART, RECALL) = range(1, 17)
(READY, STORED, PREPARED, FAULT, RESULT, LOST, IDLE, LOG, STATS, PONG, MEASURED,
 RESULT_PART, RETURNED) = range(64, 77)
VERSION = 5
HASH = '0123456789abcdef' * 4
KEY = 'AAAAC3NzaC1lZDI1NTE5AAAAIEK4jJzZ0d3NtHu5zt7vCTSQXvOmdFyIr1AFx9mNgPtx'
OTHER_KEY = 'AAAAC3NzaC1lZDI1NTE5AAAAIEK4jJzZ0d3NtHu5zt7vCTSQXvOmdFyIr1AFx9mNgPty'


def put(target, name, data):
    folder = FOLDER / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f'example-{name}').write_bytes(data.encode() if isinstance(data, str) else data)


# ---- messages ----
def u32(*numbers):
    return struct.pack(f'<{len(numbers)}I', *numbers)


def u64(*numbers):
    return struct.pack(f'<{len(numbers)}Q', *numbers)


def text(s):
    return u32(len(s.encode())) + s.encode()


def frame(kind, meta=b'', payload=b'', run=0, chunk=0, attempt=0, flags=0):
    return struct.pack('<IHBBHHIIIIIQQ', 0x31746d4d, VERSION, kind, 0, flags, 0, 0, 1, run, attempt,
                       len(meta), chunk, len(payload)) + meta + payload


def argument(kind, dtype='<f8', shape=(40,), strides=(8,), offset=0, value='', whole=0, name='',
             repeats=0, key=''):
    n = len(shape)
    return (u32(kind, whole) + text(dtype) + u32(n) + u64(*shape) + u64(*strides) +
            u64(offset, repeats) + text(value) + text(key) + text(name))


def bundle(files):
    out = b'MMB1' + u32(len(files))
    for path, content in sorted(files.items()):
        out += text(path) + u64(len(content)) + content
    return out


def result(lo=0, hi=4, dtype='<f8', shape=(), n_failed=0, n_listed=0, offset=0, length=0,
           payload=0, n_suspect=0):
    return (u64(lo, hi) + u32(1, 1) + u64(1, 2, 3, 1) + text(dtype) + u32(len(shape)) +
            u64(*shape) + u64(n_failed) + u32(n_listed) + u64(offset, length, payload, n_suspect))


MODULES = bundle({'m.py': b'def f(x):\n    return x\n', 'p/__init__.py': b'', 'p/q/r.py': b'1\n'})
ROW_ERROR = u64(0) + u32(1) + text('ValueError: x') + text('Traceback')
STATS_TEXT = u64(5) + u32(10, 2, 1) + u64(1 << 33, 1 << 32, 1 << 20)
RUN_TEXT = u32(1, 0, 1, 2) + u64(7, 40, 1000000)
MESSAGES = [  # in the order of the table in fuzz-wire.c
    ('ready', text('Linux') + text('x86_64') + text('rem1') + text('CPU') + text('avx2') +
     u32(4, 77) + u64(1 << 33, 1 << 32)),
    ('open', text('/tmp') + u32(5, 2, 60, 0, 4)),
    ('put', text(HASH) + u64(100, 0, 0)),
    ('blob', text(HASH)),
    ('prepare', u32(1) + text('python') + text('') + text('m') + text('f') + text(HASH) + u64(0) +
     text('') + text('{}')),
    ('prepared', u32(1, 1) + text('python') + text('/usr/bin/python3') + u32(2) + text('python') +
     text('3.11.2') + text('numpy') + text('1.24') + u64(9)),
    ('fault', u32(4, 1) + text('no module') + text('')),
    ('run', RUN_TEXT),
    ('argument', argument(1)),
    ('chunk', u64(0, 4, 32)),
    ('slots', u32(2)),
    ('ping', u64(9)),
    ('stats', STATS_TEXT),
    ('measure', u64(1, 100)),
    ('measured', u64(1, 100)),
    ('result', result(shape=(3, 2), n_failed=1, n_listed=1)),
    ('row-error', ROW_ERROR),
    ('lost', text('why')),
    ('log', u32(1, 2) + u64(0)),
    ('header', frame(PING)),
    ('text', 'aé€😀'.encode() + b'\xff\xc3'),
    ('extent', argument(3, '<i4', (4, 3), (12, 4), 16)),
    ('part', u64(20)),
]
WHOLE = argument(2, '>f4', (4, 6), (4, 16), value=HASH, whole=1, name='data')
for number, (name, message) in enumerate(MESSAGES):
    put('wire', name, bytes([number]) + message)
put('wire', 'whole', bytes([8]) + WHOLE)
put('wire', 'bytes', bytes([15]) + result(dtype='bytes'))
put('wire', 'combined', bytes([8]) + argument(2, 'json', (4,), (0,), value=HASH, key='k', repeats=9))

put('frames', 'agent', b'\x05\x01' + frame(READY, MESSAGES[0][1]) +
    frame(RESULT, result(payload=32), b'\0' * 32, run=1, chunk=1, attempt=1) +
    frame(RESULT, result(payload=32), b'\0' * 20, run=1, chunk=3, attempt=1) +
    frame(RESULT_PART, u64(20), b'\0' * 12, run=1, chunk=3, attempt=1) +
    frame(RESULT, result(length=32), run=1, chunk=2, attempt=1, flags=1) + frame(IDLE, run=1))
put('frames', 'controller', b'\x09\0' + frame(OPEN, MESSAGES[1][1]) +
    frame(CHUNK, u64(0, 4, 32), b'\0' * 32, run=1, chunk=1, attempt=1) +
    frame(CHUNK, u64(0, 4, 32), b'\0' * 20, run=1, chunk=2, attempt=1) +
    frame(CHUNK_PART, u64(20), b'\0' * 12, run=1, chunk=2, attempt=1) + frame(BYE))
put('frames', 'cut', b'\0\0' + frame(LOG, MESSAGES[18][1], b'text\n')[:-2])
put('frames', 'large', b'\x01\0' + frame(RESULT, result(payload=6000), b'\1' * 6000, run=1) + frame(IDLE))

# ---- scripts for the agent, see agent-script.c ----
(S_FRAME, S_BYTES, S_RUNNER, S_SLOT, S_RESULT, S_PRINT, S_CLOCK, S_END, S_TURN) = range(9)
MORE = 0x80
(NO_PACKAGE, NOT_IMPORTED, IMPORTED, STARTED, NOT_STARTED, DIED, USABLE, NO_EXEC) = range(1, 9)
HELLO = u32(1)


def s_frame(kind, meta=b'', payload=b'', run=0, chunk=0, attempt=1, flags=0, more=0):
    return bytes([S_FRAME | more, kind, flags, run, attempt, chunk]) + struct.pack(
        '<HH', len(meta), len(payload)) + meta + payload


def s_runner(kind, value=0, pid=0x20, status=0, message=b'', runner=0):
    return bytes([S_RUNNER, runner, kind]) + struct.pack('<H', value) + bytes(
        [pid, status, len(message)]) + message


def s_slot(slot, message):
    return bytes([S_SLOT, slot, len(message)]) + message


def s_result(slot, options=0, changes=b''):
    return bytes([S_RESULT, slot, options, len(changes)]) + changes


def s_print(process, message):
    return bytes([S_PRINT, process, len(message)]) + message


TURN = bytes([S_TURN])
VERSIONS = b'/usr/bin/python3\0python\x003.11\0numpy\x001.24\0'
SESSION = s_frame(OPEN, text('/tmp') + u32(0, 2, 0, 0, 0))
PREPARATION = s_frame(PREPARE, u32(1) + text('python') + text('/bin/sh') + text('m') + text('f') +
                      text('') + u64(0) + text('') + text(''))
IMPORTS = s_runner(USABLE) + s_runner(IMPORTED, 1, message=VERSIONS)
SLOTS_START = (s_runner(STARTED, 0, 0x21) + s_runner(STARTED, 1, 0x22) + s_slot(0, HELLO) +
               s_slot(1, HELLO))


def s_run(*arguments, n_rows=40, limit=0, flags=0, run=1):
    return s_frame(RUN, u32(1, 0, 0, len(arguments)) + u64(0, n_rows, limit) + b''.join(arguments),
                   run=run, flags=flags)


def s_chunk(number, lo, hi, size=8):
    return s_frame(CHUNK, u64(lo, hi, size * (hi - lo)), b'\0' * size * (hi - lo), run=1, chunk=number)


put('agent', 'run', SESSION + PREPARATION + IMPORTS + SLOTS_START + s_run(argument(1)) +
    s_chunk(1, 0, 10) + s_chunk(2, 10, 20) + s_result(0) + s_result(1, 3) +
    s_frame(ACK, u32(1) + u64(1), run=1) + s_chunk(3, 20, 30) + s_frame(DROP, u32(1) + u64(3), run=1)
    + s_frame(FINISH, run=1) + s_frame(BYE))
# Rows of any length (JSON): ten offsets and their bytes, before the rows of another argument.
JSON_CHUNK = u64(*range(0, 22, 2)) + b'[]' * 10 + b'\0' * 80
put('agent', 'json', SESSION + PREPARATION + IMPORTS + SLOTS_START + s_run(
    argument(1, 'json', (40,), (0,), key='key'), argument(1)) + s_frame(
        CHUNK, u64(0, 10, len(JSON_CHUNK)), JSON_CHUNK, run=1, chunk=1) + s_result(0) + s_frame(FINISH, run=1) +
    s_frame(BYE))
put('agent', 'parts', SESSION + PREPARATION + s_run(argument(1)) + s_frame(
    CHUNK, u64(0, 10, 80), b'\0' * 30, run=1, chunk=1) + s_frame(PING, u64(3)) + s_frame(
        CHUNK_PART, u64(30), b'\0' * 50, run=1, chunk=1) + IMPORTS + SLOTS_START + s_result(0) + s_frame(
            CHUNK, u64(10, 20, 80), b'\0' * 30, run=1, chunk=2) + s_frame(CANCEL, run=1) + s_frame(
                CHUNK_PART, u64(30), b'\0' * 50, run=1, chunk=2))
put('agent', 'kept', SESSION + s_frame(PUT, text(HASH) + u64(320, 0, 0), b'\0' * 320) + PREPARATION +
    s_run(argument(2, value=HASH), argument(4, '', (), (), value='[1,2]')) + IMPORTS + SLOTS_START +
    s_chunk(1, 0, 40, 0) + s_result(0) + s_frame(FORGET, text(HASH)) + s_frame(CANCEL, run=1))
put('agent', 'whole', SESSION + s_frame(PUT, text(HASH) + u64(96, 0, 0), b'\0' * 96) + PREPARATION +
    s_run(argument(1), argument(2, '>f4', (4, 6), (4, 16), value=HASH, whole=1),
          argument(4, '', (), (), value='0.5', name='sigma'),
          argument(2, '<f8', (), (), value=HASH, whole=1, name='data')) + IMPORTS + SLOTS_START +
    s_chunk(1, 0, 10) + s_result(0) +
    s_run(argument(1), WHOLE, run=2) +
    s_frame(FORGET, text(HASH)) + s_frame(CANCEL, run=1) + s_frame(FINISH, run=2))
# Lines of JSON that the host keeps, as a whole and combined with an array.
JSON_BLOB = u64(*range(0, 12, 2)) + b'[]' * 5
put('agent', 'combinations', SESSION + s_frame(PUT, text(HASH) + u64(len(JSON_BLOB), 0, 0), JSON_BLOB) + PREPARATION +
    s_run(argument(1), argument(2, 'json', (5,), (0,), value=HASH, key='k', repeats=8),
          argument(2, 'json', (5,), (0,), value=HASH, whole=1),
          argument(3, '<f8', (8,), (8,), 16, repeats=1), flags=0x41) + IMPORTS + SLOTS_START +
    s_chunk(1, 0, 40) + s_result(0) + s_frame(FINISH, run=1))
put('agent', 'pieces', SESSION + s_frame(PUT, text(HASH) + u64(30, 0, 0), b'\0' * 20) +
    s_frame(PUT, text(HASH) + u64(30, 20, 0), b'\0' * 10) +
    s_frame(PUT, text(HASH) + u64(30, 20, 0), b'\0' * 10))
put('agent', 'by-descriptor', SESSION + s_frame(PUT, text(HASH) + u64(80, 0, 0), flags=0x11) +
    PREPARATION + s_run(argument(3, '<f8', (40,), (8,), 16), argument(3, '<f8', (40,), (0,)),
                        flags=0x41) + IMPORTS + SLOTS_START + s_chunk(1, 0, 10, 0) + s_result(0, 1))
put('agent', 'bundle', SESSION + s_frame(PUT, text(HASH) + u64(len(MODULES), 0, 0), MODULES) +
    s_frame(PREPARE, u32(2) + text('python') + text('') + text('m') + text('f') + text(HASH) +
            u64(5000000) + text('') + text('')) + IMPORTS)
put('agent', 'anytime', s_frame(PING, u64(1)) + s_frame(MEASURE, u64(1, 1000)) +
    s_frame(MEASURE, u64(2, 0), b'\0' * 100) + SESSION + s_frame(SLOTS, u32(3)) +
    s_frame(PING, u64(2), flags=2) + s_frame(CHUNK, u64(0, 4, 0), run=9, chunk=1) +
    s_frame(FINISH, run=3))
put('agent', 'bytes', bytes([S_BYTES]) + struct.pack('<H', 48) + frame(BYE))
put('agent', 'many-functions', SESSION + b''.join(
    s_frame(PREPARE, u32(i) + text('python') + text('/bin/sh') + text('m') + text('f') + text('') +
            u64(0) + text('') + text('')) for i in range(1, 11)) + s_frame(SLOTS, u32(0)))

put('runner', 'results', IMPORTS + SLOTS_START + s_result(0) + s_result(1, 1) + s_result(0, 2) +
    s_result(1, 4) + TURN)
put('runner', 'malformed', IMPORTS + SLOTS_START + s_result(0, 1, b'\4\x01') + s_slot(1, u32(2)) +
    s_runner(DIED, 0, 0x21, 9) + s_runner(STARTED, 0, 0x23) + s_slot(2, HELLO) + s_result(2))
put('runner', 'deaths', IMPORTS + SLOTS_START + s_runner(DIED, 0, 0x21, 11) +
    s_runner(STARTED, 0, 0x23) + s_slot(2, HELLO) + s_runner(DIED, 0, 0x23, 9) +
    s_runner(STARTED, 0, 0x24) + s_slot(3, HELLO) + s_runner(DIED, 0, 0x24, 9))
put('runner', 'refused', IMPORTS + SLOTS_START + s_slot(0, u32(3) + b'no such value') +
    s_slot(1, u32(3) + b'again'))
put('runner', 'not-imported', s_runner(USABLE) + s_print(0x80, b'trace\n') +
    s_runner(NOT_IMPORTED, 1, message=b'no module\n'))
put('runner', 'candidates', s_runner(NO_PACKAGE, message=b'no numpy\n') + s_runner(NO_EXEC, 13,
                                                                                 runner=1))
put('runner', 'ends', IMPORTS + SLOTS_START + s_print(0, b'text \xc3\xa9 \xff\n') +
    s_print(3, b'half') + bytes([S_END, 0x40]) + s_runner(USABLE, runner=1) +
    s_runner(IMPORTED, 1, message=VERSIONS, runner=1) + s_runner(STARTED, 0, 0x25, runner=1))
put('runner', 'late', IMPORTS + s_runner(STARTED, 0, 0x21) + bytes([S_CLOCK, 200]) * 3 +
    s_runner(NOT_STARTED, 1, message=b'no memory') + bytes([S_CLOCK, 255]) * 2)
put('runner', 'slot-ends', IMPORTS + SLOTS_START + bytes([S_END, 1]) + s_runner(DIED, 0, 0x21, 9) +
    bytes([S_CLOCK, 8]) * 4 + s_result(1, 8) + s_result(1))


# ---- answers of slots ----
def answer(n_failed=0, block=64, block_offset=0, errors=b'', errors_offset=0, n_listed=0,
           in_buffer=0, dtype=b'<f8', shape=(), n_rows=8):
    return (u32(2, len(shape)) + u64(7, 10, 20, 5, n_rows, n_failed, 0, block, block_offset, len(errors),
                                     errors_offset) + u32(n_listed, in_buffer) +
            dtype.ljust(24, b'\0') + u64(*shape))


def slot_result(options, buffer, packet):
    units = (len(buffer) + 15) // 16
    return bytes([options, units]) + buffer.ljust(16 * units, b'\0') + packet


put('slot-result', 'inline', slot_result(0, b'', answer() + b'\1' * 64))
put('slot-result', 'shape', slot_result(2, b'', answer(block=48, dtype=b'|u1', shape=(3, 2)) +
                                        b'\2' * 48))
put('slot-result', 'cut', slot_result(0, b'', answer(block=24, n_rows=3) + b'\1' * 24))
put('slot-result', 'buffer', slot_result(1, b'\0' * 16 + b'\1' * 64, answer(
    block_offset=16, errors_offset=80, in_buffer=1)))
put('slot-result', 'failed', slot_result(0, b'\0' * 15 + b'\1' + b'\1' * 56 + ROW_ERROR, answer(
    1, 56, 16, ROW_ERROR, 72, 1, 1)))
put('slot-result', 'all-failed', slot_result(0, b'\0' * 15 + b'\xff' + ROW_ERROR, answer(
    8, 0, 16, ROW_ERROR, 16, 1, 1, b'')))
put('slot-result', 'no-block', slot_result(0, ROW_ERROR, answer(
    8, 0, 0, ROW_ERROR, 0, 1, 0, b'')))
put('slot-result', 'text', slot_result(0, b'', answer(block=96, dtype=b'<U3') + b'a\0\0\0' * 24))

JSON_ROWS = u64(*range(0, 17, 2)) + b'[]{}11""-100[]{}'
put('slot-result', 'json', slot_result(8, b'', answer(block=len(JSON_ROWS), dtype=b'json') + JSON_ROWS))
TEXT_ROWS = u64(0, 3, 5) + b'"a"""'
put('slot-result', 'texts', slot_result(0, b'', answer(block=len(TEXT_ROWS), dtype=b'json', n_rows=2) + TEXT_ROWS))
BYTES_ROWS = u64(0, 3, 3, 5) + b'\0\xff.ab'
put('slot-result', 'bytes', slot_result(0, b'', answer(block=len(BYTES_ROWS), dtype=b'bytes', n_rows=3) + BYTES_ROWS))
put('slot-result', 'bytes-buffer', slot_result(1, BYTES_ROWS + b'\0' * 3, answer(
    block=len(BYTES_ROWS), errors_offset=len(BYTES_ROWS), in_buffer=1, dtype=b'bytes', n_rows=3)))
put('slot-result', 'bytes-unasked', slot_result(8, b'', answer(
    block=len(BYTES_ROWS), dtype=b'bytes', n_rows=3) + BYTES_ROWS))
put('slot-result', 'bytes-decrease', slot_result(0, b'', answer(
    block=len(BYTES_ROWS), dtype=b'bytes', n_rows=3) + u64(0, 3, 2, 5) + b'\0\xff.ab'))
put('slot-result', 'json-buffer', slot_result(9, JSON_ROWS, answer(
    block=len(JSON_ROWS), errors_offset=len(JSON_ROWS), in_buffer=1, dtype=b'json')))

put('bundle', 'modules', MODULES)
put('bundle', 'none', bundle({}))
put('bundle', 'outside', bundle({'../m.py': b'1'}))
put('bundle', 'twice', b'MMB1' + u32(2) + (text('a') + u64(0)) * 2)
put('bundle', 'file-and-folder', bundle({'a': b'1', 'a/b': b'2'}))

# ---- scripts for the mapper, see fake-agent.c ----
(M_RESULT, M_FAILURE, M_LOST, M_AGAIN, M_BY_FD, M_CHANGED, M_FRAME, M_BYTES, M_FAULT, M_LOG, M_STATS,
 M_READY, M_PREPARED, M_IDLE, M_FAIL_ALL, M_WAIT) = range(16)
RAW, PASSES_FDS, CONTINUE, TWO, BATCH, KEEP, WHOLE_TOO = 1, 2, 4, 8, 16, 32, 128
JSON = 64  # without KEEP
put('mapper', 'results', bytes([0] + [M_RESULT] * 40))
put('mapper', 'by-descriptor', bytes([PASSES_FDS] + [M_BY_FD] * 40))
put('mapper', 'failures', bytes([CONTINUE] + [M_FAILURE, M_RESULT, M_FAIL_ALL] * 14))
put('mapper', 'stops', bytes([0] + [M_RESULT, M_FAILURE] * 5))
put('mapper', 'lost', bytes([0] + [M_LOST, M_RESULT, 0x10 | M_RESULT] * 14))
put('mapper', 'lost-always', bytes([0] + [M_LOST] * 40))
put('mapper', 'again', bytes([CONTINUE] + [M_AGAIN, M_RESULT] * 40))
put('mapper', 'two', bytes([TWO] + [M_RESULT] * 80))
put('mapper', 'two-one-fails', bytes([TWO | KEEP] + [M_RESULT, M_WAIT, M_FAULT, 4] * 2 +
                                     [M_RESULT] * 40))
put('mapper', 'two-one-ends', bytes([TWO, M_LOST] + [M_RESULT] * 41))
put('mapper', 'batch-kept', bytes([BATCH | KEEP] + [M_RESULT] * 40))
put('mapper', 'whole', bytes([WHOLE_TOO | TWO | KEEP] + [M_RESULT] * 80))
put('mapper', 'other-frames', bytes([0, M_LOG, 1, 5]) + b'text\n' + bytes(
    [M_STATS, 1, M_WAIT, M_IDLE] + [M_RESULT] * 40))
put('mapper', 'json', bytes([JSON] + [M_RESULT] * 40))
put('mapper', 'json-by-descriptor', bytes([JSON | PASSES_FDS | CONTINUE] + [M_BY_FD, M_FAILURE] * 20))
put('mapper', 'json-changed', bytes([JSON | CONTINUE] + [M_RESULT, M_CHANGED, 1, 120, 1]))
put('mapper', 'changed', bytes([CONTINUE] + [M_RESULT, M_CHANGED, 1, 0, 1]))
put('mapper', 'early', bytes([RAW, M_PREPARED]))
put('mapper', 'twice', bytes([RAW, M_READY, M_READY]))
put('mapper', 'fault', bytes([RAW, M_READY, M_FAULT, 2]))
put('mapper', 'frame', bytes([0, M_WAIT, M_FRAME, RESULT, 0, 0]))

# ---- files ----
put('job', 'full', '# my job\n[job]\nversion = 1\nfunction = model.py:like\ncluster = c.cfg\n'
    'mode = batch\ndepends = helpers, pkg\noutput = out 100%%.npy\non-error = continue\n'
    'row-timeout = 2.5\nstart-timeout = 300\ncolour = blue\n\n[argument 1]\nname = x\n'
    'value = sub/t.csv:a/b,y\nkeep = yes\n\n[argument 2]\nvalue = =[1, 2.5]\n\n[other]\nkey: a\n b\n')
put('job', 'small', '[job]\nfunction = package.module:f\n[argument 2]\nvalue = ./=a.npy\n')
put('job', 'old', '[JOB]\r\nVersion: 1\r\nMODE=Row\r\nfunction: /a b/../m.py:f ; comment\r\n')
put('cluster', 'full', '# comment\n[parameters]\nhosts = {"localhost": 4, "rem1": 16, "ann@rem2": 8,'
    ' "rem3:2222": 0}\nworkdir = /scratch\npython = /usr/bin/python3\nnice = 10\n\n[host rem1]\n'
    'user = ada\nport = 2222\npython = ~/bin/python3\nenabled = no\nworkdir = /tmp\nnice = -3\n'
    'cores = 3\nother = 1\n')
put('cluster', 'names', '[parameters]\nHosts: {"a]b": 1, "\\u00e4": 2,\n  "[::1]:22": 3}\n')
put('cluster', 'list', 'localhost:4,rem1:16,user@rem2:2222*8,rem[01-20]:8,[::1]:2')
SECONDS = {kind: 0.25 for kind in ('connecting', 'preparing', 'sending', 'waiting', 'computing',
                                   'returning', 'idle')}
put('report', 'run', json.dumps({
    'mamuto_report': 2, 'created': '2026-01-02T03:04:05Z', 'job': 'job ä', 'hosts': [{
        'name': 'rem1', 'cores': 2, 'rows': 40, 'rows_failed': 1, 'core_s': 2.5,
        'seconds': SECONDS}],
    'runs': [{'function': 'm.py:f', 'state': 'done', 'rows': 40, 'rows_done': 39, 'rows_failed': 1,
              'wall_s': 1.25}]}))
put('report', 'comparison', json.dumps({
    'mamuto_comparison': 1, 'created': '2026-01-02T03:04:05Z', 'function': 'm.py:f', 'job': 'j',
    'cluster': {'hosts': 2, 'cores': 4}, 'contenders': [
        {'name': name, 'measured': [
            {'rows': rows, 'runs': 3, 'median_s': start + rows * row, 'min_s': start, 'max_s': 9,
             'cores': 4, 'seconds': SECONDS} for rows in (100, 1000)]}
        for name, start, row in (('loop', 0, 1e-3), ('local', 0.1, 5e-4), ('cluster', 0.3, 1e-4),
                                 ('cluster-cold', 0.9, 1e-4))],
    'notes': ['text', 'other'], 'note_fields': [
        {'kind': 'text', 'hosts': ['rem1'], 'texts': ['a'], 'count': 2}]}))
put('report', 'old', json.dumps({
    'mamuto_report': 1, 'created': '2026-01-02T03:04:05+01', 'jobs': [{'function': '', 'rows': 0}]}))
put('ssh-config', 'sections', 'Host rem1 web?\n HostName 10.0.0.1\n User ann\n Port=2222\n'
    'Match host 10.* user ann,!bob exec "test -f %d/x"\n IdentityFile ~/.ssh/%h # key\n'
    ' IdentitiesOnly yes\nMatch !originalhost rem2 all\n ProxyJump gate, other\n'
    'Include conf.d/*\nHost *\n UserKnownHostsFile ~/a "b c" none\n ConnectTimeout 5\n'
    'HostKeyAlgorithms -ssh-r*\n')
put('ssh-config', 'safety', 'RevokedHostKeys /etc/r\nKnownHostsCommand none\n'
    'ProxyCommand nc %h %p ${HOME}\nStrictHostKeyChecking accept-new\nHostKeyAlias alias\n')
put('known-hosts', 'plain', f'\0# comment\nrem1,10.0.0.1 ssh-ed25519 {KEY} comment\n'
    f'[rem1]:2222 ssh-ed25519 {OTHER_KEY}\n*.org,!a.org ecdsa-sha2-nistp256 AAAA\n')
put('known-hosts', 'changed', f'\0rem1 ssh-ed25519 {OTHER_KEY}\n')
put('known-hosts', 'marks', f'\3@cert-authority *.org ssh-rsa AAAA\n@revoked * ssh-ed25519 {KEY}\n')
put('known-hosts', 'hashed', '\0|1|F1E1KeoE/eEWhi10WpGv4OdiO6Y=|3988QV0VE8wmZL7suNrYQLITLCg= '
    f'ssh-ed25519 {KEY}\n')
put('known-hosts', 'alias', f'\4ali?s ssh-ed25519 {KEY}\n')
