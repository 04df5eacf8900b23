#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Tests of the arguments of "mamuto-cli map" and "compare": ranges, lists, values in JSON and in
# Python's notation, whole arrays, arguments with names, and the errors that say what to write.

import json
import re
import subprocess

import numpy as np
from cli_util import CLI, contains, equal, main

ROWS = """
import numpy as np
def double(x):
    return 2 * x
def show(x, value):
    return repr(value)
def show_all(x, *values, **named):
    return repr((values, named))
def bind(x, s=1, t=2, *, k=3, **more):
    k = k if isinstance(k, (int, str)) else float(k)
    return repr((float(x), s, t, k, sorted(more.items())))
def like(theta, data, sigma=0.5):
    return np.sum(-(data - theta) ** 2 / (2 * sigma**2))
def length(x):
    return len(x)
def only(x, /, y):
    return x - y
def rest(x, *more, k=0):
    return repr((int(x), [int(m) for m in more], k))
"""


def setup(folder):
    folder.write("rows.py", ROWS)
    np.save(folder / "x.npy", np.arange(5.0))


def run(folder, function, *arguments, cores=1):
    """Runs the function. Returns the results."""
    done = folder.run("map", f"rows.py:{function}", *arguments, "-o", "out.npy", "-H", f"localhost:{cores}")
    equal(done.returncode, 0, f"{function} {arguments}: {done.stderr}")
    return np.load(folder / "out.npy")


def refuse(folder, *arguments, command="map"):
    """Runs with wrong arguments. Returns the message."""
    before = folder.names()
    done = folder.run(command, *arguments)
    equal(done.returncode, 2, f"{arguments}: {done.stdout} {done.stderr}")
    equal(folder.names(), before)
    return done.stderr


def test_ranges(folder):
    """Ranges have the bits of numpy's, whatever the number of chunks."""
    setup(folder)
    cases = [
        ("0:1:101", np.linspace(0, 1, 101)), ("1:-1:3", np.linspace(1, -1, 3)), ("-1.5:1.5:4", np.linspace(-1.5, 1.5, 4)),
        ("0..99", np.arange(100)), ("-5..5", np.arange(-5, 6)), ("7..7", np.array([7])),
        ("-9223372036854775808..-9223372036854775807", np.array([-2**63, 1 - 2**63])), ("-.5:-.5:1", np.array([-0.5])),
        ("each:[1,2,5]", np.array([1, 2, 5])), ("each:[0.5, 2]", np.array([0.5, 2])), ("each:[True, False]", np.array([1, 0])),
        ("each:[[1,2],[3,4]]", np.array([[1, 2], [3, 4]])), ("x=0:2:5", np.linspace(0, 2, 5)),
        ("0..99999", np.arange(100000)),
    ]
    for text, expected in cases:
        result = run(folder, "double", text, cores=2)
        equal(result.tolist(), (2 * expected).tolist(), text)
    result = run(folder, "double", "log:1e-3:1e3:50", cores=2)
    np.testing.assert_allclose(result, 2 * np.geomspace(1e-3, 1e3, 50), rtol=1e-14)
    equal(result[[0, -1]].tolist(), [2e-3, 2e3])
    equal(run(folder, "length", "each:['a', 'äöü', '']").tolist(), [1, 3, 0])


def test_values(folder):
    """A value in JSON or in Python's notation arrives as Python would read it."""
    setup(folder)
    cases = [
        ("0.5", 0.5), ("-3", -3), ("[1, 2, 3]", [1, 2, 3]), ("True", True), ("true", True), ("None", None),
        ("null", None), ("'fast'", "fast"), ('"fa\\"st ä"', 'fa"st ä'), ("'it\\'s'", "it's"), (".5", 0.5), ("1_000", 1000),
        ("0x10", 16), ("12345678901234567890123", 12345678901234567890123), ("-inf", float("-inf")),
        ("{'a': [1, {}], \"b\": None,}", {"a": [1, {}], "b": None}), ("1e-3", 1e-3), ("'p.npy'", "p.npy"),
    ]
    # Many values in one run, because starting Python takes most of the time of a run.
    values = [expected for _, expected in cases]
    equal(run(folder, "show_all", "x.npy", *(f"={text}" for text, _ in cases)).tolist(), [repr((tuple(values), {}))] * 5)
    named = {f"v{i}": value for i, value in enumerate(values)}
    for sign in ("=", "=="):
        arguments = [f"v{i}{sign}{text}" for i, (text, _) in enumerate(cases)]
        equal(run(folder, "show_all", "x.npy", *arguments).tolist(), [repr(((), named))] * 5, sign)
    equal(run(folder, "show", "x.npy", "value=0.5").tolist(), ["0.5"] * 5)
    equal(run(folder, "show_all", "x.npy", "=nan", "=NaN", "a=nan", "b=NaN", "c=[nan]").tolist(),
          ["((nan, nan), {'a': nan, 'b': nan, 'c': [nan]})"] * 5)


