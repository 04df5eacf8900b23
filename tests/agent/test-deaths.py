# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Tests of slots and interpreters that end unexpectedly, or that the agent must end or replace.
# Examples: a function kills its own process; a chunk is cancelled while it is computed.
import ctypes
import signal

from conversation import *

SOURCE = '''
import ctypes
import os
import signal
import sys
import time
import numpy as np

def segfault(x):
    if x in (7, 11):
        ctypes.string_at(0)
    return x
def exits(x):
    if x == 2:
        os._exit(3)
    return float(x)
def all_die(x): os.kill(os.getpid(), 9)
def many_die(x):
    if x % 2:
        os.abort()
    return x
def some_die(x):
    if x % 37 == 0:
        os._exit(1)
    return x
def dies_once(x, path):
    if x == 3 and not os.path.exists(path):
        open(path, 'w').close()
        os.kill(os.getpid(), 9)
    return x
def dies_in_batch(x):
    if (x == 4).any():
        os._exit(1)
    return x
def kills_all(x):
    if x == 1:
        os.kill(0, 9)
    return x
INTERPRETER = os.getpid()
def kills_slot(x):
    if x == 1:
        os.kill(os.getpid() if os.getppid() == INTERPRETER else os.getppid(), 9)
        time.sleep(60)
    return x
def kills_parent(x, path):
    if x == 1 and not os.path.exists(path):
        open(path, 'w').close()
        os.kill(os.getppid(), 9)
        time.sleep(60)
    return x
def endless(x):
    print('pid', os.getpid(), flush=True)
    while x == 0:
        pass
    return x
def plain(x): return x
def pid(x): time.sleep(0.005); return os.getpid()
'''
ROW = np.arange(20)


def start(name, env=None, **more):
    agent = Agent(env=env).open(**more)
    agent.prepared(SOURCE, name=name)
    return agent


def same(got, expected):
    assert np.array_equal(got, expected), (got, expected)


def test_segfault():
    first, second = start('segfault').map([(REF, ROW)], 20, 10)
    assert [e[:2] for e in first.errors + second.errors] == [(7, DIED), (11, DIED)]
    assert first.errors[0][2] == 'killed by signal 11 (Segmentation fault)', first.errors
    same(first.block, [x for x in range(10) if x != 7])
    same(second.block, [x for x in range(10, 20) if x != 11])
    assert first.passes == 2


def test_exit_status():
    first, second = start('exits').map([(ROWS, ROW)], 20, 10)
    assert [e[:3] for e in first.errors] == [(2, DIED, 'ended its process with status 3')]
    assert second.n_failed == 0 and len(first.block) == 9


def test_every_row_dies():
    for r in start('all_die').map([(REF, ROW)], 20, 10):
        assert r.n_failed == 10 and r.block is None and all(e[1] == DIED for e in r.errors)


def test_many_rows_die():
    r, = start('many_die').map([(REF, ROW)], 20)
    assert r.failed.tolist() == [bool(x % 2) for x in ROW]
    same(r.block, ROW[::2])


def test_deaths_among_short_chunks():
    rows = np.arange(300)
    results = start('some_die').map([(REF, rows)], 300, 3)
    same(np.concatenate([r.failed if r.n_failed else np.zeros(3, bool) for r in results]),
         rows % 37 == 0)
    same(np.concatenate([r.block for r in results]), rows[rows % 37 != 0])


def test_dropped_chunks_are_never_answered():
    agent = start('pid')
    run = agent.run([(REF, np.arange(60))], 60)
    for number in range(60):
        # hold() collects the CHUNK frame and the DROP frame, and release() sends both together.
        # The agent receives DROP before it computes the chunk, so it never computes the chunk.
        agent.hold()
        agent.chunk(number, number, number + 1)
        if number % 3 == 0:
            agent.ack(run, number, kind=DROP)
        agent.release()
    seen = {agent.expect(RESULT).chunk for _ in range(40)}
    assert seen == {n for n in range(60) if n % 3}, seen
    agent.finish(run)


