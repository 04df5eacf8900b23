#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The example compared within a small budget, its chart exported; a run kept, deleted and brought back.

    test-timings.py MAMUTO
"""

import json
import os
import sys
import xml.etree.ElementTree

from story import story


def open_example(window):
    window.click("Open the Example")
    window.expect(holds="1,500,000 × 3")


@story
def comparison_and_export(window):
    open_example(window)
    window.key("alt+5")
    window.expect("No Timings Yet")
    window.click("Compare…")
    window.expect(holds="This calls your function about", seconds=60)
    window.click("Compare")
    window.expect(holds=" measurements")
    window.wait(lambda: not window.find(holds=" measurements"), "the end", seconds=120)
    window.expect(holds="For ")
    with open(os.path.join(os.environ["XDG_DATA_HOME"], "mamuto", "comparison.json"),
              encoding="utf-8") as file:
        found = json.load(file)
    assert [one["name"] for one in found["contenders"]] == ["loop", "local"], found["contenders"]
    export(window, "Chart as SVG…", "time.svg")
    tree = xml.etree.ElementTree.parse(os.path.join(window.folder, "time.svg"))
    kinds = {element.tag.rsplit("}")[-1] for element in tree.iter()}
    assert "path" in kinds and "image" not in kinds, kinds
    export(window, "Comparison as CSV…", "comparison.csv")
    with open(os.path.join(window.folder, "comparison.csv"), encoding="utf-8") as file:
        assert file.readline().startswith("contender,rows,runs,median_s")


def export(window, item, name):
    path = os.path.join(window.folder, name)
    window.point("Export")
    window.point(item)
    window.expect("Save", "push button")
    window.key("ctrl+a")
    window.type(path)
    window.key("Return")
    window.wait(lambda: os.path.exists(path), name)
    window.expect(holds=name + " saved")


def find_tick(window):
    return window.find(holds="model.py:like of ", role="check box")


@story
def runs_are_kept(window):
    runs = os.path.join(os.environ["XDG_DATA_HOME"], "mamuto", "runs")
    open_example(window)
    window.click("Run")
    window.expect("Show Results", seconds=120)
    window.key("alt+5")
    window.wait(lambda: find_tick(window), "the run")
    window.expect(holds="Computing")
    assert len(os.listdir(runs)) == 1
    x, y = window.place(find_tick(window))
    window.xdotool("mousemove", str(x), str(y), "click", "1")
    window.click("Delete")
    window.expect("1 run deleted")
    window.expect("No Timings Yet")
    window.click("Undo")
    window.wait(lambda: find_tick(window), "the run")
    assert [name for name in os.listdir(runs) if not name.startswith(".")]


if __name__ == "__main__":
    sys.exit(story.main())
