#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Tests of Ctrl-C while something does not end that cannot be cancelled: here a command in ssh's
# configuration (Match exec), whose end ssh awaits. The program ends without it, and leaves nothing
# behind.

import os
import pathlib
import signal
import subprocess
import time

import numpy as np
from cli_util import DEADLINE, Terminal, contains, equal, main

ROWS = """
import time
def slow(x):
    time.sleep(0.01)
    return x
"""


def prepare(folder):
    """Configures a host whose configuration is never read to its end. Returns the id of the blocking
    process when it runs."""
    (folder / "home/.ssh").mkdir(parents=True, mode=0o700)
    folder.write("rows.py", ROWS)
    np.save(folder / "x.npy", np.arange(100000))
    os.mkfifo(folder / "pid")
    folder.write("home/.ssh/config", f'Host rem*\nMatch exec "echo $$ >{folder / "pid"}; exec sleep 1000"\n')


def wait_until(what, condition):
    end = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.01)


def is_alive(pid):
    """Returns whether the process exists and is no zombie."""
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def find_children(pid):
    return [int(child) for child in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_stuck(folder):
    """The program ends also if a host on this computer does not end, because it is stopped."""
    prepare(folder)
    before = folder.names()
    terminal = Terminal(folder, "map", "rows.py:slow", "x.npy", "-H", "localhost:1,rem1:1", "-o", "out.npy",
                        HOME=str(folder / "home"))
    stuck = int((folder / "pid").read_text())
    terminal.wait_for("computing")
    terminal.type("\x03")
    equal(terminal.wait(), 128 + signal.SIGINT)
    assert terminal.cursor_shown
    contains(terminal.screen(), "interrupted")
    equal(folder.names(), before)
    wait_until("the end of the command", lambda: not is_alive(stuck))


def test_stuck_and_stopped(folder):
    prepare(folder)
    before = folder.names()
    process = subprocess.Popen(
        [os.environ.get("MAMUTO_CLI", "mamuto-cli"), "map", "rows.py:slow", "x.npy", "-H", "localhost:1,rem1:1",
         "-o", "out.npy"], cwd=folder.path, env=os.environ | {"HOME": str(folder / "home")},
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    stuck = int((folder / "pid").read_text())
    for line in process.stderr:
        if "localhost: computing" in line:
            break
    threads = pathlib.Path(f"/proc/{process.pid}/task")
    children = {int(pid) for path in threads.glob("*/children") for pid in path.read_text().split()} - {stuck}
    agents = [pid for pid in children if pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().startswith(b"mamuto-agent")]
    equal(len(agents), 1, children)
    below = [pid for agent in agents for pid in find_children(agent)]
    assert below
    os.kill(agents[0], signal.SIGSTOP)
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=DEADLINE)
    equal(process.returncode, 128 + signal.SIGTERM, errors)
    contains(errors, "interrupted")
    equal(folder.names(), before)
    for pid in (stuck, *agents, *below):
        wait_until(f"the end of {pid}", lambda pid=pid: not is_alive(pid))


def test_second_signal(folder):
    """A second Ctrl-C discards even a complete result that is being written."""
    folder.write("rows.py", "def wide(x):\n    return ['a' * 8] * 1000\n")
    np.save(folder / "x.npy", np.arange(20000))
    process = folder.start("map", "rows.py:wide", "x.npy", "-H", "localhost:2", "-o", "out.csv", "--progress", "none")
    before = [name for name in folder.names() if not name.endswith(".tmp")]
    wait_until("the file", lambda: any(name.endswith(".tmp") for name in folder.names()))
    process.send_signal(signal.SIGINT)
    contains(process.stderr.readline(), "out.csv is still being written; press Ctrl-C again")
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=DEADLINE)
    equal(process.returncode, 128 + signal.SIGINT, errors)
    equal(folder.names(), before)


main([test_stuck, test_stuck_and_stopped, test_second_signal])
