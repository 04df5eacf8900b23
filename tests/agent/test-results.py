# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Tests of the agent's results: the same values, dtypes and shapes as from a plain loop, and the
# errors of rows that raised an exception.
import json
import random

from conversation import *

SHAPES_SOURCE = '''
SHAPES = [lambda x: int(x), lambda x: x / 2, lambda x: [x, x], lambda x: np.zeros((0, 3)), lambda x: str(x),
          lambda x: b'%d' % x, lambda x: [['a', 'bc']], lambda x: None, lambda x: np.arange(x % 5)]
'''
exec(SHAPES_SOURCE)
WIDE_SOURCE = '''
def WIDE_TEXT(x): return 'w' * 300000 if x == 5 else 'a' * 300000 + '\\0' if x == 9 else 'é\\ud800"\\n'[:x % 5]
def WIDE_BYTES(x): return b'\\xff\\0' * 200000 + b'.' if x == 5 else b'a\\0' if x == 9 else b'\\0\\xc3"\\n'[:x % 5 * 2]
'''
exec(WIDE_SOURCE)
SOURCE = '''
import os
import random
import sys
import numpy as np

def like(x, data):
    return np.sum(-(data - x) ** 2 / (2 * 0.1 ** 2))
def integer(x): return int(x)
def boolean(x): return bool(x > 3)
def string(x): return 'v%d' % x
def byte_string(x): return b'v%d' % x
def empty_string(x): return ''
def complex_number(x): return complex(x, 1)
def single(x): return np.float32(x)
def pair(x): return np.array([x, x * 2])
def nothing(x): return np.zeros((2, 0))
def listed(x): return [x, [x]][:1]
def type_name(x): return type(x).__name__ + str(getattr(x, 'shape', ''))
def raises(x):
    if x % 3 == 0:
        raise ValueError('bad \\ud800 %d' % x)
    return x
def always(x): raise KeyError('k')
def stops(x):
    if x == 5:
        raise StopIteration
    return x
def exits(x):
    if x == 2:
        sys.exit(4)
    if x == 3:
        raise KeyboardInterrupt
    return x
def ragged(x): return np.zeros(2 if x == 17 else 3)
def nested(x): return [[1, 2], [3]] if x == 4 else [1, 2]
def mixed(x): return 'a' if x == 4 else 1.0
def none(x): return None if x == 4 else 1.0
def objects(x): return {1: 2} if x == 1 else 2 ** 70 if x == 2 else np.datetime64('2020') if x == 3 else 1
def promoted(x): return 0 if x < 5 else x / 2
def writes(x):
    x[0] -= 1
    return x.sum()
def randoms(x): return np.random.random() + random.random()
def large(x): return np.full(20000, x)
def value(x, v, w): return x + len(v) + w['k']
def no_arguments(): return 7
def batch(x, v): return x * v
def batch_list(x): return [float(v) for v in x]
def batch_scalar(x): return 1.0
def batch_sum(x): return np.array([x.sum()])
def batch_raises(x):
    if (x == 5).any():
        raise KeyError('five')
    return x
def batch_writes(x):
    x += 1
    if x[0] == 11:
        raise ValueError
    return x
def batch_swapped(x): return x.astype('>i4')
def prints(x):
    print('row', x)
    return x
''' + SHAPES_SOURCE + '''
def any_shape(x, kind): return SHAPES[kind](x)
def any_batch(x, kind): return [SHAPES[k](i) for i, k in zip(x, kind)]
SMALL = [np.int8, np.uint8, np.float16]
def small_scalars(x): return SMALL[x % 3](x)
def small_arrays(x): return np.array([x, x], SMALL[x % 3])
def small_lists(x): return [SMALL[x % 3](x)] * 2
def longer(x): return np.zeros((x, 0))
class Words(list): pass
NUL = [lambda x: 'a' * int(x), lambda x: 'a\\0' * int(x), lambda x: '\\0ab', lambda x: b'a\\0b', lambda x: b'ab\\0',
       lambda x: ['ab', 'c\\0'], lambda x: ('ab', 'c'), lambda x: [[b'\\0'], [b'ab']], lambda x: np.array(['a\\0', 'bc']),
       lambda x: np.str_('ab\\0'), lambda x: Words(['a\\0', 'b']), lambda x: '']
''' + WIDE_SOURCE + '''
def wide_text(x): return WIDE_TEXT(x)
def wide_text_batch(x): return [WIDE_TEXT(v) for v in x]
def wide_bytes(x): return WIDE_BYTES(x)
def wide_bytes_batch(x): return [WIDE_BYTES(v) for v in x]
def wide_numpy_bytes(x): return np.bytes_(WIDE_BYTES(x)) if x % 2 else WIDE_BYTES(x)
def wide_bytes_dies(x):
    if x == 3:
        os.kill(os.getpid(), 9)
    return WIDE_BYTES(x)
def similar_bytes(x): return b'\\xff\\0a' + b'a' * (199997 + x)
def long_bytes_among_others(x):
    return None if x == 0 else b'b' * (20 << 20) if x == 5 else 2.5 if x == 6 else b'c' * (x % 10)
def long_bytes(x): return b'b' * (20 << 20) if x == 5 else b'c' * x
def few_wide_bytes(x): return b'\\xff' * 4096 if x % 50000 == 7 else b'%d' % x
def few_wide_texts(x): return 'é' * 1024 if x % 50000 == 7 else None if x == 3 else str(x)
def long_among_others(x): return None if x == 0 else 'b' * (5 << 20) if x == 5 else 2.5 if x == 6 else 'c' * (x % 10)
def similar_texts(x): return 'a' * (20000 + x)
def mixed_texts(x): return 1.5 if x == 3 else 'a'
class NoLength:
    def __len__(self): raise ValueError('no length')
def no_length(x): return NoLength() if x % 4 == 1 else 'text'
def no_length_first(x): return 'text' if x % 4 == 1 else NoLength()
def ends_in_nul(x, kind): return NUL[kind](x)
def ends_in_nul_batch(x, kind): return [NUL[k](i) for i, k in zip(x, kind)]
'''
ROW = np.arange(20)
numbers = {}


