# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Tests of arguments that are whole arrays: each call gets the array, which all slots share.
from conversation import *

N = 40
SOURCE = '''
import ctypes, os, signal, threading
import numpy as np
if os.environ.get('MAMUTO_TEST_THREAD'):
    threading.Thread(target=threading.Event().wait, daemon=True).start()
def describe(x, data):
    return '%s %s %s %s %s %s %s' % (type(data).__name__, data.dtype.str, data.shape, data.strides,
                                     data.flags.writeable, data.flags.f_contiguous, data.tobytes().hex())
def describe_batch(x, data):
    return [describe(each, data) for each in x]
def use(x, data): return x * data.sum()
def where(x, data):
    address = data.__array_interface__['data'][0]
    for line in open('/proc/self/maps'):
        begin, end = [int(part, 16) for part in line.split()[0].split('-')]
        if begin <= address < end:
            return ' '.join([str(os.getpid())] + line.split()[1:5])
def write(x, data):
    if x == 3: data[0] = 7
    if x == 4: data += 1
    if x == 5: data.sort()
    if x == 6: data.flags.writeable = True
    if x == 7: raise ValueError('no seven')
    return data.sum()
def write_below(x, data):
    if x == 3: ctypes.memset(data.__array_interface__['data'][0], 1, 8)
    return data.sum()
def die(x, data):
    if x == 7: os.kill(os.getpid(), signal.SIGKILL)
    return x * data[1]
def keep(x, data): return data
def view(x, data): return data[int(x):int(x) + 2]
'''
ROW = np.arange(float(N))
MIB = 1 << 20


def start(name, **more):
    agent = Agent().open(**more)
    agent.prepared(SOURCE, name=name)
    return agent


def expected(data):
    data = np.array(data, order='K')
    return '%s %s %s %s %s %s %s' % (type(data).__name__, data.dtype.str, data.shape, data.strides,
                                     False, data.flags.f_contiguous, data.tobytes().hex())


def test_arrays():
    """Each call gets the array as the user has it, with its type and its order in memory."""
    base = np.arange(24.0).reshape(4, 6)
    arrays = [base, np.asfortranarray(base), base.astype('>f4'), np.asfortranarray(base.astype('>i2')),
              np.array(2.5), np.array(['a', 'bcd']), np.array([b'xy', b'']), base.reshape(2, 3, 2, 2),
              np.asfortranarray(base.reshape(2, 3, 2, 2)), np.arange(1 << 18, dtype='u1'),
              np.array([True, False]), np.array([[1 + 2j]])]
    for name in 'describe', 'describe_batch':
        agent = start(name)
        for kind in WHOLE, WHOLE_REF:
            for data in arrays:
                found = agent.values([(ROWS, ROW), (kind, data)], N, 10, batch=name == 'describe_batch')
                assert set(found) == {expected(data)}, (kind, data.dtype, data.shape, found[0][:200])
        agent.end()
    agent = start('describe')
    for shape in (0,), (0, 3), (3, 0):
        found = agent.values([(ROWS, ROW), (WHOLE, np.zeros(shape))], N)
        assert ' %s ' % (shape,) in found[0], found[0]
    agent.end()


def test_one_copy():
    """All slots map the same file, and only for reading."""
    agent = start('where', slots=3)
    data = np.arange(1 << 17) * 1.0
    for kind in WHOLE, WHOLE_REF:
        places = set()
        while len({place.split()[0] for place in places}) < 3:
            places |= set(agent.values([(ROWS, ROW), (kind, data)], N, 1))
        rest = {tuple(place.split()[1:]) for place in places}
        assert len(rest) == 1 and rest.pop()[0] == 'r--s', places
    agent.end()


def test_writing():
    """A call that writes into the array fails. The message says how to write."""
    agent = start('write', slots=1)
    data = np.arange(50.0)
    for kind in WHOLE, WHOLE_REF:
        result, = agent.map([(ROWS, np.arange(9.0)), (kind, data)], 9)
        assert list(np.flatnonzero(result.failed)) == [3, 4, 5, 6, 7], result.failed
        assert (result.block == data.sum()).all()
        causes = {row: cause for row, _, cause, _ in result.errors}
        for row in 3, 4, 5, 6:
            assert 'ValueError' in causes[row] and 'data = data.copy()' in causes[row], causes
        assert causes[7] == 'ValueError: no seven', causes
        result, = agent.map([(ROWS, np.arange(9.0)), (kind, data)], 9, batch=False)
        assert (result.block == data.sum()).all()
    agent.end()
    agent = start('write_below', slots=1)
    for kind in WHOLE, WHOLE_REF:
        result, = agent.map([(ROWS, np.arange(9.0)), (kind, data)], 9)
        assert list(np.flatnonzero(result.failed)) == [3] and result.errors[0][1] == DIED, result.errors
        assert (result.block == data.sum()).all()
    agent.end()


