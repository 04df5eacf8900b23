#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tests of the arguments on the job page when something around them changes.

Arguments follow the names of parameters when another function is chosen. Defaults stay when files
are dropped. Files that are back or were rewritten are read again.

    test-arguments.py MAMUTO [STORY...]
"""

import os
import sys
import time

import numpy as np

from job_files import choose, open_more, ran_well, read, to_chooser, write
from story import story

MODEL = '''def first(x, data):
    return x + 1000 * data

def second(data, x):
    return x + 1000 * data

def third(theta, data, *others, scale=2.0):
    return theta + 1000 * data
'''


def make(folder):
    with open(os.path.join(folder, "model.py"), "w", encoding="utf-8") as file:
        file.write(MODEL)
    np.save(os.path.join(folder, "x.npy"), np.arange(100.0))
    np.save(os.path.join(folder, "data.npy"), np.arange(100.0) + 0.5)
    path = os.path.join(folder, "a.mamuto")
    with open(path, "w", encoding="utf-8") as file:
        file.write("[job]\nfunction = model.py:first\noutput = out.npy\n[argument 1]\nvalue = x.npy\n"
                   "[argument 2]\nvalue = data.npy\nkeep = yes\n")
    return [path]


def rows(window, *names):
    """Returns the titles and subtitles of the rows of the arguments, from top to bottom."""
    labels = [window.name(item) for item in window.walk() if item.role == "label" and window.in_sight(item)]
    found = []
    for name in names:
        labels = labels[labels.index(name):]
        found.append((labels[0], labels[1]))
    return found


X, DATA = "x.npy · 100 rows · float64", "data.npy · 100 rows · float64"
NO_PARAMETER = ("The function has no parameter “x”; choose another parameter for this argument, or remove the "
                "argument")


@story(files=make, size=(1200, 1100))
def arguments_follow_their_names(window):
    window.resize(1100, 1050)
    window.expect("first(x, data)")
    window.expect(X)
    window.expect(DATA)
    choose(window, "Function", "Down")
    window.expect("second(data, x)")
    window.wait(lambda: rows(window, "data", "x") == [("data", DATA), ("x", X)], "the arguments in the other order")
    window.click("Run")
    window.click("Show Results")
    ran_well(window, "100 rows")
    x = np.arange(100.0)
    assert np.array_equal(np.load(os.path.join(window.folder, "out.npy")), x + 1000 * (x + 0.5))


@story(files=make, size=(1200, 1100))
def an_argument_without_a_parameter_is_not_lost(window):
    """It is said, prevents a run and is not passed to *others. Another parameter can get it, by the keyboard."""
    window.resize(1100, 1050)
    window.expect(X)
    window.expect(DATA)
    choose(window, "Function", "Down", "Down")
    window.expect(holds="third(theta, data")
    window.wait(lambda: rows(window, "theta", "data", "scale", "x")[1:] ==
                [("data", DATA), ("scale", "Default: 2.0"), ("x", X + "\n" + NO_PARAMETER)], "the arguments")
    window.click("Run")
    window.wait(lambda: window.focused() and "Choose a File for theta" in window.name(window.focused()),
                "the focus on the argument without a value")
    window.expand("x", "Parameter")
    choose(window, "Parameter", "Down")
    window.wait(lambda: not window.find(holds="has no parameter"), "the end of the problem")
    window.wait(lambda: rows(window, "theta", "data", "scale") ==
                [("theta", X), ("data", DATA), ("scale", "Default: 2.0")], "the argument at its new parameter")
    window.click("Run")
    window.click("Show Results")
    ran_well(window, "100 rows")
    x = np.arange(100.0)
    assert np.array_equal(np.load(os.path.join(window.folder, "out.npy")), x + 1000 * (x + 0.5))


@story(files=make, size=(1200, 1100))
def the_first_function_gets_its_arguments_back(window):
    window.resize(1100, 1050)
    window.expect(X)
    window.expect(DATA)
    choose(window, "Function", "Down", "Down")
    window.expect(holds="has no parameter “x”")
    window.expect("• a", "label")
    choose(window, "Function", "Home")
    window.expect("first(x, data)")
    window.wait(lambda: rows(window, "x", "data") == [("x", X), ("data", DATA)], "the arguments")
    window.expect("a", "label")
    choose(window, "Function", "Down", "Down")
    window.expect(holds="has no parameter “x”")
    window.expand("x", "Remove This Argument")
    window.point("Remove This Argument", "label")
    window.wait(lambda: not window.find(holds="has no parameter"), "the end of the argument")
    window.key("ctrl+s")
    window.wait(lambda: "model.py:third" in read(window, "a.mamuto"), "the job in the file")
    text = read(window, "a.mamuto")
    assert "[argument 2]\nvalue = data.npy\nkeep = yes\nname = data\n" in text and "x.npy" not in text, text


@story(files=make, size=(1200, 1100))
def a_chosen_file_goes_to_no_other_job(window):
    """Another job is opened from a terminal while the file dialog of the first one is open."""
    path = lambda name: os.path.join(window.folder, name)
    np.save(path("new.npy"), np.arange(100.0) + 7)
    write(window, "b.mamuto", read(window, "a.mamuto").replace("first", "second"))
    window.resize(1100, 1050)
    window.expect(X)
    window.expect(DATA)
    window.click("Choose a File for x")
    window.expect("Cancel", "push button")
    open_more(window, "b.mamuto")
    window.expect("b", "label")
    window.xdotool("search", "--name", "Choose an Array or Table", "windowfocus")
    to_chooser(window, path("new.npy"))
    window.wait(lambda: rows(window, "data", "x") == [("data", X), ("x", DATA)], "the arguments of the other job")
    time.sleep(1)
    assert rows(window, "data", "x") == [("data", X), ("x", DATA)], "a file of another job was added"


def make_defaults(folder):
    make(folder)
    with open(os.path.join(folder, "defaults.py"), "w", encoding="utf-8") as file:
        file.write("def f(a, scale=2.0, shift=3.0, *, b):\n    return a * scale + b + shift\n")
    return [os.path.join(folder, name) for name in ("defaults.py", "x.npy", "data.npy", "data.npy")]


@story(files=make_defaults, size=(1200, 1100))
def defaults_stay_until_no_other_parameter_is_left(window):
    """The files are given to the program as those that are dropped on its window. The first two parameters without
    a default get the first two files."""
    window.resize(1100, 1050)
    window.expect("f(a, scale=2.0, shift=3.0, *, b)")
    window.wait(lambda: rows(window, "a", "scale", "shift", "b") ==
                [("a", X), ("scale", DATA), ("shift", "Default: 3.0"), ("b", DATA)], "the arguments")
    window.expand("scale", "Use the Default")
    window.point("Use the Default", "label")
    window.wait(lambda: rows(window, "scale") == [("scale", "Default: 2.0")], "the default")
    window.click("Run")
    window.click("Show Results")
    ran_well(window, "100 rows")
    window.expect(holds="Row 4: 15.5")  # 4 * 2 + 4.5 + 3


def make_missing(folder):
    files = make(folder)
    os.rename(os.path.join(folder, "data.npy"), os.path.join(folder, "away.npy"))
    return files


@story(files=make_missing)
def a_file_that_is_back_is_read_again(window):
    """The window keeps the focus all the time."""
    path = lambda name: os.path.join(window.folder, name)
    window.expect(X)
    window.expect(holds="data.npy: No such file")
    os.rename(path("away.npy"), path("data.npy"))
    window.expect(DATA)
    np.save(path("new.npy"), np.arange(50.0))
    os.rename(path("new.npy"), path("data.npy"))
    window.expect(holds="50 rows, 50 fewer than x")
    np.save(path("data.npy"), np.arange(100.0))
    window.expect(DATA)
    os.remove(path("data.npy"))
    window.expect(holds="data.npy: No such file")
    np.save(path("data.npy"), np.arange(100.0))
    window.click("Run")  # at once, so that the run waits for the file
    window.click("Show Results")
    ran_well(window, "100 rows")


if __name__ == "__main__":
    sys.exit(story.main())
