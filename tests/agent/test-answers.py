# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Tests of what a slot answers: tracebacks without frames of the runner, and messages that code of the
# user has falsified, which must not end the agent.
import json
import random

from conversation import *

ROW = np.arange(20)
SOURCE = '''
class Own(Exception):
    pass
again, saved = ValueError('again'), []
def same_exception(x):
    raise again
def inner(x):
    raise KeyError(x)
def chained(x):
    try:
        inner(x)
    except KeyError as error:
        saved.append(error)
        raise Own(x) from saved[0]
def in_context(x):
    try:
        raise again
    finally:
        raise Own(x)
def grouped(x):
    try:
        inner(x)
    except KeyError as error:
        saved.append(error)
        raise ExceptionGroup('some', [again, saved[0]])
def escapes(x):
    saved.append(KeyError(x))
    if len(saved) > 1:
        raise Own(x) from saved[-2]
    raise saved[-1]
'''
# Some rows fail for causes that another host may not have. The class of the exception decides
# whether the row is suspect, not its text.
SUSPECTS = '''
import os
class Own(FileNotFoundError): pass
def f(x, kinds):
    kind = kinds[int(x) % len(kinds)]
    if kind == 'import':
        import no_such_module
    if kind == 'file':
        open('/no such file')
    if kind == 'os':
        raise OSError('some')
    if kind == 'own':
        raise Own('some')
    if kind == 'memory':
        raise MemoryError
    if kind == 'text':
        raise ValueError('ModuleNotFoundError: No module named os')
    if kind == 'dies':
        os._exit(1)
    if kind == 'list':
        return [x, [x]]
    return x
def batch(x, kinds):
    for y in x:
        f(y, kinds)
    return x
'''
# The function answers in place of its slot. It takes the serial number of the chunk from the slot.
FALSE_ANSWERS = '''
import os, socket, stat, struct, sys
def f(x, fields, block):
    frame = sys._getframe()
    while frame.f_code.co_name != 'chunk':
        frame = frame.f_back
    head = dict(kind=2, n_dims=0, serial=frame.f_locals['serial'], started=1, finished=2, cpu=1,
                n_rows=frame.f_locals['hi'] - frame.f_locals['lo'], n_failed=0, n_suspect=0,
                block_length=8 * (frame.f_locals['hi'] - frame.f_locals['lo']), block_offset=0,
                errors_length=0, errors_offset=0,
                n_listed=0, in_buffer=0, dtype=b'<f8')
    head.update(fields)
    packed = struct.pack('=IIQQQQQQQQQQQII24s', *head.values())
    for fd in range(3, 100):
        try:
            if stat.S_ISSOCK(os.fstat(fd).st_mode):
                slot = socket.socket(fileno=os.dup(fd))
                if slot.getsockopt(socket.SOL_SOCKET, socket.SO_TYPE) == socket.SOCK_SEQPACKET:
                    slot.send(packed + bytes(block))
        except OSError:
            pass
    os._exit(0)
'''


def test_tracebacks_show_no_frame_of_the_runner():
    agent = Agent().open()
    names = ['same_exception', 'chained', 'in_context', 'escapes']
    if sys.version_info >= (3, 11):
        names.append('grouped')
    for number, name in enumerate(names, 1):
        agent.prepared(SOURCE, name=name, number=number)
        for seed in (None, 1):
            result, = agent.map([(REF, ROW)], 20, function=number, seed=seed)
            assert result.n_failed == 20
            lengths = set()
            for _, _, cause, text in result.errors:
                assert 'mamuto' not in text and 'importlib' not in text, text
                assert text == '' or 'in ' + name in text, text
                lengths.add(text.count('in ' + name))
            # The frames of earlier rows are not repeated, unless a loop would show them too.
            assert max(lengths) <= 3 or name == 'in_context', (name, lengths)


def test_frames_of_a_user_file_named_like_importlib_are_shown():
    agent = Agent().open()
    agent.prepared('def f(x):\n    raise ValueError(x)\n', module='my_importlib')
    result, = agent.map([(REF, ROW)], 20)
    assert 'File "my_importlib.py", line 2, in f' in result.errors[0][3], result.errors[0]


