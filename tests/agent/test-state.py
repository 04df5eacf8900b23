# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Tests of what slots have of their own: open files, shared memory, random numbers, threads and child
# processes that the user's module made when it was imported, and processes that user code forks.
import signal

from conversation import *

ROW = np.arange(2000)


def start(source, name='f', forks=None, files=None, **more):
    """Returns an agent that has prepared a function. forks: whether its slots must be forked."""
    agent = Agent().open(**more)
    agent.prepare(source, name=name, files=files)
    prepared = Prepared(agent.expect(PREPARED))
    assert forks is None or prepared.forks == forks, (prepared.forks, agent.logs)
    return agent


def log_text(agent):
    return ''.join(log[3] for log in agent.logs)


def read_log(agent, what):
    while what not in log_text(agent):
        agent.logs.append(agent.expect(LOG).log())


def check_numbers(agent, n=2000, chunk_rows=50, **more):
    draws = agent.values([(REF, np.arange(n))], n, chunk_rows, **more)
    assert len(set(draws)) == n, len(set(draws))
    return draws


# ---- what the import leaves ----
def test_a_module_that_leaves_nothing_is_imported_once():
    # Reading a file, starting a program, joining a thread and making temporary names leaves nothing.
    agent = start('import os, random, subprocess, tempfile, threading\nimport numpy as np\n'
                  'print("imported", flush=True)\n'
                  'null = open(os.devnull)\nopen(__file__).read()\n'
                  'subprocess.run(["true"])\nt = threading.Thread(target=print)\nt.start()\nt.join()\n'
                  'os.rmdir(tempfile.mkdtemp())\nsystem = random.SystemRandom()\n'
                  'def f(x): return x\n', forks=1)
    assert np.array_equal(agent.values([(REF, ROW)], 2000, 50), ROW)
    assert log_text(agent).count('imported') == 1, agent.logs


def test_open_file():
    agent = start('import os, struct\n'
                  'fh = open(os.path.join(os.path.dirname(__file__), "tab.bin"), "rb")\n'
                  'def f(x):\n    fh.seek(8 * int(x))\n    return struct.unpack("<q", fh.read(8))[0]\n',
                  forks=0, files={'tab.bin': (ROW * 3).astype('<i8').tobytes()}, slots=4)
    assert np.array_equal(agent.values([(REF, ROW)], 2000, 50), ROW * 3)
    read_log(agent, 'open files (tab.bin)')
    assert 'each core imports model separately' in log_text(agent)


def test_npz_archive():
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, 't.npz')
        np.savez(path, **{'a%d' % i: np.full(100, i) for i in range(20)})
        agent = start('import numpy as np\nt = np.load(%r)\n'
                      'def f(x): return t["a%%d" %% (x %% 20)][7]\n' % path, forks=0, slots=4)
        assert np.array_equal(agent.values([(REF, ROW)], 2000, 50), ROW % 20)


def test_shared_memory():
    agent = start('import mmap, struct\nm = mmap.mmap(-1, 8)\n'
                  'def f(x):\n    m[:] = struct.pack("q", x)\n    for _ in range(100): pass\n'
                  '    return struct.unpack("q", m[:])[0]\n', forks=0, slots=4)
    assert np.array_equal(agent.values([(REF, ROW)], 2000, 50), ROW)
    read_log(agent, 'writable shared memory')


def test_shared_memory_of_numpy_and_multiprocessing():
    for source in ('import numpy as np, tempfile\nm = np.memmap(tempfile.TemporaryFile(), "i8", "w+", shape=(1,))\n',
                   'import multiprocessing.sharedctypes\nm = multiprocessing.sharedctypes.RawArray("q", 1)\n',
                   'from multiprocessing import shared_memory\nimport numpy as np\n'
                   's = shared_memory.SharedMemory(create=True, size=8)\ns.unlink()\n'
                   'm = np.frombuffer(s.buf, "i8")\n'):
        agent = start(source + 'def f(x):\n    m[0] = x\n    for _ in range(100): pass\n    return int(m[0])\n',
                      forks=0, slots=4)
        assert np.array_equal(agent.values([(REF, ROW)], 2000, 50), ROW), source
        read_log(agent, 'writable shared memory')
        agent.end()


