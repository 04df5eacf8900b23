#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Tests of mamuto-cli show, and of files of data that are damaged or compressed, as arguments of
# mamuto-cli map.

import gzip
import io
import json
import zipfile

import numpy as np
from cli_util import Terminal, contains, equal, main

TABLE = "# measured\nname,x,y\nAnn,1,0.5\nBob,2,NA\n\"C, D\",3,-1.5\n"


def show(folder, *args, status=0):
    done = folder.run("show", *args)
    equal(done.returncode, status, done.stderr)
    return done.stdout


def show_json(folder, *args, status=0):
    return json.loads(show(folder, *args, "--json", status=status))


def npy_bytes(array):
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def test_table(folder):
    folder.write("t.csv", TABLE)
    text = show(folder, "t.csv")
    for part in ("t.csv: text table, 3 columns, 3 rows", "separator  comma", "header     line 2", "decimal    point",
                 "comments   1 line skipped", "missing    1 cell: NA", "data       from line 3 on"):
        contains(text, part)
    lines = [line.split() for line in text.splitlines()]
    assert ["name", "text"] in lines, text
    assert ["x", "int", "1", "2", "3", "2", "0.816497", "0"] in lines, text
    assert ["y", "float", "-1.5", "-0.5", "0.5", "-0.5", "1", "1"] in lines, text
    assert ["C,", "D", "3", "-1.5"] in lines or ["C,", "D", "3.0", "-1.5"] in lines, text
    told = show_json(folder, "t.csv")
    equal(told["format"], "table")
    equal(told["error"], None)
    equal(told["rows"], 3)
    equal({key: told["table"][key] for key in ("separator", "header", "header_line", "decimal", "thousands", "first_line",
                                               "comments", "columns", "missing", "missing_words")},
          {"separator": "comma", "header": "row", "header_line": 2, "decimal": ".", "thousands": None, "first_line": 3,
           "comments": 1, "columns": 3, "missing": 1, "missing_words": ["NA"]})
    equal([(c["name"], c["kind"]) for c in told["columns"]], [("name", "text"), ("x", "int"), ("y", "float")])
    equal(told["columns"][2]["mean"], -0.5)
    equal(told["columns"][2]["nan"], 1)
    equal(told["columns"][1]["quantiles"][2], 2)
    equal(told["first_rows"], [["Ann", 1, 0.5], ["Bob", 2, "nan"], ["C, D", 3, -1.5]])


def test_table_options(folder):
    folder.write("t.csv", "1,5;2\n2,5;3\n")
    told = show_json(folder, "t.csv")
    equal((told["table"]["separator"], told["table"]["decimal"], told["table"]["header"]), ("semicolon", ",", "none"))
    equal(told["first_rows"], [[1.5, 2], [2.5, 3]])
    contains(show(folder, "t.csv"), "decimal    comma (1,5 is 1.5)")
    contains(show(folder, "t.csv"), "header     none, line 1 is data")
    told = show_json(folder, "t.csv:1")
    equal((told["shape"], told["dtype"], len(told["columns"])), ([2], "<i8", 1))
    folder.write("n.csv", "7,8\n9,10\n")
    equal(show_json(folder, "n.csv+header=yes")["columns"][1]["name"], "8")
    equal(show_json(folder, "n.csv+header=yes")["rows"], 1)
    equal(show_json(folder, "n.csv:1,0")["first_rows"], [[8, 7], [10, 9]])
    equal(show_json(folder, "n.csv+text=0")["columns"][1]["max"], 10)
    equal(show_json(folder, "n.csv+text=0")["first_rows"], [["7", 8], ["9", 10]])


def test_table_wrong(folder):
    """How the table was understood is printed even if it cannot be read."""
    folder.write("t.csv", "x,y\n1,2\n3\n")
    done = folder.run("show", "t.csv")
    equal(done.returncode, 1)
    contains(done.stdout, "header     line 1")
    contains(done.stderr, "line 3")
    told = show_json(folder, "t.csv", status=1)
    contains(told["error"], "line 3")
    equal(told["table"]["separator"], "comma")
    for args, words in ((["none.csv"], "none.csv"), (["t.csv:z"], "no column 'z'"), (["t.csv+heder=no"], "+heder")):
        done = folder.run("show", *args)
        equal(done.returncode, 1, args)
        contains(done.stderr, words)
    equal(folder.run("show").returncode, 2)
    equal(folder.run("show", "t.csv", "t.csv").returncode, 2)


