#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Tests of data beside the function's file: on this computer the function finds it through __file__,
# on ssh hosts after --send. Hosts and this computer share their file system in the tests, so each
# function also returns or checks where its __file__ is.

import json
import os
import socket

import numpy as np
from cli_util import Folder, contains, equal, main

HOSTS = os.environ["MAMUTO_TEST_HOSTS"]
FIRST = HOSTS.split(",")[0]

MODEL = """
import os
import numpy as np
HERE = os.path.dirname(__file__)
def look(x):
    table = np.load(os.path.join(HERE, 'data', 'table.npy'))
    return table[int(x)] * 10
def plain(x):
    return float(open('plain.txt').read()) + x
def where(x):
    return __file__
def fails(x):
    return 1 / int(x)
def listed(x):
    names = []
    for folder, folders, files in os.walk(os.path.join(HERE, 'data')):
        names += [os.path.relpath(os.path.join(folder, n), HERE) for n in folders + files]
    return '|'.join(sorted(names))
def runs(x):
    import subprocess
    return float(subprocess.check_output([os.path.join(HERE, 'tool')]))
def writes(x):
    open(os.path.join(HERE, 'data', 'new'), 'w').close()
    return x
"""
AT_IMPORT = """
import os
import numpy as np
TABLE = np.load(os.path.join(os.path.dirname(__file__), 'data', 'table.npy'))
def look(x):
    return TABLE[int(x)] * 10
"""


def prepare(folder, n=40, model=MODEL):
    (folder / "data").mkdir()
    folder.write("model.py", model)
    np.save(folder / "x.npy", np.arange(n))
    np.save(folder / "data/table.npy", np.arange(n) + 0.5)


def result(folder, done, status=0):
    equal(done.returncode, status, done.stderr)
    return np.load(folder / "out.npy")


def map_on(folder, hosts, function, *options, status=0):
    done = folder.run("map", f"model.py:{function}", "x.npy", "-H", hosts, "-o", "out.npy", *options)
    return result(folder, done, status)


def refused(folder, *options, function="look", hosts=FIRST, status=2):
    done = folder.run("map", f"model.py:{function}", "x.npy", "-H", hosts, *options)
    equal(done.returncode, status, done.stderr)
    return done.stderr


def test_this_computer(folder):
    """Data beside the file is found, in the folder and from elsewhere; nothing is written there."""
    prepare(folder)
    expected = (np.arange(40) + 0.5) * 10
    equal(map_on(folder, "localhost:2", "look").tolist(), expected.tolist())
    equal(map_on(folder, "localhost:1", "where").tolist(), [str(folder / "model.py")] * 40)
    (folder / "elsewhere").mkdir()
    done = folder.run("map", folder / "model.py:look", folder / "x.npy", "-o", folder / "out.npy",
                      "-c", make_config(folder, "workdir = /"))
    equal(result(folder, done).tolist(), expected.tolist())
    assert not (folder / "__pycache__").exists()
    equal(map_on(folder, "localhost:2", "look", "--send", "data").tolist(), expected.tolist())


def make_config(folder, *lines):
    folder.write("cluster.cfg", "\n".join(["[parameters]", 'hosts = {"localhost": 2}', *lines, ""]))
    return folder / "cluster.cfg"


def test_tracebacks_name_the_true_path(folder):
    prepare(folder)
    path = folder / "model.py"
    line = MODEL.split("\n").index("    return 1 / int(x)") + 1
    for host in ("localhost:1", FIRST):
        contains(refused(folder, function="fails", hosts=host, status=1),
                 f'File "{path}", line {line}, in fails\n        return 1 / int(x)')
    # The traceback shows the lines that ran, although the file has been changed since.
    folder.write("model.py", MODEL.replace(
        "def fails(x):", "def fails(x):\n    open(__file__, 'w').write('# changed\\n' * 99)"))
    contains(refused(folder, function="fails", hosts="localhost:1", status=1), "return 1 / int(x)")
    folder.write("model.py", "def look(x):\n    return 1 +\n")
    text = refused(folder, hosts="localhost:1")
    contains(text, "model.py")