def test_deaths():
    """Rows that are computed again in a child process get the array too."""
    for thread in '', '1':
        os.environ['MAMUTO_TEST_THREAD'] = thread
        agent = start('die', slots=1)
        del os.environ['MAMUTO_TEST_THREAD']
        for kind in WHOLE, WHOLE_REF:
            result, = agent.map([(ROWS, np.arange(20.0)), (kind, np.array([0, 3.0]))], 20)
            assert list(np.flatnonzero(result.failed)) == [7] and result.errors[0][1] == DIED, result.errors
            assert (result.block == [3 * i for i in range(20) if i != 7]).all()
        agent.end()


def test_results():
    """A result that is the array, or a part of it."""
    data = np.arange(30.0)
    for name, wanted in ('keep', [data] * 20), ('view', [data[i:i + 2] for i in range(20)]):
        agent = start(name)
        for kind in WHOLE, WHOLE_REF:
            assert (agent.values([(ROWS, np.arange(20.0)), (kind, data)], 20, 7) == wanted).all()
        agent.end()


def test_same_layout():
    """The next run has another file of the same layout. Slots must not use the first one."""
    agent = start('use', slots=2)
    for kind in WHOLE_REF, WHOLE:
        for k in range(1, 5):
            data = np.array([k, 1.0])
            assert (agent.values([(ROWS, ROW), (kind, data)], N, 5) == ROW * (k + 1)).all()
    agent.end()


def test_invalid():
    blob = np.arange(12.0)
    digest = hashlib.sha256(blob.tobytes()).hexdigest()
    run = struct.pack('<IIIIQQQ', 1, 0, 0, 1, 0, 5, 0)
    for given in (argument(ROWS, '<f8', (5,), (8,), 0, '', True), argument(VALUE, '', (), (), 0, '1', True),
                  argument(ROWS, '<f8', (), (), 0, ''), argument(KEPT, '<f8', (), (), 0, digest),
                  argument(KEPT, '<f8', (3, 4), (-32, 8), 0, digest, True),
                  argument(VALUE, '', (), (), 0, '1', name='x' * 1025),
                  argument(VALUE, '', (), (), 0, '1', name=b'\xff')):
        agent = start('use')
        agent.send(RUN, run, run=1) if given is None else agent.send(RUN, run + given, run=1)
        assert agent.wait() == 2, given
    agent = start('use')
    agent.send(RUN, struct.pack('<IIIIQQQ', 1, 0, 0, 2, 0, 5, 0) +
               argument(VALUE, '', (), (), 0, '1', name='x') + argument(VALUE, '', (), (), 0, '1'), run=1)
    assert agent.wait() == 2  # an argument without a name follows one with a name
    agent = start('use')
    agent.put_stored(blob.tobytes())
    for number, (shape, strides) in enumerate((((3, 4), (32, 16)), ((3, 4), (8, 40)), ((13,), (8,)),
                                               ((4, 3), (1 << 62, 8)), ((12,), (9,))), 1):
        agent.send(RUN, run + argument(KEPT, '<f8', shape, strides, 0, digest, True), run=number)
        frame = agent.expect(FAULT)
        assert b'does not match its shape' in frame.meta, frame.meta
    agent.end()


def test_memory_counts_a_shared_array_once():
    """The memory of the slots contains an array that all of them have mapped once."""
    agent = start('use', slots=4)
    data = np.zeros(96 * MIB // 8)
    agent.map([(ROWS, np.zeros(16)), (WHOLE, data)], 16, 1)  # long calls, so that each slot gets some
    agent.send(PING, struct.pack('<Q', 7))
    memory, = struct.unpack('<Q', agent.expect(PONG).meta[-8:])
    # four interpreters, of which each takes about 30 MiB, and the array
    assert 96 * MIB < memory < 96 * MIB + 5 * 40 * MIB, memory / MIB


main(globals())
