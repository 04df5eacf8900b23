#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Tests of runs whose results are JSON (WIRE_MODE_JSON): every value that JSON can contain arrives as
# the text that Python's json module writes, and every other value is a failure of its row that names
# the type. The results of other rows do not change.

import base64
import json
import random

import numpy as np
from conversation import (BAD_ARGUMENT, BAD_RESULT, FAULT, KEPT, LOST, NO_ARRAY, REF, RESULT, ROWS, VALUE, WHOLE, Agent, Lines,
                          main)

SOURCE = r"""
import collections, datetime, enum, os
import numpy as np

class Level(enum.IntEnum):
    LOW = 3

Point = collections.namedtuple('Point', 'x y')
itself = []
itself.append(itself)
GOOD = [
    1, None, True, 1.5, float('nan'), -float('inf'), 10 ** 30, '', 'ä"\\\n\0\u2028', '\ud800', [], {}, [1, [2, [3]]],
    {'a': {'b': [1, None]}}, {1: 2, None: 3, True and 2.5: 4, False: 5}, {np.int64(3): 1}, (1, 2), Point(1, 2),
    Level.LOW, np.float64(0.1), np.float32(0.1), np.int8(-3), np.bool_(True), np.str_('x'), np.arange(3),
    np.array([[1.0, np.nan]]), np.array(7), [np.arange(2), {'k': np.float16(0.5)}],
    np.array([{1: 2}, None], object), b'', b'\xff\0', np.bytes_(b'ab'), {'k': [b'\0', {'b': b'c'}]},
    np.array([b'a', b'bcd']), np.array(b'x'),
]
BAD = [
    (bytearray(b'x'), 'bytearray'), ({b'k': 1}, 'key of type bytes'),
    ({1}, 'set'), (1j, 'complex'), (np.longdouble(1), 'float128'), ([1, {'k': {2}}], 'set inside'),
    (datetime.date(2020, 1, 1), 'date'), ({1: 1, '1': 2}, 'two keys that are "1"'), ({(1, 2): 3}, 'tuple'),
    (itself, 'contains itself'), (object(), 'object'), (np.array([1j]), 'complex128'),
    (np.ma.masked_array([1, 2], [0, 1]), 'mask'), (10 ** 5000, 'int'), (np.datetime64('2020'), 'datetime64'),
]
def good(i):
    return GOOD[int(i) % len(GOOD)]
def good_batch(i):
    return [good(k) for k in i]
def bad(i):
    return BAD[int(i) // 2 % len(BAD)][0] if i % 2 else int(i)
def raises(i):
    if i == 3:
        raise ValueError('three')
    if i == 4:
        raise StopIteration
    if i == 5:
        os.kill(os.getpid(), 9)
    return {'i': int(i)}
buffer = {'i': 0}
def same_buffer(i):
    buffer['i'] = int(i)
    return buffer
def large(i):
    return 'x' * (20 << 20) if i == 7 else 'x' * int(i)
def growing(i):
    return 'x' * (1 << 20)
def growing_after_death(i):
    if i == 1:
        os.kill(os.getpid(), 9)
    return 'x' * (1 << 20) if i else ''
def huge(i):
    return [0] * 30000000
def table(i):
    class Table:
        def __len__(self):
            return len(i)
        def __iter__(self):
            return iter(['x', 'y'])
        def __array__(self, dtype=None, copy=None):
            return np.array([i, i], dtype).T
    return Table()
"""
exec(SOURCE)


def run(name, n, chunk_rows=None, kind=REF, **more):
    agent = Agent().open()
    agent.prepared(SOURCE, name=name)
    return agent.map([(kind, np.arange(float(n)))], n, chunk_rows, json=True, **more)


def run_all(name, n):
    """Like run(), but sends the rows again that a result leaves out."""
    agent = Agent().open()
    agent.prepared(SOURCE, name=name)
    run = agent.run([(REF, np.arange(float(n)))], n, json=True)
    results, lo = [], 0
    while lo < n:
        agent.chunk(len(results), lo, n)
        results.append(agent.expect(RESULT).result())
        agent.ack(run, len(results) - 1)
        lo = results[-1].hi
    return results


def texts(results):
    return [text for r in results for text in r.block or []]


def plain(value):
    """Returns what the JSON of a value means."""
    if isinstance(value, bytes):
        return {'base64': base64.b64encode(value).decode()}
    if isinstance(value, (np.ndarray, np.generic)):
        return plain(value.tolist())
    if isinstance(value, dict):
        return {json.dumps(k.item() if isinstance(k, np.generic) else k) if not isinstance(k, str) else k: plain(v)
                for k, v in value.items()}
    return [plain(v) for v in value] if isinstance(value, (list, tuple)) else value


