#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tests of the job page, on which the user selects a function and its arguments.

Arguments are files from the command line, arrays of different lengths, and values. The job is
saved. If an argument is missing, Run moves the focus to its field. The terminal program must run
the same job.

    test-job.py MAMUTO
"""

import os
import subprocess
import sys

import numpy as np

from job_files import all_files, choose, importing_job, job_file, make, ran_well, to_chooser
from story import story
from ui import Failure


def choose_column(window, argument, column):
    window.expand(argument, "Columns and Format")
    window.expand("Columns and Format", column)
    window.point(column, "check box")


@story(files=all_files, size=(1280, 1300))
def files_find_their_places(window):
    window.resize(1100, 1200)
    window.expect("Function", "combo box")
    choose(window, "Function", "Down")
    window.expect(holds="scaled(x, y, factor=2.0)")
    window.expect("x.npy · 1,000 rows · float64")
    window.expect(holds="t.csv · 1,000 × 2 · int64")
    window.expect("Default: 2.0")
    window.expect("The sum of both, scaled.\n\nLine that goes on.")
    choose_column(window, "y", "v, integers · 0")
    window.expect("t.csv:v · 1,000 rows · int64")


@story(files=lambda folder: job_file(folder, fewer=1))
def lengths_that_differ_are_said_in_place(window):
    window.expect(holds="999 rows, 1 fewer than x")
    window.click("Run")
    window.wait(lambda: window.focused() and "Choose a File for y" in window.name(window.focused()),
                "the focus on the argument")


@story(files=lambda folder: job_file(folder, "=[1,"))
def a_value_is_corrected(window):
    window.expect(holds="the closing bracket is missing")
    window.point("y", "label")
    window.enter('Value (e.g. 0.5, [1, 2, 3] or "text")', "1.5")
    window.expect("1.5, the same value for every row")
    window.click("Run")
    window.click("Show Results")
    ran_well(window)


def nameless_array(folder):
    """Writes a job file. Its argument is a file with two arrays, and the job does not say which
    array to use."""
    make(folder)
    os.mkdir(os.path.join(folder, "jobs"))
    path = os.path.join(folder, "jobs", "i8.mamuto")
    with open(path, "w", encoding="utf-8") as file:
        file.write("[job]\nfunction = ../model.py:other\n[argument 1]\nvalue = ../more.npz\n")
    return [path]


@story(files=nameless_array)
def one_of_several_arrays_is_chosen(window):
    """No array is chosen at first, and none if the file is chosen again."""
    window.expect(holds="choose one")
    window.expect("x", "label")
    window.expect(os.path.join(window.folder, "model.py"), "label")
    window.expand("x", "Array in the File")
    window.expand("Array in the File", "a, 1,000 rows · float64")
    assert not window.expect("a, 1,000 rows · float64", "check box").has("checked")
    window.point("a, 1,000 rows · float64", "check box")
    window.expect("more.npz:a · 1,000 rows · float64")
    window.wait(lambda: window.expect("a, 1,000 rows · float64", "check box").has("checked"), "the mark")
    window.click("Choose a File for x")
    to_chooser(window, os.path.join(window.folder, "more.npz"))
    window.expect(holds="contains 2 arrays; choose one")
    window.wait(lambda: not window.expect("a, 1,000 rows · float64", "check box").has("checked"), "no mark")


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
    choose(window, "Source", "Down", "Down")
    window.enter('Value (e.g. 0.5, [1, 2, 3] or "text")', "3")
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
    ran_well(window)


def grid_job(folder, extra=""):
    files = job_file(folder, "each:[1, 2]", extra="grid = yes\n" + extra)
    with open(files[0], encoding="utf-8") as file:
        text = file.read()
    with open(files[0], "w", encoding="utf-8") as file:
        file.write(text.replace("[job]\n", "[job]\nversion = 2\n"))
    return files


@story(files=grid_job, size=(1280, 1300))
def a_grid_outlives_changes_of_other_options(window):
    window.resize(1100, 1200)
    window.expect(holds="Row by row · all combinations · stop at a failed row")
    window.expand("Options", "When a Row Fails")
    choose(window, "When a Row Fails", "Down")
    window.expect(holds="Row by row · all combinations · continue after a failed row")
    window.key("ctrl+s")
    window.expect("Job saved")
    with open(os.path.join(window.folder, "a.mamuto"), encoding="utf-8") as file:
        text = file.read()
    assert "grid = yes\n" in text and "on-error = continue\n" in text, text


@story(files=lambda folder: grid_job(folder, "output = out.csv\n"))
def a_grid_is_not_run_into_a_table(window):
    window.expect(holds="all combinations · stop at a failed row · result saved to out.csv")
    window.expect(holds="2 rows · int64")
    window.click("Run")
    window.expect(holds="A table cannot contain the result of all combinations; choose a .npy file")


def sources_job(folder):
    """Writes a job file with a range, a list of texts, and a whole array from a file with several arrays."""
    make(folder)
    path = os.path.join(folder, "a.mamuto")
    with open(path, "w", encoding="utf-8") as file:
        file.write('[job]\nversion = 2\nfunction = model.py:scaled\n[argument 1]\nvalue = 0:1:2\n'
                   '[argument 2]\nvalue = each:["a/b", "t.csv:c"]\n[argument 3]\nvalue = @more.npz:b\n')
    return [path]


@story(files=sources_job, size=(1280, 1300))
def the_source_of_an_argument_is_named(window):
    """A range has no columns to choose. A whole array stays whole when another array of its file is chosen."""
    window.resize(1100, 1200)
    window.expect("0:1:2 · 2 rows · float64")
    window.expect(holds='each:["a/b", "t.csv:c"] · 2 rows · ')
    window.expect("more.npz:b · 1,000 rows · float64, the whole array for every row")
    window.expand("x", "Range")
    assert not window.find("Columns and Format"), window.tree()
    window.point("x", "label")
    window.expand("factor", "Whole Array")
    window.expand("Array in the File", "a, 1,000 rows · float64")
    window.point("a, 1,000 rows · float64", "check box")
    window.expect("more.npz:a · 1,000 rows · float64, the whole array for every row")
    window.key("ctrl+s")
    window.expect("Job saved")
    with open(os.path.join(window.folder, "a.mamuto"), encoding="utf-8") as file:
        text = file.read()
    assert "value = @more.npz:a\n" in text, text


SLEEPY = """import time

