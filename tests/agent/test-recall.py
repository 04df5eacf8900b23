# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Tests of rows that are given back: the agent is asked for rows of a chunk that have not begun, while
# the function is called for another row. A row waits until the test lets it go on, so that the test
# knows which rows have begun.
import random

from conversation import *

SOURCE = '''
import os
import time
import numpy as np

FOLDER = os.environ['TEST_FOLDER']
def note(x):
    fd = os.open(FOLDER + '/called', os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(fd, b'%d\\n' % x)
    os.close(fd)
def note_slowly(x):
    note(x)
    time.sleep(0.006)  # longer than a block, so that each row is a block of its own
def wait(x):
    while not os.path.exists(FOLDER + '/go-%d' % x):
        time.sleep(0.002)
def begin(x, at):
    note_slowly(x)
    if x == at:
        wait(x)
def f(x, at):
    begin(x, at)
    return 2 * x
def dies(x, at):
    note_slowly(x)
    if x == 2:
        os._exit(3)
    if x == at:
        wait(x)
    return 2 * x
def hangs(x, y, at):
    begin(x, at)
    if x == at:
        time.sleep(1000)
    return 1000 * x + y
def short(x, at):
    note(x)
    if x == at:
        wait(x)
    return 2 * x
def hangs_before(x, at):
    note_slowly(x)
    if x == 3:
        time.sleep(1000)
    if x == at:
        wait(x)
    return 2 * x
def batch(x, at):
    for value in x:
        note(value)
    if at in x:
        wait(at)
    return 2 * x
def seeded(x, at):
    begin(x, at)
    return np.random.random() + x
def large(x, at):
    begin(x, at)
    return np.full(1 << 20, x)
out = np.zeros(3)
def same(x, at):
    begin(x, at)
    out[:] = x
    return out
def uneven(x, at):
    note(x)
    time.sleep(0.03 if x % 37 == 0 else 0)
    return 2 * x
def raises(x, at):
    note(x)
    if x % 3 == 0:
        raise ValueError(str(x))
    time.sleep(0.01 if x % 37 == 0 else 0)
    return 2 * x
def half_same(x, at):
    note(x)
    time.sleep(0.01 if x % 37 == 0 else 0)
    out[:] = x
    return out if x % 2 else out.copy()
'''
# The first call of a function of os by the slot waits, while no row is called.
HOLD = '''
real, held = os.%s, []
def hold(*arguments):
    if not held and os.path.exists(FOLDER + '/hold'):
        held.append(1)
        note(-1)
        wait(-1)
    return real(*arguments)
os.%s = hold
'''


class Folder:
    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = self.folder.name
        return self

    def __exit__(self, *_):
        self.folder.cleanup()

    def called(self):
        try:
            with open(self.path + '/called') as file:
                return [int(line) for line in file]
        except FileNotFoundError:
            return []

    def await_row(self, row, times=1):
        end = time.monotonic() + DEADLINE
        while self.called().count(row) < times:
            assert time.monotonic() < end, self.called()
            time.sleep(0.002)

    def go(self, row):
        open(self.path + '/go-%d' % row, 'w').close()

    def start(self, name, slots=1, threads=False, hold=None):
        agent = Agent(env={'TEST_FOLDER': self.path}).open(slots=slots)
        more = ('import threading\n'
                'threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()\n')
        agent.prepared(SOURCE + (more if threads else '') + (HOLD % (hold, hold) if hold else ''),
                       name=name)
        return agent


def recall(agent, number, attempt=1, run=None):
    agent.send(RECALL, run=run or agent.next_run, chunk=number, attempt=attempt)


def returned(agent, number, attempt=1):
    frame = agent.expect(RETURNED)
    assert (frame.run, frame.chunk, frame.attempt) == (agent.next_run, number, attempt)
    assert len(frame.meta) == 8
    return Reader(frame.meta).u64()


def result(agent, number):
    frame = agent.expect(RESULT)
    assert frame.chunk == number
    agent.ack(frame.run, number)
    return frame.result()


def expect_no_answer(agent):
    agent.send(PING, struct.pack('<Q', 5))
    agent.expect(PONG)


