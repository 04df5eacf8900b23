#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Tests of mamuto-cli with functions whose results do not have one shape or kind. The result must not
# depend on how the rows are cut into chunks and on which host computes them: it must be that of a
# reference that sees the results of all rows at once. The hosts are this computer, or the ssh hosts
# that with-hosts started.

import collections
import json
import os
import random

import numpy as np
from cli_util import contains, equal, main

HOSTS = os.environ.get("MAMUTO_TEST_HOSTS", "localhost:2")
WRITE_JSON = "; or write -o out.jsonl, which contains any JSON value"
NAMES = [host.partition(":")[0] for host in HOSTS.split(",")]

SOURCE = """
import time
import numpy as np

KINDS = [
    lambda x: int(x), lambda x: x / 2, lambda x: [x, x], lambda x: np.array([x, 1.5]), lambda x: str(x),
    lambda x: b"%d" % x, lambda x: np.zeros((0, 3)), lambda x: [str(x), "b"], lambda x: np.int8(x % 100),
    lambda x: np.uint8(x % 200), lambda x: np.float16(x % 100), lambda x: None, lambda x: x > 5,
]

def any_kind(x, kind, wait):
    if wait:
        time.sleep(wait)
    return KINDS[kind](int(x))
def any_batch(x, kind):
    return [KINDS[k](int(i)) for i, k in zip(x, kind)]
def logs_call(x, kind, wait):
    with open(NAME, "a") as file:
        file.write("%d\\n" % x)
    return any_kind(x, kind, wait)
def missing(x):
    time.sleep(0.2)
    return "NA" if x == 5 else x
def first_is_odd(x):
    time.sleep(0.6 if x == 0 else 0.1)
    return [x, x] if x == 0 else x
def two(x):
    time.sleep(1 if x == 0 else 0.2)
    return np.zeros(int(x) + 2)
def half(x):
    return np.array([x, x]) if x % 2 == 0 else x
"""
exec(SOURCE)


def map_rows(folder, function, *arrays, hosts=HOSTS, on_error="continue", options=()):
    folder.write("odd.py", SOURCE.replace("NAME", repr(str(folder / "calls"))))
    for number, array in enumerate(arrays):
        np.save(folder / f"{number}.npy", array)
    return folder.run("map", f"odd.py:{function}", *[f"{n}.npy" for n in range(len(arrays))], "-H", hosts,
                      "-o", "out.npy", "--on-error", on_error, *options)


def class_of(value):
    kind = np.asarray(value).dtype.kind
    return "?" if kind == "O" else kind if kind in "SU" else "n"


def reference(values):
    """Returns the array of the most frequent shape and kind, and the failed rows. Of equally frequent
    ones, the first is used."""
    keys = [(np.shape(value), class_of(value)) for value in values]
    counts = collections.Counter(key for key in keys if key[1] != "?")
    usual = max(counts, key=lambda key: (counts[key], -keys.index(key)))
    good = [np.asarray(value) for value, key in zip(values, keys) if key == usual]
    # Integers are promoted before floats, so that the order does not matter.
    types = sorted({value.dtype for value in good}, key=lambda dtype: dtype.kind in "fc")
    dtype = types[0]
    for other in types[1:]:
        dtype = np.promote_types(dtype, other)
    return np.array(good, dtype), np.array([key != usual for key in keys])


def check(folder, done, values):
    array, failed = reference(values)
    equal(done.returncode, 3 if failed.any() else 0, done.stderr)
    out = np.load(folder / "out.npy")
    equal(out.dtype, array.dtype)
    equal(out.shape, (len(values), *array.shape[1:]))
    equal(out[~failed].tobytes(), array.tobytes(), "bits")
    if failed.any():
        equal(np.load(folder / "out.mask.npy").tolist(), failed.tolist())
        if out.dtype.kind == "f" and out.size:
            assert np.isnan(out[failed]).all()
        contains(done.stderr, f"{failed.sum()} of {len(values)} rows failed")


