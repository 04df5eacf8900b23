# SPDX-License-Identifier: LGPL-2.1-or-later
"""A module that takes its time before it turns out that it cannot be imported."""

import time

time.sleep(1.5)
raise ImportError("after all that time")


def double(x):
    return 2 * x
