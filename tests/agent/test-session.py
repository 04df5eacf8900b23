# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Tests of the session between a controller and an agent. If an interpreter, package or folder is
# missing, the agent reports a clear error. An invalid frame ends the agent without a crash. The
# agent leaves no file and no process behind.
import fcntl
import random
import shutil
import stat
import subprocess

from conversation import *

PLAIN = 'def f(x):\n    return x\n'
ROW = np.arange(20)


def fault_of(agent):
    return agent.expect(FAULT).fault()


def test_ready():
    agent = Agent()
    r = Reader(agent.ready.meta)
    sysname, machine, hostname, _, _ = [r.str() for _ in range(5)]
    assert sysname == 'Linux' and machine == os.uname().machine and hostname == os.uname().nodename
    assert r.u32() == len(os.sched_getaffinity(0)) and r.u32() == agent.process.pid
    total, available = r.u64(), r.u64()
    assert 0 < available <= total


def test_over_pipes():
    agent = Agent(pipes=True).open()
    agent.prepared('import numpy as np\ndef f(x):\n    return np.full(30000, x)\n')
    got = agent.values([(ROWS, ROW), ], 20, 5)
    assert got.shape == (20, 30000) and (got == ROW[:, None]).all()
    agent.send(PING, struct.pack('<Q', 77))
    assert Reader(agent.expect(PONG).meta).u64() == 77


def test_a_controller_that_reads_late():
    agent = Agent(pipes=True).open()
    agent.prepared('import numpy as np\ndef f(x):\n    print(x)\n    return np.full(1 << 20, x)\n')
    agent.run([(ROWS, ROW)], 20)
    for number in range(20):
        agent.chunk(number, number, number + 1)
    wait_until(lambda: select.select([agent.in_fd], [], [], 0)[0], 'no result')
    seen = {}
    while len(seen) < 20:  # The 20 results of 8 MiB are larger than the output queue of the agent.
        frame = agent.expect(RESULT)
        seen[frame.chunk] = frame.result().block
    assert all((block == number).all() for number, block in seen.items())


def test_two_runs_of_two_functions():
    agent = Agent().open()
    source = 'def double(x):\n    return x * 2\ndef half(x):\n    return x / 2\n'
    functions = [agent.prepared(source, name=name, number=n)
                 for n, name in enumerate(('double', 'half'), 1)]
    runs = [agent.run([(REF, np.arange(100))], 100, function=f) for f in functions]
    for number in range(100):
        for run in runs:
            agent.chunk(number, number, number + 1, run=run)
    for _ in range(200):
        frame = agent.expect(RESULT)
        expected = frame.chunk * 2 if frame.run == runs[0] else frame.chunk / 2
        assert frame.result().block.tolist() == [expected]
    for run in runs:
        agent.finish(run)


def test_measure():
    agent = Agent(pipes=True)
    agent.send(MEASURE, struct.pack('<QQ', 5, 0), b'z' * 3000000)
    r = Reader(agent.expect(MEASURED).meta)
    assert (r.u64(), r.u64()) == (5, 3000000)
    agent.send(MEASURE, struct.pack('<QQ', 6, 3000000))
    assert agent.expect(MEASURED).payload == bytes(3000000)


def test_stats_during_a_run():
    agent = Agent().open()
    agent.prepared(PLAIN)
    run = agent.run([(REF, ROW)], 20)
    r = Reader(agent.expect(STATS).meta)
    now, permille, slots, busy = r.u64(), r.u32(), r.u32(), r.u32()
    assert now > 0 and permille <= 1000 and (slots, busy) == (2, 0)
    assert r.u64() >= r.u64() > 0 and r.u64() > 0
    agent.finish(run)


