#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tests of opening, changing and restoring job files and cluster files.

Files are opened while others have unsaved changes. The user undoes the replacement of a function.
Other programs change open files. Unsaved changes come back after a crash. Files that are neither
jobs nor clusters are rejected.

    test-documents.py MAMUTO
"""

import os
import re
import signal
import sys

import numpy as np

from job_files import choose, job_file, open_more, read, restart, settle, write
from story import story

REMEMBERING = {"GSETTINGS_BACKEND": "keyfile"}


def give_factor(window, value):
    """Sets the value of the function's third argument, which is named “factor”."""
    window.point("factor", "label")
    choose(window, "Source", "Down", "Down")
    window.enter('Value (e.g. 0.5, [1, 2, 3] or "text")', value)
    window.expect("%s, the same value for every row" % value)


def two_jobs(folder):
    job_file(folder)
    with open(os.path.join(folder, "b.mamuto"), "w", encoding="utf-8") as file:
        file.write("[job]\nfunction = model.py:other\ncluster = c.cfg\n[argument 1]\nvalue = x.npy\n")
    with open(os.path.join(folder, "c.cfg"), "w", encoding="utf-8") as file:
        file.write('[parameters]\nhosts = {"localhost": 1}\n')
    return [os.path.join(folder, "a.mamuto")]


@story(files=two_jobs)
def another_job_loses_nothing_of_the_first(window):
    window.expect(holds="more.npz:b · 1,000 rows")
    give_factor(window, "3")
    window.expect("• a", "label")
    open_more(window, "b.mamuto")
    window.expect("b", "label")
    window.expect("The previous job has unsaved changes")
    window.click("Undo")
    window.expect("• a", "label")
    window.expect("3, the same value for every row")
    window.key("ctrl+n")
    window.expect("New Job", "label")
    window.click("Undo")
    window.expect("• a", "label")
    window.expect("3, the same value for every row")
    window.key("ctrl+s")
    window.expect("a", "label")
    assert "value = =3" in read(window, "a.mamuto"), read(window, "a.mamuto")


@story(files=two_jobs)
def another_cluster_loses_nothing_of_the_first(window):
    window.expect(holds="more.npz:b · 1,000 rows")
    window.key("alt+2")
    window.click("Add…")
    window.expect("Add Hosts")
    window.focus("Hosts, One per Line")
    window.type("rem1:3")
    window.click("Add 1 Host")
    window.expect("rem1")
    open_more(window, "b.mamuto")
    window.expect("b", "label")
    window.expect("The previous cluster has unsaved changes")
    window.click("Undo")
    window.expect("a", "label")
    window.key("alt+2")
    window.expect("rem1")


@story(files=two_jobs)
def another_function_can_be_undone(window):
    window.expect(holds="scaled(x")
    write(window, "second.py", "def second(u):\n    return u\n")
    # The notification with the Undo button disappears soon, so the test clicks without waiting.
    open_more(window, "second.py")
    window.expect("The function of the job was changed")
    window.click("Undo")
    window.wait(lambda: not window.find("The function of the job was changed"), "the toast to go")
    window.expect(holds="scaled(x")
    window.expect(holds="more.npz:b")
    open_more(window, "second.py")
    window.expect("The function of the job was changed")
    window.expect("second(u)")
    window.expect(holds="The function has no parameter “x”")
    window.expect(holds="The function has no parameter “y”")


@story(files=job_file)
def files_changed_in_an_editor(window):
    """Another program changes the function's file and an array's file. Mamuto reads both files
    again when its window gets the focus."""
    window.xdotool("windowfocus", "--sync", window.geometry()[0])
    window.expect(holds="more.npz:b · 1,000 rows")
    window.expect(holds="scaled(x")
    window.xdotool("windowfocus", "--sync", window.open_another())
    write(window, "model.py", read(window, "model.py").replace("def scaled(x", "def scaled(point"))
    np.savez(os.path.join(window.folder, "more.npz"), b=np.arange(700.0))
    window.xdotool("windowfocus", "--sync", window.geometry()[0])
    window.expect(holds="scaled(point")
    window.expect(holds="more.npz:b · 700 rows")