GENERATORS = {
    'numpy Generator': 'rng = np.random.default_rng()\ndef f(x): return rng.random()\n',
    'RandomState': 'rng = np.random.RandomState()\ndef f(x): return rng.normal()\n',
    'random.Random': 'rng = random.Random()\ndef f(x): return rng.gauss(0, 1)\n',
    'held by an object': 'class A:\n    def __init__(self): self.parts = {"r": [np.random.default_rng()]}\n'
                         '    def draw(self): return self.parts["r"][0].random()\n'
                         'a = A()\ndef f(x): return a.draw()\n',
    'held by a closure': 'def make():\n    rng = np.random.Generator(np.random.Philox())\n'
                         '    return lambda x: rng.random()\nf = make()\n',
    'held by a class': 'class A:\n    rng = random.Random()\ndef f(x): return A.rng.random()\n',
    'seed sequence': 'seeds = np.random.SeedSequence()\n'
                     'def f(x): return np.random.default_rng(seeds.spawn(1)[0]).random()\n',
    'children of a generator': 'rng = np.random.default_rng()\ndef f(x):\n'
                               '    seeds = rng.bit_generator._seed_seq.spawn(1)\n'
                               '    return np.random.default_rng(seeds[0]).random()\n',
    'default value': 'def f(x, rng=np.random.default_rng()): return rng.random()\n',
    'global, fixed seed': 'np.random.seed(1)\nrandom.seed(1)\n'
                          'def f(x): return np.random.rand() + random.random()\n',
}


def test_generators_differ_in_all_slots():
    for name, source in GENERATORS.items():
        agent = start('import random\nimport numpy as np\n' + source, slots=4,
                      forks=1 if name.startswith('global') else 0)
        check_numbers(agent)
        if not name.startswith('global'):
            read_log(agent, 'random number generators (1; a fixed seed gives each core the same numbers)')
        agent.end()


def test_generators_with_a_seed_belong_to_the_row():
    for name, source in GENERATORS.items():
        source = 'import random\nimport numpy as np\n' + source
        agent = start(source, slots=3)
        expected = check_numbers(agent, 300, 7, seed=5)
        assert np.array_equal(check_numbers(agent, 300, 50, seed=5), expected), name
        agent.end()
        agent = start(source, slots=1)
        assert np.array_equal(check_numbers(agent, 300, 300, seed=5), expected), name
        assert not np.intersect1d(check_numbers(agent, 300, 300, seed=6), expected).size, name
        assert 'cannot be seeded' not in log_text(agent)
        agent.end()


def test_two_generators_with_a_seed_differ():
    agent = start('import numpy as np\na = np.random.default_rng(1)\nb = np.random.default_rng(1)\n'
                  'def f(x): return a.random() - b.random()\n', forks=0)
    assert (agent.values([(REF, ROW[:50])], 50, seed=1) != 0).all()


def test_generators_of_imported_modules():
    """A module that is sent with the function holds the generator."""
    files = {'helper.py': 'import random\nimport numpy as np\nrng = np.random.default_rng(3)\n'
                          'class A:\n    own = random.Random(4)\n',
             'pkg/__init__.py': 'from .inner import rng\n',
             'pkg/inner.py': 'import numpy as np\nrng = np.random.RandomState(5)\n'}
    calls = ('helper.rng.random()', 'helper.A.own.random()', 'pkg.rng.rand()')
    for call in calls:
        agent = start('import helper, pkg\ndef f(x): return %s\n' % call, files=files, slots=3, forks=0)
        read_log(agent, 'random number generators (3; ')
        expected = check_numbers(agent, 300, 7, seed=5)
        assert np.array_equal(check_numbers(agent, 300, 50, seed=5), expected), call
        agent.end()
    source = 'import helper, pkg\ndef f(x): return %s - %s\n' % calls[::2]
    assert (start(source, files=files).values([(REF, ROW[:50])], 50, seed=1) != 0).all()


