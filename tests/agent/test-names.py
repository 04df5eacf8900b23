# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Tests of arguments with names, which the slot passes as keywords.
from conversation import *

N = 40
SOURCE = '''
import os, signal, threading
import numpy as np
if os.environ.get('MAMUTO_TEST_THREAD'):
    threading.Thread(target=threading.Event().wait, daemon=True).start()
def keywords(x, *, scale, shift=1): return x * scale + shift
def anything(*args, **kwargs): return repr((args, sorted(kwargs.items())))
def skips(x, a=10, b=20, c=30): return x + 2 * a + 3 * b + 5 * c
def collects(x, *, into): into.append(x); return len(into)
def fails(x, *, y):
    if x == 3: raise ValueError('three')
    return x + y
def die(x, *, data, factor):
    if x == 7: os.kill(os.getpid(), signal.SIGKILL)
    return x * data[1] * factor
'''
ROW = np.arange(float(N))


def start(name, **more):
    agent = Agent().open(**more)
    agent.prepared(SOURCE, name=name)
    return agent


def test_keywords():
    agent = start('keywords')
    for batch in False, True:
        for scale in (VALUE, '3'), (ROWS, ROW + 1), (KEPT, ROW + 1), (REF, ROW + 1):
            found = agent.values([(ROWS, ROW), scale + ('scale',)], N, 7, batch=batch)
            assert (found == ROW * (3 if scale[0] == VALUE else ROW + 1) + 1).all(), (scale[0], found)
        found = agent.values([(ROWS, ROW), (ROWS, ROW + 2, 'shift'), (VALUE, '2', 'scale')], N, 7, batch=batch)
        assert (found == 3 * ROW + 2).all()
    agent.end()
    agent = start('skips')
    for given, wanted in (([(VALUE, '1', 'c')], ROW + 20 + 60 + 5), ([(ROWS, ROW, 'b')], ROW + 20 + 3 * ROW + 150),
                          ([(VALUE, '0'), (VALUE, '0', 'c')], ROW + 60)):
        assert (agent.values([(ROWS, ROW)] + given, N) == wanted).all()
    agent.end()
    agent = start('anything')
    found = agent.values([(VALUE, '1'), (VALUE, '"x"', 'ä'), (ROWS, np.arange(5), 'function'),
                          (VALUE, '2', 'a0')], 5)
    for i in range(5):
        text = repr(((1,), [('a0', 2), ('function', np.int64(i)), ('ä', 'x')]))
        assert found[i] == text, (found[i], text)
    found = agent.values([(ROWS, np.arange(5), 'x')], 5)
    assert found[2] == repr(((), [('x', np.int64(2))])), found[2]
    agent.end()


def test_own_copies():
    """Each call gets its own copy of a list, also by name."""
    agent = start('collects')
    assert (agent.values([(ROWS, ROW), (VALUE, '[]', 'into')], N) == 1).all()
    agent.end()


def test_seed_and_isolation():
    agent = start('keywords')
    assert (agent.values([(ROWS, ROW), (VALUE, '3', 'scale')], N, 7, seed=5) == ROW * 3 + 1).all()
    agent.end()
    for thread in '', '1':
        os.environ['MAMUTO_TEST_THREAD'] = thread
        agent = start('die', slots=1)
        del os.environ['MAMUTO_TEST_THREAD']
        result, = agent.map([(ROWS, np.arange(20.0)), (VALUE, '2', 'factor'),
                             (WHOLE, np.array([0, 3.0]), 'data')], 20)
        assert list(np.flatnonzero(result.failed)) == [7] and result.errors[0][1] == DIED, result.errors
        assert (result.block == [6 * i for i in range(20) if i != 7]).all()
        agent.end()


def test_failures():
    """The traceback has only frames of the user's code. A name that the function does not have is
    the failure of each row."""
    agent = start('fails', slots=1)
    result, = agent.map([(ROWS, np.arange(5.0)), (VALUE, '1', 'y')], 5)
    row, kind, cause, text = result.errors[0]
    assert (row, kind, cause) == (3, RAISED, 'ValueError: three'), result.errors
    assert text.count('File "') == 1 and '<mamuto>' not in text, text
    result, = agent.map([(ROWS, np.arange(5.0)), (VALUE, '1', 'z')], 5)
    assert result.n_failed == 5 and 'TypeError' in result.errors[0][2] and "'z'" in result.errors[0][2]
    agent.end()


def test_refused():
    """Names that cannot be those of parameters, and a name that is given twice."""
    agent = start('anything')
    for names in ['a b'], ['1x'], ['class'], ['x=1, y'], ['x', 'x'], ['__debug__']:
        run = agent.run([(ROWS, ROW)] + [(VALUE, '1', name) for name in names], N)
        agent.chunk(0, 0, N)
        frame = agent.expect(FAULT)
        assert frame.fault()[0] == 7, frame.fault()
        agent.expect(LOST)
        agent.finish(run, CANCEL)
    agent.end()


main(globals())