def test_rows_after_the_one_that_is_called_are_given_back():
    for threads in (False, True):
        with Folder() as folder:
            agent = folder.start('f', threads=threads)
            agent.run([(ROWS, np.arange(10)), (VALUE, '4')], 10)
            agent.chunk(0, 0, 10)
            folder.await_row(4)
            recall(agent, 0)
            assert returned(agent, 0) == 5
            folder.go(4)
            r = result(agent, 0)
            assert (r.lo, r.hi) == (0, 5) and np.array_equal(r.block, 2 * np.arange(5))
            agent.chunk(1, 5, 10)
            assert np.array_equal(result(agent, 1).block, 2 * np.arange(5, 10))
            agent.finish(agent.next_run)
            assert folder.called() == list(range(10))


def test_no_row_is_left():
    with Folder() as folder:
        agent = folder.start('f')
        agent.run([(ROWS, np.arange(5)), (VALUE, '4')], 5)
        agent.chunk(0, 0, 5)
        folder.await_row(4)
        recall(agent, 0)
        assert returned(agent, 0) == 5
        folder.go(4)
        assert result(agent, 0).hi == 5


def test_a_queued_chunk_is_given_back_whole():
    with Folder() as folder:
        agent = folder.start('f')
        agent.run([(ROWS, np.arange(9)), (VALUE, '0')], 9)
        for number in range(3):
            agent.chunk(number, 3 * number, 3 * number + 3)
        folder.await_row(0)
        recall(agent, 1)
        assert returned(agent, 1) == 3
        folder.go(0)
        assert [result(agent, number).lo for number in (0, 2)] == [0, 6]
        agent.chunk(1, 3, 6, attempt=2)
        assert np.array_equal(result(agent, 1).block, 2 * np.arange(3, 6))
        assert sorted(folder.called()) == list(range(9))


def test_a_chunk_that_the_slot_has_but_has_not_begun_is_given_back_whole():
    with Folder() as folder:
        agent = folder.start('short')
        agent.run([(ROWS, np.arange(9)), (VALUE, '3')], 9)
        agent.chunk(0, 0, 3)  # takes so short a time that the slot gets a second chunk ahead
        result(agent, 0)
        agent.chunk(1, 3, 6)
        agent.chunk(2, 6, 9)
        folder.await_row(3)
        recall(agent, 2)
        assert returned(agent, 2) == 6
        recall(agent, 1)
        assert returned(agent, 1) == 4
        folder.go(3)
        assert result(agent, 1).hi == 4
        # The same chunk again
        agent.chunk(2, 6, 9, attempt=2)
        assert np.array_equal(result(agent, 2).block, 2 * np.arange(6, 9))
        agent.chunk(3, 4, 6)
        assert np.array_equal(result(agent, 3).block, 2 * np.arange(4, 6))
        agent.finish(agent.next_run)
        assert folder.called() == [0, 1, 2, 3, 6, 7, 8, 4, 5]


def test_a_slot_whose_last_chunk_was_withdrawn_ends_if_there_are_fewer_cores():
    with Folder() as folder:
        agent = folder.start('short')
        agent.run([(ROWS, np.arange(9)), (VALUE, '3')], 9)
        agent.chunk(0, 0, 3)
        result(agent, 0)
        before = children_of(agent.process.pid)
        agent.chunk(1, 3, 6)
        agent.chunk(2, 6, 9)
        folder.await_row(3)
        recall(agent, 2)
        assert returned(agent, 2) == 6
        agent.send(SLOTS, struct.pack('<I', 0))
        folder.go(3)
        result(agent, 1)
        wait_until(lambda: len(children_of(agent.process.pid)) < len(before), 'the slot to end')


def test_a_withdrawn_chunk_ends_with_its_run():
    for kind in (CANCEL, FINISH):
        with Folder() as folder:
            agent = folder.start('short')
            agent.run([(ROWS, np.arange(9)), (VALUE, '3')], 9)
            agent.chunk(0, 0, 3)
            result(agent, 0)
            agent.chunk(1, 3, 6)
            agent.chunk(2, 6, 9)
            folder.await_row(3)
            recall(agent, 2)
            assert returned(agent, 2) == 6
            agent.ack(agent.next_run, 2, kind=DROP)
            agent.send(kind, run=agent.next_run)
            folder.go(3)
            agent.expect(IDLE)
            assert np.array_equal(agent.values([(ROWS, np.arange(9)), (VALUE, '-1')], 9, 2),
                                  2 * np.arange(9))


