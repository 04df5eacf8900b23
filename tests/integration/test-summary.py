# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Compares the output of summary-tool (summaries, histograms and envelopes of array columns) with
# numpy: test-summary.py SUMMARY-TOOL
import os
import subprocess
import sys
import tempfile
import warnings

import numpy as np

tool = sys.argv[1]
generator = np.random.default_rng(20240501)
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
warnings.simplefilter("ignore")  # numpy warns about nan and inf


def check(condition, *what):
    if not condition:
        raise SystemExit("failed: " + " ".join(str(w) for w in what))


def run(*arguments):
    return subprocess.run([tool, *map(str, arguments)], capture_output=True, text=True)


def numbers(*arguments):
    ran = run(*arguments)
    check(ran.returncode == 0, *arguments, ran.stderr)
    return [float(line) for line in ran.stdout.split()]


def same(a, b):
    return a == b or (np.isnan(a) and np.isnan(b))


def near(a, b, scale):
    return same(a, b) or abs(a - b) <= 1e-12 * scale


def quantile(values, q):
    """Returns numpy's quantile, with one exception. If the quantile lies between a finite and an
    infinite value, numpy returns nan, and this function returns the infinite value."""
    place = (len(values) - 1) * q
    below, above = np.sort(values)[[int(place), min(int(place) + 1, len(values) - 1)]]
    if below == above or place == int(place):
        return below
    if np.isfinite(values).all():
        return np.quantile(values, q)
    if np.isfinite([below, above]).all():
        return below + (above - below) * (place % 1)
    return np.nan if np.isinf([below, above]).all() else below if np.isinf(below) else above


def expect_summary(values, got, what):
    """Compares `got` with numpy's summary of `values`, which contain no masked
    rows and no nan."""
    n, n_nan, n_infinite, mean, std, least, greatest, finite_min, finite_max, *quantiles = got
    check(n == len(values) and n_infinite == np.isinf(values).sum(), what, "counts", got)
    if not len(values):
        check(all(np.isnan(x) for x in got[3:]), what, got)
        return
    scale = np.abs(values[np.isfinite(values)]).max(initial=1e-300)
    check(near(mean, values.mean(), scale), what, "mean", mean, values.mean())
    check(near(std, values.std(), scale), what, "std", std, values.std())
    check(least == values.min() and greatest == values.max(), what, "range")
    finite = values[np.isfinite(values)]
    check(not len(finite) or (finite_min == finite.min() and finite_max == finite.max()), what, "finite range")
    for q, x in zip(QUANTILES, quantiles):
        wanted = quantile(values, q)
        check(near(x, wanted, np.spacing(scale) * 1e12), what, q, x, wanted)


def test_summaries(folder):
    path = os.path.join(folder, "a.npy")
    for dtype in ("?", "i1", "u1", ">i2", "<u4", "i8", "u8", "<f2", ">f4", "f8", ">f8"):
        for n in (0, 1, 2, 3, 20, 8191, 8192, 8193, 30000):
            table = generator.normal(3, 40, (n, 3))
            table[generator.random((n, 3)) < 0.3] *= 0
            table = (np.abs(table) if "u" in dtype else table).astype(dtype)
            if "f" in dtype:
                table[generator.random((n, 3)) < 0.1] = np.nan
            for order in "CF":
                np.save(path, np.asarray(table, order=order))
                column = table[:, 1].astype("f8")
                got = numbers("summarize", path, 1)
                check(got[1] == np.isnan(column).sum(), dtype, n, "nan")
                expect_summary(column[~np.isnan(column)], got, (dtype, n, order))


def test_extremes(folder):
    path = os.path.join(folder, "a.npy")
    for values in ([np.inf, 1, 2], [-np.inf, 3], [np.inf, -np.inf, 0], [np.inf, np.inf], [-np.inf, -np.inf, 1, 2, 3], [np.nan] * 5,
                   [0.0, -0.0], [5e-324, -5e-324, 1e308, -1e308], [1e16 + i for i in range(100)]):
        np.save(path, np.array(values, "f8"))
        values = np.array([v for v in values if not np.isnan(v)])
        expect_summary(values, numbers("summarize", path, 0), values[:4])
    # A mean that is much larger than the deviation reveals rounding errors.
    np.save(path, 1e9 + generator.random(100000))
    values = np.load(path)
    got = numbers("summarize", path, 0)
    check(abs(got[4] / values.std() - 1) < 1e-9, "std", got[4], values.std())


def test_masks(folder):
    path, mask_path = os.path.join(folder, "a.npy"), os.path.join(folder, "m.npy")
    values, mask = generator.normal(size=20000), generator.random(20000) < 0.4
    values[::17] = np.nan
    np.save(path, values)
    np.save(mask_path, mask)
    got = numbers("summarize", path, 0, mask_path)
    kept = values[~mask]
    check(got[1] == np.isnan(kept).sum(), "nan of a mask")
    expect_summary(kept[~np.isnan(kept)], got, "mask")
    np.save(mask_path, mask[1:])
    check("mask" in run("summarize", path, 0, mask_path).stderr, "a mask of another length")


def test_histograms(folder):
    path = os.path.join(folder, "a.npy")
    for values in (generator.normal(size=50000), generator.integers(-5, 6, 5000) / 10.0,
                   np.array([np.nan, np.inf, 0.1, 0.2, 0.3, 0.30000000000000004, 1.0])):
        np.save(path, values)
        finite = values[np.isfinite(values)]
        for lo, hi in ((finite.min(), finite.max()), (-0.3, 0.3), (0, 1), (5, 6)):
            for bins in (1, 3, 10, 64):
                got = numbers("histogram", path, 0, repr(float(lo)), repr(float(hi)), bins)
                wanted = np.histogram(finite, bins, (lo, hi))[0]
                check(got == list(wanted), "histogram", lo, hi, bins, got, wanted)
    check(run("histogram", path, 0, 1, 1, 5).returncode == 1, "an empty range")


def test_envelopes(folder):
    path = os.path.join(folder, "a.npy")
    for n, bins in ((0, 3), (1, 4), (5, 7), (100, 7), (100000, 333)):
        values = generator.normal(size=n)
        values[::5] = np.nan
        np.save(path, values)
        got = np.array(numbers("envelope", path, 0, bins)).reshape(bins, 2)
        for i in range(bins):
            part = values[i * n // bins:(i + 1) * n // bins]
            part = part[~np.isnan(part)]
            wanted = (part.min(), part.max()) if len(part) else (np.nan, np.nan)
            check(same(got[i][0], wanted[0]) and same(got[i][1], wanted[1]), "envelope", n, bins, i, got[i], wanted)


def test_refusals(folder):
    path = os.path.join(folder, "a.npy")
    np.save(path, np.zeros((4, 2)))
    for column in (-1, 2):
        check("column" in run("summarize", path, column).stderr, column)
    for dtype in ("c16", "U3", "S2"):
        np.save(path, np.zeros(4, dtype))
        check("real numbers" in run("summarize", path, 0).stderr, dtype)


memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
with tempfile.TemporaryDirectory(dir=memory) as temporary:
    for test in (test_summaries, test_extremes, test_masks, test_histograms, test_envelopes, test_refusals):
        test(temporary)
        print(test.__name__, "ok", flush=True)
