# SPDX-License-Identifier: LGPL-2.1-or-later
"""The example: computes how well each row of a table of points agrees with measured data.

Mamuto calls your function once for every row of its arrays. For example,

    mamuto-cli map model.py:like p.npy data.npy -o out.npy

calls like(p[0], data[0]), like(p[1], data[1]), and so on, on all cores of all hosts, and writes the
return value of the call for row i to row i of out.npy. The result is that of this loop:

    out = np.array([like(x, d) for x, d in zip(p, data)])

Mamuto sends this file to the hosts. The modules that it imports (numpy) must be installed on the
hosts; name your own modules with --depends, so that Mamuto sends them, too.
"""

import numpy as np


def like(x, data):
    """Logarithm of the likelihood of the point x, given its data.

    x and data are rows: arrays of equal length. The return value is a single number, so the result of
    the run has the shape (number of rows,).
    """
    # 0.1 is the standard deviation of the noise in data.
    return np.sum(-(data - x) ** 2 / (2 * 0.1**2))