def test_cores_that_import_singly_use_the_code_that_was_sent(folder):
    """The file changes after the first import. Cores that import it later must not see that."""
    prepare(folder, 400)
    folder.write("model.py", "import os, time\nFILE = open(__file__)\nhere = __file__\n"
                             "def look(x):\n    time.sleep(0.002)\n    return x * 2\n"
                             "text = open(__file__).read()\n"
                             "open(__file__, 'w').write(text.replace('x * 2', 'x * 3'))\n")
    equal(map_on(folder, "localhost:2", "look").tolist(), [x * 2 for x in range(400)])


def test_sent(folder):
    prepare(folder)
    expected = ((np.arange(40) + 0.5) * 10).tolist()
    equal(map_on(folder, HOSTS, "look", "--send", "data").tolist(), expected)
    equal(map_on(folder, HOSTS, "look", "--send", "data/table.npy", "--send", "data").tolist(), expected)
    equal(map_on(folder, HOSTS, "look", "--send", ".").tolist(), expected)
    equal(map_on(folder, f"localhost:1,{FIRST}", "look", "--send", "data").tolist(), expected)
    for name in map_on(folder, FIRST, "where", "--send", "data"):
        assert "mamuto-modules-" in name and not name.startswith(str(folder.path)), name
    # The file has changed: it gets a new hash, and its new content is used.
    np.save(folder / "data/table.npy", np.arange(40) + 7)
    equal(map_on(folder, HOSTS, "look", "--send", "data").tolist(), ((np.arange(40) + 7) * 10).tolist())
    folder.write("model.py", AT_IMPORT)
    equal(map_on(folder, HOSTS, "look", "--send", "data").tolist(), ((np.arange(40) + 7) * 10).tolist())


def test_changed_during_the_run(folder):
    """This computer reads the original file, other hosts the content that was sent."""
    prepare(folder, model=MODEL.replace("    return table", "    time.sleep(0.05)\n    return table")
            .replace("import os", "import os, time", 1))
    expected = ((np.arange(40) + 0.5) * 10).tolist()
    for host, status in ((FIRST, 0), ("localhost:1", 1)):
        np.save(folder / "data/table.npy", np.arange(40) + 0.5)
        process = folder.start("map", "model.py:look", "x.npy", "-H", host, "--send", "data", "-o", "out.npy",
                               "--progress", "json")
        for line in process.stdout:
            done = json.loads(line).get("rows_done", 0)
            if done > 0:
                assert done < 40, line
                break
        np.save(folder / "data/table.npy", (np.arange(40) + 0.5) * 2)
        process.stdout.read()
        errors = process.stderr.read()
        equal(process.wait(60), status, errors)
        if status == 0:
            equal(np.load(folder / "out.npy").tolist(), expected)
        else:
            contains(errors, "table.npy: was changed during the run")


def test_changed_file_fails_a_row(folder):
    """If a row cannot read a file that was replaced during the run, the error names the file."""
    prepare(folder, model=MODEL.replace("    return table", "    time.sleep(0.05)\n    return table")
            .replace("import os", "import os, time", 1))
    process = folder.start("map", "model.py:look", "x.npy", "-H", "localhost:1", "--send", "data", "-o", "out.npy",
                           "--progress", "json")
    for line in process.stdout:
        if json.loads(line).get("rows_done", 0) > 0:
            break
    folder.write("data/other", "no array")
    os.replace(folder / "data/other", folder / "data/table.npy")
    process.stdout.read()
    errors = process.stderr.read()
    equal(process.wait(60), 1, errors)
    contains(errors, "Row ")
    contains(errors, "table.npy: was changed during the run")
    contains(errors, "failed: ValueError")


