#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A run on four real ssh hosts, one of which dies on the way: the notice, and results as if nothing had
been. Run by tests/integration/with-hosts.

    test-hosts-lost.py MAMUTO
"""

import json
import os
import subprocess
import sys
import tempfile

import numpy as np

from story import story

FOLDER = tempfile.mkdtemp(prefix="mamuto-jobs-")
ROWS = 6000
HOME = os.environ["HOME"]
HOSTS = os.environ["MAMUTO_TEST_HOSTS"]
CODE = """
import time

def slow(x):
    time.sleep(0.01)
    return x * 2
"""


def files():
    np.save(os.path.join(FOLDER, "x.npy"), np.arange(float(ROWS)))
    texts = {
        "rows.py": CODE,
        "lost.mamuto": "[job]\nversion = 1\nfunction = rows.py:slow\noutput = out.npy\n"
                       "[argument 1]\nname = x\nvalue = x.npy\n",
        "cluster.cfg": "[parameters]\nhosts = %s\n"
                       % json.dumps({host.split(":")[0]: 2 for host in HOSTS.split(",")}),
    }
    for name, text in texts.items():
        with open(os.path.join(FOLDER, name), "w", encoding="utf-8") as file:
            file.write(text)
    return [os.path.join(FOLDER, name) for name in ("cluster.cfg", "lost.mamuto")]


def control(*words):
    subprocess.run([*os.environ["MAMUTO_TEST_CONTROL"].split(), *words], check=True, capture_output=True)


@story(arguments=files(), environment={"HOME": HOME})
def one_of_four_is_lost(window):
    window.expect(holds="6,000 rows")
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
    window.expect("6,000 of 6,000 rows")
    assert np.array_equal(np.load(os.path.join(FOLDER, "out.npy")), 2 * np.arange(float(ROWS)))


if __name__ == "__main__":
    sys.exit(story.main())
