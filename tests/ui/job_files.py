# SPDX-License-Identifier: LGPL-2.1-or-later
"""Creates the files of a test job, and offers steps that several test programs use."""

import os
import subprocess

import numpy as np

MODEL = '''def scaled(x, y, factor=2.0):
    """The sum of both, scaled.

    Line that goes
    on."""
    return (x + y) * factor

def other(x):
    return x
'''


def make(folder, rows=1000, fewer=0, imports=""):
    with open(os.path.join(folder, "model.py"), "w", encoding="utf-8") as file:
        file.write(imports + MODEL)
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


def importing_job(folder):
    files = job_file(folder)
    make(folder, imports="import helpers\n\n")
    return files


def ran_well(window, rows="1,000 rows"):
    """Waits until the results of the last run are visible. Fails if rows failed or are missing."""
    window.expect(holds=rows + " · float64")
    window.wait(lambda: not window.find(holds="Failed after "), "a run that does not fail")
    window.wait(lambda: not window.find(holds="Missing"), "all rows")


def settle(window, name):
    """Waits until the combo box no longer moves. It moves while a part of the page above it opens
    with an animation."""
    places = []

    def still():
        places.append(window.place(window.find(name, "combo box")))
        return len(places) > 5 and len(set(places[-5:])) == 1
    window.wait(still, "“%s” to stand still" % name)


def choose(window, name, *keys):
    """Selects another item of the combo box named @name: opens its list and presses @keys."""
    settle(window, name)
    window.choose(name, *keys, role="combo box")


def to_chooser(window, path):
    """Enters an absolute path into the file chooser and waits until the chooser has closed."""
    window.choose_file(path)
    window.wait(lambda: not window.find("Cancel", "push button"), "the end of the file chooser")
    # Xvfb runs no window manager, so the test itself gives the focus back to the window.
    window.xdotool("windowfocus", window.geometry()[0])


def read(window, name):
    with open(os.path.join(window.folder, name), encoding="utf-8") as file:
        return file.read()


def write(window, name, text):
    with open(os.path.join(window.folder, name), "w", encoding="utf-8") as file:
        file.write(text)


def open_more(window, *names):
    """Starts the program a second time with file names, as a user does in a terminal. The new
    process passes the names to the running program and exits."""
    subprocess.run([window.program, *[os.path.join(window.folder, name) for name in names]], check=True,
                   timeout=30)


def restart(window, how):
    """Ends the program and starts it again. @how is the signal that ends it, or None to quit with
    Ctrl+Q."""
    old = window.process
    if how is None:
        window.key("ctrl+q")
    else:
        old.send_signal(how)
    old.wait(60)
    window.app = None
    window.arguments = []
    window.start_program()