@story(files=job_file)
def a_job_changed_by_another_program(window):
    window.expect(holds="more.npz:b · 1,000 rows")
    text = read(window, "a.mamuto")
    write(window, "a.mamuto", text.replace("model.py:scaled", "model.py:other"))
    window.expect("The file was changed by another program")
    window.click("Keep Mine")
    window.wait(lambda: not window.find("The file was changed by another program"), "the notice to go")
    window.expect("• a", "label")
    window.expect(holds="scaled(x")
    write(window, "a.mamuto", text.replace("model.py:scaled", "model.py:other").replace("more.npz:b", "more.npz:a"))
    window.expect("The file was changed by another program")
    window.click("Reload")
    window.expect("a", "label")
    # The notification with the Undo button disappears soon, so the test clicks without waiting.
    window.click("Undo")
    window.expect("• a", "label")
    window.expect(holds="scaled(x")
    window.expect(holds="more.npz:b")
    window.key("ctrl+s")
    window.expect("a", "label")
    assert "model.py:scaled" in read(window, "a.mamuto")
    assert not window.find("The file was changed by another program")


@story(files=two_jobs, environment=REMEMBERING)
def what_was_not_saved_comes_back(window):
    window.expect(holds="more.npz:b · 1,000 rows")
    give_factor(window, "3")
    draft = os.path.join(window.folder, "home/state/mamuto/drafts.ini")
    window.wait(lambda: os.path.exists(draft), "the draft")
    restart(window, signal.SIGKILL)
    window.expect("• a", "label")
    window.expect("3, the same value for every row")
    # Job b has no draft (unsaved changes in a file). It must be loaded without the draft of job a.
    open_more(window, "b.mamuto")
    window.expect("b", "label")
    window.wait(lambda: not os.path.exists(draft), "the end of the draft")
    restart(window, signal.SIGKILL)
    window.expect("b", "label")
    window.expect("other(x)")
    open_more(window, "a.mamuto")
    window.expect("a", "label")
    give_factor(window, "4")
    restart(window, None)
    window.expect("• a", "label")
    window.expect("4, the same value for every row")
    # At logout, the desktop sends SIGTERM. Mamuto must then save all unsaved changes as drafts.
    window.key("alt+2")
    window.expect("Cores of This Computer", "spin button").value = 7
    window.expect("• c.cfg", "label")
    window.key("alt+1")
    window.point("factor", "label")
    settle(window, "Source")
    window.enter('Value (e.g. 0.5, [1, 2, 3] or "text")', "5")
    window.wait(lambda: window.text('Value (e.g. 0.5, [1, 2, 3] or "text")') == "5", "what was typed")
    restart(window, signal.SIGTERM)
    window.expect("• a", "label")
    window.expect("5, the same value for every row")
    window.key("alt+2")
    window.expect("• c.cfg", "label")
    assert window.find("Cores of This Computer", "spin button").value == 7
    window.key("alt+1")
    window.key("ctrl+s")
    window.expect("a", "label")
    text = read(window, "a.mamuto")
    assert text.startswith("# kept\n") and "value = =5" in text, text


# ---- files that cannot be used ----

def wrong_file(name, content=b""):
    def make_one(folder):
        path = os.path.join(folder, name)
        if content is not None:
            with open(path, "wb") as file:
                file.write(content)
        return [path]
    return make_one


def tells(*words):
    def look(window):
        window.expect(holds=words[0])
        said = " ".join(window.name(item) for item in window.walk())
        assert all(word in said for word in words), said
    return look


for name, content, words in (
        ("none.npy", None, ("The File Could Not Be Opened", "none.npy: No such file")),
        ("none.mamuto", None, ("The File Could Not Be Opened", "none.mamuto: No such file", "Open the Example")),
        ("picture.jpg", b"", ("The File Could Not Be Opened", "Mamuto cannot open", "picture.jpg", ".npz")),
        ("a.mamuto", b"[job]\nmode = fast\n", ("The Job Could Not Be Opened", "a.mamuto:2: mode", "row or batch")),
        ("c.cfg", b"[parameters]\nhosts = 3\n", ("The Cluster Could Not Be Opened", "c.cfg:2")),
        ("broken.npy", b"\x93NUMPY\x01\x00garbage", ("Choose a function", "broken.npy")),
        ("empty.csv", b"", ("empty.csv: is empty",)),
        ("wrong.py", b"def f(:\n", ("wrong.py:1: invalid syntax",)),
        ("none.py", b"x = 1\n", ("none.py contains no function", "choose another file"))):
    function = tells(*words)
    function.__name__ = "told_of_" + re.sub(r"\W", "_", name)
    story(files=wrong_file(name, content))(function)


@story(files=lambda folder: [folder])
def told_of_a_folder(window):
    window.expect(holds="is a folder. Open a file from the folder")


if __name__ == "__main__":
    sys.exit(story.main())