def check_good(results, n):
    lines = texts(results)
    assert len(lines) == n and not any(r.n_failed for r in results)
    for i, text in enumerate(lines):
        expected = plain(GOOD[i % len(GOOD)])
        got = json.loads(text)
        assert '\n' not in text and json.dumps(got) == json.dumps(expected), (text, expected)
        assert isinstance(GOOD[i % len(GOOD)], str) or type(got) is not str


def test_values_of_any_kind():
    n = 3 * len(GOOD)
    check_good(run('good', n), n)
    check_good(run('good', n, 7, kind=ROWS), n)
    check_good(run('good', n, 7, seed=1), n)
    check_good(run('good_batch', n, 40, batch=True), n)


def test_text_is_utf8_and_half_of_a_pair_is_escaped():
    lines = texts(run('good', len(GOOD)))
    assert lines[8] == '"ä\\"\\\\\\n\\u0000\u2028"', lines[8]
    assert lines[9] == '"\\ud800"', lines[9]


def test_other_values_fail_and_name_the_type():
    for options in ({}, {'seed': 1}, {'chunk_rows': 5}):
        results = run('bad', 2 * len(BAD), **options)
        errors = [e for r in results for e in r.errors]
        assert [e[0] for e in errors] == list(range(1, 2 * len(BAD), 2)), errors
        for error, (_, words) in zip(errors, BAD):
            assert error[1] == BAD_RESULT and words in error[2], (error, words)
        assert [json.loads(t) for t in texts(results)] == list(range(0, 2 * len(BAD), 2))


def test_failed_rows_and_dying_rows():
    r, = run('raises', 10)
    assert [(e[0], e[2].partition(':')[0]) for e in r.errors] == [
        (3, 'ValueError'), (4, 'StopIteration'), (5, 'killed by signal 9 (Killed)')], r.errors
    assert [json.loads(t)['i'] for t in r.block] == [0, 1, 2, 6, 7, 8, 9]


def test_a_value_that_later_calls_change():
    for options in ({}, {'seed': 3}):
        assert [json.loads(t)['i'] for t in texts(run('same_buffer', 50, **options))] == list(range(50))


def test_a_chunk_ends_before_its_results_take_too_much_memory():
    results = run_all('growing', 200)
    assert len(texts(results)) == 200 and len(results) > 4, len(results)
    assert all(sum(map(len, r.block)) <= 34 << 20 for r in results)
    assert [len(t) - 2 for t in texts(run_all('large', 20))] == [i if i != 7 else 20 << 20 for i in range(20)]
    one, = run_all('huge', 1)
    assert len(one.block[0]) == 90000000


def test_a_chunk_of_single_rows_ends_before_its_results_take_too_much_memory():
    results = run_all('growing_after_death', 100)
    assert [e[0] for r in results for e in r.errors] == [1], results[0].errors
    assert [len(t) - 2 for t in texts(results)] == [0] + [1 << 20] * 98
    assert all(sum(map(len, r.block)) <= 34 << 20 for r in results), [sum(map(len, r.block)) for r in results]


def test_a_batch_that_is_a_table():
    lines = texts(run('table', 6, batch=True))
    assert [json.loads(t) for t in lines] == [[float(i), float(i)] for i in range(6)], lines


def test_random_values():
    rng = random.Random(5)

    def value(depth):
        kind = rng.randrange(7 if depth < 4 else 5)
        if kind == 5:
            return [value(depth + 1) for _ in range(rng.randrange(5))]
        if kind == 6:
            return {''.join(chr(rng.choice((34, 92, 10, 65, 228, 0x20ac, 0x1f600))) for _ in range(rng.randrange(5))):
                    value(depth + 1) for _ in range(rng.randrange(5))}
        return [None, rng.random() < 0.5, rng.randrange(-10 ** 20, 10 ** 20), rng.uniform(-1, 1) * 10 ** rng.randrange(-300, 300),
                ''.join(chr(rng.choice((0, 31, 34, 92, 127, 128, 0x7ff, 0xd7ff, 0xe000, 0x10ffff))) for _ in range(rng.randrange(9)))][kind]
    values = [value(0) for _ in range(500)]
    agent = Agent().open()
    agent.prepared('VALUES = %r\ndef f(i): return VALUES[int(i)]\n' % (values,))
    for rows in (500, 13):
        got = texts(agent.map([(REF, np.arange(500))], 500, rows, json=True))
        assert [json.loads(t) for t in got] == values


