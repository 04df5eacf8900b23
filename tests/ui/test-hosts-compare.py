#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tests of the page Timings with four ssh hosts. The page compares how long a job takes in a plain
loop, on this computer and on the hosts.

In one test the function is slow, so that the hosts make it faster. In the other test it is too
quick for that. The page's sentence and charts must agree with the measurements.
tests/integration/with-hosts must run this file.

    test-hosts-compare.py MAMUTO [STORY...]
"""

import atexit
import json
import os
import shutil
import sys
import tempfile

import numpy as np

from story import story

FOLDER = tempfile.mkdtemp(prefix="mamuto-compare-")
atexit.register(shutil.rmtree, FOLDER, True)
HOME = os.environ["HOME"]
HOSTS = os.environ["MAMUTO_TEST_HOSTS"]


def files(name, code, rows):
    """Writes a cluster file and a job file. Returns the paths of both."""
    folder = os.path.join(FOLDER, name)
    os.makedirs(folder)
    np.save(os.path.join(folder, "x.npy"), np.arange(float(rows)))
    texts = {
        "f.py": code,
        name + ".mamuto": "[job]\nversion = 1\nfunction = f.py:f\n\n[argument 1]\nname = x\nvalue = x.npy\n",
        "cluster.cfg": "[parameters]\nhosts = %s\n"
                       % json.dumps({host.split(":")[0]: 2 for host in HOSTS.split(",")}),
    }
    for file_name, text in texts.items():
        with open(os.path.join(folder, file_name), "w", encoding="utf-8") as file:
            file.write(text)
    return [os.path.join(folder, "cluster.cfg"), os.path.join(folder, name + ".mamuto")]


def compare(window, rows):
    """Runs a comparison with a time limit of 30 seconds. Returns the content of the saved file."""
    window.expect(holds=rows + " rows")
    window.key("alt+5")
    window.choose("1 minute", "Home", "Down")
    window.expect("30 seconds", role="label")
    window.click("Compare…")
    window.expect(holds="The comparison calls your function about", seconds=60)
    assert not window.find(holds="Your cluster has no host besides")
    window.click("Compare")
    window.expect(holds=" measurements")
    window.wait(lambda: not window.find("Stop Measuring"), "the end", seconds=120)
    window.expect(holds=" · 4 hosts · 8 cores")
    path = os.path.join(os.environ["XDG_DATA_HOME"], "mamuto", "comparison.json")
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def by_name(found):
    return {one["name"]: {at["rows"]: at for at in one["measured"]} for one in found["contenders"]}


def check(window, found):
    """Checks that the saved comparison is consistent. The number of rows from which the cluster is
    faster must agree with the measured times. The times themselves are not checked, because they
    depend on the machine."""
    timed = by_name(found)
    assert set(timed) == {"loop", "local", "cluster", "cluster-cold"}, set(timed)
    warm = timed["cluster"]
    assert all(one["cores"] == 8 and one["seconds"]["connecting"] == 0 for one in warm.values()), warm
    assert all(one["seconds"]["computing"] > 0 for one in warm.values()), warm
    verdict = found["verdict"]
    both = sorted(set(warm) & set(timed["loop"]))
    won = {n: warm[n]["median_s"] < min(timed[who][n]["median_s"] for who in ("loop", "local") if n in timed[who])
           for n in both}
    if verdict["break_even"] == "measured":
        assert any(not won[n] for n in both if n <= verdict["break_even_rows"]), won
        assert all(won[n] for n in both if n >= verdict["break_even_rows"]), won
    elif verdict["break_even"] == "always":
        assert all(won.values()), won
    else:
        assert not won[both[-1]], won
        assert verdict["break_even"] == "never" or verdict["break_even_rows"] > both[-1], verdict
    window.expect(holds=" · f.py:f · ")
    window.expect(holds="a cold start takes", role="label")
    for tab, title in (("Speed-up", "Speed-up over a plain loop"), ("Time", "Time by number of rows")):
        window.point(tab)
        chart = window.expect(title, role="image")
        assert chart.description == window.name(window.find(holds="a cold start takes", role="label"))


@story(arguments=files("slow", "import time\n\ndef f(x):\n    time.sleep(0.002)\n    return x * 2\n", 100000),
       environment={"HOME": HOME})
def a_slow_function(window):
    found = compare(window, "100,000")
    check(window, found)
    assert found["job"] == "slow", found["job"]
    # the function only sleeps, so eight cores must be faster than one
    timed = by_name(found)
    most = max(timed["cluster"])
    assert timed["cluster"][most]["median_s"] < timed["loop"][most]["median_s"], timed


@story(arguments=files("quick", "def f(x):\n    return x * 2\n", 1000000), environment={"HOME": HOME})
def a_very_quick_function(window):
    found = compare(window, "1,000,000")
    check(window, found)
    assert found["verdict"]["break_even"] in ("never", "predicted"), found["verdict"]
    window.expect(holds="this computer is faster")
    window.expect(holds="times as long")


if __name__ == "__main__":
    sys.exit(story.main())