def test_strange_files(folder):
    """A file of the whole name wins over other readings. What could mean two things is refused."""
    setup(folder)
    rows = np.arange(3.0)
    for name in ("@odd.npy", "T=300.npy", "a+b:c.npy", "0..99", "k", "x=5", "5"):
        with open(folder / name, "wb") as file:
            np.save(file, rows)
    for argument in ("@odd.npy", "T=300.npy", "a+b:c.npy", "./0..99", "k", "./x=5", "x=./5", "x=T=300.npy", "x=k"):
        equal(run(folder, "double", argument).tolist(), (2 * rows).tolist(), argument)
    equal(len(run(folder, "double", "0..99")), 100)
    message = refuse(folder, "rows.py:double", "x=5")
    contains(message, "argument 1")
    contains(message, "'./x=5'")
    contains(message, "x='=5'")
    contains(refuse(folder, "rows.py:show", "x.npy", "value=5"), "value=./5 or value='=5'")
    equal(run(folder, "show", "x.npy", "value==5").tolist(), ["5"] * 5)


def test_refused(folder):
    """Each error names the argument and says what to write. What it says works in bash, dash and
    zsh."""
    setup(folder)
    cases = [
        ("show", ["x.npy", "value=0,5"], ["0.5", "[0, 5]"]),
        ("show", ["x.npy", "=0,5"], ["0.5", "[0, 5]"]),
        ("show", ["x.npy", "value=fast"], ["'fast'"]),
        ("show", ["x.npy", "value=it's"], ['"it\'s"']),
        ("show", ["x.npy", "value=$HOME `id`"], ["'$HOME `id`'"]),
        ("show", ["x.npy", "value=TRUE"], ["True", "'TRUE'"]),
        ("show", ["x.npy", "value=(1, 2)"], ["[1, 2]"]),
        ("show", ["x.npy", "value=01"], ["1", "'01'"]),
        ("show", ["x.npy", "0.5"], ["0.5"]),
        ("show", ["x.npy", "a b!*"], ["'a b!*'"]),
    ]
    for function, arguments, expected in cases:
        message = refuse(folder, f"rows.py:{function}", *arguments)
        contains(message, "argument 2")
        contains(message, "value=" if "value=" in arguments[1] else "argument 2, value: ")
        words = re.search(r"; write (.*)", message)[1].split(" or ")
        equal(len(words), len(expected), message)
        for word, value in zip(words, expected):
            line = f"{CLI} map rows.py:{function} x.npy {word} -o out.npy -H localhost:1"
            done = subprocess.run(["bash", "-c", line], cwd=folder.path, capture_output=True, text=True)
            equal(done.returncode, 0, f"{line}: {done.stderr}")
            equal(np.load(folder / "out.npy").tolist(), [value] * 5, line)
            (folder / "out.npy").unlink()
            # dash and zsh give the program the same word as bash does
            read = [subprocess.run([shell, "-c", f"printf '%s|' {word}"], cwd=folder.path, capture_output=True).stdout
                    for shell in ("bash", "dash", "zsh")]
            equal(read, [read[0]] * 3, word)
    for argument, part in [
        ("0:1:1", "each:[0]"), ("0:1:0", "at least one"), ("0:nan:5", "finite"), ("0:1e999:5", "finite"),
        ("log:0:1:5", "greater than 0"), ("log:-1:1:5", "greater than 0"), ("9..0", "write 0..9"),
        ("0:1:99999999999999999999999", "whole number"), ("0..9999999999999999999999", "64 bits"),
        ("-9223372036854775808..9223372036854775807", "too far apart"),
        ("0:1:0.01", "write 0:1:101"), ("0:10", "write 0..10"), ("each:[]", "empty"), ("each:[1,'a']", "kinds"),
        ("each:[[1],[2,3]]", "different lengths"), ("each:1,2", "each:[1,2]"), ("@", "@FILE"), ("@none.npy", "none.npy"),
        ("none.npy", "none.npy"), ("y=1", "no parameter y"), ("x=1,5", "x=1.5 or x='[1, 5]'"),
        ("each:[9007199254740993, 0.5]", "not exact"),
    ]:
        message = refuse(folder, "rows.py:double", argument)
        contains(message, "argument 1")
        contains(message, part)
    contains(refuse(folder, "rows.py:double", "0:1:0", command="compare"), "at least one")