def with_function(name):
    """Prepares the function on the agent that all tests of this file share. Returns the number of
    the function."""
    if not numbers or shared().process.poll() is not None:
        numbers.clear()
        numbers['agent'] = Agent().open()
        numbers['next'] = 1
        Agent.running.remove(numbers['agent'])
    # The agent keeps only the newest functions. Therefore this test prepares a function again after
    # it has prepared more than four other functions.
    if name not in numbers or numbers[name] < numbers['next'] - 4:
        numbers[name] = numbers['next']
        numbers['next'] += 1
        shared().prepared(SOURCE, name=name, number=numbers[name])
    return numbers[name]


def shared():
    return numbers['agent']


def run(name, arguments, n, chunk_rows=None, **more):
    number = with_function(name)
    return shared().map(arguments, n, chunk_rows, function=number, **more)


def values(name, arguments, n, chunk_rows=None, **more):
    number = with_function(name)
    return shared().values(arguments, n, chunk_rows, function=number, **more)


def same(got, expected):
    expected = np.asarray(expected)
    assert got.dtype == expected.dtype and got.shape == expected.shape, (got, expected)
    assert got.tobytes() == expected.tobytes(), (got, expected)


def test_like_has_the_bits_of_a_plain_loop():
    rng = np.random.default_rng(1)
    p, data = rng.normal(size=(1003, 3)), rng.normal(size=(1003, 3))
    expected = [np.sum(-(d - x) ** 2 / (2 * 0.1 ** 2)) for x, d in zip(p, data)]
    for first in (ROWS, KEPT, REF):
        for second in (ROWS, KEPT, REF):
            same(values('like', [(first, p), (second, data)], 1003, 100), expected)


def test_kinds_of_results():
    for name, expected in (
            ('integer', [int(x) for x in ROW]), ('boolean', [bool(x > 3) for x in ROW]),
            ('string', ['v%d' % x for x in ROW]), ('byte_string', [b'v%d' % x for x in ROW]),
            ('empty_string', [''] * 20), ('complex_number', [complex(x, 1) for x in ROW]),
            ('single', [np.float32(x) for x in ROW]), ('pair', [[x, 2 * x] for x in ROW]),
            ('nothing', np.zeros((20, 2, 0))), ('listed', [[x] for x in ROW]),
            ('promoted', [0 if x < 5 else x / 2 for x in ROW])):
        same(values(name, [(REF, ROW)], 20), expected)


