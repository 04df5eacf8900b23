#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tests of the sources of an argument on the job page: rows of a file, a whole array, a value and a
range, all combinations of several arguments, and what is offered if their lengths differ. The saved
job file and the result of a real run are checked.

    test-sources.py MAMUTO
"""

import os
import sys

import numpy as np

from job_files import choose, read, settle, write
from story import story
from ui import Failure

MODEL = '''import numpy as np

def same(x):
    return x

def add(p, q, r=0.0):
    return 100 * np.sum(p) + 10 * np.sum(q) + np.sum(r)

def size(x, value=None):
    return float(len(repr(value)))
'''
VALUE = 'Value (e.g. 0.5, [1, 2, 3] or "text")'
LIST = 'Values (e.g. 1, 2, 5 or "a", "b")'
COUNT = "Number of Values"
# keys that select a source in its list
WHOLE, VALUES = ("Home", "Down"), ("Home", "Down", "Down")


def job_of(function, *arguments, options="output = out.npy\n"):
    """Returns a function that writes a job file of version 2 and the files of its arguments."""
    def make(folder):
        def path(name):
            return os.path.join(folder, name)

        for name, text in (("model.py", MODEL), ("t.csv", "u,v\n" + "".join("%d,%d\n" % (i, 2 * i) for i in range(8)))):
            with open(path(name), "w", encoding="utf-8") as file:
                file.write(text)
        for name, n in (("few", 3), ("also", 3), ("data", 1000)):
            np.save(path(name + ".npy"), np.arange(n, dtype=float))
        with open(path("a.mamuto"), "w", encoding="utf-8") as file:
            file.write("[job]\nversion = 2\nfunction = model.py:%s\n%s" % (function, options))
            for number, (name, value) in enumerate(arguments, 1):
                file.write("[argument %d]\nname = %s\nvalue = %s\n" % (number, name, value))
        return [path("a.mamuto")]
    return make


def open_argument(window, name, shows="Source"):
    window.resize(1100, 1200)
    window.expect(holds="(", role="label")
    window.expand(name, shows)


def save(window):
    """Saves the job with the keyboard. Returns the text of the job file."""
    window.key("ctrl+s")
    window.expect("a", "label")
    return read(window, "a.mamuto")


def run(window):
    """Runs the job. Returns the array in its output file."""
    window.click("Run")
    window.expect("Show Results")
    window.wait(lambda: not window.find(holds="Failed after "), "a run that does not fail")
    return np.load(os.path.join(window.folder, "out.npy"))


def equal(found, expected):
    assert found.shape == np.shape(expected) and np.array_equal(found, expected), (found, expected)


# ---- ranges ----

@story(files=job_of("same", ("x", "t.csv:u")), size=(1280, 1300))
def a_range_is_entered_saved_and_run(window):
    window.expect("t.csv:u · 8 rows · int64")
    open_argument(window, "x")
    choose(window, "Source", "End")
    window.expect("From", "text")
    window.expect("Fill in the fields of the range")
    window.enter("From", "0")
    window.key("Tab")
    window.type("1")
    window.key("Tab")
    window.type("101")
    window.expect("101 values: 0, 0.01, 0.02 … 1")
    window.expect("0:1:101 · 101 rows · float64")
    assert "value = 0:1:101\n" in save(window)
    equal(run(window), np.linspace(0, 1, 101))


@story(files=job_of("same", ("x", "0:1:101")), size=(1280, 1300))
def each_kind_of_range_is_edited(window):
    open_argument(window, "x", "101 values: 0, 0.01, 0.02 … 1")
    window.enter(COUNT, "5")
    window.expect("5 values: 0, 0.25, 0.5 … 1")
    window.enter("From", "0,5")
    window.expect("5 values: 0.5, 0.625, 0.75 … 1")
    assert window.text("From") == "0,5"
    assert "value = 0.5:1:5\n" in save(window)
    window.enter("From", "1e-2")
    choose(window, "Kind of Range", "Home", "Down")
    window.expect("5 values: 0.01, 0.0316227766, 0.1 … 1")
    assert "value = log:1e-2:1:5\n" in save(window)
    choose(window, "Kind of Range", "Home", "Down", "Down")
    window.expect("From · not a whole number", "text")
    window.enter("From · not a whole number", "-2")
    window.expect("4 values: -2, -1, 0, 1")
    assert "value = -2..1\n" in save(window)
    choose(window, "Kind of Range", "End")
    window.enter(LIST, "'a', \"b\"")
    window.expect("2 values: a, b")
    assert "value = each:['a', \"b\"]\n" in save(window)
    window.enter(LIST, "1, 2.5")
    window.expect("2 values: 1, 2.5")
    assert "value = each:[1, 2.5]\n" in save(window)
    equal(run(window), [1, 2.5])


@story(files=job_of("same", ("x", "0:1:5")), size=(1280, 1300))
def a_wrong_range_is_shown_and_does_not_run(window):
    """Neither the job nor its file gets anything else in silence."""
    open_argument(window, "x", "5 values: 0, 0.25, 0.5 … 1")
    for field, text, remark in (("To", "1,234", "write the decimal separator as a point"),
                                (COUNT, "1", "at least 2, because both ends are included"), (COUNT, "t.csv", "not a whole number")):
        before = window.text(field)
        window.enter(field, text)
        window.expect(field + " · " + remark, "text")
        window.expect(holds="\n%s: %s" % (field, remark))
        assert not window.find(holds="5 values:"), window.tree()
        window.enter(field + " · " + remark, before)
        window.expect("5 values: 0, 0.25, 0.5 … 1")
    window.enter(COUNT, "10x")
    window.expect(COUNT + " · not a whole number", "text")
    assert "value = 0:1:5\n" in save(window), "10 was valid for a moment"
    window.enter(COUNT + " · not a whole number", "5")
    window.expect("5 values: 0, 0.25, 0.5 … 1")
    window.enter("To", "far")
    choose(window, "Source", *VALUES)
    choose(window, "Source", "End")
    window.expect("5 values: 0, 0.25, 0.5 … 1")
    window.enter("To", "far")
    window.point("x", "label")
    window.click("Run")
    # The remark is there before, so only the focus shows that the run was refused. It leaves the row for
    # the field, an AdwEntryRow, which does not report it.
    window.wait(lambda: not window.focused(), "the focus on the field")
    window.key("ctrl+a")
    window.type("2")
    window.expect("5 values: 0, 0.5, 1 … 2")
    assert not os.path.exists(os.path.join(window.folder, "out.npy"))


@story(files=job_of("same", ("x", "0:0:5")), size=(1280, 1300))
def other_kinds_of_range_are_checked_when_they_are_chosen(window):
    open_argument(window, "x", "5 values: 0, 0, 0 … 0")
    choose(window, "Kind of Range", "Home", "Down")
    window.expect("From · must be greater than 0", "text")
    window.expect("To · must be greater than 0", "text")
    choose(window, "Kind of Range", "End")
    window.enter(LIST, "fast")
    window.expect(LIST + ' · a text needs quotes; write "fast"', "text")
    assert "value = 0:0:5\n" in save(window), read(window, "a.mamuto")


@story(files=job_of("add", ("p", "few.npy"), ("q", "each:[1,"), ("r", "0..99999999999999999999")), size=(1280, 1300))
def texts_that_no_editor_can_write_stay(window):
    window.expect(holds="the closing bracket is missing")
    open_argument(window, "q", LIST)
    window.point("q", "label")
    window.expand("r", "To · too large")
    window.point("Options", "label")
    choose(window, "When a Row Fails", "Down")
    window.expect("• a", "label")
    text = save(window)
    assert "value = each:[1,\n" in text and "value = 0..99999999999999999999\n" in text, text


# ---- files and values ----

@story(files=job_of("add", ("p", "few.npy"), ("q", "t.csv:v+header=yes")), size=(1280, 1300))
def another_source_keeps_the_file(window):
    window.expect(holds="8 rows, 5 more than p")
    open_argument(window, "q")
    choose(window, "Source", *WHOLE)
    window.expect(holds="8 rows · int64, the whole array for every row")
    assert "value = @t.csv:v+header=yes\n" in save(window)
    choose(window, "Source", *VALUES)
    window.enter(VALUE, "7")
    window.expect("7, the same value for every row")
    assert "value = 7\n" in save(window) or "value = =7\n" in save(window)
    choose(window, "Source", "End")
    window.enter("From", "1")
    window.enter("To", "3")
    window.enter(COUNT, "3")
    window.expect("3 values: 1, 2, 3")
    choose(window, "Source", *VALUES)
    window.expect("7, the same value for every row")
    choose(window, "Source", "Home")
    window.expect(holds="8 rows, 5 more than p")
    assert "value = t.csv:v+header=yes\n" in save(window)
    choose(window, "Source", "End")
    window.expect("3 values: 1, 2, 3")
    choose(window, "Source", *WHOLE)
    window.expect(holds="8 rows · int64, the whole array for every row")
    equal(run(window), [100 * a + 10 * 56 for a in range(3)])


@story(files=job_of("size", ("x", "few.npy")), size=(1280, 1300))
def every_value_of_the_terminal_is_taken(window):
    open_argument(window, "value")
    choose(window, "Source", *VALUES)
    for text, shown in (("0.5", "0.5"), ("'fast'", '"fast"'), ("True", "true"), ("None", "null"), ("nan", "NaN"),
                        ("[1, 'a', {'k': .5}]", None)):
        window.enter(VALUE, text)
        window.expect(holds=", the same value for every row")
        if shown:
            window.expect(shown + ", the same value for every row")
    for text, problem in (("fast", 'a text needs quotes; write "fast"'), ("0,5", "write 0.5 or [0, 5]"),
                          ("(1, 2)", "write [1, 2]"), ("[1", "the closing bracket is missing"),
                          ("@few.npy", 'write "@few.npy"'), ("true1", 'write "true1"')):
        window.enter(VALUE, text)
        window.expect(holds=text + "\n")
        item = window.expect(holds=problem)
        assert "'" not in window.name(item).replace(text, ""), window.name(item)
        window.expect(VALUE, "text")
    window.enter(VALUE, "[1, 'a', {'k': .5}]")
    window.expect(holds=", the same value for every row")
    save(window)
    equal(run(window), [len(repr([1, "a", {"k": 0.5}]))] * 3)


# ---- several arguments ----

@story(files=job_of("add", ("p", "0..9"), ("q", "few.npy"), ("r", "each:[0.5, 0.25]")), size=(1280, 1300))
def all_combinations_are_counted_and_run(window):
    open_argument(window, "p", "From")
    window.expect("10 × 3 × 2 = 60 calls")
    window.expect(holds="3 rows, 7 fewer than p")
    window.point("All Combinations", "label")
    window.wait(lambda: not window.find(holds="fewer than p"), "no difference")
    window.expect(holds="Row by row · all combinations")
    window.enter("To", "4")
    window.expect("5 × 3 × 2 = 30 calls")
    text = save(window)
    assert "grid = yes\n" in text and "value = 0..4\n" in text, text
    equal(run(window), [[[100 * a + 10 * b + c for c in (0.5, 0.25)] for b in range(3)] for a in range(5)])


@story(files=job_of("add", ("p", "0..9000000000000000"), ("q", "0..9000000000000000"), ("r", "1"),
                    options="grid = yes\noutput = out.npy\n"), size=(1280, 1300))
def more_combinations_than_can_be_counted_are_refused(window):
    open_argument(window, "q", "From")
    window.expect(holds=": more than can be counted")
    window.click("Run")
    window.expect(holds="The arguments have more combinations than can be counted")
    window.enter("To", "99")
    window.expect("100 × 9,000,000,000,000,001 = 900,000,000,000,000,100 calls")
    choose(window, "Source", *VALUES)
    window.enter(VALUE, "3")
    window.expect("9,000,000,000,000,001 calls")


@story(files=job_of("add", ("p", "few.npy"), ("q", "data.npy")), size=(1280, 1300))
def of_two_lengths_either_may_be_whole(window):
    window.resize(1100, 1200)
    window.expect(holds="1,000 rows, 997 more than p")
    window.expect("Each of the 1,000 calls gets all 3 rows")
    window.expect("Each of the 3 calls gets all 1,000 rows")
    window.expect("Give All of few.npy to Every Call")
    window.point("Give All of data.npy to Every Call", "label")
    window.expect("data.npy · 1,000 rows · float64, the whole array for every row")
    window.wait(lambda: not window.find(holds="Give All of"), "no proposal")
    assert "value = @data.npy\n" in save(window)
    equal(run(window), [100 * a + 10 * 499500 for a in range(3)])


@story(files=job_of("add", ("p", "data.npy"), ("q", "few.npy"), ("r", "also.npy")), size=(1280, 1300))
def the_length_that_differs_from_all_others_is_meant(window):
    """The proposal is reached with the keyboard."""
    window.resize(1100, 1200)
    window.expect(holds="1,000 rows, 997 more than q")
    window.expect("Give All of data.npy to Every Call", "label")
    assert not window.find("Give All of few.npy to Every Call") and not window.find(holds="fewer than"), window.tree()
    window.click("Run")
    window.wait(lambda: window.focused() and "Choose a File for p" in window.name(window.focused()),
                "the focus on the argument")
    for _ in range(12):
        window.key("Tab")
        if "Give All of data.npy" in window.name(window.wait(window.focused, "the focus")):
            break
    window.key("Return")
    window.expect("data.npy · 1,000 rows · float64, the whole array for every row")
    assert "value = @data.npy\n" in save(window)
    equal(run(window), [100 * 499500 + 11 * b for b in range(3)])


# ---- other looks ----

@story(files=job_of("add", ("p", "0:1:11"), ("q", "data.npy")), size=(400, 760), language="de_DE")
def a_narrow_german_window_has_room_for_all(window):
    window.resize(370, 750)
    window.expand("p", "11 Werte: 0; 0,1; 0,2 … 1")
    assert window.geometry()[1] == 370, window.geometry()
    assert not window.unnamed(), window.unnamed()
    window.expect(holds="data.npy jedem Aufruf", role="label")


@story(files=job_of("add", ("p", "t.csv:u"), ("q", "0:1:8"), ("r", "=5.0")), size=(1280, 1300))
def the_arguments_are_used_by_keys_alone(window):
    """Every control has a name for screen readers. Return opens and closes rows, and Escape closes a
    list and changes nothing."""
    def walk(key, role, name):
        """Presses the key until the object has the focus. Returns the names of those before it."""
        seen = []
        for _ in range(40):
            window.key(key)
            item = window.wait(window.focused, "the focus")
            if (item.role, window.name(item)) == (role, name):
                return seen
            seen.append(window.name(item))
        raise Failure("%s does not lead to “%s”, but to %s" % (key, name, seen))

    window.resize(1100, 1200)
    window.expect("t.csv:u · 8 rows · int64")
    for name in ("p", "q", "r"):
        # the row before it is closed, so that its content is left out
        assert "Source" not in walk("Tab", "list item", name)
        window.key("Return")
        walk("Tab", "combo box", "Source")
        window.key("Return")
        window.wait(lambda: window.focused() and window.focused().parent.parent.role == "scroll pane", "the list")
        window.key("Down", "Escape")
        window.wait(lambda: window.focused() and window.focused().role == "combo box", "the end of the list")
        assert not window.unnamed(), window.unnamed()
        walk("shift+Tab", "list item", name)
        window.key("Return")
    window.key("ctrl+Return")
    window.click("Show Results")
    window.expect(holds="8 rows")
    equal(np.load(os.path.join(window.folder, "out.npy")), 100 * np.arange(8) + 10 * np.linspace(0, 1, 8) + 5)


if __name__ == "__main__":
    sys.exit(story.main())
