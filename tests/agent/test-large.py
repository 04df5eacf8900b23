# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Tests of rows whose arguments or results are larger than a frame, and of chunks whose results are
# large. Over pipes the agent sends all bytes in frames, as over ssh.
from conversation import *

SOURCE = '''
import os
import numpy as np

def wide(x): return np.full(10 << 20, x)
def total(x): return x.sum()
def five(x): return np.full(5 << 17, x)
def five_of_list(x): return [[x] * 1024] * 640
def five_or_fail(x):
    if x < 3 or x == 8:
        raise ValueError(x)
    if x in (3, 9):
        raise StopIteration
    return np.full(5 << 17, x)
def five_or_die(x):
    if x == 4:
        os._exit(1)
    return np.full(5 << 17, x)
def text(x): return 'a' * (1 << 20)
def batch(x): return np.repeat(x, 5 << 17).reshape(len(x), -1)
def same(x): return x
def lists(x): return [np.full(5 << 17, v) for v in x]
def odd_lists(x): return [np.full(5 << 17 if v > 180 else 1, v) for v in x]
'''
ROW = np.arange(16.0)
FIVE = 5 << 17
LARGE = np.arange(20 << 20, dtype='f8').reshape(2, -1)  # rows of 80 MiB


def start(name, pipes=True, slots=2):
    agent = Agent(pipes=pipes).open(slots=slots)
    agent.prepared(SOURCE, name=name)
    return agent


def test_a_large_result():
    agent = start('wide')
    run = agent.run([(ROWS, ROW)], 16)
    agent.chunk(0, 3, 4)
    agent.read_until_large()
    # A ping is answered before the rest of the result.
    agent.send(PING, struct.pack('<Q', 5))
    kinds = []
    while PONG not in kinds:
        kinds.append(agent.expect(PONG, RESULT_PART).kind)
        assert len(kinds) < 100
    agent.ack(run, 0, kind=DROP)
    agent.end()
    agent = start('wide')
    result, = agent.map([(ROWS, ROW[:1] + 7)], 1)
    assert result.length == 80 << 20 and result.block.shape == (1, 10 << 20)
    assert (result.block == 7).all()
    agent.end()


def test_large_arguments():
    for pipes in (True, False):
        agent = start('total', pipes)
        # Parts of rows and frames of other chunks and pings may alternate.
        assert list(agent.values([(ROWS, LARGE)], 2, 1)) == list(LARGE.sum(axis=1))
        small = agent.run([(ROWS, ROW.reshape(16, 1))], 16)
        large = agent.run([(ROWS, LARGE)], 2)
        data = LARGE[1].tobytes()
        head = dict(run=large, chunk=9, attempt=1)
        agent.send(CHUNK, struct.pack('<QQQ', 1, 2, len(data)), data[:10], **head)
        agent.send(PING, struct.pack('<Q', 5))
        agent.expect(PONG)
        agent.send(CHUNK_PART, struct.pack('<Q', 10), data[10:1000], **head)
        agent.send(CHUNK, struct.pack('<QQQ', 0, 1, 8), ROW[:1].tobytes(), run=small)
        assert agent.expect(RESULT).run == small
        agent.send(CHUNK_PART, struct.pack('<Q', 1000), data[1000:60 << 20], **head)
        agent.send(CHUNK_PART, struct.pack('<Q', 60 << 20), data[60 << 20:], **head)
        frame = agent.expect(RESULT)
        assert (frame.run, frame.chunk) == (large, 9) and frame.result().block[0] == LARGE[1].sum()
        agent.end()


def test_memory_of_large_results_is_freed():
    for kind, pipes in ((ROWS, True), (REF, False)):
        agent = start('wide', pipes)
        for _ in range(2):
            assert (agent.values([(kind, ROW[7:8])], 1) == 7).all()
        files = ['/proc/%d/fd/%s' % (agent.process.pid, fd)
                 for fd in os.listdir('/proc/%d/fd' % agent.process.pid)]
        buffers = [os.stat(f) for f in files if os.readlink(f).startswith('/memfd:mamuto-result')]
        assert max(b.st_size for b in buffers) >= 80 << 20
        assert sum(b.st_blocks for b in buffers) < 2048
        agent.end()


