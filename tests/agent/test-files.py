# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Tests of the files that are sent with a function: their archive in pieces of any size, where the
# function finds them, and what happens if they cannot be stored.
import json
import shutil

from conversation import *

PLAIN, PROGRAM, FOLDER = range(3)
ROW = np.arange(20)
SOURCE = ('import os\nHERE = os.path.dirname(os.path.abspath(__file__))\n'
          'def f(x):\n    return float(open(os.path.join(HERE, "data", "k")).read()) + x\n'
          'def where(x):\n    return __file__\n'
          'def mode(x):\n    return os.stat(os.path.join(HERE, "data", "tool")).st_mode & 0o777\n'
          'def listed(x):\n    return " ".join(sorted(os.listdir(HERE)))\n')
FILES = {'data/k': (PLAIN, b'5'), 'data/tool': (PROGRAM, b'#!/bin/sh\n'), 'data/none': (FOLDER, b''),
         'data/nothing': (PLAIN, b''), 'large': (PLAIN, os.urandom(3 << 20))}


def archive(files):
    data = b'MMF1' + struct.pack('<I', len(files))
    for path in sorted(files):
        kind, content = files[path]
        data += struct.pack('<I', kind) + text(path) + struct.pack('<Q', len(content)) + content
    return data


def modules_in(directory):
    return sorted(n for n in os.listdir(directory) if n.startswith('mamuto-modules-'))


def test_pieces_of_any_size():
    small = {path: entry for path, entry in FILES.items() if path != 'large'}
    for step, files in ((1, small), (7, small), (1 << 20, FILES), (4 << 20, FILES)):
        agent = Agent().open()
        digest = agent.put_stored(archive(files), archive=True, step=step)
        agent.prepared(SOURCE, sent=digest)
        assert (agent.values([(REF, ROW)], 20) == ROW + 5).all()
        agent.prepared(SOURCE, sent=digest, number=2, name='mode')
        assert (agent.values([(REF, ROW)], 20, function=2) == 0o500).all()
        agent.prepared(SOURCE, sent=digest, number=3, name='listed')
        names = ['data', 'model.py'] + (['large'] if files is FILES else [])
        assert agent.values([(REF, ROW)], 20, function=3)[0] == ' '.join(sorted(names))
        agent.end()


def test_directories_are_removed():
    with tempfile.TemporaryDirectory() as directory:
        agent = Agent(env={'TMPDIR': directory}).open()
        first = agent.put_stored(archive(FILES), archive=True)
        agent.prepared(SOURCE, sent=first)
        agent.prepared(SOURCE, sent=first, number=2)
        assert len(modules_in(directory)) == 3, modules_in(directory)  # one for the files
        other = agent.put_stored(archive(dict(FILES, **{'data/k': (PLAIN, b'6')})), archive=True)
        agent.prepared(SOURCE, sent=other, number=3)
        assert (agent.values([(REF, ROW)], 20, function=3) == ROW + 6).all()
        # Functions keep the files that they use. A new function needs them to be sent again.
        agent.send(FORGET, text(first))
        assert (agent.values([(REF, ROW)], 20) == ROW + 5).all()
        agent.prepare(SOURCE, sent=first, number=4)
        code, function, what = agent.expect(FAULT).fault()
        assert (code, function) == (FAULT_BLOB, 4) and 'not on this host' in what, what
        assert agent.put_stored(archive(FILES), archive=True) == first
        agent.prepared(SOURCE, sent=first, number=4)
        assert (agent.values([(REF, ROW)], 20, function=4) == ROW + 5).all()
        agent.end()
        assert modules_in(directory) == []


def test_true_paths_in_errors():
    source = ('import os, numpy\ndef f(x):\n    if x == 0:\n        return open("plain")\n'
              '    if x == 1:\n        return open(os.path.join(os.path.dirname(__file__), "data/gone"))\n'
              '    if x == 2:\n        raise ValueError(os.path.realpath(os.path.join(os.path.dirname(__file__), "data/k")))\n'
              '    return x\n')
    places = {'root': '/of user', 'units': {'model.py': '/of user/model.py'}}
    for here in (False, True):
        for sent in (False, True):
            agent = Agent().open()
            digest = agent.put_stored(archive(FILES), archive=True) if sent else ''
            agent.prepared(source, sent=digest, places=json.dumps(dict(places, here=here)))
            result, = agent.map([(REF, ROW)], 20)
            plain, gone, real = [(cause, trace) for _, _, cause, trace in result.errors]
            assert "directory: 'plain'" in plain[0], plain
            assert ('working folder are not sent' in plain[0]) == (not here), plain
            assert "directory: '/of user/data/gone'" in gone[0], gone
            assert ('not sent to this host' in gone[0]) == (not here), gone
            assert real[0] == 'ValueError: /of user/data/k', real
            for _, trace in (plain, gone, real):
                assert 'File "/of user/model.py", line ' in trace and 'mamuto' not in trace, trace
                assert '    return open("plain")\n' in plain[1], plain
            agent.end()


