#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Tests of mamuto-cli with texts of any width as results: one long text among many short ones, saved as a
# table or as lines of JSON, must cost no memory for padding, and no text may change. The hosts are this
# computer, or the ssh hosts that with-hosts started.

import csv
import json
import os
import sys

import numpy as np
from cli_util import contains, equal, main

HOSTS = os.environ.get("MAMUTO_TEST_HOSTS", "localhost:2")

SOURCE = r"""
import numpy as np

ODD = ["", "a", "007", "täxt, \"quoted\"\n", "line\r\nbreak\ttab", "\U0001F600 \u2028", "#comment", "a\\u0000b"]
def text(x):
    i = int(x)
    return "wide \"x\", " * 30000 if i == 77777 else ODD[i % len(ODD)]
def text_batch(x):
    return [text(v) for v in x]
def text_seeded(x):
    np.random.random()
    return text(x)
def growing(x):
    return "a" * int(x)
def sometimes(x):
    if x == 5:
        raise ValueError("five")
    return text(x)
def dies(x):
    import os
    if x == 6:
        os.kill(os.getpid(), 9)
    return text(x)
def huge(x):
    return "é" * (50 << 20) if x == 3 else "short"
def nul_at_end(x):
    return "ab\0" if x == 3 else "ab"
def bytes_at_end(x):
    return b"ab\0" if x == 3 else b"ab"
def length(s):
    assert type(s) is str
    return len(s)
def length_batch(s):
    assert type(s) is list
    return [len(x) for x in s]
def same(s):
    return s
def surrogate(x):
    return "\ud800" if x == 3 else text(x)
def nul_inside(x):
    return "a\0b" if x == 3 else text(x)
"""
exec(SOURCE)


def map_rows(folder, function, n, *options, output="out.csv"):
    folder.write("rows.py", SOURCE)
    np.save(folder / "x.npy", np.arange(float(n)))
    return folder.run("map", f"rows.py:{function}", "x.npy", "-H", HOSTS, "-o", output, *options)


def read_csv(path):
    csv.field_size_limit(sys.maxsize)
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    assert rows[0][0].startswith("# mamuto:") and rows[1] == ["value"], rows[:2]
    assert all(len(row) == 1 for row in rows[2:])
    return [row[0] for row in rows[2:]]


def test_one_long_text(folder):
    """An array would need 200,000 × 270,000 characters."""
    expected = [text(x) for x in range(200000)]
    for function, options in [("text", []), ("text_batch", ["--batch"]), ("text_seeded", ["--seed", "1"])]:
        done = map_rows(folder, function, 200000, *options)
        equal(done.returncode, 0, done.stderr)
        assert read_csv(folder / "out.csv") == expected, function
    equal(folder.names(), ["out.csv", "rows.py", "x.npy"])


def test_first_rows_are_short(folder):
    for output in ("out.csv", "out.npy", "out.jsonl"):
        done = map_rows(folder, "growing", 700, output=output)
        equal(done.returncode, 0, done.stderr)
    expected = ["a" * i for i in range(700)]
    assert read_csv(folder / "out.csv") == expected
    assert np.load(folder / "out.npy").tolist() == expected
    assert [json.loads(line) for line in open(folder / "out.jsonl")] == expected


def test_failed_rows(folder):
    for function in ("sometimes", "dies"):
        done = map_rows(folder, function, 100000, "--on-error", "continue")
        equal(done.returncode, 3, done.stderr)
        failed = 5 if function == "sometimes" else 6
        assert read_csv(folder / "out.csv") == ["" if x == failed else text(x) for x in range(100000)]
        equal(np.flatnonzero(np.load(folder / "out.csv.mask.npy")).tolist(), [failed])


def test_not_as_array(folder):
    done = map_rows(folder, "text", 200000, output="out.npy")
    equal(done.returncode, 1, done.stderr)
    contains(done.stderr, "write -o out.jsonl")
    assert "out.npy" not in folder.names()


def test_huge_text(folder):
    done = map_rows(folder, "huge", 20)
    equal(done.returncode, 0, done.stderr)
    assert read_csv(folder / "out.csv") == [huge(x) for x in range(20)]


def test_not_in_a_table(folder):
    """The computed texts are saved in the other format."""
    for function in ("surrogate", "nul_inside"):
        done = map_rows(folder, function, 100000)
        equal(done.returncode, 1, done.stderr)
        contains(done.stderr, "row 3 has a text that a table cannot contain")
        contains(done.stderr, "out.partial.jsonl")
        lines = [json.loads(line) for line in open(folder / "out.partial.jsonl")]
        assert lines == [globals()[function](x) for x in range(100000)]


def test_long_cell_of_a_table(folder):
    """A column with one long cell among many short ones is read without padding."""
    folder.write("rows.py", SOURCE)
    cells = ["x" * 100000 if i == 777 else ODD[i % 7].replace("\r", "") for i in range(5000)] + ["a"] * 50000
    with open(folder / "t.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow(["name", "n"])
        writer.writerows([cell, i] for i, cell in enumerate(cells))
    for function, options in [("length", []), ("length_batch", ["--batch"])]:
        done = folder.run("map", f"rows.py:{function}", "t.csv:name", "-H", HOSTS, "-o", "out.npy", *options)
        equal(done.returncode, 0, done.stderr)
        equal(np.load(folder / "out.npy").tolist(), [len(cell) for cell in cells])
    done = folder.run("map", "rows.py:same", "t.csv:name", "-H", HOSTS, "-o", "out.csv")
    equal(done.returncode, 0, done.stderr)
    assert read_csv(folder / "out.csv") == cells
    done = folder.run("show", "t.csv:name")
    equal(done.returncode, 0, done.stderr)
    contains(done.stdout, "55000 rows")


def test_nul_at_end(folder):
    for output in ("out.npy", "out.csv"):
        for function in ("nul_at_end", "bytes_at_end"):
            done = map_rows(folder, function, 10, "--on-error", "continue", output=output)
            equal(done.returncode, 3, done.stderr)
            contains(done.stderr, "Row 3 failed")
            contains(done.stderr, "in NUL" if function == "bytes_at_end" else "in a NUL character")
    done = map_rows(folder, "nul_at_end", 10, output="out.jsonl")
    equal(done.returncode, 0, done.stderr)
    equal([json.loads(line) for line in open(folder / "out.jsonl")], [nul_at_end(x) for x in range(10)])


if __name__ == "__main__":
    main([test for name, test in list(globals().items()) if name.startswith("test_")])