def test_a_death_that_does_not_happen_again():
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, 'died')
        r, = start('dies_once').map([(REF, ROW), (VALUE, '"%s"' % path)], 20)
        assert r.n_failed == 0 and r.passes == 2
        same(r.block, ROW)


def test_death_in_a_batch():
    r, = start('dies_in_batch').map([(REF, ROW)], 20, batch=True)
    assert [e[:2] for e in r.errors] == [(4, DIED)], r.errors
    same(r.block, [x for x in ROW if x != 4])


def test_a_chunk_that_kills_all_processes_is_reported_lost():
    agent = start('kills_slot')
    run = agent.run([(REF, ROW)], 20)
    agent.chunk(0, 0, 10)
    assert 'died 3 times' in agent.expect(LOST).lost()
    agent.chunk(1, 10, 20)
    same(agent.expect(RESULT).result().block, ROW[10:])
    agent.finish(run)


def test_a_row_that_kills_its_process_group_fails():
    r, = start('kills_all').map([(REF, ROW)], 20)
    assert [e[:3] for e in r.errors] == [(1, DIED, 'killed by signal 9 (Killed)')], r.errors
    same(r.block, [x for x in ROW if x != 1])


# A child that the import forks keeps the interpreter's sockets and pipes open.
FORKS_AT_IMPORT = {
    'child': 'import os, time\nif os.fork() == 0:\n    time.sleep(1000)\n',
    'daemon': 'import os, time\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n'
              '        time.sleep(1000)\n    os._exit(0)\nos.wait()\n',
    'pool': 'import multiprocessing\npool = multiprocessing.get_context("fork").Pool(2)\n',
    'manager': 'import multiprocessing\nmanager = multiprocessing.get_context("fork").Manager()\n',
}


def test_a_killed_interpreter_whose_import_forked_is_started_again():
    for source in FORKS_AT_IMPORT.values():
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, 'died')
            agent = Agent().open()
            agent.prepared(source + SOURCE, name='kills_parent')
            same(agent.values([(REF, ROW), (VALUE, '"%s"' % path)], 20, 10), ROW)
            pids = children_of(agent.process.pid)
            agent.end()
            assert not any(map(is_alive, pids)), pids


def test_death_of_an_interpreter_whose_import_forked():
    for name, source in FORKS_AT_IMPORT.items():
        agent = Agent().open()
        agent.prepare(source + 'import os\nos.kill(os.getpid(), 9)\n')
        code, _, why = agent.expect(FAULT).fault()
        assert code == FAULT_IMPORT and 'killed by signal 9' in why, (name, code, why)
        agent.end()


def test_a_killed_interpreter_is_started_again():
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, 'died')
        got = start('kills_parent').values([(REF, ROW), (VALUE, '"%s"' % path)], 20, 10)
        same(got, ROW)


# A killed process that is being traced does not end before its tracer allows it: it waits as a
# zombie or, with PTRACE_O_TRACEEXIT, before it exits. The tests use such a process instead of one
# that waits for a network file system, because the agent cannot distinguish them.
LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.ptrace.argtypes = [ctypes.c_long, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p]
PTRACE_DETACH, PTRACE_SEIZE, PTRACE_O_TRACEEXIT = 17, 0x4206, 0x40


def hold(pid, options=0):
    assert LIBC.ptrace(PTRACE_SEIZE, pid, None, options) == 0, os.strerror(ctypes.get_errno())


def let_go(pid):
    os.waitpid(pid, 0)
    LIBC.ptrace(PTRACE_DETACH, pid, None, None)


def test_an_interpreter_that_does_not_die_blocks_nothing():
    agent = start('plain', slots=1)
    interpreter, = [pid for pid in children_of(agent.process.pid)
                    if parent_of(pid) == agent.process.pid]
    hold(interpreter)
    agent.prepared(SOURCE, name='plain')  # replaces the function
    same(agent.values([(REF, ROW)], 20), ROW)
    let_go(interpreter)