def test_places_of_modules():
    """On this computer, __file__ is the path of the user's file, but the imported code is the code
    that was sent."""
    with tempfile.TemporaryDirectory() as directory:
        odd = os.path.join(directory, 'odd\udcff"')
        os.mkdir(odd)
        for name in ('model.py', 'helper.py'):
            with open(os.path.join(odd, name), 'w') as f:
                f.write('raise SystemExit("the file changed")\n')
        files = {'helper.py': 'PATH = __file__\n', 'pkg/__init__.py': '', 'pkg/sub/__init__.py': '',
                 'pkg/sub/m.py': 'PATH = __file__\n', 'names/space.py': 'PATH = __file__\n'}
        source = ('import os, helper, names.space, pkg.sub.m\ndef f(x):\n'
                  '    paths = [__file__, helper.PATH, names.space.PATH, pkg.sub.m.PATH, pkg.sub.__path__[0]]\n'
                  '    return os.fsencode("|".join(paths))\n')
        units = {name: os.path.join(odd, name) for name in ('model.py', 'helper.py', 'pkg', 'names')}
        agent = Agent().open()
        agent.prepared(source, files=files, places=json.dumps({'here': True, 'root': odd, 'units': units}))
        paths = os.fsdecode(agent.values([(REF, ROW)], 20)[0]).split('|')
        assert paths == [os.path.join(odd, *p.split('/')) for p in (
            'model.py', 'helper.py', 'names/space.py', 'pkg/sub/m.py', 'pkg/sub')], paths
        assert sorted(os.listdir(odd)) == ['helper.py', 'model.py']
        agent.end()


def test_malformed_archives():
    agent = Agent().open()
    good = archive(FILES)
    evil = [archive({path: (PLAIN, b'x')}) for path in (
        '../k', '/tmp/k', 'a/../../k', './x', 'a//b', '', 'a/', 'x' * 256, 'a\0b', 'x/' * 600 + 'x')]
    evil += [good[:-1], good + b'x', good[:7], b'MMB1' + good[4:], b'MMF1\xff\xff\xff\xff',
             b'MMF1\1\0\0\0' + b'\xff' * 40, archive({'a': (3, b'')}), archive({'a': (FOLDER, b'x')}),
             archive({'a': (PLAIN, b''), 'a/b': (PLAIN, b'')}), b'MMF1\2\0\0\0' + 2 * archive({'a': (PLAIN, b'')})[8:]]
    for number, data in enumerate(evil, 1):
        digest = agent.put_stored(data, archive=True, step=1 << 16)
        agent.prepare(SOURCE, sent=digest, number=number)
        code, function, what = agent.expect(FAULT).fault()
        assert (code, function) == (FAULT_BLOB, number) and 'sent files' in what, (data[:60], what)
    digest = agent.put_stored(good, archive=True)
    agent.prepared(SOURCE, sent=digest, number=99)
    assert (agent.values([(REF, ROW)], 20, function=99) == ROW + 5).all()
    agent.end()


def test_too_large_for_the_disk():
    """The agent discards the pieces, and answers PREPARE with a FAULT."""
    agent = Agent().open()
    size = max(shutil.disk_usage(p).free for p in ('/tmp', '/var/tmp', '/dev/shm')) + (1 << 30)
    digest = 'a' * 64
    for at in range(3):
        agent.send(PUT, text(digest) + struct.pack('<QQQ', size, at * 1000, 0), b'x' * 1000, flags=2)
    agent.prepare(SOURCE, sent=digest)
    code, _, what = agent.expect(FAULT).fault()
    assert code == FAULT_BLOB, what
    agent.prepared(SOURCE, number=2, name='where')
    agent.end()


if __name__ == '__main__':
    main(globals())
