# SPDX-License-Identifier: LGPL-2.1-or-later
"""The example: how well does each row of a table of points agree with measured data?

Mamuto calls a function of yours once for every row of its arrays. Here

    mamuto-cli map model.py:like p.npy data.npy -o out.npy

calls like(p[0], data[0]), like(p[1], data[1]), and so on, on all cores and hosts that it may use, and
puts what the call for row i returns at row i of out.npy: just what this loop would give, but sooner.

    out = np.array([like(x, data) for x, data in zip(p, all_data)])

The file travels to the hosts by itself. What it imports (numpy here) has to be installed there, or be
named by --depends if it is a module of your own.
"""

import numpy as np


def like(x, data):
    """Logarithm of the likelihood of the point x, given its data.

    x and data are rows: arrays of the same few numbers each. The result is a single number, so the
    result of the whole map has the shape (number of rows,).
    """
    # 0.1: the standard deviation of the measurement's noise
    return np.sum(-(data - x) ** 2 / (2 * 0.1**2))
