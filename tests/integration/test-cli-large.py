#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Tests of mamuto-cli with large rows, on this computer and on the ssh host that with-hosts started:
# arguments and results that are larger than a frame, chunks whose results are large, and results
# for which there is no room.

import os

import numpy as np
from cli_util import contains, equal, main

HOST = os.environ["MAMUTO_TEST_HOSTS"].split(",")[0]
WHERE = (HOST, "localhost:2")

ROWS = """
import numpy as np
def same(x):
    return x
def total(x):
    return x.sum()
def wide(x):
    return np.full(10 << 20, x)
def five(x):
    return np.full(5 << 17, x)
def few_wide(x):
    if x >= 3:
        raise ValueError(x)
    return np.full(33 << 17, int(x))
def first_wide(x):
    return np.full(1 << 17, x)
"""


def test_a_row_of_80_mib_both_ways(folder):
    folder.write("rows.py", ROWS)
    x = np.arange(10 << 20, dtype="f8").reshape(1, -1)
    np.save(folder / "x.npy", x)
    for where in WHERE:
        done = folder.run("map", "rows.py:same", "x.npy", "-H", where, "-o", "out.npy")
        equal(done.returncode, 0, done.stderr)
        assert np.array_equal(np.load(folder / "out.npy", mmap_mode="r"), x), where
        (folder / "out.npy").unlink()


def test_a_result_of_80_mib(folder):
    folder.write("rows.py", ROWS)
    np.save(folder / "x.npy", np.array([4.0, 7.0]))
    done = folder.run("map", "rows.py:wide", "x.npy", "-H", HOST, "-o", "out.npy")
    equal(done.returncode, 0, done.stderr)
    out = np.load(folder / "out.npy", mmap_mode="r")
    equal(out.shape, (2, 10 << 20))
    assert (out == [[4.0], [7.0]]).all()


def test_many_results_of_5_mib(folder):
    """The size of the results is unknown when the first chunks, of several rows, are sent."""
    folder.write("rows.py", ROWS)
    np.save(folder / "x.npy", np.arange(40.0))
    for where in WHERE:
        done = folder.run("map", "rows.py:five", "x.npy", "-H", where, "-o", "out.npy", "--report",
                          "run.json")
        equal(done.returncode, 0, done.stderr)
        out = np.load(folder / "out.npy", mmap_mode="r")
        equal(out.shape, (40, 5 << 17))
        assert (out == np.arange(40.0)[:, None]).all(), where
        (folder / "out.npy").unlink()


def test_a_chunk_with_too_large_results(folder):
    """The first chunk has two rows, whose results together are larger than a frame."""
    folder.write("rows.py", ROWS)
    np.save(folder / "x.npy", np.arange(17.0))
    done = folder.run("map", "rows.py:few_wide", "x.npy", "-H", HOST.replace(":2", ":1"), "-o", "out.npy",
                      "--on-error", "continue")
    contains(done.stderr, "14 of 17 rows failed")
    out = np.load(folder / "out.npy", mmap_mode="r")
    equal((out.shape, out.dtype), ((17, 33 << 17), np.dtype("i8")))
    assert (out[:3] == [[0], [1], [2]]).all()


def test_no_room_for_the_results(folder):
    """The results would take 2 TiB. The error comes with the first result, before rows are
    computed that cannot be stored."""
    folder.write("rows.py", ROWS)
    np.save(folder / "x.npy", np.zeros(1 << 21))
    done = folder.run("map", "rows.py:first_wide", "x.npy", "-H", "localhost:1")
    equal(done.returncode, 1, done.stderr)
    contains(done.stderr, "not enough memory on this computer")
    contains(done.stderr, "bytes needed")
    contains(done.stderr, "write the results to a file")
    done = folder.run("map", "rows.py:first_wide", "x.npy", "-H", "localhost:1", "-o", "out.npy")
    equal(done.returncode, 1, done.stderr)
    contains(done.stderr, "out.npy: disk full")
    contains(done.stderr, "bytes needed")
    assert not (folder / "out.npy").exists()


if __name__ == "__main__":
    main([test for name, test in list(globals().items()) if name.startswith("test_")])
