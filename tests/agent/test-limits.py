# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Tests of the time limits: of a row, of the start of an interpreter, of an import, and of a process
# that a signal stopped. Each test waits for the frame that the agent sends at the limit; without
# the limit it would wait until the deadline of the test.
import os
import signal
import stat

from conversation import *

SOURCE = '''
import os
import signal
import sys
import time
import numpy as np

def hang(x):
    if x in (3, 4, 9):
        time.sleep(1000)
    return 2 * x
def hang_often(x):
    if x != 35:
        time.sleep(1000)
    return 2 * x
def wraps(x):
    class Wrapped:
        def __array__(self, *more, **options):
            return np.array([2. * x])
    time.sleep(1.2)
    return Wrapped()
def hang_in_c(x):
    if x == 3:
        7 ** (4 * 10 ** 8)
    return 2 * x
def slow(x):
    time.sleep(0.02)
    return 2 * x
def hang_or_raise(x):
    if x == 2:
        raise ValueError('two')
    if x == 5:
        raise StopIteration
    if x == 7:
        time.sleep(1000)
    return 2 * x
def hang_in_batch(x):
    if (x == 4).any():
        time.sleep(1000)
    return 2 * x
def slow_batch(x):
    time.sleep(0.02 * len(x))
    return 2 * x
def hang_or_die(x):
    if x == 1:
        time.sleep(1000)
    if x == 6:
        os._exit(3)
    return 2 * x
def stops(x):
    if x == 2:
        os.kill(os.getpid(), signal.SIGSTOP)
    return 2 * x
def reports(x):
    print('pid', os.getpid(), flush=True)
    sys.stdin.read()
    time.sleep(0.3)
    return 2 * x
def seeded(x):
    if x == 3:
        time.sleep(1000)
    return np.random.random()
'''
ROW = np.arange(12)
# Python must start within this limit, also on a busy machine.
START = 10


def start(name, source=SOURCE, slots=1, **more):
    agent = Agent().open(slots=slots)
    agent.prepared(source, name=name, **more)
    return agent


def check(results, kinds, rows=ROW):
    """Compares results with the double of each row. kinds contains the failed rows and the kind
    of each failure."""
    found = {}
    for r in results:
        found.update((row, kind) for row, kind, _, _ in r.errors)
        good = rows[r.lo:r.hi][~r.failed] if r.n_failed else rows[r.lo:r.hi]
        got = r.block if r.block is not None else np.zeros(0)
        assert np.array_equal(got, 2 * good), (got, good)
    assert found == kinds, (found, kinds)


def test_rows_over_their_limit_fail():
    agent = start('hang')
    for step in (12, 5, 1):
        results = agent.map([(ROWS, ROW)], 12, step, row_limit=0.4)
        check(results, {3: LATE, 4: LATE, 9: LATE})
        cause = [e for r in results for e in r.errors][0][2]
        assert cause == 'took longer than the time limit of 0.4 s', cause


def test_more_rows_over_their_limit_than_an_isolated_chunk_may_stand_still():
    rows = np.arange(36)
    results = start('hang_often').map([(ROWS, rows)], 36, row_limit=0.4)
    check(results, dict.fromkeys(range(35), LATE), rows)


def test_a_second_call_of_a_row_has_a_limit_of_its_own():
    results = start('wraps').map([(ROWS, np.arange(1.))], 1, row_limit=2)
    assert results[0].n_failed == 0 and results[0].passes == 1, results[0].errors


def test_a_row_that_no_signal_handler_interrupts():
    check(start('hang_in_c').map([(ROWS, ROW)], 12, row_limit=0.5), {3: LATE})


def test_the_preparation_of_a_single_row_does_not_count():
    # Before the call for a row in a separate process, the slot forks or imports the module again.
    # This time must not count for the limit of the row. The limit is so long that a busy machine
    # does not exceed it in a row that only ends its process.
    slow_fork = 'import os, time\nos.register_at_fork(after_in_child=lambda: time.sleep(1.5))\n'
    slow_import = ('import threading, time\ntime.sleep(1.5)\n'
                   'threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()\n')
    own_file = 'own = open(__file__)\n'
    for source in (slow_fork, slow_fork + own_file, slow_import):
        agent = start('hang_or_die', source + SOURCE, start_limit=DEADLINE)
        check(agent.map([(ROWS, ROW)], 12, row_limit=1), {1: LATE, 6: DIED})
        agent.end()


def test_the_preparation_of_a_single_row_has_the_limit_of_a_start():
    # A child process of a slot sleeps for 1000 s before it calls the function.
    source = ('import os, time\ndepth = 0\ndef count():\n    global depth\n    depth += 1\n'
              '    if depth == 2: time.sleep(1000)\n'
              'os.register_at_fork(after_in_child=count)\n'
              'def f(x):\n    if x == 1: os.kill(os.getpid(), 9)\n    return 2 * x\n')
    agent = start('f', source, start_limit=START)
    run = agent.run([(ROWS, ROW)], 12)
    agent.chunk(0, 0, 4)
    assert 'died 3 times' in agent.expect(LOST).lost()
    agent.finish(run)


def test_a_chunk_may_take_longer_than_a_row():
    results = start('slow').map([(ROWS, np.arange(60))], 60, row_limit=0.5)
    check(results, {}, np.arange(60))
    assert results[0].passes == 1


