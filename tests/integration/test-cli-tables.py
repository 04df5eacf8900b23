#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Tests of the files that "mamuto-cli map" reads its arguments from: columns of tables, what is said about
# the way a table was understood, and files that change while they are in use.

import json

import numpy as np
from cli_util import contains, equal, main

ROWS = """
def double(x):
    return 2 * x
def pair(x, k):
    return [x, x + k[0] + k[1]]
def both(x, y):
    return x + y
"""


def test_tables_and_values(folder):
    folder.write("rows.py", ROWS)
    folder.write("t.csv", "x,y\n" + "".join(f"{i / 8},{-i}\n" for i in range(100)))
    done = folder.run("map", "rows.py:pair", "t.csv:x", "=[1, 0.5]", "-o", "out.csv", "-H", "localhost:2")
    equal(done.returncode, 0, done.stderr)
    lines = (folder / "out.csv").read_text().splitlines()
    values = [[float(cell) for cell in line.split(",")] for line in lines if line[0].isdigit()]
    equal(values, [[i / 8, i / 8 + 1.5] for i in range(100)])


def test_what_was_understood(folder):
    """A line says what was taken as the header of a table, unless the user chose it, also with
    --progress none. JSON has an object for each table."""
    folder.write("rows.py", ROWS)
    folder.write("t.csv", "x,y\n1,2\n3,NA\n")

    def stderr(*args):
        done = folder.run("map", "rows.py:double", *args, "-H", "localhost:1")
        equal(done.returncode, 0, done.stderr)
        return [line for line in done.stderr.splitlines() if "csv" in line]

    header = "mamuto-cli: t.csv: line 1 was read as header: 'x', 'y'"
    equal(stderr("t.csv"), [header + "; 1 cell is missing: 'NA'"])
    equal(stderr("t.csv:0"), [header])
    equal(stderr("t.csv:x"), [])
    equal(stderr("t.csv:0+header=yes"), [])
    equal(stderr("t.csv:0", "--progress", "none"), [header])
    folder.write("semicolon.csv", "1,5;2,5\n3,5;4,5\n")
    equal(stderr("semicolon.csv"), ["mamuto-cli: semicolon.csv: 1,5 was read as 1.5 (decimal comma)"])
    equal(stderr("semicolon.csv+decimal=,"), [])
    folder.write("comments.csv", "# a head\n1,2\n#3,4\n5,6\n# the end\n")
    equal(stderr("comments.csv"), ["mamuto-cli: comments.csv: 2 comment lines after the first row were skipped"])
    folder.write("head.csv", "# a head\n# of two lines\n1,2\n")
    equal(stderr("head.csv"), [])
    folder.write("excel.csv", "sep=;\r\nx;y\r\n1;2\r\n3;4\r\n")
    equal(stderr("excel.csv:x"), ["mamuto-cli: excel.csv: line 1 names the separator ';'"])
    equal(stderr("excel.csv:x+separator=semicolon"), [])
    done = folder.run("map", "rows.py:both", "t.csv:0", "t.csv:1", "-H", "localhost:1", "--progress", "json")
    equal(done.stderr, "")
    tables = [item for item in map(json.loads, done.stdout.splitlines()) if item.get("type") == "table"]
    equal([(table["argument"], table["header_line"], table["names"], table["missing"]) for table in tables],
          [(1, 1, ["x", "y"], []), (2, 1, ["x", "y"], ["NA"])])
    done = folder.run("map", "rows.py:double", "t.csv+colour=red", "-H", "localhost:1")
    equal(done.returncode, 2)
    contains(done.stderr, "t.csv: unknown option +colour=red; the options of a table are +header=, +decimal=")
    done = folder.run("map", "rows.py:double", "t.csv:0+header=no", "-H", "localhost:1")
    equal(done.returncode, 2)
    contains(done.stderr, "t.csv: line 1, column 0: 'x' is not a number")


def test_input_cut_short(folder):
    """The function truncates the input file during the run. The error message must name the
    file, and not a host."""
    folder.write("rows.py", "import os\ndef cut(x):\n    os.truncate('x.npy', 4096)\n    return x\n")
    np.save(folder / "x.npy", np.arange(100000.0))
    done = folder.run("map", "rows.py:cut", "x.npy", "-o", "out.npy", "-H", "localhost:2")
    equal(done.returncode, 1, done.stderr)
    contains(done.stderr, "argument 1: the file of the array was truncated while it was in use")


def test_input_written_anew(folder):
    """The function changes the input file during the run, but not its length. The run must fail,
    because some rows may be computed from the old data and others from the new data."""
    folder.write("rows.py", "def anew(x):\n    if x == 50000:\n        with open('x.npy', 'r+b') as file:\n"
                            "            file.seek(4096)\n            file.write(b'x')\n    return x\n")
    np.save(folder / "x.npy", np.arange(100000.0))
    done = folder.run("map", "rows.py:anew", "x.npy", "-o", "out.npy", "-H", "localhost:2")
    equal(done.returncode, 1, done.stderr)
    contains(done.stderr, "argument 1: the file of the array was written to by another program")
    contains(done.stderr, "out.partial.npy")
    assert not (folder / "out.npy").exists()


if __name__ == "__main__":
    main([test for name, test in list(globals().items()) if name.startswith("test_")])