def test_what_the_agent_does_not_have_is_ignored():
    with Folder() as folder:
        agent = folder.start('f')
        recall(agent, 0, run=1)
        agent.run([(ROWS, np.arange(10)), (VALUE, '4')], 10)
        recall(agent, 0)
        agent.chunk(0, 0, 10, attempt=3)
        folder.await_row(4)
        recall(agent, 0, attempt=2)
        recall(agent, 1, attempt=3)
        expect_no_answer(agent)
        recall(agent, 0, attempt=3)
        assert returned(agent, 0, 3) == 5
        recall(agent, 0, attempt=3)  # all rows that the agent keeps have begun
        assert returned(agent, 0, 3) == 5
        folder.go(4)
        assert result(agent, 0).hi == 5
        recall(agent, 0, attempt=3)
        expect_no_answer(agent)


def test_single_rows():
    for threads in (False, True):
        with Folder() as folder:
            agent = folder.start('dies', threads=threads)
            agent.run([(ROWS, np.arange(10)), (VALUE, '5')], 10)
            agent.chunk(0, 0, 10)
            folder.await_row(5)
            recall(agent, 0)
            # A new interpreter for the rows does not share memory with the agent.
            hi = returned(agent, 0)
            assert hi == (10 if threads else 6), hi
            folder.go(5)
            r = result(agent, 0)
            assert r.hi == hi and [(e[0], e[1]) for e in r.errors] == [(2, DIED)], r.errors
            assert np.array_equal(r.block, [2 * i for i in range(hi) if i != 2])


def test_a_slot_that_is_killed_after_it_has_given_rows_back():
    # The columns of the rows that are left stand where those of all rows were.
    with Folder() as folder:
        agent = folder.start('hangs')
        agent.run([(ROWS, np.arange(10)), (ROWS, np.arange(10) + 500), (VALUE, '3')], 10, row_limit=2)
        agent.chunk(0, 0, 10)
        folder.await_row(3)
        recall(agent, 0)
        assert returned(agent, 0) == 4
        folder.go(3)
        r = result(agent, 0)
        assert r.hi == 4 and [(e[0], e[1]) for e in r.errors] == [(3, LATE)], r.errors
        assert np.array_equal(r.block, [500, 1501, 2502])
        agent.chunk(1, 4, 10)
        assert np.array_equal(result(agent, 1).block, 1000 * np.arange(4, 10) + np.arange(504, 510))


def test_a_chunk_with_a_row_over_its_limit_is_not_divided():
    # Another slot would call this row again.
    with Folder() as folder:
        agent = folder.start('hangs_before')
        agent.run([(ROWS, np.arange(10)), (VALUE, '5')], 10, row_limit=1.5)
        agent.chunk(0, 0, 10)
        folder.await_row(5)
        recall(agent, 0)
        assert returned(agent, 0) == 10
        folder.go(5)
        r = result(agent, 0)
        assert r.hi == 10 and [(e[0], e[1]) for e in r.errors] == [(3, LATE)], r.errors
        assert folder.called().count(3) == 1


def test_a_batch_is_not_divided():
    with Folder() as folder:
        agent = folder.start('batch')
        agent.run([(ROWS, np.arange(10)), (VALUE, '4')], 10, batch=True)
        agent.chunk(0, 0, 5)
        agent.chunk(1, 5, 10)
        folder.await_row(4)
        recall(agent, 0)
        assert returned(agent, 0) == 5
        recall(agent, 1)
        assert returned(agent, 1) == 5
        folder.go(4)
        assert np.array_equal(result(agent, 0).block, 2 * np.arange(5))
        expect_no_answer(agent)


def test_a_batch_whose_rows_are_being_read():
    with Folder() as folder:
        agent = folder.start('batch', hold='pread')
        agent.run([(ROWS, np.arange(10)), (VALUE, '-2')], 10, batch=True)
        agent.chunk(0, 0, 2)
        result(agent, 0)
        open(folder.path + '/hold', 'w').close()
        agent.chunk(1, 2, 10)
        folder.await_row(-1)
        recall(agent, 1)
        hi = returned(agent, 1)
        folder.go(-1)
        r = result(agent, 1)
        assert 3 <= r.hi <= hi and np.array_equal(r.block, 2 * np.arange(2, r.hi)), (r.hi, hi)