def test_python_is_searched():
    with tempfile.TemporaryDirectory() as directory:
        fake = os.path.join(directory, 'python3')
        with open(fake, 'w') as f:
            f.write('#!/bin/sh\necho no such thing >&2\nexit 1\n')
        os.chmod(fake, 0o755)
        path = directory + ':' + os.environ['PATH']
        agent = Agent(env={'PATH': path}).open(python='')
        agent.prepare(PLAIN)
        prepared = Prepared(agent.expect(PREPARED))
        assert (prepared.function, prepared.forks, prepared.runner) == (1, 1, 'python')
        assert prepared.interpreter not in ('', fake), prepared.interpreter
        assert [name for name, _ in prepared.versions] == ['python', 'numpy', 'OMP_NUM_THREADS'], prepared.versions
        versions = dict(prepared.versions)
        assert versions['python'].startswith('3.') and versions['numpy'] == np.__version__
        # The agent restarts a killed interpreter with the Python that it has found before.
        assert (agent.values([(ROWS, ROW)], 20) == ROW).all()
        interpreter, = [pid for pid in children_of(agent.process.pid)
                        if parent_of(pid) == agent.process.pid]
        os.kill(interpreter, 9)
        assert (agent.values([(ROWS, ROW)], 20) == ROW).all()
        # The agent starts the same Python for the second function.
        agent.prepared(PLAIN, number=2)
        assert (agent.values([(ROWS, ROW)], 20, function=2) == ROW).all()
        agent.end()
        # If a Python is configured, the agent tries no other Python.
        agent = Agent().open(python=fake)
        agent.prepare(PLAIN)
        code, function, what = fault_of(agent)
        assert (code, function) == (FAULT_INTERPRETER, 1) and 'no such thing' in what, what


def test_python_is_missing():
    agent = Agent().open(python='python-of-nowhere')
    agent.prepare(PLAIN)
    code, _, what = fault_of(agent)
    assert code == FAULT_INTERPRETER and 'python-of-nowhere' in what, what
    # No interpreter can run the function, so the agent reports each chunk as lost.
    agent.run([(REF, ROW)], 20)
    agent.chunk(0, 0, 20)
    assert 'python-of-nowhere' in agent.expect(LOST).lost()


def test_language_is_unknown():
    agent = Agent().open()
    for number, runner in enumerate(('cobol', '', 'pytho', 'python3', 'Python'), 1):
        agent.prepare(PLAIN, number=number, runner=runner)
        code, function, what = fault_of(agent)
        assert (code, function) == (FAULT_INTERPRETER, number) and runner in what, what
    agent.run([(REF, ROW)], 20)
    agent.chunk(0, 0, 20)
    assert 'language' in agent.expect(LOST).lost()
    agent.prepared(PLAIN)


def test_numpy_is_missing():
    with tempfile.TemporaryDirectory() as directory:
        os.mkdir(os.path.join(directory, 'numpy'))
        with open(os.path.join(directory, 'numpy', '__init__.py'), 'w') as f:
            f.write('raise ImportError("broken numpy")\n')
        agent = Agent(env={'PYTHONPATH': directory}).open()
        agent.prepare(PLAIN)
        code, _, what = fault_of(agent)
        assert code == FAULT_PACKAGE, what
        assert 'broken numpy' in what and '/usr/bin/python3' in what, what


def test_import_faults():
    agent = Agent().open()
    for number, (source, name, module, words) in enumerate((
            ('x = 1\n1 / 0\n', 'f', 'model', ['ZeroDivisionError', 'File "model.py", line 2']),
            ('def f(:\n', 'f', 'model', ['SyntaxError']),
            ('def g(): pass\ndef h(): pass\n', 'f', 'model', ['no function f', 'g, h']),
            ('f = 3\n', 'f', 'model', ['not a function']),
            ('import os\nos._exit(5)\n', 'f', 'model', ['while it imported model', 'status 5']),
            ('import ctypes\nctypes.string_at(0)\n', 'f', 'model', ['signal 11'])), 1):
        agent.prepare(source, name=name, module=module, number=number)
        code, function, what = fault_of(agent)
        assert (code, function) == (FAULT_IMPORT, number), (code, what)
        assert all(w in what for w in words) and 'mamuto-' not in what, what
    agent.prepare(None, name='f', module='module_of_nowhere', number=9)
    code, function, what = fault_of(agent)
    assert (code, function) == (FAULT_MODULE, 9) and 'module_of_nowhere' in what, (code, what)


def test_packages_and_dotted_names():
    agent = Agent().open()
    files = {'pkg/__init__.py': '', 'pkg/sub/__init__.py': '', 'pkg/other.py': 'K = 2\n',
             'pkg/sub/m.py': 'from pkg.other import K\nclass C:\n    @staticmethod\n'
                             '    def f(x):\n        return x * K\n'}
    agent.prepared(None, module='pkg.sub.m', name='C.f', files=files)
    assert (agent.values([(REF, ROW)], 20) == ROW * 2).all()
    # One file has changed, and the new PREPARE frame must replace the old file.
    agent.prepared(None, module='pkg.sub.m', name='C.f', number=2,
                   files=dict(files, **{'pkg/other.py': 'K = 3\n'}))
    assert (agent.values([(REF, ROW)], 20, function=2) == ROW * 3).all()