def test_a_fixed_seed_draws_the_same_on_each_core():
    """As README says: without a seed of the run, each core begins with the numbers of a new process."""
    agent = start('import os, time\nimport numpy as np\nrng = np.random.default_rng(7)\n'
                  'def f(x):\n    time.sleep(0.005)\n    return [os.getpid(), rng.random()]\n', slots=3)
    drawn = agent.values([(REF, ROW[:200])], 200, 4)
    numbers = np.random.default_rng(7).random(200)
    pids = set(drawn[:, 0])
    assert len(pids) == 3, pids
    for pid in pids:
        own = drawn[drawn[:, 0] == pid, 1]
        assert np.array_equal(np.sort(own), np.sort(numbers[:len(own)]))


def test_a_generator_that_cannot_be_seeded_is_told():
    agent = start('import random\nclass A:\n    __slots__ = "r"\na = A()\na.r = random.Random()\n'
                  'def f(x): return a.r.random()\n', forks=0, slots=1)
    check_numbers(agent, 50, 10, seed=1)
    read_log(agent, '1 random number generators of the module cannot be seeded for each row')


def test_threads_of_a_module():
    agent = start('import queue, threading\nasked, told = queue.Queue(), queue.Queue()\n'
                  'def work():\n    while True: told.put(asked.get() * 2)\n'
                  'threading.Thread(target=work, daemon=True).start()\n'
                  'def f(x):\n    asked.put(x)\n    return told.get()\n', forks=0)
    assert np.array_equal(agent.values([(REF, ROW)], 2000, 50), ROW * 2)
    read_log(agent, 'threads (1)')


def test_child_processes_of_a_module():
    agent = start('import multiprocessing\ncontext = multiprocessing.get_context("fork")\n'
                  'pool = context.Pool(1)\n'
                  'def f(x): return pool.apply(abs, (-int(x),))\n', forks=0)
    assert np.array_equal(agent.values([(REF, ROW[:100])], 100, 10), ROW[:100])
    read_log(agent, 'child processes')


def test_many_reasons_are_shortened():
    for length in range(20, 24):
        files = {'%d%s' % (i, 'ü' * length): '' for i in range(3)}
        agent = Agent().open()
        agent.prepare('import os, random\nrng = random.Random(1)\nHERE = os.path.dirname(__file__)\n'
                      'files = [open(os.path.join(HERE, n)) for n in os.listdir(HERE)]\n'
                      'def f(x): return x\n', files=files)
        why = dict(Prepared(agent.expect(PREPARED)).versions)['separate imports']
        assert why.startswith('open files (0' + 'ü' * length) and why.endswith('…'), why
        assert 120 < len(why.encode()) <= 128, why
        read_log(agent, 'random number generators (1; ')
        agent.end()


def test_separate_imports_begin_as_the_first_one():
    with tempfile.TemporaryDirectory() as directory:
        os.mkdir(os.path.join(directory, 'inner'))
        agent = start('import fcntl, os\nos.chdir("inner")\n'
                      'os.environ["MAMUTO_TEST"] = os.environ.get("MAMUTO_TEST", "") + "x"\n'
                      'lock = open("lock", "w")\nfcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)\n'
                      'def f(x): return len(os.environ["MAMUTO_TEST"])\n',
                      forks=0, slots=1, workdir=directory)
        assert agent.values([(REF, ROW[:10])], 10).tolist() == [1] * 10