def test_kinds(folder):
    """Booleans beside numbers are shown. The kinds of the columns are those of the whole table, not only
    of its beginning."""
    folder.write("t.csv", "f,x,name,m\nTrue,1,a,True\nFalse,2,b,\n")
    told = show_json(folder, "t.csv")
    equal([column["kind"] for column in told["columns"]], ["bool", "int", "text", "text"])
    equal(told["first_rows"], [[True, 1, "a", "True"], [False, 2, "b", ""]])
    folder.write("t.csv", "x,y,z\n" + "".join(f"{i},{i},{i}\n" for i in range(100000)) + "0.5,NA,1\n")
    equal([column["kind"] for column in show_json(folder, "t.csv")["columns"]], ["float", "float", "int"])
    folder.write("t.csv", "1;\n2;b\n3;2\n")
    told = show_json(folder, "t.csv")
    equal([column["kind"] for column in told["columns"]], ["int", "text"])
    equal(told["first_rows"], [[1, ""], [2, "b"], [3, "2"]])


def test_mixed_kinds(folder):
    folder.write("f.py", "def f(x):\n    return x\n")
    folder.write("t.csv", "f,x\nTrue,1\nFalse,2\n")
    done = folder.run("map", "f.py:f", "t.csv", "-H", "localhost:1")
    equal(done.returncode, 2)
    contains(done.stderr, "line 2, column 'f' (number 0) holds booleans ('True'), other columns do not")


def test_arrays(folder):
    array = np.arange(24.0).reshape(4, 3, 2)
    np.save(folder / "a.npy", array)
    told = show_json(folder, "a.npy")
    equal((told["format"], told["shape"], told["dtype"], told["rows"]), ("NPY", [4, 3, 2], "<f8", 4))
    equal([column["name"] for column in told["columns"]][:3], ["[0, 0]", "[0, 1]", "[1, 0]"])
    equal([column["mean"] for column in told["columns"]], array.mean(axis=0).ravel().tolist())
    equal([column["std"] for column in told["columns"]], array.std(axis=0).ravel().tolist())
    equal(told["first_rows"][1], array[1].ravel().tolist())
    text = show(folder, "a.npy")
    contains(text, "a.npy: NPY array")
    contains(text, "shape (4, 3, 2), dtype <f8")
    contains(text, "[0, 1]")
    for number, odd in enumerate((np.float64(3.5), np.empty((0, 2)), np.array([1 + 2j]), np.array(["a", "b"]),
                                  np.array([True, False]), np.zeros((2, 300)), np.empty((3, 0)))):
        np.save(folder / "odd.npy", odd)
        told = show_json(folder, "odd.npy")
        equal(told["shape"], list(odd.shape), number)
        contains(show(folder, "odd.npy"), f"dtype {odd.dtype.str}")


def test_large_values(folder):
    np.save(folder / "a.npy", np.full(4, 2.0**100))
    column = show_json(folder, "a.npy")["columns"][0]
    equal((column["min"], column["max"], column["mean"], column["quantiles"]), (2.0**100, 2.0**100, 2.0**100, [2.0**100] * 5))