def test_other_failures_keep_their_kind():
    check(start('hang_or_raise').map([(ROWS, ROW)], 12, row_limit=1), {2: RAISED, 5: RAISED, 7: LATE})
    check(start('hang_or_die').map([(ROWS, ROW)], 12, row_limit=1), {1: LATE, 6: DIED})


def test_batch():
    agent = start('hang_in_batch')
    check(agent.map([(ROWS, ROW)], 12, batch=True, row_limit=0.2), {4: LATE})
    # The limit of a batch call grows with its rows.
    agent = start('slow_batch')
    results = agent.map([(ROWS, np.arange(60))], 60, batch=True, row_limit=0.1)
    check(results, {}, np.arange(60))
    assert results[0].passes == 1


def test_seeded_rows_keep_their_numbers():
    agent = start('seeded', slots=2)
    results = agent.map([(ROWS, ROW)], 12, seed=5, row_limit=0.4)
    assert [e[:2] for e in results[0].errors] == [(3, LATE)]
    rows = np.delete(np.arange(20, 32), 3)  # the function hangs only if x is 3
    again = agent.values([(ROWS, np.arange(20, 32))], 12, seed=5)
    assert np.array_equal(results[0].block, np.delete(again, 3)), rows


def test_later_runs_without_a_limit():
    agent = start('slow')
    for limit in (0.5, 0, 0.5):
        check(agent.map([(ROWS, ROW)], 12, 4, row_limit=limit), {})


def pid_from_log(agent):
    """Reads frames until the function has printed its process number."""
    while True:
        for line in ''.join(log[3] for log in agent.logs).splitlines():
            if line.startswith('pid '):
                return int(line.split()[1])
        agent.logs.append(agent.expect(LOG).log())


def test_a_stopped_slot_is_replaced():
    runs = []
    for limit in (dict(row_limit=0.5), dict()):
        agent = start('reports', start_limit=START)
        runs.append((agent, agent.run([(ROWS, ROW[:4])], 4, **limit)))
        agent.chunk(0, 0, 4)
        os.kill(pid_from_log(agent), signal.SIGSTOP)
    # With a limit, the row at which the slot was stopped has exceeded it.
    for (agent, run), kinds in zip(runs, ({0: LATE}, {})):
        check([agent.expect(RESULT).result()], kinds, ROW[:4])
        agent.ack(run, 0)
        agent.finish(run)


def test_a_row_that_stops_itself_fails():
    check(start('stops', start_limit=START).map([(ROWS, ROW)], 12), {2: DIED})


def test_time_in_which_the_agent_was_stopped_does_not_count():
    agent = start('slow')
    run = agent.run([(ROWS, np.arange(100))], 100, row_limit=1)
    agent.chunk(0, 0, 100)
    everyone = [agent.process.pid] + children_of(agent.process.pid)
    for pid in everyone:
        os.kill(pid, signal.SIGSTOP)
    select.select([], [], [], 2)
    for pid in reversed(everyone):
        os.kill(pid, signal.SIGCONT)
    result = agent.expect(RESULT).result()
    check([result], {}, np.arange(100))
    assert result.passes == 1
    agent.ack(run, 0)
    agent.finish(run)


def preparing(source, python='/usr/bin/python3', **more):
    agent = Agent().open(slots=1, python=python, deadman=600)
    agent.prepare(source, **more)
    return agent


def test_an_import_over_its_limit():
    hang = 'import time; time.sleep(1000)'
    # Uses the processor again and again, but little of it, because the test takes more than 60 s.
    work = 'import time\nwhile True: sum(range(1000000)); time.sleep(0.5)'
    child = 'import subprocess; subprocess.call(["sleep", "1000"])'
    idle, busy = preparing(hang), preparing(work)
    for agent in [preparing(source, start_limit=START) for source in (hang, work, child)]:
        code, _, why = agent.expect(FAULT).fault()
        assert code == FAULT_IMPORT, (code, why)
        assert why == 'the import of model took longer than the time limit of %d s' % START, why
    # The default limit counts only time in which nothing happens.
    while True:
        frame = idle.read(time.monotonic() + 2 * DEADLINE)
        if frame.kind == FAULT:
            break
    code, _, why = frame.fault()
    assert code == FAULT_IMPORT and why == (
        'the import of model used no CPU time, did no I/O and printed nothing for 60 s'), why
    assert len(children_of(busy.process.pid)) == 1


def test_an_interpreter_that_does_not_start():
    with tempfile.TemporaryDirectory() as directory:
        program = os.path.join(directory, 'python3')
        with open(program, 'w') as f:
            f.write('#!/bin/sh\nexec sleep 1000\n')
        os.chmod(program, stat.S_IRWXU)
        agent = preparing('def f(): pass', python=program, start_limit=1)
        code, _, why = agent.expect(FAULT).fault()
        assert code == FAULT_INTERPRETER and 'its start took longer than' in why, (code, why)


def test_an_interpreter_that_stops_answering():
    # The slot ends, but the stopped interpreter does not report the end. It is started again.
    agent = start('reports', start_limit=START)
    agent.run([(ROWS, ROW[:4])], 4)
    agent.chunk(0, 0, 4)
    pid = pid_from_log(agent)
    os.kill(parent_of(pid), signal.SIGSTOP)
    os.kill(pid, signal.SIGKILL)
    check([agent.expect(RESULT).result()], {}, ROW[:4])


main(globals())