# ---- descriptors ----
# The descriptors of the process, and those of a program that it starts, with the files behind them.
DESCRIPTORS = '''
import json, os, subprocess
LIST = """
import os
for name in os.listdir('/proc/self/fd'):
    try:
        print(name, os.readlink('/proc/self/fd/' + name), sep='=')
    except OSError:
        pass
"""
def f(x):
    if x == 1: os.kill(os.getpid(), 9)
    own = ['%s=%s' % (name, os.readlink('/proc/self/fd/' + name)) for name in os.listdir('/proc/self/fd')
           if os.path.lexists('/proc/self/fd/' + name)]
    child = subprocess.run(['/usr/bin/python3', '-c', LIST], close_fds=False, stdout=subprocess.PIPE)
    return json.dumps([own, child.stdout.decode().split('\\n')[:-1]]).ljust(4000)
'''
THREAD = ('import threading, time\n'
          'threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()\n')


def test_user_code_has_no_descriptors_of_the_agent():
    import json
    with tempfile.NamedTemporaryFile(prefix='inherited') as inherited:
        os.set_inheritable(inherited.fileno(), True)
        for extra, forks in ('', 1), ('import random\nrng = random.Random()\n', 0), (THREAD, 0):
            agent = Agent(pass_fds=[inherited.fileno()]).open(slots=2)
            agent.prepare(extra + DESCRIPTORS)
            assert Prepared(agent.expect(PREPARED)).forks == forks
            # Row 1 kills its process, so the others are computed in processes for single rows.
            rows = agent.values([(ROWS, ROW[:1])], 1), agent.map([(ROWS, ROW[:4])], 4)[0].block
            for own, child in (json.loads(row) for block in rows for row in block):
                own, child = (dict(text.split('=', 1) for text in texts) for texts in (own, child))
                files = [file for fd, file in own.items()
                         if fd not in '012' and not file.startswith(('/proc/', '/memfd:mamuto-'))]
                # the socket of the slot or, in a process for single rows, the pipes to the slot
                assert len(files) <= 3 and all(f.startswith(('socket:', 'pipe:')) for f in files), own
                assert set(child) - {'3'} == set('012'), child
                assert child.get('3', '/proc/').startswith('/proc/'), child
            agent.end()


# ---- fresh numbers after a death ----
def test_numbers_after_a_death_are_fresh():
    for extra, call in (('', 'np.random.rand()'), ('', 'random.random()'),
                        ('rng = np.random.default_rng(3)', 'rng.random()'),
                        ('seeds = np.random.SeedSequence(3)',
                         'np.random.default_rng(seeds.spawn(1)[0]).random()'),
                        ('rng = None', 'late().random()')):
        agent = start('import os, random\nimport numpy as np\n%s\n'
                      'def late():\n    global rng\n    rng = rng or np.random.default_rng()\n'
                      '    return rng\n'
                      'def f(x):\n    if x %% 100 == 50: os.kill(os.getpid(), 9)\n    return %s\n'
                      % (extra, call), slots=1)
        results = agent.map([(REF, ROW)], 2000, 100)
        draws = np.concatenate([r.block for r in results])
        assert len(draws) == len(set(draws)) == 1980, (call, len(set(draws)))
        agent.end()


def test_seeds_of_rows_stay_after_a_death():
    """The numbers of a row come from its index and a fixed seed, so they are those of a plain loop."""
    for seeds, own in (('SeedSequence(3).spawn(400)', 'seeds[int(x)]'),
                       ('SeedSequence(3)', 'np.random.SeedSequence(seeds.entropy, spawn_key=(int(x),))')):
        code = ('import os\nimport numpy as np\nseeds = np.random.%s\n'
                'def f(x):\n    if x %% 100 == 50: os.kill(os.getpid(), 9)\n'
                '    return np.random.default_rng(%s).random()\n' % (seeds, own))
        scope = {}
        exec(code, scope)
        agent = start(code, slots=2, forks=int('spawn(' in seeds))
        rows = [x for x in range(400) if x % 100 != 50]
        draws = np.concatenate([r.block for r in agent.map([(REF, ROW[:400])], 400, 100)])
        assert np.array_equal(draws, [scope['f'](x) for x in rows]), seeds
        agent.end()