def test_rows_are_what_a_loop_gives():
    for array in (ROW, ROW.astype('>f4'), ROW > 3, ROW.astype('U3'), ROW.astype('S2'),
                  ROW.astype('f2'), ROW.reshape(10, 2), ROW.reshape(5, 2, 2)):
        expected = [type(x).__name__ + str(getattr(x, 'shape', '')) for x in array]
        for kind in (ROWS, KEPT, REF):
            same(values('type_name', [(kind, array)], len(array), 3), expected)


def test_strides():
    rng = np.random.default_rng(2)
    c = rng.normal(size=(60, 3))
    data = rng.normal(size=(60, 3))
    expected = [np.sum(-(d - x) ** 2 / (2 * 0.1 ** 2)) for x, d in zip(c, data)]
    same(values('like', [(REF, np.asfortranarray(c)), (REF, data)], 60, 7), expected)


def test_zero_length_strings_and_axes():
    empty = np.zeros(6, 'S1').view(np.dtype(('S', 1)))
    same(values('type_name', [(ROWS, np.zeros((6, 0)))], 6), ['ndarray(0,)'] * 6)
    same(values('type_name', [(KEPT, np.zeros((6, 0)))], 6), ['ndarray(0,)'] * 6)
    same(values('type_name', [(ROWS, empty)], 6), ['bytes_()'] * 6)
    # The test writes the header of the array by hand, because most numpy functions convert the type
    # "<U0" to "<U1".
    number = with_function('type_name')
    agent = shared()
    agent.next_run += 1
    agent.rows = []
    agent.send(RUN, struct.pack('<IIIIQQQ', number, 0, 0, 1, 0, 6, 0) +
               argument(ROWS, '<U0', (6,), (0,), 0, ''), run=agent.next_run)
    agent.chunk(0, 0, 6)
    same(agent.expect(RESULT).result().block, ['str_()'] * 6)
    agent.finish(agent.next_run)


def test_values_and_no_arguments():
    same(values('value', [(ROWS, ROW), (VALUE, '[1, 2]'), (VALUE, '{"k": Infinity}')], 20),
         [np.inf] * 20)
    same(values('no_arguments', [], 5, 2), [7] * 5)
    same(values('integer', [(VALUE, '3')], 5), [3] * 5)


def test_row_errors():
    r, = run('raises', [(REF, ROW)], 20)
    assert r.failed.tolist() == [x % 3 == 0 for x in ROW] and r.n_failed == 7
    same(r.block, [x for x in ROW if x % 3])
    row, kind, cause, trace = r.errors[1]
    assert (row, kind) == (3, RAISED) and cause.startswith('ValueError: bad '), r.errors
    assert 'File "model.py", line' in trace and 'in raises' in trace and 'mamuto' not in trace, trace
    r, = run('always', [(REF, np.arange(3000))], 3000)
    assert r.n_failed == 3000 and len(r.errors) == 1000 and r.dtype == '' and r.block is None
    # Rows 0 and 1 fail with the same error text, and the agent sends the text only with row 0.
    assert r.errors[0][3] and not r.errors[1][3]


def test_stop_iteration_does_not_truncate():
    first, second = run('stops', [(REF, ROW)], 20, 10)
    same(first.block, [x for x in range(10) if x != 5])
    assert first.errors[0][:3] == (5, RAISED, 'StopIteration') and second.n_failed == 0


def test_exit_and_interrupt_are_errors_of_rows():
    r, = run('exits', [(REF, ROW)], 20)
    assert [(e[0], e[2]) for e in r.errors] == [(2, 'SystemExit: 4'), (3, 'KeyboardInterrupt')]
    assert r.passes == 1


def test_bad_results():
    for name, row, words in (
            ('nested', 4, 'differing lengths'), ('none', 4, 'None')):
        r, = run(name, [(REF, ROW)], 20)
        assert r.n_failed == 1 and r.errors[0][:2] == (row, NO_ARRAY), r.errors
        assert words in r.errors[0][2] and len(r.block) == 19, r.errors
    r, = run('objects', [(REF, ROW)], 20)
    assert [e[0] for e in r.errors] == [1, 2, 3], r.errors
    assert 'dict' in r.errors[0][2] and '64 bits' in r.errors[1][2], r.errors


