# SPDX-License-Identifier: LGPL-2.1-or-later
"""A module whose import fails after 1.5 seconds, so that a run can end before the failure."""

import time

time.sleep(1.5)
raise ImportError("after all that time")


def double(x):
    return 2 * x
