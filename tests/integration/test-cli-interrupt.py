#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Tests of Ctrl-C while something does not end that cannot be cancelled: here a command in ssh's
# configuration (Match exec), whose end ssh awaits. The program ends without it, and leaves nothing
# behind.

import contextlib
import json
import os
import pathlib
import select
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


def find_children_of_all(pid):
    """Returns the children of all threads."""
    threads = pathlib.Path(f"/proc/{pid}/task")
    return {int(child) for path in threads.glob("*/children") for child in path.read_text().split()}


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
    children = find_children_of_all(process.pid) - {stuck}
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


def test_stuck_after_saving(folder):
    """The program waits until a complete result is written, but then not for a host."""
    prepare(folder)
    folder.write("rows.py", "def wide(x):\n    return ['a' * 8] * 1000\n")
    np.save(folder / "x.npy", np.arange(20000))
    process = folder.start("map", "rows.py:wide", "x.npy", "-H", "localhost:1,rem1:1", "-o", "out.csv", "--progress",
                           "none", HOME=str(folder / "home"))
    stuck = int((folder / "pid").read_text())
    wait_until("the file", lambda: any(name.endswith(".tmp") for name in folder.names()))
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=DEADLINE)
    equal(process.returncode, 0, errors)
    contains(errors, "out.csv is still being written; press Ctrl-C again")
    with open(folder / "out.csv") as file:
        equal(sum(1 for _ in file), 20002)  # with the hint for the reader and the header
    wait_until("the end of the command", lambda: not is_alive(stuck))


def fill(fd):
    """Fills a pipe that nobody reads."""
    os.set_blocking(fd, False)
    for size in (4096, 1):
        with contextlib.suppress(BlockingIOError):
            while True:
                os.write(fd, b"\n" * size)
    os.set_blocking(fd, True)


def test_repeat_and_slow_end(folder):
    """The result of the last complete run is saved even if the program is too slow to end the run
    after it in time, here because nobody reads its output, and because it is stopped."""
    folder.write("stamped.py", f"""
import os, time
def stamped(x):
    while os.path.exists({str(folder / "slow")!r}):
        time.sleep(0.1)
    return time.time()
""")
    np.save(folder / "x.npy", np.arange(20))
    process = folder.start("map", "stamped.py:stamped", "x.npy", "-H", "localhost:1", "-o", "out.npy", "--repeat",
                           "1000000", "--progress", "json")
    now, n_done = None, 0
    for line in process.stdout:
        n_done += json.loads(line)["type"] == "done"
        if n_done == 3:
            now = now or time.time()
        if n_done == 200:
            folder.write("slow", "")
            break
    output = os.open(f"/proc/{process.pid}/fd/1", os.O_WRONLY)
    end = time.monotonic() + 1.5
    while time.monotonic() < end:  # until the slow run has begun
        if select.select([process.stdout], [], [], 0.1)[0]:
            os.read(process.stdout.fileno(), 65536)
    fill(output)
    time.sleep(1.5)  # until a line of the progress does not fit
    process.send_signal(signal.SIGINT)
    time.sleep(0.1)
    process.send_signal(signal.SIGSTOP)
    time.sleep(1)
    process.send_signal(signal.SIGCONT)
    process.wait(DEADLINE)
    os.close(output)
    errors = process.stderr.read()
    equal(process.returncode, 128 + signal.SIGINT, errors)
    equal(errors.count("still being written"), 1, errors)
    assert np.load(folder / "out.npy").min() > now, (now, np.load(folder / "out.npy"))


main([test_stuck, test_stuck_and_stopped, test_second_signal, test_stuck_after_saving, test_repeat_and_slow_end])