def test_rows_of_other_shapes_are_parts():
    for name, row, value in (('ragged', 17, np.zeros(2)), ('mixed', 4, np.array('a'))):
        for seed in (None, 1):
            r, = run(name, [(REF, ROW)], 20, seed=seed)
            assert r.n_failed == 1 and not r.errors and len(r.block) == 19, (r.n_failed, r.errors)
            (rows, values), = r.parts
            assert rows.tolist() == [row], rows
            same(values[0], value)


def test_rows_of_any_shape_in_any_chunks():
    """Every row that is a result arrives with its value and shape, however the rows are cut into
    chunks. Integers and floats of a chunk may be promoted to a common type."""
    rng = random.Random(8)
    for seed in range(6):
        kinds = [rng.randrange(len(SHAPES)) for _ in range(rng.choice((1, 2, 9)))]
        wanted = [rng.choice(kinds) for _ in range(300)]
        expected = {i: SHAPES[kind](i) for i, kind in enumerate(wanted)}
        arguments = [(ROWS, np.arange(300)), (KEPT, np.array(wanted))]
        for chunk_rows, batch in ((1, False), (7, False), (300, False), (60, True)):
            found, failed = {}, set()
            for r in run('any_batch' if batch else 'any_shape', arguments, 300, chunk_rows, batch=batch):
                found.update(r.values_of_rows())
                failed |= {e[0] for e in r.errors}
                assert sorted(list(r.values_of_rows()) + [e[0] for e in r.errors]) == list(range(r.lo, r.hi))
            assert failed == {i for i, value in expected.items() if value is None}, failed
            for i in found:
                value = np.asarray(expected[i])
                assert found[i].shape == value.shape, (i, found[i], value)
                assert (found[i].dtype.kind in 'SU') == (value.dtype.kind in 'SU')
                assert value.dtype.kind not in 'SU' or found[i].dtype.kind == value.dtype.kind
                assert np.promote_types(found[i].dtype, value.dtype) == found[i].dtype
                assert (found[i] == value).all()


def test_nul_at_the_end_is_not_lost():
    """numpy removes NUL characters at the end of a text. Such rows fail, and all others are right."""
    good = {2: '\0ab', 3: b'a\0b', 6: ('ab', 'c'), 8: ['a', 'bc'], 11: ''}
    for kind in range(12):
        kinds = np.where(ROW % 4 == 3, 11, kind)
        expected = {i: 'a' * i if k == 0 else '' if k == 1 and i == 0 else good.get(k)
                    for i, k in enumerate(kinds.tolist())}
        for batch, seed in ((False, None), (False, 1), (True, None), (True, 1)):
            r, = run('ends_in_nul_batch' if batch else 'ends_in_nul', [(REF, ROW), (REF, kinds)], 20, batch=batch,
                     seed=seed)
            found = {row: value.tolist() for row, value in r.values_of_rows().items()}
            right = {i: np.array(value).tolist() for i, value in expected.items() if value is not None}
            assert found == right, (kind, batch, seed, found)
            assert all(e[1] == NO_ARRAY and 'NUL' in e[2] for e in r.errors), r.errors


def test_texts_of_very_different_widths():
    """They are sent as JSON strings instead of an array that consists mainly of padding. Texts of
    similar widths, and texts among other kinds of results, form an array."""
    for name in ('wide_text', 'wide_text_batch'):
        batch = name.endswith('batch')
        expected = [WIDE_TEXT(x) for x in range(60)]
        for seed, chunk_rows in ((None, None), (1, None), (None, 7)):
            parts = run(name, [(REF, np.arange(60))], 60, chunk_rows, batch=batch, seed=seed)
            if chunk_rows is None and not batch:
                assert parts[0].dtype == 'json'
            found = {row: json.loads(value) if r.dtype == 'json' else value
                     for r in parts for row, value in r.values_of_rows().items()}
            assert [found[x] for x in sorted(found)] == [e for x, e in enumerate(expected) if x != 9]
            assert [e[:2] for r in parts for e in r.errors] == [(9, NO_ARRAY)]
    for seed in (None, 1):
        r, = run('long_among_others', [(REF, ROW)], 20, seed=seed)
        assert r.block.tolist() == ['c' * (x % 10) for x in range(20) if x not in (0, 5, 6)], r.block
        assert [e[:2] for e in r.errors] == [(0, NO_ARRAY), (5, NO_ARRAY)], r.errors
        assert [part[0].tolist() for part in r.parts] == [[6]], r.errors
    r, = run('similar_texts', [(REF, ROW)], 20)
    assert r.dtype == '<U20019', r.dtype
    r, = run('mixed_texts', [(REF, ROW)], 20)
    assert r.dtype == '<U1' and [part[1].dtype.str for part in r.parts] == ['<f8'], (r.dtype, r.parts)


