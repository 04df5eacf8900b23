#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Tests of mamuto-cli with texts and bytes of any width as results: one long text among many short ones,
# saved as a table or as lines of JSON, must cost no memory for padding, and no text may change. Bytes are
# saved as .npy or as lines of JSON. The hosts are this computer, or the ssh hosts that with-hosts started.

import base64
import csv
import json
import os
import subprocess
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
def slow_text(x):
    import time
    time.sleep(2e-4)
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
def two_lengths(s, t):
    assert type(s) is str and isinstance(t, str)
    return len(s) * 1000003 + len(t)
def two_lengths_batch(s, t):
    return [two_lengths(a, b) for a, b in zip(s, t)]
def length_of_row(x, s):
    assert type(s) is list
    return len(s[int(x)])
def in_grid(s, t, k):
    return two_lengths(s, t) * 3 + k
def binary(x):
    return b"\x00\xff" * (int(x) % 7) + b"."
def binary_utf8(x):
    return b"y" * 100000 if x == 77 else "\u00e9{}".format(int(x)).encode()
def binary_inside(x):
    return [1, b"x\0"] if x == 3 else [1, "x"]
def wide_bytes(x):
    i = int(x)
    if i == 1234:
        raise ValueError("1234")
    return b"\xff\0\n\"" * 70000 + b"." if i == 7777 else (b"", b"\0\n\xc3", b"{}", b"\x80")[i % 4]
def wide_bytes_batch(x):
    return [wide_bytes(v) for v in x]
def wide_bytes_seeded(x):
    np.random.random()
    return wide_bytes(x)
def ten_kilobytes(x):
    return b"\xff\0." * int(x * 9) if x % 3 else b""
def decoded(s):
    import base64
    return len(base64.b64decode(s))
def bytes_or_text(x):
    return b"x" if x % 3 else "x"
def same_bytes(s):
    assert isinstance(s, bytes)
    return bytes(s)
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
    contains(done.stderr, "write -o out.jsonl or -o out.csv")
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


def test_repeated(folder):
    """In the first run the host does not know yet how long the texts are."""
    done = map_rows(folder, "text", 100000, "--repeat", "3")
    equal(done.returncode, 0, done.stderr)
    assert read_csv(folder / "out.csv") == [text(x) for x in range(100000)]


def test_lost_host(folder):
    """The rows of a host that was lost are computed by another one, also those in its last chunks."""
    if "MAMUTO_TEST_CONTROL" not in os.environ:
        return
    last = HOSTS.split(",")[-1].split(":")[0]
    folder.write("rows.py", SOURCE)
    np.save(folder / "x.npy", np.arange(100000.0))
    process = folder.start("map", "rows.py:slow_text", "x.npy", "-H", HOSTS, "-o", "out.csv", "--progress", "json")
    for line in process.stdout:
        line = json.loads(line)
        if line["type"] == "host" and line["name"] == last and line["rows_done"] > 0:
            break
    control = os.environ["MAMUTO_TEST_CONTROL"].split()
    subprocess.run([*control, "crash", last], check=True, capture_output=True)
    errors = process.communicate(timeout=120)[1]
    subprocess.run([*control, "boot", last], check=True, capture_output=True)
    equal(process.returncode, 0, errors)
    contains(errors, f"{last} was lost")
    assert read_csv(folder / "out.csv") == [text(x) for x in range(100000)]


