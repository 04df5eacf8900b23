#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tests of runs on four ssh hosts, with hosts that are left out or that crash.

The window shows the memory, processor load and output of each host. The user excludes a host from
the run and includes it again. A host crashes during a run, and the results must still be complete.
tests/integration/with-hosts must run this file.

    test-hosts-lost.py MAMUTO
"""

import json
import os
import re
import subprocess
import sys
import tempfile

import numpy as np

from story import story

FOLDER = tempfile.mkdtemp(prefix="mamuto-jobs-")
# number of rows for each function; the tests stop the run of "tell" before its end
ROWS = {"tell": 400000, "slow": 12000}
HOME = os.environ["HOME"]
HOSTS = os.environ["MAMUTO_TEST_HOSTS"]
CODE = """
import os
import time

def tell(x):
    time.sleep(0.05)
    if x % 50 == 0:
        # hosts on loopback have the same name, but different home folders
        home = [part for part in os.environ["HOME"].split("/") if part in ("mm1", "mm2", "mm3", "mm4")]
        print("row", int(x), "on", home[0] if home else os.uname().nodename)
    return x

def slow(x):
    time.sleep(0.01)
    return x * 2
"""


def files(function):
    np.save(os.path.join(FOLDER, function + ".npy"), np.arange(float(ROWS[function])))
    texts = {
        "rows.py": CODE,
        function + ".mamuto": "[job]\nversion = 1\nfunction = rows.py:%s\noutput = out.npy\n"
                              "[argument 1]\nname = x\nvalue = %s.npy\n" % (function, function),
        "cluster.cfg": "[parameters]\nhosts = %s\n"
                       % json.dumps({host.split(":")[0]: 2 for host in HOSTS.split(",")}),
    }
    for name, text in texts.items():
        with open(os.path.join(FOLDER, name), "w", encoding="utf-8") as file:
            file.write(text)
    return [os.path.join(FOLDER, name) for name in ("cluster.cfg", function + ".mamuto")]


def control(*words):
    subprocess.run([*os.environ["MAMUTO_TEST_CONTROL"].split(), *words], check=True, capture_output=True)


def column(window, host, pattern):
    """Returns the first text in the host's list row that matches the pattern, or None."""
    row = window.find(holds=host + ", ", role="list item")
    texts = [window.name(item) for item in window.walk(row)] if row else []
    return next((text for text in texts if re.fullmatch(pattern, text)), None)


@story(arguments=files("tell"), environment={"HOME": HOME})
def hosts_report_their_status(window):
    window.expect(holds="400,000 rows")
    window.click("Run")
    for number in range(1, 5):
        host = "mm%d" % number
        window.expect(host + ", Computing", role="list item", seconds=60)
        memory = window.wait(lambda: column(window, host, r"[0-9.]+ of [0-9.]+ GB"), "the memory of " + host)
        used, _, whole, _ = memory.split()
        assert 0 < float(used) <= float(whole), memory
        window.wait(lambda: column(window, host, "[0-9]+ %"), "the processor of " + host)
    window.point("mm2, Computing", "list item")
    window.expect("Memory", role="label")
    window.expect("Busy cores", role="label")
    window.click("Leave Out")
    window.expect("mm2, Left out", role="list item")
    assert window.find("mm1, Computing", role="list item")
    window.click("Use Again")
    window.expect("mm2, Computing", role="list item")
    window.click("Show Log")
    window.expect(holds=" on mm2", role="list item")
    others = [window.name(item) for item in window.walk()
              if item.role == "list item" and " on mm" in item.name and not item.name.endswith("on mm2")]
    assert not others, others
    window.click("Stop")
    window.expect("Show Results")


# This story must be the last one of the file, because it ends the host mm3 for good.
@story(arguments=files("slow"), environment={"HOME": HOME})
def one_of_four_is_lost(window):
    window.expect(holds="12,000 rows")
    window.click("Run")
    for number in range(1, 5):
        window.expect("mm%d, Computing" % number, role="list item", seconds=60)
    control("crash", "mm3")
    window.expect(holds="mm3 was lost", seconds=60)
    window.expect("mm3, Lost", role="list item")
    window.click("Details")
    window.expect(holds="mm3:")
    window.click("Close")
    window.expect("Show Results", seconds=120)
    window.expect("12,000 of 12,000 rows")
    assert np.array_equal(np.load(os.path.join(FOLDER, "out.npy")), 2 * np.arange(float(ROWS["slow"])))


if __name__ == "__main__":
    sys.exit(story.main())