def test_malicious_bundles():
    agent = Agent().open()
    good = bundle({'model.py': PLAIN})
    evil = [bundle({path: PLAIN}) for path in ('../model.py', '/tmp/model.py', 'a/../../b.py', './x',
                                               'a//b', '', 'a/', 'x' * 256, 'a\0b')]
    evil += [good[:-1], good + b'x', good[:7], b'MMB2' + good[4:], b'MMB1\xff\xff\xff\xff',
             bundle({'a': '', 'a/b': ''}), b'MMB1\2\0\0\0' + 2 * good[8:]]
    for number, data in enumerate(evil, 1):
        digest = agent.put_stored(data)
        agent.send(PREPARE, struct.pack('<I', number) + text('python') + text('') +
                   text('model') + text('f') + text(digest) + struct.pack('<Q', 0) + text('') + text(''))
        code, _, what = fault_of(agent)
        assert code == FAULT_BLOB and 'bundle' in what, (data, what)


def test_temporary_directory_is_private_and_removed():
    with tempfile.TemporaryDirectory() as directory:
        agent = Agent(env={'TMPDIR': directory}).open()
        agent.prepared('import os\ndef f(x):\n    if x == 1:\n        os._exit(1)\n    return x\n')
        made, = os.listdir(directory)
        path = os.path.join(directory, made)
        assert stat.S_IMODE(os.stat(path).st_mode) == 0o700
        assert os.listdir(path) == ['model.py']
        agent.map([(REF, ROW)], 20)
        assert os.listdir(path) == ['model.py']
        agent.end()
        assert os.listdir(directory) == []


def test_directories_of_killed_agents_are_removed():
    with tempfile.TemporaryDirectory() as directory:
        stale, used, fresh, other = paths = [os.path.join(directory, name) for name in (
            'mamuto-modules-stale1', 'mamuto-modules-used12', 'mamuto-modules-fresh1', 'mamuto-x')]
        for path in paths:
            os.mkdir(path)
            open(os.path.join(path, 'model.py'), 'w').close()
            if path != fresh:
                os.utime(path, (1, 1))
        lock = os.open(used, os.O_RDONLY)
        fcntl.flock(lock, fcntl.LOCK_EX)
        agent = Agent(env={'TMPDIR': directory}).open()
        agent.prepared(PLAIN)
        assert not os.path.exists(stale)
        assert all(os.path.exists(os.path.join(p, 'model.py')) for p in (used, fresh, other))
        os.close(lock)
        agent.end()


def test_workdir():
    source = 'import os\ndef f(x):\n    return os.getcwd()\n'
    with tempfile.TemporaryDirectory() as home:
        agent = Agent(env={'HOME': home}).open(workdir='~/a/b')
        agent.prepared(source)
        assert agent.values([(REF, ROW)], 20)[0] == os.path.join(home, 'a/b')
        agent.end()
        agent = Agent(env={'HOME': home}).open()
        agent.prepared(source)
        assert agent.values([(REF, ROW)], 20)[0] == home
        agent.end()
    agent = Agent().open(workdir='/proc/none')
    code, _, what = fault_of(agent)
    assert code == FAULT_WORKDIR and '/proc/none' in what
    agent.prepare(PLAIN)
    assert fault_of(agent)[:2] == (FAULT_WORKDIR, 1)


def test_nice_and_threads():
    source = ('import os\ndef f(x):\n    return [os.nice(0)] + [int(os.environ.get(name, 0)) for name in '
              '("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS")]\n')
    own = {'OMP_NUM_THREADS': '2', 'OPENBLAS_NUM_THREADS': '3'}
    # A number that the user has set is kept.
    for names, threads, expected in (((), (0, 0), [7, 1, 0, 1]), (own, (0, 0), [7, 2, 3, 1]),
                                     (['OPENBLAS_NUM_THREADS'], (0, 0), [7, 1, 3, 1]),
                                     ((), (5, 0), [7, 5, 0, 1]), (own, (0, 6), [7, 2, 3, 6]),
                                     (own, (5, 6), [7, 5, 3, 6])):
        agent = Agent(env={name: own[name] for name in names}).open(nice=7, threads=threads)
        agent.prepare(source)
        versions = dict(Prepared(agent.expect(PREPARED)).versions)
        assert versions['OMP_NUM_THREADS'] == str(expected[1]), versions
        assert agent.values([(REF, ROW)], 20)[0].tolist() == expected
        agent.end()