def test_kinds_of_files(folder):
    prepare(folder, 4)
    (folder / "data/empty").mkdir()
    (folder / "data/in").mkdir()
    for name in ("data/.hidden", "data/in/a, b [c].txt", "data/in/z\u00fc\n.txt", "data/in/csv.py"):
        folder.write(name, "" if "hidden" in name else name)
    os.symlink("in", folder / "data/link")
    folder.write("tool", "#!/bin/sh\necho 4.5\n")
    os.chmod(folder / "tool", 0o755)
    here = map_on(folder, "localhost:1", "listed")[0]
    # A link to a folder is a folder on hosts, so os.walk() enters it.
    there = map_on(folder, FIRST, "listed", "--send", "data", "--send", "tool")[0]
    equal(sorted(n for n in there.split("|") if not n.startswith("data/link/")), sorted(here.split("|")))
    contains(there, "data/link/csv.py")
    equal(map_on(folder, FIRST, "runs", "--send", "tool").tolist(), [4.5] * 4)
    if os.geteuid() != 0:
        contains(refused(folder, "--send", "data", function="writes", status=1), "read-only on hosts")


def test_sent_files_are_no_modules(folder):
    """A sent file with the name of a module of Python is not imported in its place."""
    prepare(folder, model="def look(x):\n    import secrets, this_is_no_module\n    return x\n")
    folder.write("this_is_no_module.py", "")
    folder.write("secrets.py", "raise SystemExit(9)\n")
    text = refused(folder, "--send", "secrets.py", "--send", "this_is_no_module.py", status=1)
    contains(text, "No module named 'this_is_no_module'")


def test_package(folder):
    """A function in a package finds files in the package and beside it."""
    (folder / "pkg/sub").mkdir(parents=True)
    for name in ("pkg/__init__.py", "pkg/sub/__init__.py"):
        folder.write(name, "")
    folder.write("pkg/sub/m.py", "import os\nTOP = os.path.dirname(os.path.dirname(os.path.dirname(__file__)))\n"
                                 "def f(x):\n    return x + float(open(os.path.join(TOP, 'k.txt')).read())"
                                 " + float(open(os.path.join(TOP, 'pkg', '.k')).read())\n")
    folder.write("k.txt", "3")
    folder.write("pkg/.k", "0.5")
    np.save(folder / "x.npy", np.arange(5))
    for hosts in ("localhost:1", HOSTS):
        done = folder.run("map", "pkg/sub/m.py:f", "x.npy", "-H", hosts, "-o", "out.npy",
                          "--send", "k.txt", "--send", "pkg/.k")
        equal(result(folder, done).tolist(), [3.5, 4.5, 5.5, 6.5, 7.5])


def test_missing_files_are_explained(folder):
    prepare(folder)
    text = refused(folder, status=1)
    contains(text, f"No such file or directory: '{folder.path}/data/table.npy'")
    contains(text, "--send")
    text = refused(folder, "--send", "x.npy", status=1)
    contains(text, f"No such file or directory: '{folder.path}/data/table.npy'")
    contains(text, "not sent to this host")
    text = refused(folder, function="plain", status=1)
    contains(text, "'plain.txt'")
    contains(text, "files in the working folder are not sent")
    folder.write("model.py", AT_IMPORT)
    text = refused(folder, status=1)
    contains(text, f"No such file or directory: '{folder.path}/data/table.npy'")
    contains(text, "not sent to this host")
    folder.write("model.py", MODEL)
    text = refused(folder, function="plain", hosts="localhost:1", status=1)
    contains(text, "'plain.txt'")
    assert "--send" not in text, text


