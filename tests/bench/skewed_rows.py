# SPDX-License-Identifier: LGPL-2.1-or-later
"""The functions of bench-skewed. Each returns the times at which its row began and ended."""

import time


def nap(seconds):
    begin = time.monotonic()
    time.sleep(seconds)
    return begin, time.monotonic()


def spin(seconds):
    """Computes until the process has used this much processor time."""
    begin, end = time.monotonic(), time.process_time() + seconds
    while time.process_time() < end:
        pass
    return begin, time.monotonic()
