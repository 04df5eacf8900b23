#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tests of the progress page, which shows a run.

Some runs end by themselves. Others are stopped, and their partial results are saved. The user
excludes a host during a run. The page shows the printed text and the failed rows.

    test-progress.py MAMUTO
"""

import atexit
import csv
import os
import shutil
import sys
import tempfile

import numpy as np

import silent
from story import story

FOLDER = tempfile.mkdtemp(prefix="mamuto-jobs-")
OWNER = os.getpid()
ROWS = 400000  # so many rows that no run ends before the test stops it
CODE = """
import time

def slow(x):
    time.sleep(0.002)
    return x * 2

def failing(x):
    time.sleep(0.002)
    if x % 500 == 0:
        raise ValueError("x is a multiple of 500")
    return x

def sleepy(x):
    time.sleep(60)
    return x

def brief(x):
    time.sleep(0.001)
    return x

def quick(x):
    return x + 1

def empty(x):
    return x

def talkative(x):
    if x % 100 == 0:
        print("at row", int(x))
    if x % 1000 == 500:
        raise ValueError("x = %d ends in 500" % x)
    if x % 2000 == 700:
        raise KeyError("no such thing")
    return x * 2

def disguised(x):
    print("printed \u202e\x9b")
    raise ValueError("raised \u202e\x9b2J")
