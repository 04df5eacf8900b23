# SPDX-License-Identifier: LGPL-2.1-or-later
"""A function for bench-connect whose rows need time, but no processor."""

import time


def nap(seconds):
    time.sleep(seconds)
    return seconds