def test_stored_forgotten():
    agent = Agent().open()
    agent.prepared(PLAIN)
    assert (agent.values([(KEPT, ROW)], 20) == ROW).all()
    digest = hashlib.sha256(ROW.tobytes()).hexdigest()
    assert agent.put_stored(ROW.tobytes()) == digest  # the second upload stores the same data again
    agent.send(FORGET, text(digest))
    run = agent.run([(KEPT, ROW)], 20)
    frame = agent.expect(FAULT)
    code, _, what = frame.fault()
    assert code == FAULT_BLOB and digest[:12] in what
    assert frame.fault_blob() == digest
    agent.chunk(0, 0, 20)
    agent.expect(LOST)
    agent.finish(run)
    assert agent.put_stored(ROW.tobytes(), by_fd=True) == digest
    assert (agent.values([(KEPT, ROW)], 20, 7) == ROW).all()


def test_refused_values():
    agent = Agent().open()
    agent.prepared(PLAIN)
    run = agent.run([(VALUE, '[1, 2')], 20)
    agent.chunk(0, 0, 20)
    code, _, what = fault_of(agent)
    assert code == FAULT_ARGUMENT and 'JSON' in what
    agent.expect(LOST)
    agent.finish(run)


def test_flood_of_prints():
    agent = Agent().open()
    agent.prepared('def f(x):\n    for i in range(20000):\n        print("line", i, "\\u00e4" * 9)\n'
                   '    return x\n')
    assert (agent.values([(REF, ROW[:4])], 4, 1) == ROW[:4]).all()
    assert sum(len(log[3]) for log in agent.logs) < 2 << 20
    assert any(log[2] > 0 for log in agent.logs)


def test_output_of_c_and_children():
    agent = Agent().open()
    agent.prepared('import ctypes, os, sys\ndef f(x):\n    print("a")\n'
                   '    ctypes.CDLL(None).puts(b"b")\n    os.system("echo c; echo \\\\\\\\377 >&2")\n'
                   '    sys.stderr.write("no end")\n    return x\n')
    agent.values([(REF, ROW[:1])], 1)
    out = ''.join(log[3] for log in agent.logs if log[1] == 1)
    assert sorted(out.split()) == ['a', 'b', 'c'], agent.logs
    assert any(log[1] == 2 and log[3].endswith('no end') for log in agent.logs), agent.logs


def test_malformed_frames():
    rng = random.Random(11)
    frames = []
    for kind, meta, payload in (
            (OPEN, text('') + struct.pack('<iIIII', 0, 1, 60, 0, 0), b''),
            (PUT, text('0' * 64) + struct.pack('<QQQ', 10, 0, 0), b'0123456789'),
            (RUN, struct.pack('<IIIIQQQ', 1, 0, 0, 1, 0, 10, 0) +
             argument(ROWS, '<f8', (10,), (8,), 0, ''), b''),
            (CHUNK, struct.pack('<QQQ', 0, 2, 16), b'x' * 16),
            (CHUNK, struct.pack('<QQQ', 0, 2, 16), b'x' * 9),
            (CHUNK_PART, struct.pack('<Q', 9), b'x' * 7), (ACK, struct.pack('<IQ', 1, 0), b''),
            (DROP, struct.pack('<IQ', 1, 0), b''), (SLOTS, struct.pack('<I', 1), b''),
            (PING, struct.pack('<Q', 1), b''), (MEASURE, struct.pack('<QQ', 1, 10), b'xy'),
            (FORGET, text('0' * 64), b''), (CANCEL, b'', b''), (FINISH, b'', b'')):
        frames.append(HEADER.pack(0x31746d4d, VERSION, kind, 0, 0, 0, 0, 7, 1, 1, len(meta), 0,
                                  len(payload)) + meta + payload)
    for round in range(150):
        stream = bytearray(frames[0] + b''.join(rng.choice(frames[1:]) for _ in range(6)))
        for _ in range(rng.randint(0, 3)):
            stream[rng.randrange(len(stream))] = rng.choice((0, 1, 7, 64, 127, 128, 255))
        if rng.random() < 0.3:
            del stream[rng.randrange(len(stream)):]
        agent = Agent()
        try:
            agent.send_bytes(stream)
            agent.sock.shutdown(socket.SHUT_WR)
        except OSError:
            pass
        status = agent.wait()
        assert status in (0, 2), (status, agent.last_stderr, bytes(stream))
        assert 'Sanitizer' not in agent.last_stderr, agent.last_stderr


