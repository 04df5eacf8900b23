# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Tests of processes that end unexpectedly, and of processes that the agent must end. Examples: a
# function kills its own process; a chunk is cancelled while it is computed; the process that
# controls the agent ends.
import ctypes
import signal
import sys

from conversation import *

SOURCE = '''
import ctypes
import os
import signal
import subprocess
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
def with_child(x):
    child = subprocess.Popen(['sleep', '1000'])
    print('pid', os.getpid(), child.pid, flush=True)
    time.sleep(1000)
def with_session(x):
    command = ['sh', '-c', 'sleep 1000 & echo $!; wait']
    child = subprocess.Popen(command, start_new_session=True, stdout=subprocess.PIPE)
    print('pid', os.getpid(), child.pid, child.stdout.readline().decode(), flush=True)
    time.sleep(1000 if x == 0 else 0)
    return x
def with_daemon(x):
    if os.fork() == 0:
        os.setsid()
        pid = os.fork()
        if pid:
            print('pid', pid, flush=True)
            os._exit(0)
        time.sleep(1000)
    os.wait()
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
            pids = descendants(agent)
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


def logged_pids(agent, lines):
    """Waits until the agent has logged "pid ..." `lines` times. Returns the process ids in the
    logged lines."""
    while sum(log[3].count('pid') for log in agent.logs) < lines:
        agent.logs.append(agent.expect(LOG).log())
    numbers = [int(n) for log in agent.logs for n in log[3].split() if n != 'pid']
    del agent.logs[:]
    return numbers


def test_children_with_a_session_of_their_own_end():
    ends = {
        'cancel': lambda a, run: a.finish(run, CANCEL),
        'drop': lambda a, run: a.ack(run, 0, kind=DROP),
        'fewer slots': lambda a, run: (a.expect(RESULT), a.send(SLOTS, struct.pack('<I', 1))),
        'bye': lambda a, run: a.send(BYE),
        'closed': lambda a, run: a.sock.shutdown(socket.SHUT_RDWR),
        'terminated': lambda a, run: a.process.send_signal(signal.SIGTERM),
    }
    for how, end in ends.items():
        agent = start('with_session', slots=1)
        run = agent.run([(REF, np.array([0, 1]))], 2)
        agent.chunk(0, 0, 1)
        logged = logged_pids(agent, 1)
        if how == 'fewer slots':
            # Slot 0 waits for its row, so the next chunk is given to the new slot 1.
            agent.send(SLOTS, struct.pack('<I', 2))
            agent.chunk(1, 1, 2)
            logged = logged_pids(agent, 1)
        assert len(logged) == 3, logged
        end(agent, run)
        wait_until(lambda: not any(map(is_alive, logged)), 'alive after %s: %s' % (how, logged))
        if how in ('cancel', 'drop', 'fewer slots'):
            agent.process.kill()
        agent.wait()


# The processes that a slot starts before it dies: a child and a daemon with sessions of their own,
# and a child of the daemon that has a session too.
LEAVES = '''
import os, signal, subprocess, sys, time
def leave(path):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            other = subprocess.Popen(['sleep', '1000'], start_new_session=True)
            with open(path + '.new', 'w') as f:
                print(os.getpid(), other.pid, child.pid, file=f)
            os.rename(path + '.new', path)
            time.sleep(1000)
        os._exit(0)
    os.wait()
    while not os.path.exists(path):
        time.sleep(0.01)
def f(x, path):
    global child
    if x in (1, 2) and not os.path.exists(path + str(x)):
        child = subprocess.Popen(['sleep', '1000'], start_new_session=True)
        leave(path + str(x))
        if x == 1:
            os._exit(7)
    return x
def dies(x, path):
    global child
    if x == 1:
        child = subprocess.Popen(['sleep', '1000'], start_new_session=True)
        leave(path + str(os.getpid()))
        os._exit(7)
    return x