def f(x):
    time.sleep(60 if x == 5 else 0)
    return x
"""


def sleepy_job(folder):
    make(folder, rows=10)
    with open(os.path.join(folder, "sleepy.py"), "w", encoding="utf-8") as file:
        file.write(SLEEPY)
    path = os.path.join(folder, "a.mamuto")
    with open(path, "w", encoding="utf-8") as file:
        file.write("[job]\nfunction = sleepy.py:f\non-error = continue\n[argument 1]\nvalue = x.npy\n")
    return [path]


@story(files=sleepy_job, size=(1200, 1100))
def time_limits_are_set_saved_and_hold(window):
    path = os.path.join(window.folder, "a.mamuto")
    row, start = "Time Limit per Row (s)", "Time Limit to Start Python (s)"
    window.resize(1100, 1050)
    window.expect("x.npy · 10 rows · float64")
    window.expand("Options", row + " · none")
    window.enter(row + " · none", "0,50")
    window.expect("• a", "label")
    window.expect(holds="at most 500 ms per row")
    assert window.text(row) == "0,50"
    window.enter(start + " · 60 without activity", "soon")
    window.expect(start + " · not a number of seconds", "text")
    window.key("ctrl+s")
    window.expect("a", "label")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    assert "row-timeout = 0.5\n" in text and "start-timeout" not in text, text
    window.enter(start + " · not a number of seconds", "300")
    window.expect(start, "text")
    window.key("ctrl+s")
    window.wait(lambda: "start-timeout = 300\n" in open(path, encoding="utf-8").read(), "the other limit in the file")
    window.click("Run")
    window.expect("Show Results")
    window.point(window.name(window.expect(holds="Failed 1", role="page tab")), "page tab")
    window.expect(holds="took longer than the time limit of 0.5 s")
    window.key("alt+1")
    window.enter(row, "")
    window.key("BackSpace")
    window.expect(row + " · none", "text")
    window.key("ctrl+s")
    window.wait(lambda: "row-timeout" not in open(path, encoding="utf-8").read(), "no limit in the file")


@story(files=importing_job)
def modules_beside_the_file_are_proposed(window):
    window.expect(holds="more.npz:b")
    window.expect(holds="not sent: helpers")
    window.expand("Options", "helpers")
    window.click("Send")
    window.wait(lambda: window.text("Modules to Send (e.g. helpers, pkg)") == "helpers", "the module")


@story(files=lambda folder: job_file(folder, extra="send = ./x.npy, more.npz/\n"), size=(1200, 1300))
def files_to_send_are_shown_changed_and_saved(window):
    """Leaving the field without an edit does not change the job, however the job file spells the paths."""
    sent, modules = "Files to Send (e.g. data, table.bin)", "Modules to Send (e.g. helpers, pkg)"
    window.resize(1100, 1250)
    window.expect("x.npy · 1,000 rows · float64")
    window.expect(holds="more.npz:b · 1,000 rows")
    window.expect(holds="scaled(x, y, factor=2.0)")
    window.point("Options", "label")
    window.wait(lambda: window.text(sent) == "x.npy, more.npz", "the files")
    window.point(sent, "text")
    window.enter(modules, "helpers")
    window.wait(lambda: window.text(modules) == "helpers", "the focus on the next field")
    assert window.find("a", "label") and not window.find("• a", "label"), window.tree()
    window.enter(sent, "t.csv, helpers.py")
    window.key("Return")
    window.expect("• a", "label")
    window.key("ctrl+s")
    path = os.path.join(window.folder, "a.mamuto")
    window.wait(lambda: b"\nsend = t.csv, helpers.py\n" in bytes_of(path), "the other files in the file")


@story(files=job_file, size=(370, 650))
def a_narrow_window_shows_one_pane(window):
    window.resize(370, 490)
    window.click("Show the Arrays")
    window.click("Back to the Job")
    window.expect(holds="scaled(x")


LONG = "transmission_of_the_upper_atmosphere"


def long_names(folder):
    """Writes a job whose parameter and the column of its table have a long name."""
    make(folder)
    with open(os.path.join(folder, "model.py"), "w", encoding="utf-8") as file:
        file.write("def absorbed(%s):\n    return 1 - %s\n" % (LONG, LONG))
    with open(os.path.join(folder, "t.csv"), "w", encoding="utf-8") as file:
        file.write("%s,%s_error\n" % (LONG, LONG) + "0.5,0.1\n" * 10)
    path = os.path.join(folder, "a.mamuto")
    with open(path, "w", encoding="utf-8") as file:
        file.write("[job]\nversion = 1\nfunction = model.py:absorbed\n[argument 1]\nvalue = t.csv\n")
    return [path]


def check_width(window):
    """Fails if the content of the window is wider than the window, which would cut it."""
    width = window.find(role="frame").extents()[2]
    if width > 370:
        raise Failure("the content of the window is %d wide" % width)


@story(files=long_names, size=(370, 650))
def long_names_fit_into_a_narrow_window(window):
    window.resize(370, 650)
    window.expect(holds="10 × 2 · float64")
    check_width(window)
    window.click("Show the Arrays")
    window.click("Plot")
    window.expect(holds="Histogram")
    check_width(window)


@story(files=job_file)
def tab_walks_over_the_page(window):
    window.expect(holds="more.npz:b · 1,000 rows")
    window.wait(lambda: window.find(holds="Row 0:"), "the rows")
    seen = []
    for _ in range(40):
        window.key("Tab")
        item = window.wait(window.focused, "the focus")
        seen.append(window.name(item))
        if seen[-1] == "Go to row":
            break
    assert seen[-1] == "Go to row", seen
    for name in ("File", "Choose a File for x", "Options", "Copy Command", "Table"):
        assert any(name in one for one in seen), seen
    window.key("shift+Tab")
    window.wait(lambda: window.focused() and "Row 0" in window.name(window.focused()), "the rows again")
    window.key("shift+Tab")
    window.wait(lambda: window.focused() and "Row" not in window.name(window.focused()), "what is before the rows")


@story(files=lambda folder: job_file(folder, "=5"))
def typing_goes_on_after_saving(window):
    field = 'Value (e.g. 0.5, [1, 2, 3] or "text")'
    window.expect(holds="5, the same value for every row")
    window.point("y", "label")
    window.enter(field, "7")
    window.key("ctrl+s")
    path = os.path.join(window.folder, "a.mamuto")
    window.wait(lambda: "value = =7" in open(path, encoding="utf-8").read(), "the value in the file")
    window.type("5")
    window.wait(lambda: window.text(field) == "75", "what is typed")


@story(files=job_file)
def no_other_job_is_replaced(window):
    """The user types a file name without suffix. The file chooser does not ask whether to replace
    the file, because the program adds the suffix afterwards. Therefore the program must refuse to
    replace an existing file."""
    window.expect(holds="more.npz:b")
    other = os.path.join(window.folder, "other.mamuto")
    with open(other, "w", encoding="utf-8") as file:
        file.write("[job]\n")
    window.key("ctrl+shift+s")
    window.choose_file(other.removesuffix(".mamuto"))
    window.expect("The Job Could Not Be Saved")
    window.expect(holds="other.mamuto already exists")
    with open(other, encoding="utf-8") as file:
        assert file.read() == "[job]\n"


# ---- the same job in the terminal program ----

def cli(window):
    build = os.path.dirname(os.path.dirname(window.program))
    return os.path.join(build, "core", "cli", "mamuto-cli")


def bytes_of(path):
    with open(path, "rb") as file:
        return file.read()


def files_alone(folder):
    make(folder)
    return []


@story(files=files_alone, size=(1200, 1400))
def a_job_made_by_hand_runs_by_the_terminal_program(window):
    path = lambda name: os.path.join(window.folder, name)
    window.click("New Job")
    window.resize(1100, 1350)
    window.click("Choose… File")
    to_chooser(window, path("model.py"))
    choose(window, "Function", "Down")
    window.click("Choose a File for x")
    to_chooser(window, path("x.npy"))
    window.expect("x.npy · 1,000 rows · float64")
    window.click("Choose a File for y")
    to_chooser(window, path("t.csv"))
    window.expect(holds="t.csv · 1,000 × 2 · int64")
    choose_column(window, "y", "v, integers · 0")
    window.expect("t.csv:v · 1,000 rows · int64")
    window.point("Keep on Hosts", "check box")
    window.expect("kept", "label")
    window.point("y", "label")
    window.expand("Options", "Choose a File for the Result")
    window.click("Choose a File for the Result")
    to_chooser(window, path("out.npy"))
    window.expect(holds="result saved to out.npy")
    window.key("ctrl+s")
    to_chooser(window, path("hand.mamuto"))
    window.expect("hand", "label")
    window.click("Run")
    window.click("Show Results")
    ran_well(window)
    here = bytes_of(path("out.npy"))
    os.remove(path("out.npy"))
    done = subprocess.run([cli(window), "map", "--job", path("hand.mamuto")], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert bytes_of(path("out.npy")) == here
    x = np.arange(1000, dtype=float)
    assert np.array_equal(np.load(path("out.npy")), (x + 2 * x) * 2)


NASTY = "it's a \"$HOME\" \\n `id` & #é =1"


def nasty_files(folder):
    make(folder, imports="import helpers\n\n")
    inside = os.path.join(folder, NASTY)
    os.mkdir(inside)
    for old, new in (("model.py", "model.py"), ("x.npy", "-x $y.npy"), ("helpers.py", "helpers.py"),
                     ("t.csv", "=t 'u'.csv")):
        os.rename(os.path.join(folder, old), os.path.join(inside, new))
    job = os.path.join(inside, "a;b.mamuto")
    with open(job, "w", encoding="utf-8") as file:
        file.write("[job]\nfunction = model.py:scaled\non-error = continue\noutput = $o 'ut.csv\ndepends = helpers\n"
                   "[argument 1]\nvalue = -x $y.npy\nkeep = yes\n[argument 2]\nvalue = ./=t 'u'.csv:v\n"
                   "[argument 3]\nvalue = =1.5\n")
    return [job]


@story(files=nasty_files)
def the_command_that_is_copied_gives_the_same(window):
    window.expect(holds="'u'.csv:v · 1,000 rows")
    window.click("Run")
    window.click("Show Results")
    ran_well(window)
    output = os.path.join(window.folder, NASTY, "$o 'ut.csv")
    here = window.wait(lambda: os.path.exists(output) and bytes_of(output), "the result")
    assert here.startswith(b"value\n"), here[:20]
    os.remove(output)
    window.key("alt+1")
    window.click("Copy Command")
    # The notification may cover the field, so focus() clicks until the field has the focus.
    window.expect(holds="Command copied")
    window.focus("Go to row")
    window.key("ctrl+a", "ctrl+v")
    line = window.wait(lambda: window.text("Go to row"), "the line")
    assert cli(window) in line or line.startswith("mamuto-cli "), line
    for shell in ("sh", "bash", "zsh"):
        done = subprocess.run([shell, "-c", line], capture_output=True, text=True, cwd="/")
        assert done.returncode == 0, (line, done.stderr)
        assert bytes_of(output) == here
        os.remove(output)


# ---- parameters of functions ----

STAR = """def star(first, *rest):
    return first

