#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Creates the arrays of the example: p.npy (points) and data.npy (the same points with noise).

    make_arrays.py [--rows 100000] [--columns 3] [--seed 1] [FOLDER]

The same seed gives the same numbers. The first rows do not depend on the number of rows: an array of
1,000 rows equals the first 1,000 rows of a longer array.
"""

import argparse
import os

import numpy as np


def make(rows, columns, seed):
    """Returns (points, data), both float64 of the shape (rows, columns)."""
    generator = np.random.Generator(np.random.PCG64(seed))
    drawn = generator.standard_normal((rows, 2, columns))
    points = np.ascontiguousarray(drawn[:, 0])
    return points, points + 0.1 * drawn[:, 1]


def main():
    parser = argparse.ArgumentParser(description="Creates p.npy and data.npy.")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--columns", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("folder", nargs="?", default=".")
    chosen = parser.parse_args()
    os.makedirs(chosen.folder, exist_ok=True)
    for name, array in zip(("p", "data"), make(chosen.rows, chosen.columns, chosen.seed)):
        np.save(os.path.join(chosen.folder, name + ".npy"), array)


if __name__ == "__main__":
    main()