def test_lengths(folder):
    """The message names the files and the parameter, and says how to pass a file as a whole."""
    setup(folder)
    np.save(folder / "p.npy", np.zeros((64, 3)))
    np.save(folder / "data.npy", np.zeros((1000, 3)))
    expected = "data.npy has 1,000 rows, p.npy 64; to give all of data.npy to every call, write data=@data.npy"
    for command in ("map", "compare"):
        contains(refuse(folder, "rows.py:like", "p.npy", "data.npy", command=command), expected)
    contains(refuse(folder, "rows.py:like", "data=data.npy", "theta=p.npy"), "write theta=@p.npy")
    contains(refuse(folder, "rows.py:like", "p.npy", "0:1:9"), "0:1:9 has 9 rows, p.npy 64")
    # Of two files, either may be meant.
    contains(refuse(folder, "rows.py:like", "p.npy", "data.npy"), expected + ", or theta=@p.npy for all of p.npy")
    contains(refuse(folder, "rows.py:like", "p.npy", "0:1:9"), "to give all of p.npy to every call, write theta=@p.npy")


def test_odd_length(folder):
    """Of three files or more, the one that differs from the others is meant, wherever it stands."""
    setup(folder)
    for name, n in (("a", 64), ("b", 64), ("data", 1000), ("c", 64), ("d", 7)):
        np.save(folder / (name + ".npy"), np.zeros(n))
    for given in (["data", "a", "b"], ["a", "data", "b"], ["a", "b", "data"], ["a", "b", "data", "c"]):
        names = ["x", "s", "t", "w"][:len(given)]
        word = names[given.index("data")] + "=@data.npy"
        arguments = [name + ".npy" for name in given]
        message = refuse(folder, "rows.py:bind", *arguments[:3], *("w=" + name for name in arguments[3:]))
        contains(message, "data.npy has 1,000 rows, " + ("b" if given[0] == "data" else "a") + ".npy 64; "
                 "to give all of data.npy to every call, write " + word)
        assert ", or" not in message, message
    message = refuse(folder, "rows.py:bind", "a.npy", "data.npy", "d.npy")
    contains(message, "data.npy has 1,000 rows, a.npy 64; all arguments that are mapped over must have the same")
    assert "to give all" not in message, message


def test_whole(folder):
    """Each call gets the whole array."""
    setup(folder)
    theta = np.random.default_rng(1).normal(size=(64, 3))
    data = np.random.default_rng(2).normal(size=(1000, 3))
    np.save(folder / "p.npy", theta)
    np.save(folder / "data.npy", data)
    np.savez(folder / "a.npz", d=data)
    expected = [float(np.sum(-(data - t) ** 2 / (2 * 0.5**2))) for t in theta]
    for argument in ("@data.npy", "=@data.npy", "data=@data.npy", "data==@data.npy", "@a.npz:d", "data=@./a.npz:d"):
        equal(run(folder, "like", "p.npy", argument).tolist(), expected, argument)
    equal(run(folder, "like", "data=@data.npy", "theta=p.npy", "--keep", "theta").tolist(), expected)
    expected = [float(np.sum(-(data - t) ** 2 / (2 * 0.25**2))) for t in theta]
    equal(run(folder, "like", "p.npy", "sigma=0.25", "data=@data.npy").tolist(), expected)