def nothing():
    return 1
"""


def star_files(folder):
    make(folder)
    with open(os.path.join(folder, "star.py"), "w", encoding="utf-8") as file:
        file.write(STAR)
    return [os.path.join(folder, name) for name in ("star.py", "x.npy")]


@story(files=star_files, size=(1200, 1100))
def arguments_are_added_and_removed(window):
    window.resize(1100, 1050)
    window.expect("x.npy · 1,000 rows · float64")
    choose(window, "Function", "Down")
    window.expect("star(first, *rest)")
    window.click("Add an Argument")
    window.expect("rest[0]", "label")
    window.point("Add an Argument", "push button")
    window.point("rest[1]", "label")
    choose(window, "Source", "Down", "Down")
    window.enter('Value (e.g. 0.5, [1, 2, 3] or "text")', "7")
    window.expect("7, the same value for every row")
    removes = [item for item in window.walk()
               if window.name(item) == "Remove This Argument" and item.role == "label" and window.in_sight(item)]
    x, y = window.place(removes[-1])
    window.xdotool("mousemove", str(x), str(y), "click", "1")
    window.wait(lambda: not window.find("rest[1]", "label"), "one argument fewer")
    window.expect("rest[0]", "label")


@story(files=job_file)
def every_control_has_a_name(window):
    window.expect(holds="more.npz:b")
    assert not window.unnamed(), window.unnamed()


if __name__ == "__main__":
    sys.exit(story.main())
