#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Tests of the lint's rules about includes, with small source trees. A tree with one fault must give
# exactly one finding. The same tree without the fault must give no finding. Usage: test-lint.py
# LINT

import pathlib
import subprocess
import sys
import tempfile

BEGIN = "/* SPDX-License-Identifier: LGPL-2.1-or-later\n *\n * For a test. */\n"
PAIR = {"core/run/a.h": [], "core/run/a.c": ["a.h"], "core/run/b.h": ["a.h"], "core/run/b.c": ["b.h"]}
# Small source trees. For each name: a dict from files to the headers that they include, and a part
# of the finding that the lint must print, or None if it must print no finding.
TREES = {
    "an arrow down": (PAIR, None),
    "a circle of two": ({**PAIR, "core/run/a.c": ["a.h", "b.h"]}, "core/run/a.c:5: files include each other in a circle: "),
    "a circle of three": ({**PAIR, "core/run/c.h": ["b.h"], "core/run/a.c": ["a.h", "c.h"]},
                          "core/run/a.c:5: files include each other in a circle: core/run/a.c includes core/run/c.h, "
                          "core/run/c.h includes core/run/b.h, core/run/b.h includes core/run/a.h"),
    "one class": ({"core/run/a.h": [], "core/run/a-private.h": ["a.h"], "core/run/a.c": ["a-private.h"],
                   "core/run/a-more.h": ["a.h"], "core/run/a-more.c": ["a-more.h", "a-private.h"],
                   "core/run/a-first.c": ["a-private.h", "a-more.h"]}, None),
    "a circle with a class": ({"core/run/a.h": [], "core/run/a-private.h": ["a.h"], "core/run/b.h": ["a.h"],
                               "core/run/b.c": ["b.h"], "core/run/a.c": ["a-private.h", "b.h"]},
                              "core/run/a.c:5: files include each other in a circle: "),
    "a room of core above": ({**PAIR, "core/host/c.h": [], "core/run/a.c": ["a.h", "c.h"]},
                             "core/run/a.c:5: core/run must not include core/host/c.h"),
    "a room of app below": ({"app/compat/a.h": [], "app/job/b.c": ["../compat/a.h"]}, None),
    "a room of app above": ({"app/job/a.h": [], "app/compat/b.c": ["../job/a.h"]},
                            "app/compat/b.c:4: app/compat must not include app/job/a.h"),
    "another page": ({"app/job/a.h": [], "app/cluster/b.c": ["../job/a.h"]},
                     "app/cluster/b.c:4: app/cluster must not include app/job/a.h"),
    "an unknown room of app": ({"app/attic/a.h": []}, "app/attic/a.h:1: app/attic is not in"),
}


def find_faults(lint, tree):
    with tempfile.TemporaryDirectory() as top:
        for name, headers in tree.items():
            path = pathlib.Path(top, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            pragma = "#pragma once\n" if name.endswith(".h") else ""
            path.write_text(BEGIN + pragma + "".join(f'#include "{header}"\n' for header in headers))
        output = subprocess.run([lint, "house", "--top", top], stdout=subprocess.PIPE, text=True).stdout
    return [line for line in output.splitlines() if "include" in line or "circle" in line or "is not in" in line]


def main(lint):
    print(f"1..{len(TREES)}")
    failed = 0
    for number, (name, (tree, expected)) in enumerate(TREES.items(), 1):
        found = find_faults(lint, tree)
        ok = not found if expected is None else len(found) == 1 and expected in found[0]
        failed += not ok
        if not ok:
            print(*(f"# {line}" for line in found), sep="\n")
        print(f"{'ok' if ok else 'not ok'} {number} - {name}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
