#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tests of the row of an argument in which the user chooses columns of a table, an array of an NPZ
file or a key of JSON lines, and how a table is read. The saved job and the results of runs are
checked.

    test-tables.py MAMUTO
"""

import gzip
import os
import sys

import numpy as np

from job_files import choose, read
from story import story

PART = "Columns and Format"
MODEL = """def double(x):
    return x * 2

def first(x):
    return x[0] * 2

def length(x):
    return float(len(x))
"""


def job(name, content, function="double", value=None, extra=""):
    """Returns a function that writes a file, a job with this file as its only argument, and the
    modules of the job."""
    def files(folder):
        with open(os.path.join(folder, "model.py"), "w", encoding="utf-8") as file:
            file.write(MODEL)
        data = content() if callable(content) else content
        if data is not None:
            with open(os.path.join(folder, name), "wb") as file:
                file.write(data if isinstance(data, bytes) else data.encode())
        path = os.path.join(folder, "a.mamuto")
        with open(path, "w", encoding="utf-8") as file:
            file.write("[job]\n%sfunction = model.py:%s\noutput = out.npy\n[argument 1]\nvalue = %s\n"
                       % (extra, function, value or name))
        return [path]
    return files


def open_part(window, shows="First Row Is a Header", title=PART):
    """Opens the row of the argument, and in it the row of the file."""
    window.expand("x", title)
    window.expand(title, shows)


def saved(window, value):
    window.key("ctrl+s")
    window.wait(lambda: "value = %s\n" % value in read(window, "a.mamuto"), "%s in the job" % value)


def run(window, expected):
    window.click("Run")
    window.click("Show Results")
    path = os.path.join(window.folder, "out.npy")
    window.wait(lambda: os.path.exists(path), "the result")
    result = np.load(path)
    assert result.shape == np.shape(expected) and np.array_equal(result, expected), result


TABLE = "name,x,y z\n" + "".join("n%d,%d,%d.5\n" % (i, i, 2 * i) for i in range(100))


@story(files=job("t.csv", TABLE), size=(1280, 1200))
def columns_are_chosen_from_a_list(window):
    """Text and numbers do not fit into one array. The row says so in words of the window, and the
    user chooses the columns by mouse. The name of a column heads the preview."""
    window.resize(1100, 1100)
    window.expect(holds="Choose columns that have the same kind of values under Columns and Format.")
    assert not window.find(holds="t.csv:x,y"), window.tree()
    open_part(window)
    window.expect("All Columns", "check box")
    window.expect("name, text · n0")
    window.point("x, integers · 0", "check box")
    window.expect(holds="t.csv:x · 100 rows · int64")
    window.expect(holds="x · header in line 1 · separated by commas")
    window.point("y z, numbers · 0.5", "check box")
    window.expect(holds="t.csv:x,y z · 100 × 2 · float64")
    window.expect("1 Header", "label")
    heads = lambda: [item for item in window.walk() if item.role == "label" and window.name(item) == "y z"]
    window.wait(lambda: len(heads()) == 2, "the name above the preview beside that in the list")


@story(files=job("t.csv", TABLE, value="t.csv:x"), size=(1280, 1200))
def columns_are_chosen_by_keyboard(window):
    window.resize(1100, 1100)
    window.expect(holds="t.csv:x · 100 rows · int64")
    open_part(window, shows="y z, numbers · 0.5")
    for _ in range(30):
        window.key("Tab")
        item = window.wait(window.focused, "the focus")
        if "All Columns" in window.name(item):
            break
    window.key("Down", "Down", "space")
    window.expect(holds="Choose columns that have the same kind of values")
    window.expect(holds="All 3 columns")
    window.key("Down", "space")
    window.expect(holds="t.csv:y z · 100 rows · float64")
    saved(window, "t.csv:y z")
    run(window, (np.arange(100) * 2 + 0.5) * 2)


@story(files=job("n.csv", "10,20\n1,2\n3,4\n", value="n.csv:0"), size=(1280, 1200))
def a_header_of_numbers_is_said(window):
    """Only the user knows that the first row is a header. The chosen column stays the same column,
    although it has a name then."""
    window.resize(1100, 1100)
    window.expect(holds="n.csv:0 · 3 rows · int64")
    open_part(window)
    window.expect(holds="Detected: 10, 20 are data")
    window.expect("10,20", "label")
    choose(window, "First Row Is a Header", "Down")
    window.expect(holds="n.csv:10 · 2 rows · int64")
    window.expect(holds="Names: 10, 20")
    window.expect("1 Header", "label")
    saved(window, "n.csv:10+header=yes")
    run(window, [2, 6])


@story(files=job("n.csv", '"10","20"\n1,2\n3,4\n', "first"), size=(1280, 1200))
def a_header_that_is_none_is_data(window):
    window.resize(1100, 1100)
    window.expect(holds="n.csv · 2 × 2 · int64\nLine 1 was read as the header: 10, 20")
    open_part(window)
    choose(window, "First Row Is a Header", "Down", "Down")
    window.expect(holds="n.csv · 3 × 2 · int64")
    window.expect(holds="All 2 columns · no header · separated by commas")
    saved(window, "n.csv+header=no")
    run(window, [20, 2, 6])


@story(files=job("d.txt", "1,234\n5,678\n"), size=(1280, 1200))
def the_decimal_separator_is_chosen(window):
    window.resize(1100, 1100)
    window.expect(holds="2")
    open_part(window)
    choose(window, "Separator", "End")
    window.expect(holds="Choose the decimal separator under Columns and Format.")
    choose(window, "Decimal Separator", "Down", "Down")
    window.expect(holds="d.txt · 2 rows · float64")
    saved(window, "d.txt+decimal=,+separator=none")
    run(window, [2.468, 11.356])


@story(files=job("t.csv", "id,v\n007,1\n008,2\n", "double", "t.csv:v+header=auto+text=id"), size=(1280, 1200))
def options_without_an_editor_are_kept(window):
    window.resize(1100, 1100)
    window.expect(holds="t.csv:v · 2 rows · int64")
    before = read(window, "a.mamuto")
    open_part(window)
    window.expect("v, integers · 1", "check box")
    assert window.find("a", "label") and not window.find("• a", "label")
    assert read(window, "a.mamuto") == before
    choose(window, "First Row Is a Header", "Down")
    window.expect("• a", "label")
    saved(window, "t.csv:v+header=yes+text=id")
    run(window, [2, 4])


@story(files=job("t.csv.gz", lambda: gzip.compress(b"# by hand\na;b\n1,5;2\n3,5;4\n"), value="t.csv.gz:a"),
       size=(1280, 1200))
def a_compressed_table_is_understood(window):
    window.resize(1100, 1100)
    window.expect(holds="t.csv.gz:a · 2 rows · float64\nThe comma was read as a decimal comma")
    open_part(window)
    window.expect("1 Skipped", "label")
    window.expect("2 Header", "label")
    window.expect("a;b", "label")
    window.expect(holds="separated by semicolons · decimal comma · 1 comment line skipped")


def npz():
    import io
    data = io.BytesIO()
    np.savez(data, a=np.arange(6.0).reshape(3, 2), b=np.arange(4))
    return data.getvalue()


@story(files=job("m.npz", npz, value="@m.npz:a", extra="version = 2\n"), size=(1280, 1000))
def arrays_are_listed_with_their_shapes(window):
    window.resize(1100, 900)
    window.expect(holds="m.npz:a · 3 × 2 · float64, the whole array for every row")
    open_part(window, shows="b, 4 rows · int64", title="Array in the File")
    window.expect("a, 3 × 2 · float64")
    window.point("b, 4 rows · int64", "check box")
    window.expect(holds="m.npz:b · 4 rows · int64, the whole array for every row")
    saved(window, "@m.npz:b")


LINES = '{"a": "x", "b": 1}\n{"a": "yy", "c": NULL}\n'.replace("NULL", "null")


@story(files=job("r.jsonl", LINES, "length", "r.jsonl:nokey"), size=(1280, 1000))
def a_key_that_does_not_exist_is_said(window):
    window.resize(1100, 900)
    window.expect(holds="None of the first lines has the key “nokey”; their keys are a, b, c")
    window.click("Run")
    window.wait(lambda: window.focused() and "Choose a File for x" in window.name(window.focused()),
                "the focus on the argument")
    open_part(window, shows="Whole Line", title="Key in Each Line")
    window.point("a", "check box")
    window.expect(holds="r.jsonl:a · 2 rows")
    saved(window, "r.jsonl:a")
    run(window, [1, 2])


def check_odd(name, content, says, **options):
    """Adds a story with a file that is no proper table. The window must stay usable."""
    def odd(window):
        window.resize(370, 700)
        window.expect(holds=says)
        if content is None:
            assert not window.find(PART)
            return
        window.expand("x", PART)
        window.expand(PART, "First Lines of the File")
        assert window.geometry()[1] == 370
        assert not window.unnamed(), window.unnamed()
    odd.__name__ = "odd_" + name.replace(".", "_")
    story(odd, files=job(name, content), size=(400, 800), **options)


WIDE = ",".join("c%d" % i for i in range(1000)) + "\n" + ",".join(str(i) for i in range(1000)) + "\n"
check_odd("binary.csv", bytes(range(256)) * 100, "binary.csv")
check_odd("zeros.csv", b"a,b\n1,\0\n", "zeros.csv")
check_odd("latin.csv", b"\xe4,\xfc\n1,2\n3,4\n", "latin.csv · 2 × 2 · int64")
check_odd("wide.csv", WIDE, "wide.csv · 1 × 1,000 · int64")
check_odd("long.csv", "x" * 2_000_000 + ",b\n1,2\n", "long.csv · 1 × 2 · int64")
check_odd("missing.csv", None, "missing.csv")


LONG = "a_column_with_quite_a_long_name_%d"


@story(files=job("t.csv", ",".join(LONG % i for i in range(200)) + "\n" + ",".join("%d" % i for i in range(200)) + "\n"),
       size=(400, 800))
def many_long_names_are_cut(window):
    """The first names suffice to recognize the header. All of them would fill the page."""
    window.resize(370, 750)
    window.expect("t.csv · 1 × 200 · int64\nLine 1 was read as the header: "
                  "a_column_with_quite_a_lo…, a_column_with_quite_a_lo…, …")
    open_part(window, LONG % 1 + ", integers · 1")
    window.expect("Detected: a_column_w… are names")
    assert window.geometry()[1] == 370


@story(files=job("t.csv", TABLE), language="de_DE", size=(400, 1300))
def the_row_in_german(window):
    window.resize(370, 1200)
    window.expand("x", "Spalten und Format")
    window.expand("Spalten und Format", "Erste Zeile ist Kopfzeile")
    window.expect("Alle Spalten", "check box")
    window.expect(holds="Erkannt: ")
    assert window.geometry()[1] == 370


if __name__ == "__main__":
    sys.exit(story.main())
