# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Tests of processes that user code starts, and of those that the agent starts: none may be left when
# its slot, its run or the agent ends, even if it has a session of its own.
import signal
import sys

from conversation import *

SOURCE = '''
import os
import subprocess
import time

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
'''
ROW = np.arange(20)


def start(name, env=None, **more):
    agent = Agent(env=env).open(**more)
    agent.prepared(SOURCE, name=name)
    return agent


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
            assert (agent.values([(REF, ROW), (VALUE, '"%s"' % path)], 20, 1) == ROW).all()
            assert len(pids(1) + pids(2)) == 6
            wait_until(lambda: not any(map(is_alive, pids(1))), 'processes of a dead slot')
            assert (agent.values([(REF, ROW), (VALUE, '"%s"' % path)], 20, 1) == ROW).all()
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
    assert (agent.values([(REF, ROW)], 20) == ROW).all()


def test_daemons_of_user_code_end_with_the_agent():
    agent = start('with_daemon', slots=1)
    agent.values([(REF, ROW[:1])], 1)
    pid, = logged_pids(agent, 1)
    assert parent_of(pid) == agent.process.pid and is_alive(pid)
    agent.end()
    assert not is_alive(pid)


def gone(agent, pids):
    agent.wait()
    wait_until(lambda: not any(map(is_alive, pids)), 'orphans: %s' % pids)


def test_no_process_is_left_when_the_controller_closes():
    agent = start('with_child')
    agent.run([(REF, np.zeros(2))], 2)
    agent.chunk(0, 0, 1)
    agent.chunk(1, 1, 2)
    pids = logged_pids(agent, 2) + children_of(agent.process.pid)
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
        pids = logged_pids(agent, 1) + children_of(agent.process.pid)
        agent.process.kill()
        gone(agent, pids)


def test_end_while_importing():
    for how in (lambda a: a.send(BYE), lambda a: a.sock.shutdown(socket.SHUT_RDWR)):
        agent = Agent().open()
        agent.prepare('import time\nprint("here", flush=True)\ntime.sleep(1000)\n')
        assert agent.expect(LOG).log() == (MAX_SLOTS, 1, 0, 'here\n')
        pids = children_of(agent.process.pid)
        assert pids
        how(agent)
        gone(agent, pids)


def controller():
    agent = start('with_child')
    agent.run([(REF, np.zeros(2))], 2)
    agent.chunk(0, 0, 1)
    agent.chunk(1, 1, 2)
    pids = set(logged_pids(agent, 2) + children_of(agent.process.pid) + [agent.process.pid])
    print(*pids, flush=True)
    signal.pause()


if sys.argv[1:] == ['controller']:
    controller()
main(globals())
