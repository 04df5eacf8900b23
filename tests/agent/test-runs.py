# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Tests of many short runs, as a sampler makes them. Slots keep the arguments of the last run if the
# next run has the same, and small rows are read instead of mapped.
from conversation import *

N = 40
SOURCE = '''
import os, signal
import numpy as np
def f(x): return x * 2
def add(x, y): return x + y
def overwrite(x):
    before = x.sum()
    x[:] = -1
    return before
def die(x):
    if x == -7:
        os.kill(os.getpid(), signal.SIGKILL)
    return x * 2
'''


def start(name='f', **more):
    agent = Agent().open(**more)
    agent.prepared(SOURCE, name=name)
    return agent


def send_run(agent, file, n=N, offset=0, **more):
    """Sends RUN for the numbers that begin at a byte of a file."""
    agent.next_run += 1
    agent.rows = []
    agent.send(RUN, struct.pack('<IIIIQQQ', 1, 0, 0, 1, 0, n, 0) + argument(REF, '<f8', (n,), (8,), offset, ''),
               run=agent.next_run, fds=[file.fileno()])
    return agent.next_run


def values_of_file(agent, file, **more):
    run = send_run(agent, file, **more)
    agent.chunk(0, 0, N // 2)
    agent.chunk(1, N // 2, N)
    blocks = {}
    while len(blocks) < 2:
        frame = agent.expect(RESULT)
        blocks[frame.chunk] = frame.result().block
    agent.finish(run)
    return np.concatenate([blocks[0], blocks[1]])


def write(file, values):
    file.seek(0)
    file.write(np.asarray(values, '<f8').tobytes())
    file.flush()


def test_same_file():
    """The file of an argument is the same in all runs, but its content changes between them."""
    agent = start()
    with tempfile.TemporaryFile() as file:
        for k in range(20):
            write(file, np.arange(N) + k)
            assert np.array_equal(values_of_file(agent, file), 2.0 * (np.arange(N) + k)), k


def test_other_place_in_file():
    agent = start()
    with tempfile.TemporaryFile() as file:
        write(file, np.arange(2 * N))
        for k in (0, 0, N, N, 3, 0):
            assert np.array_equal(values_of_file(agent, file, offset=8 * k), 2.0 * (np.arange(N) + k)), k


def test_other_file():
    """Each run has another file with the same size and the same metadata. A new file may get the inode of a
    deleted one if nobody has that open."""
    agent = start()
    with tempfile.TemporaryDirectory() as folder:
        for k in range(30):
            path = os.path.join(folder, 'x')
            with open(path, 'w+b') as file:
                write(file, np.arange(N) + k)
                assert np.array_equal(values_of_file(agent, file), 2.0 * (np.arange(N) + k)), k
                if k % 3:
                    assert np.array_equal(values_of_file(agent, file), 2.0 * (np.arange(N) + k)), k
            os.unlink(path)


def test_renamed_file():
    """A new file takes the place of the old one, as programs replace files that others read."""
    agent = start()
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'x')
        for k in range(10):
            with open(path + '.new', 'wb') as file:
                write(file, np.arange(N) + k)
            os.rename(path + '.new', path)
            with open(path, 'rb') as file:
                assert np.array_equal(values_of_file(agent, file), 2.0 * (np.arange(N) + k)), k


def test_kinds_of_arguments():
    agent = start('add')
    for k in range(12):
        x, y = np.arange(N) + 0.5 * k, np.arange(N) * 3.0 + k % 4
        kinds = [(ROWS, REF), (ROWS, ROWS), (KEPT, ROWS), (REF, REF)][k // 3]
        assert np.array_equal(agent.values(list(zip(kinds, (x, y))), N, 7), x + y), k
    for k in (1, 1, 2, 2, 1):
        assert np.array_equal(agent.values([(ROWS, x), (VALUE, str(k))], N, 7), x + k), k
        assert np.array_equal(agent.values([(ROWS, x), (VALUE, str(k))], N, 7), x + k), k


def test_overlapping_runs():
    """FINISH of a run comes after the chunks of the next."""
    agent = start()
    x = np.arange(N)
    before = None
    for k in range(20):
        run = agent.run([(ROWS, x + k % 3)], N)
        agent.chunk(0, 0, N)
        if before is not None:
            agent.send(FINISH, run=before)
        kinds = {}
        while len(kinds) < (2 if before is not None else 1):
            frame = agent.expect(RESULT, IDLE)
            kinds[frame.kind] = frame
        assert np.array_equal(kinds[RESULT].result().block, 2 * (x + k % 3)), k
        assert kinds[RESULT].run == run and (before is None or kinds[IDLE].run == before)
        before = run
    agent.finish(before)


def test_answer_during_long_chunk():
    """IDLE does not wait for a chunk that takes long."""
    agent = Agent().open(slots=1)
    agent.prepared('import time\ndef f(x):\n    time.sleep(x)\n    return x\n')
    first = agent.run([(ROWS, np.zeros(2))], 2)
    agent.chunk(0, 0, 2)
    assert agent.expect(RESULT).run == first
    second = agent.run([(ROWS, np.full(1, 3.0))], 1)
    agent.chunk(0, 0, 1)
    agent.send(FINISH, run=first)
    assert agent.expect(IDLE, RESULT).run == first
    assert agent.expect(RESULT).run == second
    agent.finish(second)


def test_slot_dies():
    """A new slot knows no arguments of earlier runs."""
    agent = start('die', slots=1)
    x = np.arange(N) * 1.0
    for bad in (False, False, True, False, True, True, False):
        values = x.copy()
        values[5] = -7 if bad else 5
        result, = agent.map([(ROWS, values)], N)
        assert result.n_failed == bad, result.errors
        rest = np.delete(values, 5) if bad else values
        assert np.array_equal(result.block, 2 * rest)


def test_rows_are_private():
    """A function may write into its row: no other call, chunk, run or file sees that. The rows are
    read (small) or mapped (large)."""
    for width in (3, 2000):
        for kind in (ROWS, REF, KEPT):
            agent = start('overwrite')
            x = np.arange(N * width).reshape(N, width) * 1.0
            for _ in range(3):
                assert np.array_equal(agent.values([(kind, x)], N, N), x.sum(axis=1)), (width, kind)
            agent.end()


def test_rows_with_gaps():
    agent = start('overwrite')
    for n, width in ((8, 5), (500, 40)):
        x = np.asfortranarray(np.arange(n * width).reshape(n, width) * 1.0)
        for _ in range(2):
            assert np.array_equal(agent.values([(REF, x)], n, n), x.sum(axis=1))
            assert np.array_equal(agent.values([(REF, x)], n, 3), x.sum(axis=1))


def test_shortened_file():
    """Rows that are missing in a file that became shorter are no values: the chunk is lost."""
    agent = start()
    with tempfile.TemporaryFile() as file:
        write(file, np.arange(N))
        assert np.array_equal(values_of_file(agent, file), 2.0 * np.arange(N))
        run = send_run(agent, file)
        agent.send(PING, struct.pack('<Q', 1))
        agent.expect(PONG)
        file.truncate(8 * (N - 1))
        agent.chunk(0, 0, N)
        assert agent.expect(LOST, RESULT).kind == LOST
        agent.finish(run)
        write(file, np.arange(N))
        assert np.array_equal(values_of_file(agent, file), 2.0 * np.arange(N))


main(globals())