def test_rows_that_need_threads_after_a_death():
    # A forked child has no copy of the thread, and would wait for it without end.
    begin = 'threading.Thread(target=work, daemon=True).start()\n'
    late = '    if threading.active_count() == 1: ' + begin
    for at_import, in_a_row in ((begin, ''), ('', late)):
        agent = start('import os, queue, random, threading\n'
                      'rng = random.Random(1)\nasked, told = queue.Queue(), queue.Queue()\n'
                      'def work():\n    while True: told.put(asked.get() * 2)\n' + at_import +
                      'def f(x, y):\n    if x == 30: os.kill(os.getpid(), 9)\n'
                      '    if x == 31: raise ValueError(x)\n' + in_a_row +
                      '    asked.put(x + y)\n    return told.get() + rng.random()\n', slots=2)
        for kind in (ROWS, KEPT):
            results = agent.map([(kind, ROW[:200]), (VALUE, '5')], 200, 40)
            assert [e[:2] for r in results for e in r.errors] == [(30, DIED), (31, RAISED)]
            got = np.concatenate([r.block for r in results])
            rows = np.array([x for x in range(200) if x not in (30, 31)])
            assert np.array_equal(np.floor(got), (rows + 5) * 2), got
        first, = agent.map([(REF, ROW[:40]), (VALUE, '5')], 40, seed=3)
        again, = agent.map([(REF, ROW[:30]), (VALUE, '5')], 30, seed=3)
        assert np.array_equal(first.block[:30], again.block)
        agent.end()


# ---- processes that user code forks ----
def test_a_forked_child_does_not_go_on():
    leave = ['sys.exit(0)', 'sys.exit("done")', 'sys.exit()', 'raise ValueError(x)', 'return -1', 'os._exit(0)']
    for how in leave:
        for die in ('', '    if x == 30: os.kill(os.getpid(), 9)\n'):
            agent = start('import os, sys\ndef f(x):\n'
                          '    if x % 20 == 7:\n        pid = os.fork()\n        if pid == 0:\n'
                          '            ' + how + '\n        os.waitpid(pid, 0)\n' + die +
                          '    return x\n', forks=1)
            results = agent.map([(REF, ROW[:200])], 200, 40)
            failed = [e[:2] for r in results for e in r.errors]
            assert failed == ([(30, DIED)] if die else []), (how, failed)
            got = np.concatenate([r.block for r in results])
            assert np.array_equal(got, [x for x in range(200) if not die or x != 30]), (how, got)
            agent.end()


def test_a_forked_child_ends_with_its_own_status():
    agent = start('import os, sys\ndef f(x):\n    pid = os.fork()\n    if pid == 0:\n'
                  '        if x < 5: sys.exit(int(x) + 3)\n        raise KeyError("no " + str(x))\n'
                  '    return os.WEXITSTATUS(os.waitpid(pid, 0)[1])\n')
    assert agent.values([(REF, ROW[:7])], 7).tolist() == [3, 4, 5, 6, 7, 1, 1]
    read_log(agent, "KeyError: 'no 6'")
    assert '<mamuto>' not in log_text(agent)


def test_a_batch_that_forks():
    agent = start('import os, sys\ndef f(x):\n    if os.fork() == 0: sys.exit(0)\n    os.wait()\n'
                  '    return x\n', slots=1)
    assert np.array_equal(agent.values([(REF, ROW[:100])], 100, 10, batch=True), ROW[:100])


def test_a_child_that_the_import_forked_does_not_go_on():
    for how in ('sys.exit(0)', 'raise ValueError("in the child")', 'pass'):
        agent = start('import os, sys\nif os.fork() == 0:\n    %s\nelse:\n    os.wait()\n'
                      'def f(x): return x\n' % how, slots=1)
        assert np.array_equal(agent.values([(REF, ROW)], 2000, 50), ROW)
        agent.end()


main(globals())