"""
DISGUISES = "\u202e\x9b"


def job(function, n):
    """Writes a job file that calls the function for the numbers 0 to n - 1. A row that fails does
    not stop the run. Returns the path of the file."""
    os.makedirs(FOLDER, exist_ok=True)
    path = os.path.join(FOLDER, function + ".mamuto")
    np.save(os.path.join(FOLDER, function + ".npy"), np.arange(float(n)))
    with open(os.path.join(FOLDER, "rows.py"), "w", encoding="utf-8") as file:
        file.write(CODE)
    with open(path, "w", encoding="utf-8") as file:
        file.write("[job]\nversion = 1\nfunction = rows.py:%s\non-error = continue\n"
                   "[argument 1]\nname = x\nvalue = %s.npy\n" % (function, function))
    return path


SILENT = silent.Hosts(30)


def with_silent_hosts(path):
    """Writes a cluster file with this computer and 30 silent hosts, which never send a byte.
    Returns the path of this file and @path, the path of a job."""
    cluster = os.path.join(FOLDER, "silent.cfg")
    with open(cluster, "w", encoding="utf-8") as file:
        file.write("[parameters]\nhosts = {%s}\n" % ", ".join('"%s": 1' % name for name in ["localhost", *SILENT.names]))
    return [cluster, path]


@atexit.register
def tidy():
    if os.getpid() == OWNER:
        shutil.rmtree(FOLDER, ignore_errors=True)


def open_tab(window, title):
    """Opens the tab whose title contains @title. The title may also contain a number, as in “Failed
    15”."""
    x, y = window.place(window.expect(holds=title, role="page tab"))
    window.xdotool("mousemove", str(x), str(y), "click", "1")


def run(window):
    window.expect(holds="rows · float64")
    window.click("Run")
    window.expect("Stop")


def rows_done(window):
    """Returns the number of finished rows: 412000 if the page shows "412,000 of 1,000,000 rows"."""
    label = window.find(holds=" rows", role="label")
    words = window.name(label).split() if label else []
    return int(words[0].replace(",", "")) if len(words) == 4 and words[1] == "of" else 0


def save_as(window, path):
    window.choose_file(path)
    window.expect(holds="Saved as ")
    # No window manager is running, so the test itself gives the focus back to the window after the
    # dialog has closed.
    window.xdotool("windowfocus", window.geometry()[0])


@story
def example_to_the_end(window):
    window.click("Open the Example")
    window.expect(holds="1,500,000 × 3")
    window.click("Run")
    window.expect(holds="This Computer, Computing", role="list item")
    window.expect(holds="rows/s · ")
    window.expect("Show Results", seconds=120)
    window.expect("1,500,000 of 1,500,000 rows")
    window.expect(holds="This Computer, Done", role="list item")
    timeline = window.expect("Timeline", role="image")
    assert "2 cores" in timeline.description or "1 host with" in timeline.description, timeline.description


@story(arguments=[job("slow", ROWS)])
def stop_and_save(window):
    run(window)
    window.wait(lambda: rows_done(window) > 0, "a row")
    window.click("Stop")
    window.expect("Stopped. The computed rows are kept.")
    done = rows_done(window)
    assert 0 < done < ROWS, done
    window.click("Save Partial Results…")
    path = os.path.join(window.folder, "part.npy")
    save_as(window, path)
    result, missing = np.load(path), np.load(os.path.join(window.folder, "part.mask.npy"))
    assert len(result) == ROWS and (~missing).sum() == done, (done, (~missing).sum())
    assert np.array_equal(result[~missing], 2 * np.flatnonzero(~missing))
    window.wait(lambda: not window.find("Save Partial Results…"), "the button to go")


@story(arguments=[job("sleepy", 4)])
def stopped_before_any_row(window):
    """The user stops a run before any row was computed. The page says so, and offers neither saving
    nor showing results."""
    run(window)
    window.expect(holds="This Computer, Computing", role="list item")
    window.click("Stop")
    window.expect("Stopped before any row was computed.")
    assert not window.find("Save Partial Results…") and not window.find("Show Results")


@story(arguments=[job("slow", ROWS)])
def cores_during_a_run(window):
    run(window)
    window.wait(lambda: rows_done(window) > 0, "a row")
    window.point("This Computer, Computing", "list item")
    window.click("Leave Out")
    window.expect(holds="This Computer, Left out", role="list item")
    window.click("Use Again")
    window.expect(holds="This Computer, Computing", role="list item")
    window.key("Escape")
    window.click("Stop")
    window.expect("Show Results")


@story(arguments=with_silent_hosts(job("slow", ROWS)), prepare=SILENT.prepare)
def hosts_stay_where_they_are_looked_at(window):
    """The list of hosts must not scroll or change its order when hosts fail."""
    run(window)
    window.expect("This Computer, Computing", role="list item")
    silent.scroll_to(window, "s25, Connecting")
    place = silent.place_in_list(window, "s20, Connecting")
    done = rows_done(window)
    SILENT.cut()
    window.expect("s20, Failed", role="list item")
    window.expect("s19, Failed", role="list item")
    window.wait(lambda: rows_done(window) > done, "more rows")
    # A notice may have appeared above the list. It may move the list by a few pixels.
    now = silent.place_in_list(window, "s20, Failed")
    assert now is not None and abs(now - place) < 5, "the list has moved"
    window.click("Stop")
    window.expect("Show Results")


@story(arguments=[job("talkative", 10000)])
def log_and_failed_rows(window):
    window.expect(holds="rows · float64")
    window.click("Run")
    window.expect("Show Results", seconds=60)
    window.expect(holds=" · 15 failed")
    window.point("Log 100", "page tab")
    window.expect(holds="at row ", role="list item")
    window.point("Find in Log")
    window.type("ROW 4200")
    window.expect("1 line")
    window.expect("at row 4200", role="list item")
    window.point("Failed 15", "page tab")
    window.expect("10 rows: ValueError: x = … ends in 500", role="list item")
    window.expect("5 rows: KeyError: 'no such thing'", role="list item")
    window.point("10 rows: ValueError: x = … ends in 500", "list item")
    window.key("Return", "Down")
    window.expect("Row 500 · This Computer", role="label")
    window.expect(holds="x = 500")
    window.expect(holds="Traceback")
    window.click("Run Row Locally")
    window.expect(holds="The row fails on this computer, too:")
    export_failed(window)


def export_failed(window):
    """Exports the failed rows as a CSV table. Checks the row numbers and error messages in the
    table."""
    window.click("Export…")
    path = os.path.join(window.folder, "failed.csv")
    save_as(window, path)
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [int(row["row"]) for row in rows] == [i for i in range(10000) if i % 1000 == 500 or i % 2000 == 700], rows
    assert {row["cause"] for row in rows} == {*("ValueError: x = %d ends in 500" % i for i in range(500, 10000, 1000)), "KeyError: 'no such thing'"}, rows
    assert all(row["host"] == "localhost" and "in talkative" in row["traceback"] for row in rows), rows


@story(arguments=[job("disguised", 3)])
def texts_of_functions_cannot_disguise_others(window):
    """Neither the pages nor what is copied from them contain characters that change the direction of
    text or control a terminal."""
    window.expect(holds="rows · float64")
    window.click("Run")
    window.expect("Show Results", seconds=60)
    window.point("Failed 3", "page tab")
    window.expect(holds="3 rows: ValueError: raised \\u202e\\x9b2J", role="list item")
    window.expect(holds="Traceback")
    assert not any(c in window.name(item) for item in window.walk() for c in DISGUISES), window.tree()
    window.click("Copy")
    window.point("Log 3", "page tab")
    window.expect(holds="printed \\u202e\\x9b", role="list item")
    assert not any(c in window.name(item) for item in window.walk() for c in DISGUISES), window.tree()
    window.key("alt+1")
    window.focus("Go to row")
    window.key("ctrl+v")
    text = window.wait(lambda: window.text("Go to row"), "the copied text")
    assert "raised \\u202e\\x9b2J" in text and not any(c in text for c in DISGUISES), text


@story(arguments=[job("failing", ROWS)])
def failed_rows_while_it_runs(window):
    """During a run, the failed rows are grouped by their error. The selected row must stay selected
    when more rows fail."""
    run(window)
    window.wait(lambda: rows_done(window) > 0, "a row")
    open_tab(window, "Failed")
    window.expect(holds=": ValueError: x is a multiple of 500", role="list item")
    window.expect(holds=" failed so far", role="label")
    window.expect("Row 0 · This Computer", role="label")
    window.wait(lambda: window.find("Row 1,000 · This Computer", role="list item"), "a later row")
    assert window.find("Stop") and window.find("Row 0 · This Computer", role="label")
    assert not window.find("Export…")
    window.click("Stop")
    window.expect("Export…")
    window.expect("Row 0 · This Computer", role="label")


def read_lines(path):
    with open(path, encoding="utf-8") as file:
        return file.read().splitlines()


@story(arguments=[job("quick", 2000)])
def notified_without_the_focus(window):
    """At the end of a run, Mamuto sends a desktop notification if another window has the focus. If
    its own window has the focus, Mamuto sends no notification."""
    path = os.path.join(window.folder, "notifications")
    window.spawn([sys.executable, "-B", os.path.join(os.path.dirname(__file__), "notifications.py"), path])
    window.wait(lambda: os.path.exists(path) and read_lines(path) == ["ready"], "the place for notifications")
    number = window.geometry()[0]
    window.xdotool("windowfocus", "--sync", number)
    window.expect(holds="rows · float64")
    window.click("Run")
    window.expect("Show Results", seconds=60)
    window.xdotool("windowfocus", "--sync", window.open_another())
    window.click("Run")
    window.click("Discard")
    window.wait(lambda: len(read_lines(path)) > 1, "the notification", 60)
    said = read_lines(path)
    assert len(said) == 2 and said[1].startswith("The run has ended: quick "), said


@story(arguments=[job("empty", 0)])
def no_rows_at_all(window):
    """A run of a job without rows ends so early that GTK has not yet laid out the list of hosts."""
    window.expect(holds="0 rows · float64")
    window.click("Run")
    window.expect("0 of 0 rows")
    window.expect("This Computer, Done")


@story(arguments=[job("slow", ROWS)])
def closing_during_a_run(window):
    run(window)
    window.wait(lambda: rows_done(window) > 0, "a row")
    window.key("ctrl+w")
    window.expect("The Job Is Running")
    window.click("Keep Running")
    window.wait(lambda: not window.find("The Job Is Running"), "the end of the question")
    done = rows_done(window)
    window.wait(lambda: rows_done(window) > done, "more rows")
    window.xdotool("windowfocus", window.geometry()[0])
    window.key("ctrl+w")
    window.click("Stop and Close")
    window.process.wait(30)
    assert window.process.returncode == 0, window.process.returncode


@story(arguments=[job("brief", 3000)])
def timeline_by_keys(window):
    """In the timeline, Left and Right select the previous or next bar of a row. Up and Down select
    another row. The description of the selected bar is shown. The + key zooms in."""
    run(window)
    window.expect("Show Results", seconds=60)
    open_tab(window, "Timeline")
    timeline = window.expect("Timeline", role="image")
    assert "total computing time" in timeline.description, timeline.description
    x, y, width, height = timeline.extents()
    window.xdotool("mousemove", str(x + width // 2), str(y + height - 4), "click", "1")
    seen = []

    def press(key, wanted):
        before = timeline.description
        window.key(key)
        window.wait(lambda: timeline.description != before and wanted in timeline.description,
                    "“%s” after %s, not “%s”" % (wanted, key, timeline.description))
        seen.append(timeline.description)

    press("Right", "This Computer · ")
    press("Down", "This Computer, core 1 · ")
    press("Right", "Computing · ")
    assert " rows" in seen[-1], seen
    press("Right", "Computing · ")
    press("Left", "Computing · ")
    assert seen[-1] == seen[-3], seen
    press("Down", "This Computer, core 2 · ")
    assert not window.find("Show All")
    window.key("plus", "plus", "plus")
    window.click("Show All")
    window.wait(lambda: not window.find("Show All"), "the button to go")


if __name__ == "__main__":
    sys.exit(story.main())