def test_rows_that_another_host_may_compute():
    kinds = ['good', 'import', 'file', 'text', 'os', 'own', 'memory', 'list', 'dies']
    agent = Agent().open(slots=1)
    agent.prepared(SUSPECTS)
    agent.prepared(SUSPECTS, name='batch', number=2)
    # The row 8 kills its process, so the chunk [0, 9) is computed in child processes.
    for hi in (8, 9):
        for number, seed in ((1, None), (1, 3), (2, None)):
            row = np.arange(float(hi))
            result, = agent.map([(REF, row), (VALUE, json.dumps(kinds))], hi, function=number, seed=seed,
                                batch=number == 2)
            bad = [i for i in range(1, hi) if number == 1 or kinds[i] != 'list']
            assert np.flatnonzero(result.failed).tolist() == bad, result.errors
            assert np.flatnonzero(result.suspect).tolist() == [1, 2, 4, 5, 6], result.errors
            assert [e[0] for e in result.errors if e[1] == SUSPECT] == [1, 2, 4, 5, 6]


def test_many_rows_that_another_host_may_compute():
    """The bits mark all rows, although only the first 1000 are listed."""
    agent = Agent().open(slots=1)
    agent.prepared(SUSPECTS)
    n = 5003
    result, = agent.map([(REF, np.arange(float(n))), (VALUE, '["file", "text", "good"]')], n)
    assert len(result.errors) == 1000
    assert (result.suspect == (np.arange(n) % 3 == 0)).all() and (result.failed == (np.arange(n) % 3 < 2)).all()
    assert (result.block == np.arange(n)[2::3]).all()
    result, = agent.map([(REF, np.arange(float(n))), (VALUE, '["import"]')], n)
    assert result.n_suspect == result.n_failed == n and result.block is None


def answer_of(agent, number, fields, block):
    """Lets a slot send a falsified answer. Returns the frame about the chunk."""
    run = agent.run([(REF, np.zeros(4)), (VALUE, fields), (VALUE, str(block))], 4, function=number)
    agent.chunk(0, 0, 4)
    frame = agent.expect(RESULT, LOST)
    agent.ack(run, 0)
    agent.finish(run)
    return frame


def test_errors_without_a_buffer():
    agent = Agent().open(slots=1)
    agent.prepared(FALSE_ANSWERS)
    good = answer_of(agent, 1, '{}', 32)
    assert good.kind == RESULT and (good.result().block == 0).all()
    for fields in ('{"errors_length": 1000}', '{"errors_length": 1}', '{"errors_length": 3000000}',
                   '{"errors_length": 1000, "errors_offset": 32}', '{"n_listed": 1, "errors_length": 24}',
                   '{"n_failed": 1, "n_listed": 1, "errors_length": 24, "block_length": 24}'):
        assert answer_of(agent, 1, fields, 32).kind == LOST, fields
    agent.prepared('def f(x):\n    return x\n', number=2)
    assert (agent.values([(ROWS, ROW)], 20, function=2) == ROW).all()


def test_falsified_answers():
    """The agent either takes an answer or reports the chunk lost, and stays usable."""
    rng = random.Random(5)
    agent = Agent().open(slots=1)
    names = ('n_dims', 'n_failed', 'n_suspect', 'block_length', 'block_offset', 'errors_length', 'errors_offset', 'n_listed',
             'in_buffer', 'serial', 'kind')
    numbers = (0, 1, 2, 4, 24, 32, 64, 1000, 65536, 3 << 20, (1 << 32) - 1)
    agent.prepared(FALSE_ANSWERS)
    for _ in range(60):
        fields = {name: rng.choice(numbers) for name in rng.sample(names, rng.randint(1, 4))}
        text_of_fields = '{%s}' % ', '.join('"%s": %d' % pair for pair in fields.items())
        try:
            answer_of(agent, 1, text_of_fields, rng.choice((0, 8, 32, 64, 1000)))
        except EOFError as error:
            raise AssertionError('%s ended the agent: %s' % (fields, error))
    agent.prepared('def f(x):\n    return x\n', number=2)
    assert (agent.values([(ROWS, ROW)], 20, function=2) == ROW).all()


main(globals())