def test_arrays_say_which_values_json_can_contain():
    agent = Agent().open()
    agent.prepared('def f(i): return [1, [1] * int(i), {"a": 1}, None, {1}, 2 ** 70][int(i)] if i != 1 else [1, [2, 3]]\n')
    errors = {e[0]: e[1:] for r in agent.map([(REF, np.arange(6))], 6) for e in r.errors}
    assert {row: error[0] for row, error in errors.items()} == {
        1: NO_ARRAY, 2: NO_ARRAY, 3: NO_ARRAY, 4: BAD_RESULT, 5: NO_ARRAY}, errors
    assert 'set' in errors[4][1], errors


ARGUMENTS = """
import json
def give(x):
    return x
def both(a, x, k):
    return [float(a), x, k]
def batch(x):
    assert type(x) is list
    return x
def length(x):
    return len(x)
def changes(x):
    x.append(1)
    return x
"""


def give(name, arguments, n, chunk_rows=None, **more):
    agent = Agent().open()
    agent.prepared(ARGUMENTS, name=name)
    return agent.map(arguments, n, chunk_rows, json=True, **more)


def test_rows_that_are_json():
    values = [plain(value) for value in GOOD]
    for white in ('', '\n', '\r\n\n', ' \t'):
        lines = Lines([json.dumps(value) + white for value in values])
        for options in ({}, {'chunk_rows': 3}, {'seed': 1}, {'batch': True}, {'batch': True, 'chunk_rows': 4}):
            results = give('batch' if 'batch' in options else 'give', [(ROWS, lines)], len(lines), **options)
            assert [json.dumps(json.loads(t)) for t in texts(results)] == [json.dumps(v) for v in values], options


def test_rows_beside_other_arguments():
    lines = Lines(['{"k": %d, "z": 0}' % i for i in range(50)], 'k')
    for rows in (50, 7):
        results = give('both', [(ROWS, np.arange(50.0)), (ROWS, lines), (VALUE, '"v"')], 50, rows)
        assert [json.loads(t) for t in texts(results)] == [[float(i), i, 'v'] for i in range(50)]
    results = give('both', [(ROWS, lines), (REF, np.arange(50.0)), (ROWS, Lines(map(str, range(50))))], 50, 7)
    assert [json.loads(t) for t in texts(results)] == [[float(i), float(i), i] for i in range(50)]


BAD_LINES = Lines(['{"k": 1}', '{"j": 1}', '[1]', '{"k": 2', '{"k": null}', 'x', '"\\ud800"', '{"k": "\\ud800"}'], 'k')


def check_bad_lines(results, n_before=0):
    for r in results:
        assert all(e[1] == BAD_ARGUMENT for e in r.errors), r.errors
    causes = {e[0]: e[2] for r in results for e in r.errors}
    assert sorted(causes) == [1, 2, 3, 5, 6], causes
    # the number of the argument, and the number of the row
    assert causes[1] == "0 1 no key 'k'" and causes[2].startswith('0 2 list') and 'has no keys' in causes[2], causes
    assert causes[3].startswith('0 3 Python cannot read this JSON') and causes[5].startswith('0 5 Python'), causes
    assert [json.loads(t) for t in texts(results)] == [1, None, '\ud800']


def test_rows_that_cannot_be_read():
    for kind in (ROWS, KEPT):
        for options in ({}, {'chunk_rows': 3}, {'seed': 1}, {'batch': True}):
            check_bad_lines(give('batch' if 'batch' in options else 'give', [(kind, BAD_LINES)], 8, **options))


def test_each_call_gets_its_own_value():
    results = give('changes', [(ROWS, Lines(['[]'] * 10))], 10)
    assert texts(results) == ['[1]'] * 10
    again = give('changes', [(ROWS, Lines(['[2]'] * 4))], 4, 2)
    assert texts(again) == ['[2, 1]'] * 4


def test_large_rows_that_are_json():
    lines = Lines(['"%s"' % ('x' * (i << 18)) for i in range(30)])
    for rows in (30, 4):
        results = give('length', [(ROWS, lines)], 30, rows)
        assert [int(t) for t in texts(results)] == [i << 18 for i in range(30)]


def test_rows_that_the_host_keeps():
    lines = Lines(['{"k": %d, "z": "%s"}' % (i, 'x' * (i % 7)) for i in range(500)], 'k')
    for options in ({}, {'chunk_rows': 30}, {'seed': 1}, {'batch': True, 'chunk_rows': 10}):
        results = give('batch' if 'batch' in options else 'give', [(KEPT, lines)], 500, **options)
        assert [json.loads(t) for t in texts(results)] == list(range(500)), options
    large = Lines(['"%s"' % ('x' * (i << 12)) for i in range(60)])
    for rows in (60, 7):
        assert [int(t) for t in texts(give('length', [(KEPT, large)], 60, rows))] == [i << 12 for i in range(60)]