def test_single_rows_before_their_interpreter_starts():
    with Folder() as folder:
        agent = folder.start('dies', threads=True, hold='pipe')
        open(folder.path + '/hold', 'w').close()
        agent.run([(ROWS, np.arange(10)), (VALUE, '-2')], 10)
        agent.chunk(0, 0, 10)
        folder.await_row(-1)
        recall(agent, 0)
        hi = returned(agent, 0)
        folder.go(-1)
        r = result(agent, 0)
        assert 1 <= r.hi <= hi and np.array_equal(r.block, 2 * np.arange(r.hi)), (r.hi, hi)


def test_seeds_belong_to_rows():
    with Folder() as folder:
        agent = folder.start('seeded')
        arguments = [(ROWS, np.arange(10)), (VALUE, '-1')]
        expected = agent.values(arguments, 10, seed=5)
        agent.run([(ROWS, np.arange(10)), (VALUE, '4')], 10, seed=5)
        agent.chunk(0, 0, 10)
        folder.await_row(4, 2)
        recall(agent, 0)
        assert returned(agent, 0) == 5
        folder.go(4)
        first = result(agent, 0).block
        agent.chunk(1, 5, 10)
        assert np.array_equal(np.concatenate([first, result(agent, 1).block]), expected)


def test_large_results():
    with Folder() as folder:
        agent = folder.start('large')
        agent.run([(ROWS, np.arange(10)), (VALUE, '1')], 10)
        agent.chunk(0, 0, 10)  # the results of 4 rows are sent together
        folder.await_row(1)
        recall(agent, 0)
        hi = returned(agent, 0)
        assert hi == 2, hi
        folder.go(1)
        r = result(agent, 0)
        assert r.hi == 2 and np.array_equal(r.block[:, 0], [0, 1])


def test_results_that_must_be_copied():
    with Folder() as folder:
        agent = folder.start('same')
        agent.run([(ROWS, np.arange(10)), (VALUE, '4')], 10)
        agent.chunk(0, 0, 10)
        folder.await_row(4)
        recall(agent, 0)
        assert returned(agent, 0) == 5
        folder.go(4)
        assert np.array_equal(result(agent, 0).block[:, 0], np.arange(5))


def give_back_at_random(agent, n, **more):
    """Asks for rows at random times, and sends those that are given back again. Returns the results
    as {row: RESULT}."""
    chance = random.Random(7)
    agent.run([(ROWS, np.arange(n)), (VALUE, '-1')], n, **more)
    waiting, out, results, number = [(0, n)], {}, {}, 0
    while len(results) < n:
        while waiting and len(out) < 8:
            lo, end = waiting.pop()
            hi = min(end, lo + chance.randint(1, 200))
            if hi < end:
                waiting.append((hi, end))
            out[number] = [lo, hi]
            agent.chunk(number, lo, hi)
            number += 1
        time.sleep(chance.random() * 0.003)
        recall(agent, chance.choice(list(out)))
        agent.send(PING, struct.pack('<Q', 5))
        while (frame := agent.expect(RESULT, RETURNED, PONG)).kind != PONG:
            chunk = out[frame.chunk]
            if frame.kind == RETURNED:
                hi = Reader(frame.meta).u64()
                assert chunk[0] <= hi <= chunk[1]
                if hi < chunk[1]:
                    waiting.append((hi, chunk[1]))
                chunk[1] = hi
                if hi == chunk[0]:
                    del out[frame.chunk]
                continue
            r = frame.result()
            agent.ack(frame.run, frame.chunk)
            del out[frame.chunk]
            assert r.lo == chunk[0] and r.lo < r.hi <= chunk[1]
            if r.hi < chunk[1]:
                waiting.append((r.hi, chunk[1]))
            for row in range(r.lo, r.hi):
                assert row not in results
                results[row] = r
    assert not out and not waiting
    agent.finish(agent.next_run)
    return results


def test_at_random_times():
    n = 3000
    for name in ('uneven', 'raises', 'half_same'):
        with Folder() as folder:
            agent = folder.start(name, slots=3)
            results = give_back_at_random(agent, n)
            for row, r in results.items():
                if name == 'raises':
                    assert bool(r.n_failed and r.failed[row - r.lo]) == (row % 3 == 0)
                elif name == 'uneven':
                    assert r.n_failed == 0 and r.block[row - r.lo] == 2 * row
                else:
                    assert np.array_equal(r.block[row - r.lo], [row] * 3)
            calls = np.bincount(folder.called(), minlength=n)
            assert (calls >= 1).all()
            if name != 'half_same':  # else the rows of a slot's first chunk are called twice
                assert (calls == 1).all(), np.flatnonzero(calls != 1)


main(globals())
