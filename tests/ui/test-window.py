#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tests of the main window apart from its pages: window sizes, keyboard shortcuts, dialogs that the
menu opens, and files that are dropped on the window.

    test-window.py MAMUTO [STORY...]
"""

import os
import subprocess
import sys

import numpy as np

from story import story

SIZES = ((1100, 760), (370, 490), (1100, 760), (600, 490), (370, 650))
PAGES = ("Job", "Cluster", "Progress", "Results", "Timings")


def open_example(window):
    window.click("Open the Example")
    window.expect(holds="like(x, data)")


@story(size=(1200, 860))
def every_page_in_every_size(window):
    """Shows every page in every size. GTK prints layout problems on stderr, and any output on
    stderr makes a story fail."""
    open_example(window)
    for number in range(1, len(PAGES) + 1):
        window.key("alt+%d" % number)
        for size in SIZES:
            window.resize(*size)


def selected(window, name):
    tab = window.find(name, role="page tab")
    return tab and tab.has("selected")


@story
def pages_by_keyboard(window):
    open_example(window)
    for number, name in enumerate(PAGES, 1):
        window.key("alt+%d" % number)
        window.wait(lambda: selected(window, name), name)


def of_title(window, title):
    """Waits until a window with that title is open. Returns the window or the label that contains
    the title."""
    return window.wait(lambda: window.find(title, role="frame") or window.find(title, role="label"), title)


@story
def windows_of_the_menu(window):
    open_example(window)
    window.key("ctrl+comma")
    of_title(window, "Preferences")
    window.expect("Notify When a Run Ends")
    window.key("Escape")
    window.wait(lambda: not window.find("Notify When a Run Ends"), "the end of the preferences")
    window.xdotool("windowfocus", window.geometry()[0])
    window.key("ctrl+question")
    window.expect("Copy the job as a command", role="label")
    window.key("Escape")
    window.wait(lambda: not window.find("Copy the job as a command"), "the end of the shortcuts")


def make_cluster(folder):
    with open(os.path.join(folder, "cluster.cfg"), "w", encoding="utf-8") as file:
        file.write('[parameters]\nhosts = {"localhost": 1}\n')
    return [os.path.join(folder, "cluster.cfg")]


def make_cluster_and_job(folder):
    make_files(folder)
    path = os.path.join(folder, "sum.mamuto")
    with open(path, "w", encoding="utf-8") as file:
        file.write("[job]\nfunction = model.py:add\n[argument 1]\nvalue = a.npy\n[argument 2]\nvalue = b.npy\n")
    return make_cluster(folder) + [path]


@story(files=make_cluster)
def a_cluster_alone_changes_no_job(window):
    window.expect("cluster.cfg", role="label")
    window.expect("New Job – Mamuto", role="frame")


@story(files=make_cluster_and_job)
def a_cluster_and_a_job_lose_nothing(window):
    window.expect(holds="b.npy · 10 rows")
    window.expect("sum – Mamuto", role="frame")
    assert not window.find(holds="not saved"), window.tree()


# ---- dropped files ----

def make_files(folder):
    """Writes a function with two arguments, and an array file for each argument. Returns only the
    path of the function, so that the arguments are still unset."""
    with open(os.path.join(folder, "model.py"), "w", encoding="utf-8") as file:
        file.write("def add(x, y):\n    return x + y\n")
    for name in ("a", "b"):
        np.save(os.path.join(folder, name + ".npy"), np.arange(10.0))
    return [os.path.join(folder, "model.py")]


def drop(window, target, happened, *names):
    """Drags the named files from another program's window to the middle of @target, until
    @happened() returns true."""
    program = os.path.join(os.path.dirname(os.path.dirname(window.program)), "tests", "ui", "drag-source")
    window.spawn([program, *(os.path.join(window.folder, name) for name in names)])
    number = window.wait(lambda: subprocess.run(["xdotool", "search", "--onlyvisible", "--class", "drag-source"],
                                                capture_output=True, text=True).stdout.split(), "the other window")[0]
    window.xdotool("windowmove", "--sync", number, "1150", "20")
    x, y = window.place(target)
    window.drag((1200, 70), (x - 1200, y - 70), happened)


@story(files=make_files)
def files_dropped_on_the_window(window):
    window.expect("add(x, y)")
    drop(window, window.expect("add(x, y)"), lambda: window.find(holds="a.npy · 10 rows"), "a.npy", "b.npy")
    window.expect(holds="b.npy · 10 rows")


@story(files=make_files)
def a_file_dropped_on_an_argument(window):
    window.expect("add(x, y)")
    drop(window, window.expect("y", role="label"), lambda: window.find(holds="b.npy · 10 rows"), "b.npy")
    window.click("Run")
    window.wait(lambda: window.focused() and "Choose a File for x" in window.name(window.focused()),
                "the focus on the other argument")


@story(files=make_files)
def types_of_files_are_read_once(window):
    """GLib maps its files mime.cache, which list the known file types, into memory. If it read them
    twice, it would free the first copy while the file chooser uses it. This has crashed the file
    chooser."""
    def count():
        with open("/proc/%d/maps" % window.process.pid, encoding="utf-8") as maps:
            return sum("mime.cache" in line for line in maps)

    window.click("Choose a File for x")
    window.choose_file(os.path.join(window.folder, "a.npy"))
    window.expect(holds="a.npy · 10 rows")
    assert count() == 1, count()


if __name__ == "__main__":
    sys.exit(story.main())
