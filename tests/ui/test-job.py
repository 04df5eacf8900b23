#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The job page: files from the command line, lengths that differ, values, saving, the focus that Run
gives to what is missing.

    test-job.py MAMUTO
"""

import os
import sys

import numpy as np

from story import story

MODEL = '''import helpers

def scaled(x, y, factor=2.0):
    """The sum of both, scaled.

    Line that goes
    on."""
    return (x + y) * factor

def other(x):
    return x
'''


def make(folder, rows=1000, fewer=0):
    with open(os.path.join(folder, "model.py"), "w", encoding="utf-8") as file:
        file.write(MODEL)
    with open(os.path.join(folder, "helpers.py"), "w", encoding="utf-8") as file:
        file.write("")
    np.save(os.path.join(folder, "x.npy"), np.arange(rows, dtype=float))
    np.savez(os.path.join(folder, "more.npz"), a=np.ones(rows), b=np.arange(rows - fewer, dtype=float))
    with open(os.path.join(folder, "t.csv"), "w", encoding="utf-8") as file:
        file.write("u,v\n" + "".join("%d,%d\n" % (i, 2 * i) for i in range(rows)))


def all_files(folder):
    make(folder)
    return [os.path.join(folder, name) for name in ("model.py", "x.npy", "t.csv")]


def job_file(folder, second="more.npz:b", fewer=0, extra=""):
    make(folder, fewer=fewer)
    path = os.path.join(folder, "a.mamuto")
    with open(path, "w", encoding="utf-8") as file:
        file.write("# kept\n[job]\nfunction = model.py:scaled\n" + extra
                   + "[argument 1]\nvalue = x.npy\n[argument 2]\nvalue = %s\n" % second)
    return [path]


def choose(window, name, *keys):
    """Another item of the list of that name, by keyboard."""
    window.point(name, "combo box")
    window.wait(lambda: window.focused() and window.focused().getRoleName() == "list item", "the list")
    window.key(*keys, "Return")


@story(files=all_files)
def files_find_their_places(window):
    window.expect("Function", "combo box")
    choose(window, "Function", "Down")
    window.expect(holds="scaled(x, y, factor=2.0)")
    window.expect("x.npy · 1,000 rows · float64")
    window.expect(holds="t.csv · 1,000 × 2 · int64")
    window.expect("Default: 2.0")
    window.expect("The sum of both, scaled.\n\nLine that goes on.")
    window.point("y", "label")
    window.enter("Columns, as x or x,y (all, if empty)", "v")
    window.key("Return")
    window.expect("t.csv:v · 1,000 rows · int64")


@story(files=lambda folder: job_file(folder, fewer=1))
def lengths_that_differ_are_said_in_place(window):
    window.expect(holds="999 rows, 1 fewer than x")
    window.click("Run")
    window.wait(lambda: window.focused() and "Choose a File for y" in window.name(window.focused()),
                "the focus on the argument")


@story(files=lambda folder: job_file(folder, "=[1,"))
def a_value_is_corrected(window):
    window.expect(holds="JSON")
    window.point("y", "label")
    window.enter('Value, as 0.5, [1, 2, 3] or "text"', "1.5")
    window.expect("1.5, the same for every row")
    window.click("Run")
    window.click("Show Results")
    window.expect(holds="1,000 rows · float64")


@story
def run_without_a_function_leads_to_it(window):
    window.click("New Job")
    window.click("Run")
    window.wait(lambda: window.focused() and window.name(window.focused()).startswith("Choose"),
                "the focus on the file of the function")


@story(files=job_file)
def a_job_is_changed_saved_and_runs_by_its_command(window):
    window.expect(holds="more.npz:b · 1,000 rows")
    window.point("factor", "label")
    choose(window, "Given As", "Down")
    window.enter('Value, as 0.5, [1, 2, 3] or "text"', "3")
    window.expect("• a", "label")
    window.key("ctrl+s")
    window.expect("a", "label")
    path = os.path.join(window.folder, "a.mamuto")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    assert text.startswith("# kept\n[job]\nfunction = model.py:scaled\n"), text
    assert "[argument 3]\nname = factor\nvalue = =3\n" in text, text
    window.click("Run")
    window.click("Show Results")
    window.expect(holds="1,000 rows · float64")


@story(files=job_file)
def modules_beside_the_file_are_proposed(window):
    window.expect(holds="more.npz:b")
    window.point("Options", "label")
    window.expect("helpers", "label")
    window.click("Send Too")
    window.wait(lambda: window.text("Modules to Send, as helpers, pkg") == "helpers", "the module")


@story(files=job_file, size=(370, 650))
def a_narrow_window_shows_one_pane(window):
    window.resize(370, 490)
    window.wait(lambda: window.geometry()[1:] == (370, 490), "the smallest size")
    window.click("Show the Arrays")
    window.click("Back to the Job")
    window.expect(holds="scaled(x")


@story(files=job_file)
def every_control_has_a_name(window):
    window.expect(holds="more.npz:b")
    assert not window.unnamed(), window.unnamed()


if __name__ == "__main__":
    sys.exit(story.main())