def test_odd_row_alone_in_its_chunk(folder):
    done = map_rows(folder, "missing", np.arange(16), options=["--progress", "json", "--report", "run.json"])
    check(folder, done, ["NA" if x == 5 else x for x in range(16)])
    contains(done.stderr, "Row 5 failed on ")
    contains(done.stderr, ": returned a string, other rows a number%s\n" % WRITE_JSON)
    objects = [json.loads(line) for line in done.stdout.splitlines()]
    failed, = [each for each in objects if each["type"] == "failed_row"]
    equal([failed["row"], failed["cause"]], [5, "returned a string, other rows a number"])
    assert failed["host"] in NAMES, failed
    end, = [each for each in objects if each["type"] == "done"]
    equal(end["rows_failed"], 1)
    report = json.loads((folder / "run.json").read_text())
    equal(sum(host["rows_failed"] for host in report["hosts"]), 1)
    equal([each["row"] for each in report["failures"]], [5])


def test_first_row_is_odd(folder):
    """The odd row is the first one, and is stored last or first."""
    for hosts in (HOSTS, "localhost:1"):
        done = map_rows(folder, "first_is_odd", np.arange(12), hosts=hosts)
        check(folder, done, [[0, 0], *range(1, 12)])
        contains(done.stderr, ": returned shape (2,), other rows shape ()%s\n" % WRITE_JSON)
        contains(done.stderr, "Row 0 failed on ")


def test_tie(folder):
    """Both shapes occur once. Row 1 arrives first, but the result has the shape of row 0."""
    done = map_rows(folder, "two", np.arange(2))
    check(folder, done, [np.zeros(2), np.zeros(3)])
    contains(done.stderr, "Row 1 failed on ")
    contains(done.stderr, ": returned shape (3,), other rows shape (2,)%s\n" % WRITE_JSON)


def test_any_chunks(folder):
    rng = random.Random(4)
    for number in range(6):
        n = rng.choice((40, 400))
        kinds = rng.choices(range(len(KINDS)), k=rng.choice((2, 3, 6)))
        kind = np.array(rng.choices(kinds, k=n))
        values = [KINDS[k](i) for i, k in enumerate(kind)]
        waits = np.zeros(n) if n == 400 else np.array([rng.choice((0, 0, 0, 0.2)) for _ in range(n)])
        for hosts in (HOSTS, "localhost:3"):
            check(folder, map_rows(folder, "any_kind", np.arange(n), kind, waits, hosts=hosts), values)
        check(folder, map_rows(folder, "any_kind", np.arange(n), kind, waits, options=["--seed", "1"]), values)
        check(folder, map_rows(folder, "any_batch", np.arange(n), kind, options=["--batch"]), values)


def test_no_row_is_computed_twice(folder):
    """With one slot, no chunk is computed as a copy."""
    kind = np.arange(300) * 7 % 5
    done = map_rows(folder, "logs_call", np.arange(300), kind, np.where(kind == 1, 0.01, 0), hosts="localhost:1")
    check(folder, done, [KINDS[k](i) for i, k in enumerate(kind)])
    equal(sorted(map(int, (folder / "calls").read_text().split())), list(range(300)))


def test_half_of_many_rows(folder):
    n = 300001
    done = map_rows(folder, "half", np.arange(n))
    equal(done.returncode, 3, done.stderr)
    mask = np.load(folder / "out.mask.npy")
    equal(np.array_equal(mask, np.arange(n) % 2 == 1), True)
    out = np.load(folder / "out.npy")
    equal(out.shape, (n, 2))
    assert (out[::2] == np.arange(0, n, 2)[:, None]).all()
    contains(done.stderr, f"{n // 2} of {n} rows failed")


def test_stop_at_odd_row(folder):
    done = map_rows(folder, "missing", np.arange(16), on_error="stop")
    equal(done.returncode, 1, done.stderr)
    contains(done.stderr, "row 5 ")
    assert not (folder / "out.npy").exists()


main([each for name, each in list(globals().items()) if name.startswith("test_")])
