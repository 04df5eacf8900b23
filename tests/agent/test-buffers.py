# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Tests of results and arguments that calls share: buffers that a function returns, masked arrays, and
# values that a function changes. Each row must get the value of its own call, whatever the chunks are.
from conversation import *

SOURCE = '''
import array
import ctypes
import itertools
import numpy as np

buf, plane, scalar, numbers = np.zeros(3), np.zeros((2, 3)), np.zeros(()), [0, 0]
ring = [np.zeros(2) for _ in range(5)]
turn = itertools.count()
pair = None
raw, c_buffer, typed = bytearray(2), (ctypes.c_double * 2)(), array.array('d', [0, 0])
masked_buf = np.ma.zeros(2)
table = np.arange(12.0).reshape(4, 3)
calls = 0

class Like:
    def __init__(self, data): self.data = data
    def __array__(self, dtype=None, copy=None): return self.data

def wide(x): return np.full(30000, x)
def whole(x): buf[:] = x; return buf
def part(x): buf[:] = x; return buf[:2]
def reverse(x): buf[:] = x, x + 1, x + 2; return buf[::-1]
def either(x): buf[:] = x; return buf[:2] if x % 2 else np.array([x, x])
def column(x): plane[:] = x; return plane[:, 1]
def zero_dims(x): scalar[...] = x; return scalar
def some_zero_dims(x):
    scalar[...] = x
    return scalar if x > 9 else float(x)
def of_list(x): numbers[:] = x, -x; return numbers
def in_list(x): buf[:] = x; return [buf[:2], buf[1:]]
def in_tuple(x): buf[:] = x; return buf, buf
def nested(x): numbers[:] = x, -x; return (1, 2), numbers
def from_ring(x):
    one = ring[next(turn) % 5]
    one[:] = x
    return one
def halves(x):
    # Two rows share memory to which nothing else refers when the chunk ends.
    global pair
    if x % 2 == 0 or pair is None:
        pair = np.zeros(3)
    half = pair[:2] if x % 2 == 0 else pair[1:]
    half[:] = x
    if x % 2:
        pair = None
    return half
def same_list(x):
    global pair
    if x % 2 == 0 or pair is None:
        pair = [0, 0]
    result = pair
    result[:] = x, -x
    if x % 2:
        pair = None
    return result
def whole_once(x): buf[:] = x; return buf if x % 20 == 3 else buf.copy()
def part_once(x): buf[:] = x; return buf[:2] if x % 20 == 3 else buf[:2].copy()
def list_once(x): numbers[:] = x, -x; return numbers if x % 20 == 3 else list(numbers)
def in_list_once(x): buf[:] = x; return [buf if x % 20 == 3 else buf.copy(), np.ones(3)]
def in_tuple_once(x): numbers[:] = x, -x; return (numbers if x % 20 == 3 else list(numbers), (0, 1))
def frombuffer(x):
    typed[0] = typed[1] = x
    return np.frombuffer(typed)
def of_bytearray(x): raw[:] = x, x; return raw
def of_ctypes(x): c_buffer[:] = x, -x; return c_buffer
def of_array(x): typed[0] = typed[1] = x; return typed
def of_like(x): buf[:] = x; return Like(buf)
def unmasked(x): masked_buf[:] = x; return masked_buf
def fails(x):
    buf[:] = x
    if x % 5 == 2:
        raise ValueError(x)
    return buf
def lookup(x): return table[int(x) % 4]
def view_of_row(x): return x[:2]
def writes(x):
    x += 1
    buf[:2] = x
    return buf[:2]
def counted(x):
    global calls
    calls += 1
    return np.array([x, calls - x])
def counted_view(x): return counted(x)[:2]
def counted_by_others(x):
    result = counted(x)
    ring.append(result)
    return result
def counted_in_tuple(x): return tuple(counted(x).tolist()), [0, 1]
def seeded(x): buf[:] = np.random.random(); return buf
def of_batch(x): return [whole(v) for v in x] if len(x) == 1 else np.array([x] * 3).T

def masked(x): return np.ma.array([x, 1.0], mask=[x % 7 == 3, False])
def mask_of_scalar(x): return np.ma.masked if x % 7 == 3 else x
def mask_in_list(x): return [np.ma.array([x, x], mask=[x % 7 == 3, False]), np.zeros(2)]
def masked_tuple(x): return (np.ma.masked if x % 7 == 3 else x, 1.0)
def masked_batch(x): return np.ma.array(x, mask=x % 7 == 3)
def masked_batch_list(x): return [masked(v) for v in x]
def all_masked(x): return np.ma.array(x, mask=True)

def changes(x, values):
    values.append(x)
    return len(values)
def changes_deep(x, values):
    values['a'][0].append(x)
    values['b'] = x
    return len(values['a'][0])
def changes_object(x, values):
    values['k'] += 1
    return values['k']
'''
ROW = np.arange(20.0)
agents = {}


def with_function(name):
    """Returns an agent and the number of the function. The tests share an agent, which keeps
    only a few functions."""
    if 'agent' not in agents or agents['agent'].process.poll() is not None:
        agents.update(agent=Agent().open(), next=0)
    agents['next'] += 1
    agents['agent'].prepared(SOURCE, name=name, number=agents['next'])
    return agents['agent'], agents['next']


def values(name, arguments, n, chunk_rows=None, **more):
    agent, number = with_function(name)
    return agent.values(arguments, n, chunk_rows, function=number, **more)