def test_refused(folder):
    prepare(folder)
    os.symlink("/etc/hostname", folder / "data/out")
    os.symlink("nowhere", folder / "dangling")
    (folder / "loop").mkdir()
    os.symlink(".", folder / "loop/again")
    (folder / "odd").mkdir()
    with open(os.fsencode(folder / "odd") + b"/\xff", "w"):
        pass
    (folder / "pipes").mkdir()
    os.mkfifo(folder / "pipes/p")
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(folder / "s"))
    for path, *words in (("nowhere.txt", "no such file or folder"),
                         ("/etc/hostname", "outside of the function's folder", str(folder.path)),
                         ("..", "outside of the function's folder"),
                         ("data", "data/out", "symbolic link", "outside"),
                         ("data/out", "symbolic link", "outside"),
                         ("dangling", "No such file"),
                         ("loop", "loop/again", "a folder that contains it"),
                         ("odd", "not UTF-8"),
                         ("pipes", "pipes/p", "a pipe"),
                         ("s", "a socket"),
                         ("", "no such file")):
        text = folder.run("map", "model.py:look", "x.npy", "-H", FIRST, "--send", path)
        assert text.returncode in (1, 2), (path, text)
        for word in words:
            contains(text.stderr, word)
    listener.close()
    # If the folder of the function and the working folder contain different files of the same name,
    # the program refuses the name.
    (folder / "sub").mkdir()
    folder.write("sub/t.txt", "1")
    folder.write("t.txt", "2")
    done = Folder(folder / "sub").run("map", folder / "model.py:look", folder / "x.npy", "--send", "t.txt",
                                      "-H", FIRST)
    equal(done.returncode, 2, done.stderr)
    contains(done.stderr, "give the whole path")
    equal(folder.run("map", "numpy:sqrt", "x.npy", "--send", "data").returncode, 2)


def test_limits(folder):
    prepare(folder)
    with open(folder / "huge", "wb") as file:
        file.truncate((4 << 30) + 1)
    contains(refused(folder, "--send", "huge", status=1), "more than 4096 MiB")
    (folder / "many").mkdir()
    for i in range(10001):
        (folder / f"many/{i}").touch()
    contains(refused(folder, "--send", "many", status=1), "more than 10000 files")


def test_large(folder):
    """A file of 100 MiB needs no memory for its content, here and on the host."""
    prepare(folder, 4, "import os, resource\ndef look(x):\n    p = os.path.join(os.path.dirname(__file__), 'big')\n"
                       "    f = open(p, 'rb')\n    f.seek(100 << 20)\n"
                       "    return os.path.getsize(p) + f.read(1)[0]\n")
    with open(folder / "big", "wb") as file:
        file.truncate((100 << 20) + 5)
        file.seek(100 << 20)
        file.write(b"\x07")
    equal(map_on(folder, FIRST, "look", "--send", "big").tolist(), [(100 << 20) + 12] * 4)


def test_job(folder):
    prepare(folder)
    (folder / "a,b").mkdir()
    folder.write("a,b/k.txt", "1")
    for value in ("data", "data, x.npy", '["data", "a,b"]'):
        folder.write("job.mamuto", "[job]\nfunction = model.py:look\noutput = out.npy\nsend = %s\n"
                                   "[argument 1]\nvalue = x.npy\n" % value)
        done = folder.run("map", "--job", "job.mamuto", "-H", FIRST)
        equal(result(folder, done).tolist(), ((np.arange(40) + 0.5) * 10).tolist())
    folder.write("job.mamuto", "[job]\nfunction = model.py:look\nsend = [1]\n[argument 1]\nvalue = x.npy\n")
    done = folder.run("map", "--job", "job.mamuto")
    equal(done.returncode, 2)
    contains(done.stderr, "job.mamuto:3")


def test_compare(folder):
    prepare(folder, 200)
    done = folder.run("compare", "model.py:look", "x.npy", "-H", HOSTS, "--send", "data", "--budget", "40",
                      "--json")
    equal(done.returncode, 0, done.stderr)
    contenders = {c["name"]: c for c in json.loads(done.stdout)["contenders"]}
    for name in ("loop", "cluster"):
        assert contenders[name]["measured"], contenders


if __name__ == "__main__":
    main([test for name, test in list(globals().items()) if name.startswith("test_")])