def test_names(folder):
    """Names bind in any order."""
    setup(folder)
    expected = [repr((float(i), 5, "a", 3, [])) for i in range(5)]
    for arguments in (["x.npy", "=5", "t='a'"], ["x.npy", "t='a'", "s=5"], ["t='a'", "s=5", "x=x.npy"], ["s=5", "x.npy", "t='a'"]):
        equal(run(folder, "bind", *arguments).tolist(), expected, arguments)
    equal(run(folder, "bind", "t='a'", "x=x.npy", "s==5", "--keep", "x,1").tolist(), expected)
    equal(run(folder, "only", "y=1", "x=x.npy").tolist(), (np.arange(5.0) - 1).tolist())
    for arguments, part in [
        (["x.npy", "x=1"], "“x” is given by position and by name"), (["x.npy", "t=1", "t=2"], "“t” is given twice"),
        (["x.npy", "=1", "s=2"], "“s” is given by position and by name"), (["t=1"], "no argument is given for the parameter “x”"),
        (["x.npy", "--keep", "zzz"], "zzz"), (["x.npy", "--keep", "3"], "(1 to 1)"),
    ]:
        contains(refuse(folder, "rows.py:bind", *arguments), part)


def test_defaults(folder):
    """Defaults can be left out, and keyword-only parameters and **kwargs can be passed."""
    setup(folder)
    cases = [
        (["x.npy"], (1, 2, 3, [])), (["x.npy", "t=5"], (1, 5, 3, [])), (["t=5", "x=x.npy"], (1, 5, 3, [])),
        (["x.npy", "k=7"], (1, 2, 7, [])), (["x.npy", "=8", "k='a'"], (8, 2, "a", [])),
        (["x.npy", "z=1", "k=2", "y=[1]"], (1, 2, 2, [("y", [1]), ("z", 1)])),
    ]
    for arguments, rest in cases:
        equal(run(folder, "bind", *arguments).tolist(), [repr((float(i), *rest)) for i in range(5)], arguments)
    kept = run(folder, "bind", "x.npy", "k=x.npy", "--keep", "k,1")
    equal(kept.tolist(), [repr((float(i), 1, 2, float(i), [])) for i in range(5)])
    equal(run(folder, "rest", "0..2", "=5", "k=6").tolist(), [repr((i, [5], 6)) for i in range(3)])


def test_grid(folder):
    """All combinations; the last argument changes fastest."""
    setup(folder)
    expected = [[x - y for y in range(4)] for x in range(3)]
    result = run(folder, "only", "0..2", "y=0..3", "--grid")
    equal(result.tolist(), expected)
    for keep in ([], ["--keep", "1"], ["--keep", "2"], ["--keep", "y,2"]):  # the order of the axes stays
        result = run(folder, "only", "y=0..3", "0..2", "--grid", *keep)
        equal(result.tolist(), np.transpose(expected).tolist(), keep)
    folder.write("j.jsonl", "1\n2\n")
    equal(run(folder, "only", "y=j.jsonl", "0..2", "--grid").tolist(), [[x - y for x in range(3)] for y in (1, 2)])
    folder.write("a.mamuto", "[job]\nversion = 2\ngrid = yes\nfunction = rows.py:only\noutput = out.npy\n"
                 "[argument 1]\nvalue = 0..2\n[argument 2]\nname = y\nvalue = 0..3\n")
    (folder / "out.npy").unlink()
    done = folder.run("map", "--job", "a.mamuto", "-H", "localhost:2")
    equal(done.returncode, 0, done.stderr)
    equal(np.load(folder / "out.npy").tolist(), expected)
    contains(refuse(folder, "rows.py:only", "0..2", "y=0..3", "--grid", "-o", "out.csv"),
             "an axis for each of the 2 combined arguments, which a table cannot contain")
    done = folder.run("map", "rows.py:only", "0..2", "y=1", "--grid", "-o", "out.csv", "-H", "localhost:1")
    equal(done.returncode, 0, done.stderr)
    equal((folder / "out.csv").read_text(), "value\n-1\n0\n1\n")


def test_compare(folder):
    """compare takes the same arguments."""
    setup(folder)
    np.save(folder / "data.npy", np.zeros((10, 3)))
    done = folder.run("compare", "rows.py:like", "0:1:50", "data=@data.npy", "sigma=0.1", "--budget", "20", "--json",
                      "--keep", "data", "-H", "localhost:1")
    equal(done.returncode, 0, done.stderr)
    assert json.loads(done.stdout), done.stdout


if __name__ == "__main__":
    main([test_ranges, test_values, test_strange_files, test_refused, test_lengths, test_odd_length, test_whole, test_names, test_defaults, test_grid, test_compare])