def same(got, expected, what=''):
    expected = np.asarray(expected)
    assert got.dtype == expected.dtype and got.shape == expected.shape, (what, got, expected)
    assert got.tobytes() == expected.tobytes(), (what, got, expected)


def test_a_returned_buffer():
    scope = {}
    exec(SOURCE, scope)
    for name in ('whole', 'part', 'reverse', 'either', 'column', 'zero_dims', 'some_zero_dims', 'of_list',
                 'in_list', 'in_tuple', 'nested', 'from_ring', 'halves', 'same_list',
                 'whole_once', 'part_once', 'list_once', 'in_list_once', 'in_tuple_once',
                 'frombuffer', 'of_ctypes', 'of_array', 'of_like', 'unmasked', 'lookup'):
        # A plain loop that copies each result.
        expected = [np.array(scope[name](x)) for x in ROW]
        for chunk_rows in (20, 7, 1):
            same(values(name, [(REF, ROW)], 20, chunk_rows), expected, (name, chunk_rows))
    same(values('of_bytearray', [(REF, np.arange(20))], 20), [bytearray([i, i]) for i in range(20)])


def test_a_chunk_with_two_attempts():
    # Each result keeps its file until an ACK, which names only the chunk.
    agent = Agent().open(slots=1)
    agent.prepared(SOURCE, name='wide')
    x = np.arange(10.0)
    agent.run([(REF, x)], 10)
    frames = []
    for attempt in 1, 2:
        agent.chunk(0, 0, 5, attempt=attempt)
        frames.append(agent.expect(RESULT))
        assert frames[-1].fd >= 0
    agent.ack(agent.next_run, 0)
    for number, lo, hi in (1, 5, 7), (2, 7, 10):
        agent.chunk(number, lo, hi)
        frames.append(agent.expect(RESULT))
    for frame, rows in zip(frames[1:], [x[:5], x[5:7], x[7:]]):
        assert np.array_equal(frame.result().block[:, 0], rows)
    agent.ack(agent.next_run, 0, 1, 2)
    agent.finish(agent.next_run)


def test_a_buffer_and_failed_rows():
    agent, number = with_function('fails')
    result, = agent.map([(REF, ROW)], 20, function=number)
    assert [e[0] for e in result.errors] == [2, 7, 12, 17], result.errors
    same(result.block, [[x] * 3 for x in ROW if x % 5 != 2])


def test_a_buffer_with_options():
    rows = np.ones((20, 2))
    for kind in (ROWS, REF, KEPT):
        # The rows are called again with their first content.
        same(values('writes', [(kind, rows)], 20), np.full((20, 2), 2.0))
        same(values('view_of_row', [(kind, rows)], 20), rows)
    first = values('seeded', [(REF, ROW)], 20, 20, seed=5)
    same(values('seeded', [(REF, ROW)], 20, 3, seed=5), first)
    assert len(set(first[:, 0])) == 20
    same(values('of_batch', [(REF, ROW)], 20, 20, batch=True), [[x] * 3 for x in ROW])
    same(values('of_batch', [(REF, ROW)], 20, 1, batch=True), [[x] * 3 for x in ROW])


def test_new_arrays_are_computed_once():
    for name in ('counted', 'counted_view', 'counted_by_others'):
        agent = Agent().open(slots=1)
        agent.prepared(SOURCE, name=name)
        same(agent.values([(REF, ROW)], 20, 5), [[x, 1.0] for x in ROW])
        agent.end()
    agent = Agent().open(slots=1)
    agent.prepared(SOURCE, name='counted_in_tuple')
    same(agent.values([(REF, ROW)], 20, 5), [[[x, 1.0], [0, 1]] for x in ROW])
    agent.end()


def test_masked_rows_fail():
    for name, expected in (('masked', [[x, 1.0] for x in ROW]), ('mask_of_scalar', ROW),
                           ('mask_in_list', [[[x, x], [0, 0]] for x in ROW]),
                           ('masked_tuple', [[x, 1.0] for x in ROW])):
        for seed in (None, 3):
            agent, number = with_function(name)
            result, = agent.map([(REF, ROW)], 20, function=number, seed=seed)
            check_masked(result, expected, name)
    for name, expected in (('masked_batch', ROW), ('masked_batch_list', [[x, 1.0] for x in ROW])):
        agent, number = with_function(name)
        result, = agent.map([(REF, ROW)], 20, function=number, batch=True)
        check_masked(result, expected, name)
    for batch in (True, False):
        agent, number = with_function('all_masked')
        result, = agent.map([(REF, ROW)], 20, function=number, batch=batch)
        assert result.n_failed == 20 and result.block is None


def check_masked(result, expected, name):
    assert [e[:2] for e in result.errors] == [(3, BAD_RESULT), (10, BAD_RESULT), (17, BAD_RESULT)], name
    assert 'mask' in result.errors[0][2], result.errors
    same(result.block, [e for x, e in zip(ROW, expected) if x % 7 != 3], name)


def test_values_belong_to_the_call():
    for chunk_rows in (20, 7):
        for seed in (None, 3):
            for name, value, expected in (('changes', '[]', 1), ('changes', '[1, "a"]', 3),
                                          ('changes_deep', '{"a": [[1]]}', 2), ('changes', '[[1], 2]', 3),
                                          ('changes_object', '{"k": 5}', 6)):
                got = values(name, [(REF, ROW), (VALUE, value)], 20, chunk_rows, seed=seed)
                same(got, [expected] * 20, (name, chunk_rows))


main(globals())