def test_nodes_that_are_not_carried():
    agent = Agent()
    # A node is a computer that the agent controls. If the node number of a frame is unknown, the
    # agent must answer with a FAULT frame and skip the payload. The test sends such frames before
    # and after OPEN.
    agent.send(PING, struct.pack('<Q', 1), node=5)
    frame = agent.expect(FAULT)
    assert (frame.node, frame.session, frame.fault()[0]) == (5, 7, FAULT_NODE), frame.fault()
    agent.open()
    agent.prepared(PLAIN)
    number = agent.run([(ROWS, ROW)], 20)
    agent.send(CHUNK, struct.pack('<QQQ', 0, 20, 400000), b'Mmt1' * 100000, run=number, chunk=3, attempt=2,
               node=0xffffffff)
    frame = agent.expect(FAULT)
    assert (frame.node, frame.run, frame.chunk, frame.attempt) == (0xffffffff, number, 3, 2)
    assert frame.fault()[:2] == (FAULT_NODE, 0) and frame.payload == b''
    # The agent itself is node 0. A frame for node 1 must not affect it, even if the content of the
    # frame is invalid.
    for kind, meta in ((OPEN, b''), (CANCEL, b''), (SLOTS, b'\xff' * 9), (PREPARE, b'no such'),
                       (FINISH, b''), (PUT, b'x')):
        agent.send(kind, meta, run=number, node=1)
        assert agent.expect(FAULT).fault()[0] == FAULT_NODE
    agent.send(BYE, node=1)
    agent.chunk(0, 0, 20)
    assert (agent.expect(RESULT).result().block == ROW).all()
    agent.ack(number, 0)
    agent.finish(number)
    agent.end()
    # The agent ends if a frame for another node contains file descriptors, because descriptors
    # cannot be forwarded to another computer. The agent also ends if it receives a READY frame,
    # because only agents send READY.
    for what in (lambda a: a.send(PUT, b'', fds=[0], node=1), lambda a: a.send(READY, node=1)):
        agent = Agent().open()
        what(agent)
        assert agent.wait() == 2, agent.last_stderr


def test_rules_of_the_session():
    chunk = struct.pack('<QQQ', 0, 30, 0)
    for what in (lambda a: a.send(CHUNK, chunk), lambda a: a.open().open(),
                 lambda a: a.send(READY), lambda a: a.send_bytes(b'GET / HTTP/1.0\r\n' * 9),
                 lambda a: (a.open(), a.run([(REF, ROW)], 19)),
                 lambda a: (a.open().prepare(PLAIN), a.run([(REF, ROW)], 20),
                            a.send(CHUNK, chunk, run=1)),
                 lambda a: (a.open().prepare(PLAIN), a.run([(ROWS, ROW)], 20),
                            a.send(CHUNK, struct.pack('<QQQ', 0, 2, 5), b'short', run=1))):
        agent = Agent()
        what(agent)
        assert agent.wait() == 2, agent.last_stderr


def test_built_from_its_source():
    compiler = shutil.which('cc')
    with tempfile.TemporaryDirectory() as directory:
        subprocess.check_call(['tar', 'xf', os.environ['MAMUTO_AGENT_SOURCE'], '-C', directory])
        assert not [n for n in os.listdir(directory) if '/' in n]
        subprocess.check_call([compiler + ' -std=gnu11 -O1 -o mamuto-agent *.c'], shell=True,
                              cwd=directory)
        agent = Agent(program=os.path.join(directory, 'mamuto-agent')).open()
        agent.prepared(PLAIN)
        assert (agent.values([(ROWS, ROW)], 20) == ROW).all()
        agent.end()


main(globals())