def first_rows(name, n, agent=None, **more):
    """Computes chunks of all rows that are left. Returns the numbers of rows of the answers, and the
    results."""
    agent = agent or start(name)
    agent.run([(ROWS, ROW)], n, **more)
    lo, sizes, results = 0, [], []
    while lo < n:
        agent.chunk(lo, lo, n)
        result = agent.expect(RESULT).result()
        assert result.lo == lo and lo < result.hi <= n
        results.append(result)
        sizes.append(result.hi - lo)
        lo = result.hi
    agent.end()
    return sizes, results


def test_a_chunk_is_cut():
    # 6 results of 5 MiB fit into 32 MiB.
    for name, more in (('five', {}), ('five', {'seed': 1}), ('five', {'row_limit': 50}),
                       ('five_of_list', {})):
        sizes, results = first_rows(name, 16, **more)
        assert sizes == [6, 6, 4], (name, more, sizes)
        block = np.concatenate([r.block for r in results]).reshape(16, -1)
        assert block.shape == (16, FIVE) and (block == ROW[:, None]).all()
    sizes, results = first_rows('text', 16)
    assert sizes == [8, 8] and results[1].block.dtype == '<U%d' % (1 << 20)
    # In batch mode the function gets all rows at once, so the chunk is not cut.
    sizes, results = first_rows('batch', 16, batch=True)
    assert sizes == [16] and (results[0].block == ROW[:, None]).all()


def batches(agent, starts, n, values, **more):
    """Computes chunks of all rows from each start on. Returns the numbers of rows of the answers."""
    run, sizes = agent.run([(ROWS, values)], n, batch=True, **more), []
    for number, lo in enumerate(starts):
        agent.chunk(number, lo, n)
        result = agent.expect(RESULT).result()
        assert result.lo == lo and result.n_failed == 0 and result.passes == 1
        assert (result.block.reshape(result.hi - lo, -1) == values[lo:result.hi, None]).all()
        agent.ack(run, number)
        sizes.append(result.hi - lo)
    agent.finish(run)
    return sizes


def test_a_batch_is_cut():
    many = np.arange(200.0)
    # The first call has few rows, and shows how many fit into 32 MiB: 6 results of 5 MiB.
    agent = start('batch', slots=1)  # because each slot measures the results itself
    assert batches(agent, [190, 0, 6, 199], 200, many) == [10, 6, 6, 1]
    # The next run knows the size of results if the rows have the same types.
    assert batches(agent, [0, 100], 200, many, row_limit=50) == [6, 6]
    agent.prepared(SOURCE, name='same', number=2)
    assert batches(agent, [0, 0, 64], 200, many, function=2) == [64, 200, 136]
    assert batches(agent, [0], 200, many, function=2) == [200]
    assert batches(agent, [0, 64], 200, many.astype('f4'), function=2) == [64, 136]
    agent.prepared(SOURCE, name='lists', number=3)
    assert batches(agent, [190, 3], 200, many, function=3) == [10, 6]
    agent.prepared(SOURCE, name='odd_lists', number=4)
    run = agent.run([(ROWS, many)], 200, batch=True, function=4)
    for number, lo, hi in ((0, 170, 200), (1, 190, 196)):
        agent.chunk(number, lo, 200)
        assert agent.expect(RESULT).result().hi == hi
        agent.ack(run, number)
    agent.end()


def test_failed_rows_of_a_cut_chunk():
    for more in ({}, {'seed': 1}, {'row_limit': 50}):
        sizes, results = first_rows('five_or_fail', 16, **more)
        assert sizes == [10, 6], sizes
        assert [e[0] for r in results for e in r.errors] == [0, 1, 2, 3, 8, 9], results[0].errors
        assert (results[0].block[:, 0] == [4, 5, 6, 7]).all()
        assert (results[1].block == ROW[10:, None]).all()


def test_a_chunk_is_cut_after_a_death():
    # Single rows are computed in a copy of the process or, if the module has threads, in a new one.
    threads = ('import threading, time\n'
               'threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()\n')
    for extra in '', threads:
        agent = Agent(pipes=True).open(deadman=600)
        agent.prepared(extra + SOURCE, name='five_or_die')
        sizes, results = first_rows('five_or_die', 16, agent)
        assert len(sizes) > 1 and sum(sizes) == 16, sizes
        assert [e[:2] for r in results for e in r.errors] == [(4, DIED)], results[0].errors
        assert (np.concatenate([r.block for r in results]) == np.delete(ROW, 4)[:, None]).all()
        # The process that ends at row 4 and the one after it may return 32 MiB each.
        assert max(r.length for r in results) <= 64 << 20, [r.length for r in results]