def test_bytes_of_very_different_widths():
    """They are sent as variable rows, too. Bytes among other kinds of results form an array."""
    for name in ('wide_bytes', 'wide_bytes_batch', 'wide_numpy_bytes'):
        batch = name.endswith('batch')
        for seed, chunk_rows, kind in ((None, None, REF), (1, None, REF), (None, 7, ROWS)):
            parts = run(name, [(kind, np.arange(60))], 60, chunk_rows, batch=batch, seed=seed)
            if chunk_rows is None and not batch:
                assert parts[0].dtype == 'bytes'
            found = {row: value for r in parts for row, value in r.values_of_rows().items()}
            assert found == {x: WIDE_BYTES(x) for x in range(60) if x != 9}, name
            errors = [e for r in parts for e in r.errors]
            assert [e[:2] for e in errors] == [(9, NO_ARRAY)], errors
    for seed in (None, 1):
        r, = run('long_bytes', [(REF, ROW)], 20, seed=seed)
        assert r.dtype == 'bytes' and r.block == [b'b' * (20 << 20) if x == 5 else b'c' * x for x in range(20)]
    r, = run('similar_bytes', [(REF, ROW)], 20)
    assert r.dtype == '|S200019', r.dtype
    r, = run('long_bytes_among_others', [(REF, ROW)], 20)
    assert r.block.tolist() == [b'c' * (x % 10) for x in range(20) if x not in (0, 5, 6)], r.block
    assert [e[:2] for e in r.errors] == [(0, NO_ARRAY), (5, NO_ARRAY)], r.errors
    assert 'returned bytes of length' in r.errors[1][2], r.errors


def test_wide_bytes_of_rows_that_died():
    """A slot that calls the function in a child process sends the same rows."""
    r, = run('wide_bytes_dies', [(REF, np.arange(60))], 60)
    assert r.dtype == 'bytes' and [e[:2] for e in r.errors] == [(3, DIED), (9, NO_ARRAY)], r.errors
    assert r.values_of_rows() == {x: WIDE_BYTES(x) for x in range(60) if x not in (3, 9)}


def test_an_object_without_length_fails_its_row_only():
    for name, failed in (('no_length', ROW[1::4]), ('no_length_first', [i for i in ROW if i % 4 != 1])):
        for chunk_rows in (20, 5):
            results = run(name, [(REF, ROW)], 20, chunk_rows)
            errors = [error for r in results for error in r.errors]
            assert [error[0] for error in errors] == list(failed), (name, errors)
            assert all(error[1] == BAD_RESULT and error[2].startswith('returned NoLength') for error in errors)


def test_texts_of_a_large_chunk():
    """No row fails whose text the controller stores whatever the number of rows, and those of similar
    widths are sent together, so that the padding needs little memory."""
    n = 150000
    for name, expected in (('few_wide_bytes', lambda x: b'\xff' * 4096 if x % 50000 == 7 else b'%d' % x),
                           ('few_wide_texts', lambda x: 'é' * 1024 if x % 50000 == 7 else str(x))):
        r, = run(name, [(REF, np.arange(n))], n)
        found = r.values_of_rows()
        assert [row[0] for row in r.errors] == ([3] if name == 'few_wide_texts' else []), r.errors
        assert all(found[x] == expected(x) for x in range(n) if x != 3 or name == 'few_wide_bytes')
        size = sum(map(len, r.block)) if r.dtype == 'bytes' else r.block.nbytes
        assert max([size] + [values.nbytes for _, values in r.parts]) < 10 << 20