def write_two_columns(folder, n, width):
    """Each column has one long cell, in another row."""
    folder.write("rows.py", SOURCE)
    cells = [["x," * (width // 2) if i == n // (3 + k) else ODD[(i + k) % 4] for k in range(2)] for i in range(n)]
    with open(folder / "t.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["a", "b"])
        writer.writerows(cells)
    return cells


def test_long_cells_of_several_columns(folder):
    cells = write_two_columns(folder, 20000, 100000)
    expected = [two_lengths(*row) for row in cells]
    for function, options in [("two_lengths", []), ("two_lengths_batch", ["--batch"]), ("two_lengths", ["--keep", "t"]),
                              ("two_lengths", ["--keep", "1,2"]), ("two_lengths", ["--seed", "1", "--keep", "s"])]:
        done = folder.run("map", f"rows.py:{function}", "t.csv:a", "t.csv:b", "-H", HOSTS, "-o", "out.npy", *options)
        equal(done.returncode, 0, done.stderr)
        equal(np.load(folder / "out.npy").tolist(), expected, f"{function} {options}")
    done = folder.run("map", "rows.py:same", "t.csv:b", "--keep", "s", "-H", HOSTS, "-o", "out.csv")
    equal(done.returncode, 0, done.stderr)
    assert read_csv(folder / "out.csv") == [row[1] for row in cells]
    done = folder.run("map", "rows.py:same", "t.csv:a,b", "-H", HOSTS, "-o", "out.npy")
    equal(done.returncode, 2, done.stderr)
    contains(done.stderr, "choose a single column for each parameter")


def test_long_cells_in_all_calls(folder):
    """A whole column, and columns that are combined with each other."""
    cells = write_two_columns(folder, 2000, 200000)
    np.save(folder / "x.npy", np.arange(2000.0))
    for k in range(2):
        done = folder.run("map", "rows.py:length_of_row", "x.npy", f"s=@t.csv:{'ab'[k]}", "-H", HOSTS, "-o", "out.npy")
        equal(done.returncode, 0, done.stderr)
        equal(np.load(folder / "out.npy").tolist(), [len(row[k]) for row in cells])
    np.save(folder / "t.npy", ["q", "qq"])
    done = folder.run("map", "rows.py:in_grid", "t.csv:a", "t.npy", "0..2", "--grid", "-H", HOSTS, "-o", "out.npy")
    equal(done.returncode, 0, done.stderr)
    equal(np.load(folder / "out.npy").tolist(),
          [[[in_grid(row[0], t, k) for k in range(3)] for t in ("q", "qq")] for row in cells])


def test_padding_of_several_columns(folder):
    """An array of both columns would have 10 GB."""
    write_two_columns(folder, 20000, 60000)
    done = folder.run("show", "t.csv:a,b")
    equal(done.returncode, 1, done.stderr)
    contains(done.stderr, "has 60,000 characters" if "60,000" in done.stderr else "has 60000 characters")
    contains(done.stderr, "choose a single column for each parameter")


def test_saved_texts_are_read_back(folder):
    done = map_rows(folder, "text", 100000)
    equal(done.returncode, 0, done.stderr)
    for part in ("", ":value"):
        done = folder.run("map", "rows.py:same", f"out.csv{part}", "-H", HOSTS, "-o", "again.csv")
        equal(done.returncode, 0, done.stderr)
        assert (folder / "again.csv").read_bytes() == (folder / "out.csv").read_bytes()
    done = folder.run("map", "rows.py:same", "out.csv+kind=U300000", "-H", HOSTS, "-o", "again.csv")
    equal(done.returncode, 2, done.stderr)
    contains(done.stderr, "mainly for padding; name a shorter type")
    done = folder.run("show", "out.csv+kind=U5")
    equal(done.returncode, 1, done.stderr)
    contains(done.stderr, "is no value of the type U5 (+kind=U5)")
    done = folder.run("show", "out.csv")
    equal(done.returncode, 0, done.stderr)
    contains(done.stdout, "dtype text")
    contains(done.stdout, "\nt\u00e4xt, \"quoted\"\\n\n")
    assert "json" not in done.stdout and '"007"' not in done.stdout, done.stdout


def test_bytes(folder):
    done = map_rows(folder, "binary", 3000, output="out.npy")
    equal(done.returncode, 0, done.stderr)
    assert np.load(folder / "out.npy").tolist() == [binary(x) for x in range(3000)]
    for options in ([], ["--keep", "s"]):
        done = folder.run("map", "rows.py:same_bytes", "out.npy", "-H", HOSTS, "-o", "again.npy", *options)
        equal(done.returncode, 0, done.stderr)
        assert (folder / "again.npy").read_bytes() == (folder / "out.npy").read_bytes()
    done = map_rows(folder, "binary", 100)
    equal(done.returncode, 1, done.stderr)
    contains(done.stderr, "save the array as .npy")
    assert np.load(folder / "out.partial.npy").tolist() == [binary(x) for x in range(100)]


def test_bytes_in_a_table(folder):
    """A table has the bytes as text, and a hint that they are bytes."""
    done = map_rows(folder, "binary_utf8", 1000)
    equal(done.returncode, 0, done.stderr)
    done = folder.run("map", "rows.py:same_bytes", "out.csv", "-H", HOSTS, "-o", "again.npy")
    equal(done.returncode, 0, done.stderr)
    equal(np.load(folder / "again.npy").tolist(), [binary_utf8(x) for x in range(1000)])


def in_json(value):
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode()}
    return [in_json(part) for part in value] if isinstance(value, list) else value


def expect_lines(path, expected):
    """Each line must have the form in which json.dumps() writes it."""
    lines = path.read_text(encoding="utf-8").split("\n")
    assert lines.pop() == "" and lines == [json.dumps(in_json(value)) for value in expected]


def test_bytes_in_json(folder):
    for function in ("binary", "binary_inside", "bytes_at_end", "ten_kilobytes"):
        done = map_rows(folder, function, 400, output="out.jsonl")
        equal(done.returncode, 0, done.stderr)
        expect_lines(folder / "out.jsonl", [globals()[function](x) for x in range(400)])
    done = folder.run("map", "rows.py:decoded", "out.jsonl:base64", "-H", HOSTS, "-o", "out.npy")
    equal(done.returncode, 0, done.stderr)
    equal(np.load(folder / "out.npy").tolist(), [len(ten_kilobytes(x)) for x in range(400)])


def test_bytes_of_differing_length(folder):
    """Rows of up to 10 kB fit into an array, also if most of the array is padding."""
    done = map_rows(folder, "ten_kilobytes", 400, output="out.npy")
    equal(done.returncode, 0, done.stderr)
    assert np.load(folder / "out.npy").tolist() == [ten_kilobytes(x) for x in range(400)]


def test_wide_bytes(folder):
    """An array would need 20,000 × 280,001 bytes."""
    expected = [None if x == 1234 else wide_bytes(x) for x in range(20000)]
    for function, options in [("wide_bytes", []), ("wide_bytes_batch", ["--batch"]),
                              ("wide_bytes_seeded", ["--seed", "1"])]:
        done = map_rows(folder, function, 20000, "--on-error", "continue", *options, output="out.jsonl")
        equal(done.returncode, 3, done.stderr)
        expect_lines(folder / "out.jsonl", expected)
        equal(np.flatnonzero(np.load(folder / "out.jsonl.mask.npy")).tolist(), [1234])
    done = map_rows(folder, "wide_bytes", 20000, "--on-error", "continue", output="out.npy")
    equal(done.returncode, 1, done.stderr)
    contains(done.stderr, "gives 280001 bytes")
    contains(done.stderr, "; or write -o out.jsonl")
    assert "out.npy" not in folder.names()


def test_wide_bytes_in_memory(folder):
    """The computed bytes are saved in the other format."""
    done = map_rows(folder, "wide_bytes", 20000, "--on-error", "continue", output="out.csv")
    equal(done.returncode, 1, done.stderr)
    contains(done.stderr, "bytes of any length do not fit into this format; save them as .jsonl")
    contains(done.stderr, "out.partial.jsonl")
    expect_lines(folder / "out.partial.jsonl", [None if x == 1234 else wide_bytes(x) for x in range(20000)])
    done = folder.run("map", "rows.py:wide_bytes", "x.npy", "-H", HOSTS, "--on-error", "continue")
    equal(done.returncode, 3, done.stderr)
    contains(done.stdout, '{"base64": "AArD"}')


def test_bytes_among_texts(folder):
    done = map_rows(folder, "bytes_or_text", 10, "--on-error", "continue", output="out.npy")
    equal(done.returncode, 3, done.stderr)
    contains(done.stderr, "returned a string, other rows bytes; or write -o out.jsonl")
    done = map_rows(folder, "bytes_or_text", 10, output="out.jsonl")
    equal(done.returncode, 0, done.stderr)
    expect_lines(folder / "out.jsonl", [bytes_or_text(x) for x in range(10)])


def test_nul_at_end(folder):
    for output in ("out.npy", "out.csv"):
        for function in ("nul_at_end", "bytes_at_end"):
            done = map_rows(folder, function, 10, "--on-error", "continue", output=output)
            equal(done.returncode, 3, done.stderr)
            contains(done.stderr, "Row 3 failed")
            contains(done.stderr, "in NUL" if function == "bytes_at_end" else "in a NUL character")
            contains(done.stderr, "; or write -o out.jsonl, which contains any JSON value")
    done = map_rows(folder, "nul_at_end", 10, output="out.jsonl")
    equal(done.returncode, 0, done.stderr)
    equal([json.loads(line) for line in open(folder / "out.jsonl")], [nul_at_end(x) for x in range(10)])


if __name__ == "__main__":
    main([test for name, test in list(globals().items()) if name.startswith("test_")])