def test_a_dropped_chunk():
    for stop in (lambda a, run: a.ack(run, 4, kind=DROP), lambda a, run: a.finish(run, CANCEL),
                 lambda a, run: a.finish(run)):
        agent = start('total')
        data = ROW.tobytes()
        run = agent.run([(ROWS, ROW.reshape(1, 16))], 1)
        head = dict(run=run, chunk=4, attempt=1)
        agent.send(CHUNK, struct.pack('<QQQ', 0, 1, 128), data[:64], **head)
        stop(agent, run)
        agent.send(CHUNK_PART, struct.pack('<Q', 64), data[64:], **head)
        assert agent.values([(ROWS, ROW.reshape(1, 16))], 1) == ROW.sum()
        agent.end()
    agent = start('total')
    # The parts of a chunk of an unknown run are discarded.
    agent.send_chunk(0, 1, ROW.tobytes() * 20000, 8, run=77, chunk=3, attempt=2)
    lost = agent.expect(LOST)
    assert (lost.run, lost.chunk, lost.attempt) == (77, 3, 2)
    assert agent.values([(ROWS, ROW.reshape(1, 16))], 1) == ROW.sum()
    agent.end()


def test_rows_larger_than_the_memory():
    agent = start('total')
    agent.next_run += 1
    meta = struct.pack('<IIIIQQQ', 1, 0, 0, 1, 0, 2, 0)
    agent.send(RUN, meta + argument(ROWS, '<f8', (2, 1 << 36), (1 << 39, 8), 0, ''), run=1)
    head = dict(run=1, chunk=0, attempt=1)
    agent.send(CHUNK, struct.pack('<QQQ', 0, 1, 1 << 39), b'a' * 100, **head)
    assert 'take 549755813888 bytes, and this host has' in agent.expect(LOST).lost()
    agent.send(CHUNK_PART, struct.pack('<Q', 100), b'a' * 1000000, **head)
    agent.send(PING, struct.pack('<Q', 5))
    agent.expect(PONG)
    agent.end()


def test_invalid_parts():
    first = struct.pack('<QQQ', 0, 1, 128)
    data = ROW.tobytes()

    def part(offset, payload, **other):
        return lambda a: a.send(CHUNK_PART, struct.pack('<Q', offset), payload,
                                **dict(dict(run=1, chunk=4, attempt=1), **other))
    for what in (part(65, data[65:]), part(63, data[63:]), part(64, data[64:] + b'x'), part(64, b''),
                 part(64, data[64:], run=2), part(64, data[64:], chunk=5),
                 part(64, data[64:], attempt=2),
                 lambda a: a.send(CHUNK, first, data[:64], run=1, chunk=5),
                 lambda a: a.send(CHUNK_PART, b'', data[64:], run=1, chunk=4, attempt=1),
                 lambda a: a.send(RESULT_PART, struct.pack('<Q', 64), data[64:], run=1, chunk=4)):
        agent = Agent().open()
        agent.prepare(SOURCE, 'total')
        agent.run([(ROWS, ROW.reshape(1, 16))], 1)
        agent.send(CHUNK, first, data[:64], run=1, chunk=4, attempt=1)
        what(agent)
        assert agent.wait() == 2, agent.last_stderr
    for meta, payload in ((struct.pack('<QQQ', 0, 1, 127), data[:64]),
                          (struct.pack('<QQQ', 0, 1, 128), data + b'x'),
                          (struct.pack('<QQQ', 0, 1, (1 << 40) + 1), data)):
        agent = Agent().open()
        agent.prepare(SOURCE, 'total')
        agent.run([(ROWS, ROW.reshape(1, 16))], 1)
        agent.send(CHUNK, meta, payload, run=1, chunk=4, attempt=1)
        assert agent.wait() == 2, agent.last_stderr
    agent = Agent().open()
    agent.send(CHUNK_PART, struct.pack('<Q', 0), data)
    assert agent.wait() == 2, agent.last_stderr


main(globals())