def test_an_interpreter_that_is_killed_and_does_not_die_is_replaced():
    agent = start('pid', slots=1)
    run = agent.run([(REF, ROW)], 20)
    agent.chunk(0, 0, 20)
    slot = int(agent.expect(RESULT).result().block[0])
    interpreter = parent_of(slot)
    hold(interpreter)
    os.kill(interpreter, signal.SIGKILL)
    agent.send(PING, struct.pack('<Q', 5))
    agent.expect(PONG)
    wait_until(lambda: not is_alive(slot), 'the slot of a dead interpreter')
    agent.chunk(1, 0, 20)
    assert slot not in agent.expect(RESULT).result().block
    agent.ack(run, 0, 1)
    agent.finish(run)
    let_go(interpreter)


def test_a_slot_that_does_not_die_is_replaced():
    agent = Agent().open(slots=1)
    agent.prepared(SOURCE, name='endless', start_limit=10)
    run = agent.run([(ROWS, ROW)], 20)
    agent.chunk(0, 0, 1)
    slot, = logged_pids(agent, 1)
    hold(slot, PTRACE_O_TRACEEXIT)
    os.kill(slot, signal.SIGKILL)
    agent.ack(run, 0, kind=DROP)
    agent.chunk(1, 1, 20)
    same(agent.expect(RESULT).result().block, ROW[1:])
    agent.ack(run, 1)
    agent.finish(run)
    let_go(slot)


def test_an_agent_does_not_spin_when_a_slot_was_killed():
    agent = start('endless', slots=1)
    run = agent.run([(ROWS, np.zeros(1))], 1)
    agent.chunk(0, 0, 1)
    pid, = logged_pids(agent, 1)
    os.kill(parent_of(pid), signal.SIGSTOP)  # the interpreter does not report the slot's death
    agent.ack(run, 0, kind=DROP)
    wait_until(lambda: not is_alive(pid), 'the dropped slot is still alive')
    asleep = 0

    def is_idle():
        nonlocal asleep
        with open('/proc/%d/stat' % agent.process.pid) as f:
            asleep = asleep + 1 if f.read().rpartition(')')[2].split()[0] == 'S' else 0
        return asleep > 50
    wait_until(is_idle, 'the agent is busy')


def test_killed_from_outside():
    agent = start('endless', slots=1)
    run = agent.run([(ROWS, np.zeros(1))], 1)
    agent.chunk(0, 0, 1)
    pid, = logged_pids(agent, 1)
    os.kill(pid, signal.SIGKILL)
    # The agent computes the chunk again in a new slot process. The test cancels the run, because
    # the function never returns.
    assert logged_pids(agent, 1) != [pid]
    agent.finish(run, CANCEL)


def test_drop_of_a_running_chunk():
    agent = start('endless')
    run = agent.run([(REF, np.array([0, 1, 2, 3]))], 4)
    agent.chunk(0, 0, 1)
    pids = logged_pids(agent, 1)
    agent.ack(run, 0, kind=DROP)
    wait_until(lambda: not is_alive(pids[0]), 'the dropped slot is still alive')
    for number in (1, 2, 3):
        agent.chunk(number, number, number + 1)
    assert sorted(agent.expect(RESULT).chunk for _ in range(3)) == [1, 2, 3]
    agent.finish(run)


def test_interrupt_from_the_terminal():
    agent = start('plain')
    agent.process.send_signal(signal.SIGINT)
    same(agent.values([(REF, ROW)], 20, 5), ROW)
    agent.process.send_signal(signal.SIGTERM)
    assert agent.wait() == 0


def test_cancel():
    agent = start('endless')
    run = agent.run([(REF, np.zeros(10))], 10)
    for number in range(10):
        agent.chunk(number, number, number + 1)
    pids = logged_pids(agent, 2)
    agent.finish(run, CANCEL)
    for pid in pids:
        assert not is_alive(pid)
    same(agent.values([(REF, np.ones(10))], 10, 1), np.ones(10))