'''


def test_what_a_dead_slot_has_started_ends():
    for extra, forks in ('', 1), ('own = open(__file__)\n', 0):
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, 'left')
            agent = Agent().open(slots=2)
            agent.prepare(LEAVES + extra)
            assert Prepared(agent.expect(PREPARED)).forks == forks

            def pids(x):
                with open(path + str(x)) as f:
                    return [int(pid) for pid in f.read().split()]
            # The slot that computes row 2 lives on, and so do its processes.
            same(agent.values([(REF, ROW), (VALUE, '"%s"' % path)], 20, 1), ROW)
            assert len(pids(1) + pids(2)) == 6
            wait_until(lambda: not any(map(is_alive, pids(1))), 'processes of a dead slot')
            same(agent.values([(REF, ROW), (VALUE, '"%s"' % path)], 20, 1), ROW)
            assert all(map(is_alive, pids(2))), pids(2)
            agent.end()
            assert not any(map(is_alive, pids(2)))


def test_what_a_single_row_has_started_ends_with_its_process():
    threads = ('import threading\n'
               'threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()\n')
    for extra in '', threads:
        with tempfile.TemporaryDirectory() as directory:
            agent = Agent().open(slots=1)
            agent.prepared(LEAVES + extra, name='dies')
            arguments = [(REF, ROW), (VALUE, '"%s"' % os.path.join(directory, 'left'))]
            result, = agent.map(arguments, 20)
            assert [e[:2] for e in result.errors] == [(1, DIED)]
            left = [int(pid) for name in os.listdir(directory)
                    for pid in open(os.path.join(directory, name)).read().split()]
            # Three processes run row 1 and die: the slot, and two child processes for the single row.
            # Each of them leaves three processes.
            assert len(left) == 9, left
            wait_until(lambda: not any(map(is_alive, left)), 'processes of a single row')
            agent.end()


def test_daemons_of_a_slot_that_is_no_longer_needed_end():
    agent = start('with_daemon', slots=1)
    agent.values([(REF, ROW[:1])], 1)
    pid, = logged_pids(agent, 1)
    assert is_alive(pid)
    agent.prepared(SOURCE, name='plain')  # replaces the function
    wait_until(lambda: not is_alive(pid), 'a daemon of a replaced function')
    same(agent.values([(REF, ROW)], 20), ROW)


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


def test_daemons_of_user_code_end_with_the_agent():
    agent = start('with_daemon', slots=1)
    agent.values([(REF, ROW[:1])], 1)
    pid, = logged_pids(agent, 1)
    assert parent_of(pid) == agent.process.pid and is_alive(pid)
    agent.end()
    assert not is_alive(pid)


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


def descendants(agent):
    return children_of(agent.process.pid)


def gone(agent, pids):
    agent.wait()
    wait_until(lambda: not any(map(is_alive, pids)), 'orphans: %s' % pids)


def test_no_process_is_left_when_the_controller_closes():
    agent = start('with_child')
    agent.run([(REF, np.zeros(2))], 2)
    agent.chunk(0, 0, 1)
    agent.chunk(1, 1, 2)
    pids = logged_pids(agent, 2) + descendants(agent)
    # The five processes are the interpreter, two slots, and one child process of each slot.
    assert len(set(pids)) == 5, pids
    agent.sock.shutdown(socket.SHUT_RDWR)
    gone(agent, pids)


def test_no_process_is_left_when_the_controller_is_killed():
    program = os.path.abspath(__file__)
    controller = subprocess.Popen([sys.executable, program, 'controller'], stdout=subprocess.PIPE,
                                  text=True)
    pids = [int(n) for n in controller.stdout.readline().split()]
    assert len(pids) == 6, pids
    controller.kill()
    controller.wait()
    controller.stdout.close()
    wait_until(lambda: not any(map(is_alive, pids)), 'orphans: %s' % pids)


def test_slots_end_with_a_killed_agent():
    with tempfile.TemporaryDirectory() as directory:  # a killed agent does not remove its files
        agent = start('endless', env={'TMPDIR': directory})
        agent.run([(REF, np.zeros(2))], 2)
        agent.chunk(0, 0, 1)
        pids = logged_pids(agent, 1) + descendants(agent)
        agent.process.kill()
        gone(agent, pids)


def test_end_while_importing():
    for how in (lambda a: a.send(BYE), lambda a: a.sock.shutdown(socket.SHUT_RDWR)):
        agent = Agent().open()
        agent.prepare('import time\nprint("here", flush=True)\ntime.sleep(1000)\n')
        assert agent.expect(LOG).log() == (MAX_SLOTS, 1, 0, 'here\n')
        pids = descendants(agent)
        assert pids
        how(agent)
        gone(agent, pids)


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


def controller():
    agent = start('with_child')
    agent.run([(REF, np.zeros(2))], 2)
    agent.chunk(0, 0, 1)
    agent.chunk(1, 1, 2)
    pids = set(logged_pids(agent, 2) + descendants(agent) + [agent.process.pid])
    print(*pids, flush=True)
    signal.pause()


if sys.argv[1:] == ['controller']:
    controller()
main(globals())
