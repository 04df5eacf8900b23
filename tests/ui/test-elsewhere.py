#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tests of job and cluster files that come from elsewhere: the user did not save them in a window.

The first Run, Check or Compare shows the programs and the hosts that the files name, and asks once.
The cluster file of these tests names a Python that leaves a mark when it runs.

    test-elsewhere.py MAMUTO
"""

import os
import signal
import subprocess
import sys

from job_files import choose, job_file, make, open_more, ran_well, read, restart, write
from story import story

HEADING = "Run This Job?"
REMEMBERING = {"GSETTINGS_BACKEND": "keyfile"}


def write_python(folder):
    path = os.path.join(folder, "tool")
    with open(path, "w", encoding="utf-8") as file:
        file.write("#!/bin/sh\ntouch '%s'\nexec /usr/bin/python3 \"$@\"\n" % os.path.join(folder, "mark"))
    os.chmod(path, 0o755)
    return path


def write_cluster(folder, name="c.cfg"):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write('[parameters]\nhosts = {"localhost": 1, "ada@rem2:2222": 4}\n[host localhost]\npython = %s\n'
                   "[host ada@rem2:2222]\nenabled = no\n" % write_python(folder))
    return path


def job_and_cluster(folder):
    write_cluster(folder)
    return job_file(folder, extra="cluster = c.cfg\ndepends = helpers\nsend = more.npz\noutput = out.npy\n")


def only_job(folder):
    return job_file(folder, extra="output = out.npy\n")


def has_run(window):
    return os.path.exists(os.path.join(window.folder, "mark"))


def shown(window):
    return "\n".join(window.name(item) for item in window.walk())


def gone(window, heading=HEADING):
    window.wait(lambda: not window.find(heading, "label"), "the end of the dialog")


def answer(window, label):
    """Clicks a button of the dialog. The window behind it may have a button with the same label."""
    def button():
        dialog = window.find(role="dialog")
        return window.find(label, "push button", start=dialog) if dialog else None
    window.wait(button, "“%s”" % label).activate()


def ready(window):
    window.expect(holds="more.npz:b · 1,000 rows")
    window.expect(holds="scaled(x")


def finished(window):
    window.click("Show Results")
    ran_well(window)
    window.wait(lambda: os.path.exists(os.path.join(window.folder, "out.npy")), "the output")


@story(files=job_and_cluster, known=False, environment=REMEMBERING)
def a_job_shows_what_runs_where_and_asks_once(window):
    ready(window)
    window.click("Run")
    window.expect(HEADING, "label")
    window.expect(holds="“a.mamuto” and “c.cfg” are new here")
    text = shown(window)
    for part in ("scaled · %s" % os.path.join(window.folder, "model.py"), "helpers",
                 "Files Sent", os.path.join(window.folder, "more.npz"), "%s · This Computer" % os.path.join(window.folder, "tool"),
                 "This Computer, ada@rem2:2222 (off)", os.path.join(window.folder, "out.npy")):
        assert part in text, (part, text)
    assert not window.unnamed(), window.unnamed()
    # Return and Escape cancel, so that pressing a key once too often does not start the run
    for key in ("Return", "Escape"):
        window.key(key)
        gone(window)
        assert not has_run(window) and not window.find("Stop", "push button")
        window.click("Run")
        window.expect(HEADING, "label")
    answer(window, "Run")
    finished(window)
    assert has_run(window)
    window.click("Run")
    window.wait(lambda: window.find("Show Results"), "the second run")
    assert not window.find(HEADING)
    # The approval still counts after a restart of the program, for exactly these files.
    restart(window, signal.SIGTERM)
    ready(window)
    os.remove(os.path.join(window.folder, "mark"))
    window.click("Run")
    finished(window)
    assert has_run(window)
    restart(window, signal.SIGTERM)
    write(window, "c.cfg", read(window, "c.cfg") + "nice = 3\n")
    restart(window, signal.SIGTERM)
    ready(window)
    os.remove(os.path.join(window.folder, "mark"))
    window.click("Run")
    window.expect(holds="“c.cfg” is new here or was changed")
    answer(window, "Cancel")
    gone(window)
    assert not has_run(window)


@story(files=lambda folder: [write_cluster(folder)], known=False)
def a_check_asks_first(window):
    window.expect("This Computer, Not checked")
    window.click("Check All")
    window.expect("Check These Hosts?", "label")
    window.expect(holds="“c.cfg” is new here")
    text = shown(window)
    assert "%s · This Computer" % os.path.join(window.folder, "tool") in text, text
    assert "\nFunction\n" not in text, text
    answer(window, "Cancel")
    gone(window, "Check These Hosts?")
    window.expect("This Computer, Not checked")
    assert not has_run(window)
    window.click("Check All")
    answer(window, "Check")
    window.expect("This Computer, Ready")
    assert has_run(window)
    window.click("Check All")
    window.expect("This Computer, Ready")
    assert not window.find("Check These Hosts?")


@story(files=job_and_cluster, known=False)
def a_check_asks_for_the_job_too(window):
    ready(window)
    window.key("alt+2")
    window.point("This Computer, Not checked", "list item")
    window.click("Check")
    window.expect("Check These Hosts?", "label")
    window.expect(holds="“a.mamuto” and “c.cfg” are new here")
    window.expect(holds="scaled · ")
    answer(window, "Check")
    window.expect("This Computer, Ready")
    window.click("Run")
    finished(window)


@story(files=job_and_cluster, known=False)
def a_comparison_asks_first(window):
    ready(window)
    window.key("alt+5")
    window.click("Compare…")
    window.expect("Run This Job for a Comparison?", "label")
    answer(window, "Cancel")
    gone(window, "Run This Job for a Comparison?")
    assert window.sensitive("Compare…", "push button")
    assert not has_run(window)
    window.click("Compare…")
    answer(window, "Run")
    window.expect("Start the Comparison?", "label")
    answer(window, "Cancel")


def arguments_alone(folder):
    make(folder)
    return [os.path.join(folder, name) for name in ("model.py", "x.npy")]


@story(files=arguments_alone, known=False, environment=REMEMBERING)
def a_job_saved_here_does_not_ask(window):
    window.expect("x.npy · 1,000 rows · float64")
    choose(window, "Function", "Down", "Down")
    window.expect("other(x)")
    window.key("ctrl+s")
    window.choose_file(os.path.join(window.folder, "mine.mamuto"))
    window.expect("mine", "label")
    restart(window, signal.SIGTERM)
    window.expect("mine", "label")
    window.expect("x.npy · 1,000 rows · float64")
    window.click("Run")
    window.click("Show Results")
    ran_well(window)


@story(files=only_job, known=False, environment=REMEMBERING)
def edits_do_not_hide_where_a_job_comes_from(window):
    """Saving a job from elsewhere does not approve it, and neither does the draft of its edits."""
    ready(window)
    window.point("factor", "label")
    choose(window, "Source", "Down", "Down")
    window.enter('Value (e.g. 0.5, [1, 2, 3] or "text")', "3")
    window.expect("• a", "label")
    draft = os.path.join(window.folder, "home/state/mamuto/drafts.ini")
    window.wait(lambda: os.path.exists(draft), "the draft")
    restart(window, signal.SIGKILL)
    window.expect("• a", "label")
    ready(window)
    window.click("Run")
    window.expect(HEADING, "label")
    answer(window, "Cancel")
    gone(window)
    window.key("ctrl+s")
    window.expect("a", "label")
    window.click("Run")
    window.expect(HEADING, "label")
    answer(window, "Run")
    finished(window)
    known = os.path.join(window.folder, "home/state/mamuto/known-documents")
    assert os.stat(known).st_mode & 0o777 == 0o600


def two_jobs(folder):
    files = job_and_cluster(folder)
    with open(os.path.join(folder, "b.mamuto"), "w", encoding="utf-8") as file:
        file.write("[job]\nfunction = model.py:other\noutput = b.npy\n[argument 1]\nvalue = x.npy\n")
    return files


@story(files=two_jobs, known=False)
def a_job_that_replaces_the_one_in_question_does_not_run(window):
    ready(window)
    window.click("Run")
    window.expect(HEADING, "label")
    open_more(window, "b.mamuto")
    window.expect("b", "label")
    answer(window, "Run")
    gone(window)
    window.expect(holds="other(x)")
    window.click("Run")
    window.expect(HEADING, "label")
    window.expect(holds="other · ")
    answer(window, "Cancel")
    gone(window)
    assert not has_run(window)
    assert not os.path.exists(os.path.join(window.folder, "b.npy"))


def hostile(folder):
    """A cluster whose texts try to hide a part, and that has many hosts."""
    files = job_file(folder, extra="cluster = c.cfg\ndepends = a\u202eb, <b>c</b>&\n")
    hosts = ", ".join('"node%03d": 4' % i for i in range(300))
    with open(os.path.join(folder, "c.cfg"), "w", encoding="utf-8") as file:
        file.write('[parameters]\nhosts = {"localhost": 1, %s}\npython = /opt/<b>tool</b>&\n' % hosts)
    return files


def sizes(window):
    """Returns the sizes of all visible windows of the program."""
    ids = subprocess.run(["xdotool", "search", "--onlyvisible", "--class", "mamuto"], check=True, capture_output=True,
                         text=True).stdout.split()
    lines = [subprocess.run(["xdotool", "getwindowgeometry", "--shell", one], check=True, capture_output=True,
                            text=True).stdout.split() for one in ids]
    return [tuple(int(line.split("=")[1]) for line in some if line.startswith(("WIDTH", "HEIGHT"))) for some in lines]


@story(files=hostile, known=False, size=(400, 500))
def nothing_is_hidden(window):
    window.resize(370, 490)
    window.expect(holds="more.npz:b · 1,000 rows")
    window.key("ctrl+Return")
    window.expect(HEADING, "label")
    text = shown(window)
    assert "\n/opt/<b>tool</b>&\n" in text and "\na\\u202eb, <b>c</b>&\n" in text, text
    assert "This Computer, node000" in text and "node299" in text and "\u202e" not in text
    assert len(sizes(window)) == 2 and all(width <= 400 and height <= 500 for width, height in sizes(window)), sizes(window)
    window.key("Escape")
    gone(window)


@story(known=False)
def the_example_does_not_ask(window):
    window.click("Open the Example")
    window.expect(holds="like(x, data)")
    window.wait(lambda: window.find(holds="× 3"), "the arrays")
    window.click("Run")
    window.click("Show Results", seconds=120)


if __name__ == "__main__":
    sys.exit(story.main())
