# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Tests of the modules that the interpreter imports: nothing from a folder in which other users may
# write, and always the function in the file that was sent.
from conversation import *

ROW = np.arange(20)
DOUBLE = 'def uniform(x):\n    return x * 2\n'
THREAD = ('import threading, time\nthreading.Thread(target=time.sleep, args=(1000,), '
          'daemon=True).start()\n')
# Modules that the runner, numpy or the start of Python import.
PLANTED = ['sitecustomize', 'usercustomize', 'numpy', 'os', 'io', 'pwd', 'grp', 'ctypes', 'warnings', 'tokenize',
           'linecache', 'token', 'subprocess', 'stat', 'collections', 'json', 'pickle', 'random', 'select',
           'signal', 'socket', 'struct', 'time', 'traceback', 'array', 'itertools', 'mmap', 'gc', 'selectors']


def plant(directory, names=PLANTED):
    """Creates modules that create the file `ran` when they are imported."""
    for name in names:
        with open(os.path.join(directory, name + '.py'), 'w') as f:
            f.write('open(%r, "a").write(%r)\nraise SystemExit(3)\n' % (directory + '/ran', name + '\n'))


def check_not_run(directory):
    path = os.path.join(directory, 'ran')
    assert not os.path.exists(path), open(path).read()


def log_of(agent):
    return ''.join(log[3] for log in agent.logs)


def test_planted_modules_never_run():
    """The folder belongs to the user or is open to all, and slots are forked or start singly."""
    source = ('import numpy as np\ndef f(x):\n    if x == 3:\n        raise ValueError(x)\n'
              '    if x == 4:\n        raise KeyError(np.float64(x))\n    return x\n')
    for mode in (0o700, 0o777):
        for text in (source, THREAD + source):
            with tempfile.TemporaryDirectory() as directory:
                os.chmod(directory, mode)
                plant(directory)
                # HOME is the folder too. Python 3.11 searches modules of the user in $HOME/.local.
                agent = Agent(env={'PYTHONPATH': ':.::', 'HOME': directory}).open(workdir=directory)
                agent.prepared(text)
                result, = agent.map([(ROWS, ROW)], 20)
                assert [e[0] for e in result.errors] == [3, 4], result.errors
                assert 'in f' in result.errors[0][3]
                agent.end()
                check_not_run(directory)


def test_workdir_is_searched_only_if_safe():
    source = 'import helper_of_workdir\ndef f(x):\n    return x * helper_of_workdir.K\n'
    for mode, above, imported in ((0o700, 0o700, True), (0o755, 0o1777, True), (0o777, 0o700, False),
                                  (0o702, 0o700, False), (0o1777, 0o700, False), (0o700, 0o777, False)):
        with tempfile.TemporaryDirectory() as outer:
            directory = os.path.join(outer, 'work')
            os.mkdir(directory)
            with open(os.path.join(directory, 'helper_of_workdir.py'), 'w') as f:
                f.write('K = 3\n')
            os.chmod(directory, mode)
            os.chmod(outer, above)
            agent = Agent().open(workdir=directory)
            if imported:
                agent.prepared(source)
                assert (agent.values([(ROWS, ROW)], 20) == ROW * 3).all()
                assert 'not imported' not in log_of(agent), agent.logs
            else:
                agent.prepare(source)
                code, _, what = agent.expect(FAULT).fault()
                assert code == FAULT_MODULE and 'helper_of_workdir' in what, what
                assert 'the working folder %s are not imported' % directory in log_of(agent), agent.logs
                assert 'other users may' in log_of(agent), agent.logs
            agent.end()


def test_workdir_of_another_user():
    if os.geteuid() != 0:
        return  # only root can give a folder to another user
    with tempfile.TemporaryDirectory() as directory:
        os.chown(directory, 12345, -1)
        agent = Agent().open(workdir=directory)
        agent.prepared('def f(x):\n    return x\n')
        assert 'belongs to another user' in log_of(agent), agent.logs
        agent.end()


def test_workdir_of_a_group():
    with tempfile.TemporaryDirectory() as directory:
        for group, searched in ((os.getegid(), True), (12345, False)):
            if group != os.getegid() and os.geteuid() != 0:
                continue
            os.chown(directory, -1, group)
            os.chmod(directory, 0o770)
            agent = Agent().open(workdir=directory)
            agent.prepared('import sys\ndef f(x):\n    return %r in sys.path\n' % directory)
            assert agent.values([(ROWS, ROW)], 20).all() == searched
            assert ('not imported' in log_of(agent)) == (not searched), agent.logs
            agent.end()


def test_a_function_named_as_a_module_of_python():
    for name in ('random', 'struct', 'signal', 'math', 'time', 'sys', 'os', 'builtins', 'numpy', 'json',
                 'queue', 'token', 'traceback', '__main__', 'model'):
        for text in (DOUBLE, THREAD + DOUBLE):
            agent = Agent().open()
            agent.prepared(text, name='uniform', module=name)
            assert (agent.values([(ROWS, ROW)], 20, 7) == ROW * 2).all(), name
            said = '%s.py is imported as mamuto_%s' % (name, name)
            assert (said in log_of(agent)) == (name not in ('queue', 'model')), (name, agent.logs)
            agent.end()


def test_a_package_named_as_a_module_of_python():
    agent = Agent().open()
    files = {'json/__init__.py': '', 'json/other.py': 'K = 3\n',
             'json/model.py': 'from .other import K\nimport struct\n'
                              'def f(x):\n    return x * K * len(struct.pack("B", 1))\n'}
    agent.prepared(None, module='json.model', files=files)
    assert (agent.values([(ROWS, ROW)], 20) == ROW * 3).all()
    agent.prepared(None, module='json', number=2, files=dict(
        files, **{'json/__init__.py': 'from .model import f\n'}))
    assert (agent.values([(ROWS, ROW)], 20, function=2) == ROW * 3).all()


def test_a_helper_named_as_a_module_of_python():
    """Before, the module of Python was imported in silence: random() gave other numbers."""
    agent = Agent().open()
    for number, name in enumerate(('random', 'math', 'signal'), 1):
        agent.prepare('import %s\ndef f(x):\n    return x\n' % name, number=number,
                      files={name + '.py': 'def random(): return 1\n'})
        code, _, what = agent.expect(FAULT).fault()
        assert code == FAULT_IMPORT and 'rename %s.py' % name in what, what
    agent.prepared('import statistics\ndef f(x):\n    return x * statistics.K\n', number=9,
                   files={'statistics.py': 'K = 5\n'})
    assert (agent.values([(ROWS, ROW)], 20, function=9) == ROW * 5).all()


def test_classes_in_a_renamed_module():
    agent = Agent().open()
    agent.prepared('import dataclasses, pickle\n@dataclasses.dataclass\nclass P:\n    x: "float"\n'
                   'def f(x):\n    return pickle.loads(pickle.dumps(P(x))).x\n', module='random')
    assert (agent.values([(ROWS, ROW)], 20) == ROW).all()


main(globals())
