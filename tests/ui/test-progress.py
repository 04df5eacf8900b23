#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Watching a run: to its end, stopped and saved, with other cores on the way, its log and failed rows.

    test-progress.py MAMUTO
"""

import atexit
import csv
import os
import shutil
import sys
import tempfile

import numpy as np

from story import story

FOLDER = tempfile.mkdtemp(prefix="mamuto-jobs-")
OWNER = os.getpid()
ROWS = 20000
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

def talkative(x):
    if x % 100 == 0:
        print("at row", int(x))
    if x % 1000 == 500:
        raise ValueError("x ends in 500")
    if x % 2000 == 700:
        raise KeyError("no such thing")
    return x * 2
"""


def job(function, n):
    """The path of a job of that function over 0, 1, … n - 1, which goes on where rows fail."""
    os.makedirs(FOLDER, exist_ok=True)
    path = os.path.join(FOLDER, function + ".mamuto")
    np.save(os.path.join(FOLDER, function + ".npy"), np.arange(float(n)))
    with open(os.path.join(FOLDER, "rows.py"), "w", encoding="utf-8") as file:
        file.write(CODE)
    with open(path, "w", encoding="utf-8") as file:
        file.write("[job]\nversion = 1\nfunction = rows.py:%s\non-error = continue\n"
                   "[argument 1]\nname = x\nvalue = %s.npy\n" % (function, function))
    return path


@atexit.register
def tidy():
    if os.getpid() == OWNER:
        shutil.rmtree(FOLDER, ignore_errors=True)


def open_tab(window, title):
    """The tab of that title, whatever number stands behind it at the moment."""
    x, y = window.place(window.expect(holds=title, role="page tab"))
    window.xdotool("mousemove", str(x), str(y), "click", "1")


def run(window):
    window.expect(holds="rows · float64")
    window.click("Run")
    window.expect("Stop")


def rows_done(window):
    """The first number of "412,000 of 1,000,000 rows"."""
    label = window.find(holds=" rows", role="label")
    words = window.name(label).split() if label else []
    return int(words[0].replace(",", "")) if len(words) == 4 and words[1] == "of" else 0


def save_as(window, path):
    """Into the file chooser, whose name field has the focus: a slash begins a whole path."""
    window.wait(lambda: window.find("Name:", role="label") or window.find(role="file chooser"), "the file chooser")
    window.key("ctrl+a")
    window.type(path)
    window.key("Return")
    window.expect(holds="Saved as ")
    # nobody gives the window the focus back, without a window manager
    window.xdotool("windowfocus", window.geometry()[0])


@story
def example_to_the_end(window):
    window.click("Open the Example")
    window.expect(holds="1,500,000 × 3")
    window.click("Run")
    window.expect(holds="localhost, Computing", role="list item")
    window.expect(holds="rows/s · ")
    window.expect("Show Results", seconds=120)
    window.expect("1,500,000 of 1,500,000 rows")
    window.expect(holds="localhost, Done", role="list item")
    timeline = window.expect("Timeline", role="image")
    assert "2 cores" in timeline.description or "1 host with" in timeline.description, timeline.description


@story(arguments=[job("slow", ROWS)])
def stop_and_save(window):
    run(window)
    window.wait(lambda: rows_done(window) > 0, "a row")
    window.click("Stop")
    window.expect("Stopped. The rows that were computed are kept.")
    done = rows_done(window)
    assert 0 < done < ROWS, done
    window.click("Save Part…")
    path = os.path.join(window.folder, "part.npy")
    save_as(window, path)
    result, missing = np.load(path), np.load(os.path.join(window.folder, "part.mask.npy"))
    assert len(result) == ROWS and (~missing).sum() == done, (done, (~missing).sum())
    assert np.array_equal(result[~missing], 2 * np.flatnonzero(~missing))
    window.wait(lambda: not window.find("Save Part…"), "the button to go")


@story(arguments=[job("slow", ROWS)])
def cores_during_a_run(window):
    run(window)
    window.wait(lambda: rows_done(window) > 0, "a row")
    window.point("localhost, Computing", "list item")
    window.click("Leave Out")
    window.expect(holds="localhost, Left out", role="list item")
    window.click("Use Again")
    window.expect(holds="localhost, Computing", role="list item")
    window.key("Escape")
    window.click("Stop")
    window.expect("Show Results")


@story(arguments=[job("talkative", 10000)])
def log_and_failed_rows(window):
    window.expect(holds="rows · float64")
    window.click("Run")
    window.expect("Show Results", seconds=60)
    window.expect(holds=" · 15 failed")
    window.point("Log 100", "page tab")
    window.expect("at row 9900", role="list item")
    window.point("Find in Log")
    window.type("ROW 4200")
    window.expect("1 line")
    window.expect("at row 4200", role="list item")
    window.point("Failed 15", "page tab")
    window.expect("10 rows: ValueError: x ends in 500", role="list item")
    window.expect("5 rows: KeyError: 'no such thing'", role="list item")
    window.point("10 rows: ValueError: x ends in 500", "list item")
    window.key("Return", "Down")
    window.expect("Row 500 · localhost", role="label")
    window.expect(holds="x = 500")
    window.expect(holds="Traceback")
    window.click("Run This Row Here")
    window.expect(holds="It fails on this computer too:")
    export_failed(window)


def export_failed(window):
    """All failed rows go into a table, with their causes."""
    window.click("Export…")
    path = os.path.join(window.folder, "failed.csv")
    save_as(window, path)
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [int(row["row"]) for row in rows] == [i for i in range(10000) if i % 1000 == 500 or i % 2000 == 700], rows
    assert {row["cause"] for row in rows} == {"ValueError: x ends in 500", "KeyError: 'no such thing'"}, rows
    assert all(row["host"] == "localhost" and "in talkative" in row["traceback"] for row in rows), rows


@story(arguments=[job("failing", ROWS)])
def failed_rows_while_it_runs(window):
    """They are listed by cause from the first one on, and what is shown stays when more come."""
    run(window)
    window.wait(lambda: rows_done(window) > 0, "a row")
    open_tab(window, "Failed")
    window.expect(holds=": ValueError: x is a multiple of 500", role="list item")
    window.expect(holds=" failed so far", role="label")
    window.expect("Row 0 · localhost", role="label")
    window.wait(lambda: window.find("Row 1,000 · localhost", role="list item"), "a later row")
    assert window.find("Stop") and window.find("Row 0 · localhost", role="label")
    assert not window.find("Export…")
    window.click("Stop")
    window.expect("Export…")
    window.expect("Row 0 · localhost", role="label")


if __name__ == "__main__":
    sys.exit(story.main())