def test_lines_of_json(folder):
    folder.write("r.jsonl", '{"a": 1}\n[1, 2]\n')
    told = show_json(folder, "r.jsonl")
    equal((told["format"], told["shape"], told["rows"]), ("jsonl", [2], 2))
    text = show(folder, "r.jsonl")
    contains(text, "r.jsonl: lines of JSON, 2 rows")
    assert "NPY" not in text and "MEDIAN" not in text, text
    folder.write("k.jsonl", "".join('%s\n' % line for line in (
        '{"a": 1, "b": {"a": 0}}', '', '{"b": [1, {"a": 2}], "a": [1, 2]}', '{"A": 3}', '7', '{"\\u0061": -1.5}', '{"a": "x\\"y", "a": null}',
        '{"a": "}, \\"a\\": 5"}', '{"a":true}', '{"a": NaN}')))
    told = show_json(folder, "k.jsonl:a")
    equal((told["format"], told["key"], told["rows"], told["lines_with_key"]), ("jsonl", "a", 9, 7))
    equal(told["kinds"], {"int": 1, "float": 2, "bool": 1, "text": 1, "list": 1, "null": 1})
    equal(told["first_rows"], [["1"], ["[1, 2]"], [None], [None], ["-1.5"]])
    text = show(folder, "k.jsonl:a")
    for words in ("k.jsonl: lines of JSON, 9 rows", "7 of 9 lines; the first without it is that of row 2",
                  "1 int, 2 float, 1 bool, 1 text, 1 list, 1 null", "[1, 2]", "(no such key)", "(4 more rows)"):
        contains(text, words)
    contains(show(folder, "k.jsonl:none"), "0 of 9 lines; the first without it is that of row 0")
    folder.write("all.jsonl", '{"a": "\\u001b[2J"}\n')
    text = show(folder, "all.jsonl:a")
    contains(text, "all lines")
    assert "\x1b" not in text


