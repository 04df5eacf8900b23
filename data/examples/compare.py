#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Compares mamuto-cli with a plain Python loop: checks the results bit for bit and prints both times.

    compare.py MAMUTO-CLI [OPTION OF map]...

Calls like() of model.py for 1,000 and 100,000 rows, on all cores of this computer unless an option
such as -c cluster.cfg names other hosts. Mamuto's time is that of a warm run, in which agents and
interpreters are already started: the median of all runs but the first. Exit status 1 if a bit differs.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

# Mamuto lets numerical libraries use one thread in each process. With more threads in the loop, the
# last bits of its results could differ.
os.environ["OMP_NUM_THREADS"] = os.environ.get("OMP_NUM_THREADS") or "1"

import numpy as np

from make_arrays import make
from model import like

HERE = os.path.dirname(os.path.abspath(__file__))
REPEATS = 5


def plain_loop(points, data):
    """Returns the result of a plain loop, and the median of its times in seconds."""
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        result = np.array([like(x, d) for x, d in zip(points, data)])
        times.append(time.perf_counter() - start)
    return result, statistics.median(times)


def mamuto(cli, options, folder, points, data):
    """Returns the result of mamuto-cli, and the report of the runs."""
    files = [os.path.join(folder, name) for name in ("p.npy", "data.npy", "out.npy", "run.json")]
    np.save(files[0], points)
    np.save(files[1], data)
    subprocess.run(
        [cli, "map", os.path.join(HERE, "model.py") + ":like", files[0], files[1], "-o", files[2],
         "--repeat", str(REPEATS + 1), "--report", files[3], "--progress", "none", *options],
        check=True)
    with open(files[3], encoding="utf-8") as file:
        return np.load(files[2]), json.load(file)


def main(cli, options):
    rows = []
    for count in (1_000, 100_000):
        points, data = make(count, 3, seed=1)
        expected, loop_time = plain_loop(points, data)
        with tempfile.TemporaryDirectory(prefix="mamuto-") as folder:
            result, report = mamuto(cli, options, folder, points, data)
        if result.dtype != expected.dtype or result.tobytes() != expected.tobytes():
            print(f"{count:,} rows: the result differs from the loop's", file=sys.stderr)
            return 1
        # The first run is left out, because it includes starting agents and interpreters.
        mamuto_time = statistics.median(report["remap_s"][1:])
        rows.append((count, loop_time, mamuto_time))
    print("Checked bit for bit against a plain loop: identical.\n")
    print(f"{'rows':>8}  {'plain loop':>11}  {'Mamuto':>11}  {'times as fast':>13}")
    for count, loop_time, mamuto_time in rows:
        print(f"{count:>8,}  {loop_time * 1e3:>8.1f} ms  {mamuto_time * 1e3:>8.1f} ms"
              f"  {loop_time / mamuto_time:>13.2f}")
    return 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], sys.argv[2:]))
