#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tests of the page Timings, which compares how long a job takes in a plain loop, on this computer
and on the cluster.

A comparison is limited in time, stopped, exported, and shown again at the next start of the
program. If a comparison is not possible, the page says why. The page also lists earlier runs, which
the user compares, exports, deletes and restores.

    test-timings.py MAMUTO [STORY...]
"""

import atexit
import csv
import json
import os
import shutil
import sys
import tempfile
import xml.etree.ElementTree

import numpy as np

from story import story
from ui import Failure

FOLDER = tempfile.mkdtemp(prefix="mamuto-timings-")
atexit.register(shutil.rmtree, FOLDER, True)
ROWS = 20000
SLOW = "import time\n\ndef f(x):\n    time.sleep(0.005)\n    return x\n"


def make_job(name, code, rows=ROWS):
    folder = os.path.join(FOLDER, name)
    os.makedirs(folder)
    np.save(os.path.join(folder, "x.npy"), np.arange(float(rows)))
    path = os.path.join(folder, name + ".mamuto")
    for file_name, text in (("f.py", code), (name + ".mamuto", "[job]\nversion = 1\nfunction = f.py:f\n\n"
                                             "[argument 1]\nname = x\nvalue = x.npy\n")):
        with open(os.path.join(folder, file_name), "w", encoding="utf-8") as file:
            file.write(text)
    return path


def open_example(window):
    window.click("Open the Example")
    window.expect(holds="1,500,000 × 3")


def data_path(*names):
    return os.path.join(os.environ["XDG_DATA_HOME"], "mamuto", *names)


def read_last():
    with open(data_path("comparison.json"), encoding="utf-8") as file:
        return json.load(file)


def begin(window):
    window.click("Compare…")
    window.expect(holds="The comparison calls your function about", seconds=60)
    window.click("Compare")
    window.expect(holds=" measurements")


def wait_for_some(window):
    """Waits until the running comparison has made at least two measurements."""
    def made():
        label = window.find(holds=" measurements", role="label")
        return label and int(window.name(label).split(" ", 1)[0]) >= 2
    window.wait(made, "two measurements", seconds=60)


def open_menu(window, button):
    """Clicks on the menu button until the menu opens. The first click has no effect while a dialog
    is still closing."""
    for _ in range(5):
        window.point(button)
        try:
            window.expect(role="menu item", seconds=4)
            return
        except Failure:
            window.key("Escape")
    raise Failure("no menu of " + button)


def export(window, button, item, name, saved=None):
    """Selects the item number @item (from 1) of an export menu with the keyboard, and types @name
    into the file chooser. @saved is the name of the resulting file if it differs from @name.
    Returns the path of the file."""
    path = os.path.join(window.folder, saved or name)
    open_menu(window, button)
    # An open menu has the focus on its first item, so item n needs n - 1 presses of Down.
    window.key(*["Down"] * (item - 1), "Return")
    window.choose_file(os.path.join(window.folder, name))
    window.wait(lambda: os.path.exists(path), saved or name)
    window.expect(holds=(saved or name) + " saved")
    return path


def check_svg(path):
    """Fails unless the SVG file contains paths and no pixel images."""
    kinds = {element.tag.rsplit("}")[-1] for element in xml.etree.ElementTree.parse(path).iter()}
    assert "path" in kinds and "image" not in kinds, kinds


def check_png(path):
    with open(path, "rb") as file:
        head = file.read(24)
    assert head[:8] == b"\x89PNG\r\n\x1a\n" and int.from_bytes(head[16:20], "big") >= 2000, head


@story
def comparison_and_export(window):
    open_example(window)
    window.key("alt+5")
    window.expect("No Timings Yet")
    window.choose("1 minute", "Home")
    window.expect("10 seconds", role="label")
    begin(window)
    window.wait(lambda: not window.find("Stop Measuring"), "the end", seconds=120)
    window.expect(holds="For ")
    window.expect(holds="likelihood · ")
    found = read_last()
    assert [one["name"] for one in found["contenders"]] == ["loop", "local"], found["contenders"]
    assert found["job"] == "likelihood", found["job"]
    check_svg(export(window, "Export", 1, "time", "time.svg"))
    check_png(export(window, "Export", 2, "time.png"))
    with open(export(window, "Export", 3, "numbers", "numbers.csv"), encoding="utf-8") as file:
        assert file.readline().startswith("contender,rows,runs,median_s")
    with open(export(window, "Export", 4, "comparison.json"), encoding="utf-8") as file:
        assert json.load(file) == found


@story(arguments=[make_job("stopped", SLOW)])
def stopping_keeps_what_was_measured(window):
    window.expect(holds="20,000 rows")
    window.key("alt+5")
    begin(window)
    wait_for_some(window)
    window.click("Stop Measuring")
    window.expect(holds="The comparison was stopped before all measurements were finished.")
    window.wait(lambda: not window.find("Stop Measuring"), "the end")
    found = read_last()
    assert sum(len(one["measured"]) for one in found["contenders"]) >= 2, found
    assert found["job"] == "stopped" and found["notes"], found


@story(arguments=[make_job("closed", SLOW)])
def closing_ends_and_keeps_it(window):
    window.expect(holds="20,000 rows")
    window.key("alt+5")
    begin(window)
    wait_for_some(window)
    children = subprocesses(window.process.pid)
    assert children, "nobody is measured"
    window.key("ctrl+w")
    assert window.process.wait(30) == 0
    # tells wait() that the program has ended, because wait() would otherwise fail
    window.app = None
    window.wait(lambda: not [pid for pid in children if os.path.exists("/proc/%d" % pid)],
                "the end of what was started")
    assert read_last()["notes"] == ["It was stopped before everything was measured."]


def subprocesses(pid):
    """Returns the ids of all descendants of a process."""
    found = []
    for task in os.listdir("/proc/%d/task" % pid):
        with open("/proc/%d/task/%s/children" % (pid, task), encoding="ascii") as file:
            for child in map(int, file.read().split()):
                found += [child, *subprocesses(child)]
    return found


RAISING = make_job("raising", "def f(x):\n    if x > 15000:\n        raise ValueError('x & y: <%g>' % x)\n"
                   "    return x\n")


@story(arguments=[RAISING])
def a_function_that_raises(window):
    window.expect(holds="20,000 rows")
    window.key("alt+5")
    window.click("Compare…")
    window.expect("Could Not Compare", seconds=60)
    window.expect(holds="ValueError: x & y: <")
    window.key("Return")
    window.wait(lambda: not window.find("Could Not Compare"), "the end of the dialog")
    window.expect("No Timings Yet")
    assert window.sensitive("Compare…", "push button")


@story(arguments=[make_job("unset", "def f(x, y):\n    return x\n")])
def unset_arguments_lead_to_the_field(window):
    window.expect(holds="20,000 rows")
    window.key("alt+5")
    window.click("Compare…")
    window.expect(holds="Choose a file or give a value")
    window.wait(lambda: window.name(window.focused()) == "Choose a File for y", "the focus on the field")


@story(arguments=[make_job("running", SLOW)])
def not_while_a_run_goes_on(window):
    window.expect(holds="20,000 rows")
    window.click("Run")
    window.expect("Stop")
    window.key("alt+5")
    window.click("Compare…")
    window.expect(holds="Wait until the run ends")
    window.click("Stop")
    window.wait(lambda: window.find("Run"), "the end of the run")


def measured(rows, median, core_seconds):
    kinds = ("connecting", "preparing", "sending", "waiting", "computing", "returning", "idle")
    return {"rows": rows, "runs": 3, "median_s": median, "min_s": 0.9 * median, "max_s": 1.2 * median,
            "cores": 2, "seconds": {kind: core_seconds * (kind == "computing") for kind in kinds}}


def keep_comparison(home):
    """Writes the file in which the program stores the last comparison. According to the written
    measurements, the cluster is faster than a plain loop and than this computer from about 17,000
    rows on."""
    os.makedirs(os.path.join(home, "data/mamuto"))
    sizes = (1000, 10000, 100000, 1000000)
    contenders = [
        {"name": "loop", "measured": [measured(n, 4e-6 * n, 4e-6 * n) for n in sizes]},
        {"name": "local", "measured": [measured(n, 2e-3 + 2.1e-6 * n, 4e-6 * n) for n in sizes]},
        {"name": "cluster", "measured": [measured(n, 0.031 + 3.3e-7 * n, 4e-6 * n) for n in sizes]},
        {"name": "cluster-cold", "measured": [measured(1000, 0.431, 4e-3)]},
    ]
    with open(os.path.join(home, "data/mamuto/comparison.json"), "w", encoding="utf-8") as file:
        json.dump({"mamuto_comparison": 1, "created": "2026-11-20T12:00:00Z", "function": "/a/model.py:like",
                   "job": "likelihood", "cluster": {"hosts": 3, "cores": 12}, "contenders": contenders,
                   "notes": []}, file)


@story(arguments=[make_job("other", SLOW)], prepare=keep_comparison, environment={"TZ": "UTC"})
def the_last_comparison_is_shown_again(window):
    window.expect(holds="20,000 rows")
    window.key("alt+5")
    # Moves the pointer away, because the chart highlights the point below the pointer.
    window.xdotool("mousemove", "5", "5")
    window.expect("likelihood · 2026-11-20 12:00 · model.py:like · 3 hosts · 12 cores")
    summary = window.expect(holds="For 1,000 rows", role="label")
    chart = window.expect("Time by number of rows", role="image")
    window.wait(lambda: chart.description == window.name(summary), "the summary")
    # Right highlights the next point of a line in the chart. Down changes to the next line.
    window.point("Time by number of rows", "image")
    window.xdotool("mousemove", "5", "5")
    window.key("Right", "Right")
    window.wait(lambda: chart.description.startswith("Plain loop, 10,000 rows: 40.0 ms"), "the second mark")
    window.key("Down")
    window.wait(lambda: chart.description.startswith("This computer, 10,000 rows: 23.0 ms"), "the next line")
    window.key("Escape")
    window.wait(lambda: chart.description == window.name(summary), "the summary")
    window.point("Speed-up")
    window.expect("Speed-up over a plain loop", role="image")
    window.point("Efficiency")
    window.expect(holds="time spent in the function", role="image")
    window.point("Table")
    window.expect("Measurements")
    window.expect("1,000,000")
    # the speed-up for 1,000,000 rows is 4 s (plain loop) / 361 ms (cluster)
    window.expect("11.08×")
    assert not window.unnamed(), window.unnamed()


def find_ticks(window):
    return [item for item in window.walk() if item.role == "check box" and ", 2" in window.name(item)]


def run_example(window, number):
    """Runs the example for the time @number, and shows the page Timings."""
    window.click("Run")
    if number > 1:
        window.click("Discard")
    window.click("Show Results", seconds=120)
    window.expect(holds=" · in memory")
    window.point("Timings", "page tab")
    window.wait(lambda: len(find_ticks(window)) == number, "the run")


def tick_runs(window):
    for tick in find_ticks(window):
        x, y = window.place(tick)
        window.xdotool("mousemove", str(x), str(y), "click", "1")


@story
def runs_are_kept(window):
    open_example(window)
    for number in (1, 2):
        run_example(window, number)
    window.expect(holds="Computing")
    assert len(os.listdir(data_path("runs"))) == 2
    assert all(window.name(tick).startswith("likelihood, 2") for tick in find_ticks(window))
    tick_runs(window)
    window.click("Compare Runs")
    window.expect(holds=" times as many rows per second.")
    # scroll to the end of the page
    window.xdotool("mousemove", "500", "400", "click", "--repeat", "30", "5")
    with open(export(window, "Export Runs", 1, "runs", "runs.csv"), encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    assert [(line["job"], line["rows"], line["state"]) for line in lines] == [("likelihood", "1500000", "done")] * 2
    for line in lines:
        parts = sum(float(value) for name, value in line.items() if name.endswith("_s") and name != "wall_s")
        assert abs(parts - float(line["wall_s"]) * int(line["cores"])) < 1e-5, line
    with open(export(window, "Export Runs", 2, "runs.json"), encoding="utf-8") as file:
        assert [report["job"] for report in json.load(file)] == ["likelihood"] * 2
    check_svg(export(window, "Export Runs", 3, "bars", "bars.svg"))
    check_png(export(window, "Export Runs", 4, "cores.png"))
    window.click("Delete")
    window.expect("2 runs deleted")
    window.expect("No Timings Yet")
    window.click("Undo")
    window.wait(lambda: len(find_ticks(window)) == 2, "the runs")
    assert len([name for name in os.listdir(data_path("runs")) if not name.startswith(".")]) == 2


@story
def a_run_that_cannot_be_deleted(window):
    open_example(window)
    run_example(window, 1)
    report, = os.listdir(data_path("runs"))
    # A folder of this name prevents the program from hiding the report.
    hidden = data_path("runs", "." + report)
    os.mkdir(hidden)
    tick_runs(window)
    window.click("Delete")
    window.expect("The Run Could Not Be Deleted")
    window.click("Close")
    window.wait(lambda: len(find_ticks(window)) == 1, "the run")
    os.rmdir(hidden)
    window.click("Delete")
    window.expect("1 run deleted")
    window.expect("No Timings Yet")
    # The report is saved again if its file is lost.
    os.remove(hidden)
    window.click("Undo")
    window.wait(lambda: len(find_ticks(window)) == 1, "the run")
    assert os.listdir(data_path("runs")) == [report]


if __name__ == "__main__":
    sys.exit(story.main())