def test_slots_up_and_down():
    agent = start('pid', slots=1)
    arguments = [(REF, np.arange(40))]
    assert len(set(agent.values(arguments, 40, 2))) == 1
    agent.send(SLOTS, struct.pack('<I', 3))
    seen = set()
    for _ in range(50):
        seen = set(agent.values(arguments, 40, 2))
        if len(seen) == 3:
            break
    assert len(seen) == 3, seen
    agent.send(SLOTS, struct.pack('<I', 1))
    assert len(set(agent.values(arguments, 40, 2))) == 1
    wait_until(lambda: sum(is_alive(pid) for pid in seen) == 1, 'surplus slots are still alive')


def test_dead_man():
    agent = Agent().open(deadman=1)
    assert agent.wait() == 0
    assert 'sent nothing' in agent.last_stderr


def start_with_two_pythons(directory):
    """Starts an agent whose PATH begins with a python3 without numpy. /usr/bin/python3 has numpy. While
    the file `deaths` contains a number, each start of /usr/bin/python3 decrements it and dies."""
    os.mkdir(directory + '/bin')
    with open(directory + '/bin/python3', 'w') as other:
        other.write('#!/bin/sh\necho >>%s/tried\nexec /usr/bin/python3 -S "$@"\n' % directory)
    os.chmod(directory + '/bin/python3', 0o755)
    with open(directory + '/sitecustomize.py', 'w') as first:
        first.write('import os\npath = %r\nif os.path.exists(path):\n'
                    '    n = int(open(path).read())\n    if n:\n'
                    '        open(path, "w").write(str(n - 1))\n        os.kill(os.getpid(), 9)\n'
                    % (directory + '/deaths'))
    return Agent(env={'PATH': directory + '/bin:/usr/bin:/bin', 'PYTHONPATH': directory})


def read_tried(directory):
    with open(directory + '/tried') as tried:
        return len(tried.read())


def set_deaths(directory, n):
    with open(directory + '/deaths', 'w') as deaths:
        deaths.write(str(n))


def test_restart_with_the_python_that_worked():
    """An interpreter that died, and whose next starts fail, is not replaced by another Python."""
    with tempfile.TemporaryDirectory() as directory:
        agent = start_with_two_pythons(directory).open(python='')
        agent.prepare(SOURCE, name='kills_parent')
        assert Prepared(agent.expect(PREPARED)).interpreter == '/usr/bin/python3'
        assert read_tried(directory) == 1
        # The second function tries the Python that worked for the first one before all others.
        agent.prepared(SOURCE, name='kills_parent', number=2)
        for number in (1, 2):
            set_deaths(directory, 2)
            rows = agent.values([(ROWS, ROW), (VALUE, '"%s/once%d"' % (directory, number))], 20, 5,
                                function=number)
            same(rows, ROW)
        assert read_tried(directory) == 1


def test_restart_that_never_succeeds():
    with tempfile.TemporaryDirectory() as directory:
        agent = start_with_two_pythons(directory).open(python='')
        agent.prepared(SOURCE, name='kills_parent')
        set_deaths(directory, 100)
        run = agent.run([(ROWS, ROW), (VALUE, '"%s/once"' % directory)], 20)
        agent.chunk(0, 0, 20)
        fault = agent.expect(FAULT).fault()
        assert fault[0] == FAULT_SLOTS and '/usr/bin/python3' in fault[2], fault
        assert agent.expect(LOST).chunk == 0
        agent.finish(run)
        assert read_tried(directory) == 1


def test_threads_after_import():
    source = ('import threading, time\nthreading.Thread(target=time.sleep, args=(1000,), '
              'daemon=True).start()\n' + SOURCE)
    agent = Agent().open()
    agent.prepare(source, name='exits')
    prepared = Prepared(agent.expect(PREPARED))
    assert (prepared.function, prepared.forks) == (1, 0)
    first, second = agent.map([(REF, ROW)], 20, 10)
    assert [e[:2] for e in first.errors] == [(2, DIED)] and second.n_failed == 0


main(globals())