def test_all_lines_for_each_call():
    agent = Agent().open()
    agent.prepared(ARGUMENTS + """
def sum_of(i, rows):
    assert type(rows) is list
    rows[0]['k'] += 1  # a copy, which no other call sees
    rows.append(1)
    return [int(i), rows[0]['k'], len(rows), sum(row['k'] for row in rows[:-1])]
def count(rows, i):
    return [len(rows)] * len(i)
""", name='sum_of')
    lines = Lines(['{"k": %d}' % i for i in range(100)])
    for rows in (20, 3):
        results = agent.map([(REF, np.arange(20)), (WHOLE, lines)], 20, rows, json=True)
        assert [json.loads(t) for t in texts(results)] == [[i, 1, 101, 4951] for i in range(20)]
    results = agent.map([(REF, np.arange(3)), (WHOLE, lines, 'rows')], 3, json=True)
    assert [json.loads(t)[2] for t in texts(results)] == [101] * 3
    assert [json.loads(t) for t in texts(give('length', [(WHOLE, Lines([]))], 2))] == [0, 0]
    keys = Lines(['{"k": [%d]}' % i for i in range(5)], 'k')
    assert [json.loads(t) for t in texts(give('changes', [(WHOLE, keys)], 3))] == [[[0], [1], [2], [3], [4], 1]] * 3


def test_all_lines_that_cannot_be_read_fail_each_call():
    for options in ({}, {'chunk_rows': 2}, {'seed': 1}):
        results = give('give', [(WHOLE, BAD_LINES)], 5, **options)
        assert [e[:3] for r in results for e in r.errors] == [(i, BAD_ARGUMENT, "0 1 no key 'k'") for i in range(5)]


def test_long_keys():
    """The key of an error is shortened, because the length of a message is limited."""
    key = 'k' * 9000
    results = give('give', [(ROWS, Lines(['{"a": 1}'] * 3, key))], 3)
    errors = [error for r in results for error in r.errors]
    assert [error[:2] for error in errors] == [(i, BAD_ARGUMENT) for i in range(3)]
    assert errors[2][2].startswith("0 2 no key 'kkk") and len(errors[2][2]) < 4096


def test_combinations():
    """Rows that the host keeps are chosen by the number of the combination."""
    agent = Agent().open()
    agent.prepared(ARGUMENTS + """
def three(a, x, k):
    if hasattr(a, 'shape') and a.shape:
        a += 100  # a copy, which no other call sees
        a = float(a[0])
    return [float(a), x, float(k)]
""", name='three')
    a, x, k = np.arange(4.0), Lines(['"%d"' % i for i in range(3)]), np.arange(5, dtype='>f4')
    table = np.arange(8.0).reshape(4, 2)
    n = 60
    plain = [[float(i), str(j), float(m)] for i in range(4) for j in range(3) for m in range(5)]
    for kind in (KEPT, REF):
        for first, expected in ((a, plain), (table, [[2 * i + 100, j, m] for i, j, m in plain])):
            for options in ({}, {'chunk_rows': 7}, {'seed': 2}):
                results = agent.map([(kind, first, '', 15), (KEPT, x, '', 5), (ROWS, np.tile(k, 12))], n, json=True,
                                    **options)
                assert [json.loads(t) for t in texts(results)] == expected, (kind, options)


def test_wrong_combinations_are_refused():
    for kind, value, repeats in ((ROWS, np.arange(4.0), 1), (WHOLE, np.arange(4.0), 1), (KEPT, np.arange(0.0), 1),
                                 (ROWS, Lines(['1']), 1), (WHOLE, Lines(['1']), 1), (KEPT, np.arange(4.0), 1 << 63)):
        agent = Agent().open()
        agent.prepared(ARGUMENTS, name='give')
        agent.run([(kind, value, '', repeats)], 4, json=True)
        assert agent.wait() == 2 and 'violates the protocol' in agent.last_stderr, (kind, repeats)


def test_a_kept_block_that_is_too_small():
    class Cut(Lines):
        def block(self, lo, hi):
            return super().block(lo, hi)[:20]
    agent = Agent().open()
    agent.prepared(ARGUMENTS, name='give')
    agent.run([(KEPT, Cut(['1', '2', '3']))], 3, json=True)
    agent.expect(FAULT)


def test_wrong_offsets_lose_the_chunk():
    for offsets in ([0, 5, 3, 6], [1, 2, 3, 6], [0, 2, 4, 99], [0, 2, 4, (1 << 64) - 1]):
        agent = Agent().open()
        agent.prepared(ARGUMENTS, name='give')
        run = agent.run([(ROWS, Lines(['11', '22', '33']))], 3, json=True)
        payload = np.array(offsets, 'u8').tobytes() + b'112233'
        agent.send_chunk(0, 3, payload, len(payload), run=run, chunk=1, attempt=1)
        assert agent.expect(LOST).chunk == 1


main(globals())
