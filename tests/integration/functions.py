# SPDX-License-Identifier: LGPL-2.1-or-later
"""Python functions that the tests run on hosts. Some of them fail, hang or kill a process on
purpose."""

import ctypes
import functools
import os
import random
import signal
import sys
import time

import numpy as np


def like(x, data):
    return np.sum(-(data - x) ** 2 / (2 * 0.1**2))


def double(x):
    return x * 2


def double_slowly(x):
    time.sleep(0.0005)
    return x * 2


def double_in_a_second(x):
    time.sleep(1)
    return x * 2


def pair(x):
    return np.array([x, -x])


def half_if_positive(x):
    """Returns integers for x <= 0 and floats for x > 0, so that the results have two dtypes."""
    return 0 if x <= 0 else x / 2


def add(x, number, numbers, word):
    return x + number + sum(numbers) + len(word)


def fails_on_sevens(x):
    if x % 7 == 0:
        raise ValueError(f"no sevens: {int(x)}")
    return x


def ends_process(x):
    if x == 17:
        os._exit(3)
    if x == 42:
        ctypes.string_at(0)
    if x == 77:
        os.kill(os.getpid(), signal.SIGKILL)
    return x


def stops_iteration(x):
    if x == 5:
        raise StopIteration
    return x


def prints(x):
    print("row", int(x))
    sys.stdout.flush()
    os.write(2, b"from below\n")
    return x


def writes_into_its_row(x):
    x[0] += 1
    return x[0]


def one_odd_shape(x):
    """Returns three numbers for one row of 16, and two numbers for all other rows."""
    return np.zeros(3 if x % 16 == 7 else 2)


def shape_of_row(x):
    """Returns an array whose length depends on the row, so that two rows have different shapes."""
    return np.zeros(int(x) + 2)


def batch_double(x):
    return x * 2


def batch_too_short(x):
    return x[:-1]


def eight_mebibytes(x):
    return np.full(1 << 20, x + 1)


def sleeps(x, seconds):
    time.sleep(seconds)
    return x


def hangs(x):
    while True:
        time.sleep(1)


def random_numbers(x):
    return np.array([random.random(), np.random.random()])


def kills_its_agent(x):
    """Kills the agent. The parent process of the slot is the interpreter, whose parent is the agent."""
    if x == 3000:
        with open(f"/proc/{os.getppid()}/stat") as stat:
            agent = int(stat.read().rpartition(")")[2].split()[1])
        os.kill(agent, signal.SIGKILL)
        time.sleep(60)
    return x


def kills_its_agent_once(x, mark):
    """Kills the agent at row 3000, but only once. The file `mark` exists after that, and row
    3000 then succeeds."""
    if x == 3000 and not os.path.exists(mark):
        open(mark, "w").close()
        kills_its_agent(x)
    return x


def loglike(theta, data):
    """Uses only the last 100 rows, so that 1,000 calls do not take long."""
    return -0.5 * np.sum((data[-100:] - theta) ** 2)


def add_sum(x, data):
    return x + data.sum()


def add_sum_after_restart(x, data, mark):
    kills_its_agent_once(x, mark)
    return x + data.sum()


def add_weighted(x, data):
    """Gives every element of the array another weight, so that a wrong order is noticed. The text of
    the layout is a part of the result, too."""
    weights = np.arange(1.0, data.size + 1).reshape(data.shape)
    layout = data.flags.c_contiguous + 2 * data.flags.f_contiguous
    return np.array([x + np.sum(weights * data), layout, data.dtype.byteorder == ">", data.ndim])


def add_weighted_batch(x, data):
    return np.array([add_weighted(each, data) for each in x])


def spoils_whole(x, data):
    if x == 3:
        data[0] = 1
    return x


def dies_with_whole(x, data):
    if x == 17:
        os._exit(3)
    return x + data.sum()


def weighs(x, a=10, b=20, *, c, d=40):
    return x + 2 * np.sum(a) + 3 * np.sum(b) + 5 * np.sum(c) + 7 * np.sum(d)


def weighs_batch(x, a=10, b=20, *, c, d=40):
    return np.array(x) + 2 * a + 3 * b + 5 * c + 7 * d


def counts_names(x, **names):
    return x + len(names) * 100 + sum(names.values())


shifts = functools.partial(weighs, c=0)


def place(a, b, *, c):
    return 10000 * a + 100 * b + c


def pair_of(row, x, data):
    return np.array([row.sum() + data.sum(), x])


def not_three_five(a, b):
    if a == 3 and b == 5:
        raise ValueError("three and five")
    return a + b


def add_both(a, b):
    return a + b