def test_archive(folder):
    np.savez(folder / "a.npz", x=np.arange(3.0), names=np.array(["a", "bc"]))
    with zipfile.ZipFile(folder / "a.npz", "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("notes.txt", "no array" * 10)
        archive.writestr("y", npy_bytes(np.zeros((2, 2), "i4")))
        archive.writestr("o.npy", npy_bytes(np.zeros(1, "M8[s]")))
    told = show_json(folder, "a.npz")
    equal(told["format"], "NPZ")
    members = {member["name"]: member for member in told["members"]}
    equal(list(members), ["x", "names", "notes.txt", "y", "o"])
    equal((members["x"]["shape"], members["x"]["dtype"], members["x"]["compressed"]), ([3], "<f8", False))
    equal((members["y"]["shape"], members["y"]["dtype"], members["y"]["compressed"]), ([2, 2], "<i4", True))
    equal(members["names"]["dtype"], "<U2")
    contains(members["notes.txt"]["problem"], "not an NPY file")
    contains(members["o"]["problem"], "dates")
    text = show(folder, "a.npz")
    contains(text, "a.npz: NPZ archive, 5 members")
    contains(text, "(2, 2)")
    equal(show_json(folder, "a.npz:x")["columns"][0]["mean"], 1)
    equal(folder.run("show", "a.npz:z").returncode, 1)
    np.savez(folder / "one.npz", only=np.arange(5))
    equal(show_json(folder, "one.npz")["columns"][0]["max"], 4)


def test_escapes(folder):
    """Text from a file must not control the terminal."""
    folder.write("t.csv", "na\x1b[2Jme,x\n\x1b]0;title\x07,1\n\u202egpj,2\n")
    np.savez(folder / "a.npz", **{"na\x1b[2Jme": np.arange(2), "b": np.arange(2)})
    for name in ("t.csv", "a.npz"):
        done = folder.run("show", name)
        assert "\x1b" not in done.stdout and "\u202e" not in done.stdout and "\x07" not in done.stdout, done.stdout
        contains(done.stdout, "[2Jme")
        assert "\x1b" not in folder.run("show", name, "--json").stdout
    contains(show(folder, "t.csv"), "na\\x1b[2Jme")
    contains(show(folder, "t.csv"), "\\u202egpj")
    equal([column["name"] for column in show_json(folder, "t.csv")["columns"]], ["na\x1b[2Jme", "x"])


def test_narrow_terminal(folder):
    folder.write("t.csv", ",".join(f"column{i}" for i in range(30)) + "\n" + ",".join("1.25" for _ in range(30)) + "\n")
    terminal = Terminal(folder, "show", "t.csv", width=40, height=60)
    equal(terminal.wait(), 0)
    assert all(len(line) <= 40 for line in terminal.lines), terminal.screen()
    contains(terminal.screen(), "column29")


def test_compressed_table(folder):
    folder.write("f.py", "def f(x):\n    return x + 1\n")
    (folder / "t.csv.gz").write_bytes(gzip.compress(b"x,y\n1,2.5\n") + gzip.compress(b"3,4.5\n"))
    equal(show_json(folder, "t.csv.gz")["first_rows"], [[1.0, 2.5], [3.0, 4.5]])
    done = folder.run("map", "f.py:f", "t.csv.gz:y", "-o", "out.npy", "-H", "localhost:1")
    equal(done.returncode, 0, done.stderr)
    equal(np.load(folder / "out.npy").tolist(), [3.5, 5.5])
    (folder / "t.csv.gz").write_bytes(gzip.compress(b"x,y\n1,2.5\n")[:-3])
    done = folder.run("map", "f.py:f", "t.csv.gz:y", "-H", "localhost:1")
    equal(done.returncode, 2)
    contains(done.stderr, "t.csv.gz: is truncated")
    done = folder.run("map", "f.py:f", "out.npy", "-o", "out.csv.gz", "-H", "localhost:1")
    equal(done.returncode, 2)
    contains(done.stderr, "-o out.csv.gz: the name must end in .npy")


def test_own_table(folder):
    """A table of texts that map has written is an argument again, and pandas can read it."""
    folder.write("f.py", "def f(x):\n    return ['007', 'a,b', 'value', '', '#c\\n\"'][int(x)]\n"
                         "def g(t):\n    return t + '!'\n")
    np.save(folder / "x.npy", np.arange(5))
    for function, given, output in (("f", "x.npy", "t.csv"), ("g", "t.csv", "u.tsv"), ("g", "u.tsv", "v.npy")):
        done = folder.run("map", f"f.py:{function}", given, "-o", output, "-H", "localhost:1")
        equal(done.returncode, 0, done.stderr)
    equal(np.load(folder / "v.npy").tolist(), [text + "!!" for text in ("007", "a,b", "value", "", '#c\n"')])
    equal(show_json(folder, "t.csv")["first_rows"][0], ["007"])
    try:
        import pandas
    except ImportError:
        return
    read = pandas.read_csv(folder / "t.csv", comment="#", dtype=str, keep_default_na=False)
    equal(read["value"].tolist()[:3], ["007", "a,b", "value"])


def test_damaged_archive(folder):
    """The checksum of a large array that is mapped is verified while the run is already going on. The
    results of damaged data are not believed."""
    folder.write("f.py", "def f(x):\n    return x.sum()\n")
    content = bytearray(npy_bytes(np.ones((40, 100000))))
    with zipfile.ZipFile(folder / "a.npz", "w") as archive:
        archive.writestr("sixsix.npy", bytes(content))
    done = folder.run("map", "f.py:f", "a.npz", "-o", "out.npy", "-H", "localhost:2")
    equal(done.returncode, 0, done.stderr)
    equal(np.load(folder / "out.npy").tolist(), [100000.0] * 40)
    equal(folder.run("show", "a.npz").returncode, 0)
    (folder / "out.npy").unlink()
    with open(folder / "a.npz", "r+b") as file:
        file.seek(20_000_003)
        file.write(b"\x40")
    done = folder.run("map", "f.py:f", "a.npz", "-o", "out.npy", "-H", "localhost:2")
    equal(done.returncode, 1, done.stderr)
    contains(done.stderr, "argument 1: a.npz: 'sixsix.npy': is damaged: its checksum does not match")
    assert not (folder / "out.npy").exists()
    done = folder.run("show", "a.npz")
    equal(done.returncode, 1)
    contains(done.stderr, "checksum does not match")


def test_help(folder):
    done = folder.run("show", "--help")
    equal(done.returncode, 0)
    contains(done.stdout, "FILE[:PART]")
    contains(folder.run("--help").stdout, "mamuto-cli show")
    equal(folder.run("show", "--no-such-option").returncode, 2)


if __name__ == "__main__":
    main([value for name, value in list(globals().items()) if name.startswith("test_")])