def test_small_integers_do_not_hide():
    """numpy promotes int8, uint8 and float16 to float16 or float32, depending on the order. The
    types of a chunk arrive separately, so that the result does not depend on the chunks."""
    for name in ('small_scalars', 'small_arrays', 'small_lists'):
        r, = run(name, [(REF, ROW)], 20)
        types = {array.dtype.str for array in [r.block] + [values for _, values in r.parts]}
        assert types == {'|i1', '|u1', '<f2'}, (name, types)
        assert len(r.values_of_rows()) == 20
    r, = run('single', [(REF, ROW)], 20)
    assert not r.parts and r.dtype == '<f4'


def test_too_many_shapes():
    r, = run('longer', [(REF, np.arange(12000))], 12000)
    assert len(r.parts) > 5000 and len(r.errors) == 1000
    assert r.n_failed == 11999 and r.errors[0][1] == BAD_RESULT
    assert 'too many rows of different shapes' in r.errors[0][2], r.errors[0]


def test_writing_into_a_row_touches_nothing_else():
    ones = np.ones((10, 3))
    for kind in (ROWS, KEPT, REF):
        run_values = [values('writes', [(kind, ones)], 10, 5) for _ in range(2)]
        same(run_values[0], [2.0] * 10)
        same(run_values[1], [2.0] * 10)
    assert (ones == 1).all()


def test_seed_belongs_to_the_row():
    a = values('randoms', [(REF, ROW)], 20, 10, seed=5)
    b = values('randoms', [(REF, ROW)], 20, 3, seed=5)
    c = values('randoms', [(REF, ROW)], 20, 10, seed=6)
    same(a, b)
    assert len(set(a)) == 20 and not (a == c).any()
    d = values('randoms', [(REF, ROW)], 20, 5)
    assert len(set(d)) == 20  # each slot has its own random state, so no number repeats


def test_large_results():
    for passes in (ROWS, REF):
        got = values('large', [(passes, ROW)], 20, 4)
        same(got, np.repeat(ROW, 20000).reshape(20, 20000))


def test_batch():
    same(values('batch', [(REF, ROW), (VALUE, '2')], 20, 6, batch=True), ROW * 2)
    same(values('batch_list', [(ROWS, ROW)], 20, 6, batch=True), ROW.astype(float))
    same(values('batch_swapped', [(ROWS, ROW)], 20, batch=True), ROW.astype('<i4'))
    first, second = run('batch_raises', [(REF, ROW)], 20, 10, batch=True)
    assert [e[:3] for e in first.errors] == [(5, RAISED, "KeyError: 'five'")], first.errors
    assert len(first.block) == 9 and second.n_failed == 0
    # The function changes some rows of the first batch and then raises an exception. The agent must
    # restore the original rows before it calls the function again with single rows.
    first, second = run('batch_writes', [(REF, ROW)], 20, 10, batch=True)
    assert second.failed.tolist() == [True] + [False] * 9
    same(second.block, ROW[11:] + 1)


def test_batch_of_wrong_length():
    for name, what in (('batch_scalar', 'float'), ('batch_sum', 'shape (1,)')):
        r, = run(name, [(REF, ROW)], 20, batch=True)
        assert r.n_failed == 20 and r.errors[0][1] == BAD_RESULT, r.errors
        assert what in r.errors[0][2] and '20 rows' in r.errors[0][2], r.errors


def test_many_chunks_in_any_order_and_twice():
    number, rng = with_function('integer'), random.Random(3)
    agent = shared()
    run = agent.run([(REF, np.arange(1000))], 1000, function=number)
    chunks = [(i, 10 * i, 10 * i + 10) for i in range(100)] * 2
    rng.shuffle(chunks)
    for number, lo, hi in chunks:
        agent.chunk(number, lo, hi)
    for _ in chunks:
        frame = agent.expect(RESULT)
        r = frame.result()
        assert r.lo == frame.chunk * 10
        same(r.block, np.arange(r.lo, r.hi))
    agent.finish(run)


def test_prints_come_before_the_result():
    shared_logs = shared().logs if numbers else []
    del shared_logs[:]
    values('prints', [(REF, ROW[:3])], 3)
    logs = shared().logs
    assert ''.join(log[3] for log in logs) == 'row 0\nrow 1\nrow 2\n', logs
    assert {log[1:3] for log in logs} == {(1, 0)}, logs


def test_zz_the_agent_ends():
    agent = shared()
    Agent.running.append(agent)
    agent.end()


main(globals())
