#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Tests of the temporary file that mamuto-cli leaves in the folder of its output if it is killed with
# SIGKILL. The next run that writes to this folder must remove this file, but neither the temporary
# files of running programs nor results.

import os
import pathlib
import signal
import tempfile
import time

import numpy as np
from cli_util import DEADLINE, Folder, equal, main

ROWS = """
import os, time
def wait(x):
    while not os.path.exists('go'):
        time.sleep(0.01)
    return x * 2
def double(x):
    return x * 2
"""


def local(test):
    # The test uses /dev/shm, because $TMPDIR may be on a network file system, on which the program
    # removes no temporary files.
    def run(folder):
        place = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        with tempfile.TemporaryDirectory(prefix="mamuto-cli-", dir=place) as path:
            folder = Folder(path)
            folder.write("rows.py", ROWS)
            np.save(folder / "x.npy", np.arange(100))
            test(folder)
    run.__name__ = test.__name__
    return run


def temporaries(folder):
    return {name for name in folder.names() if name.endswith(".tmp")}


def start(folder, output):
    """Starts a run that waits for the file “go”. Returns the process and its temporary file."""
    before = temporaries(folder)
    process = folder.start("map", "rows.py:wait", "x.npy", "-H", "localhost:1", "-o", output)
    deadline = time.monotonic() + DEADLINE
    while not temporaries(folder) - before:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline, folder.names()
        time.sleep(0.01)
    return process, (temporaries(folder) - before).pop()


def double(folder, output):
    done = folder.run("map", "rows.py:double", "x.npy", "-H", "localhost:1", "-o", output)
    equal(done.returncode, 0, done.stderr)
    assert np.array_equal(np.load(folder / output), np.arange(100) * 2)


@local
def test_next_run_tidies(folder):
    process, left = start(folder, "out.npy")
    process.send_signal(signal.SIGKILL)
    process.communicate()
    equal(temporaries(folder), {left})
    np.save(folder / "out.partial.npy", np.arange(3))
    np.save(folder / "out.partial.mask.npy", np.zeros(3, bool))
    double(folder, "other.npy")
    equal(temporaries(folder), set())
    equal(folder.names(), ["other.npy", "out.partial.mask.npy", "out.partial.npy", "rows.py", "x.npy"])


@local
def test_living_runs_keep_their_files(folder):
    """A second run ends while a first one still computes, and a third one is stopped. The results of
    all of them must be whole."""
    first, mine = start(folder, "first.npy")
    stopped, other = start(folder, "stopped.npy")
    os.kill(stopped.pid, signal.SIGSTOP)
    double(folder, "second.npy")
    equal(temporaries(folder), {mine, other})
    os.kill(stopped.pid, signal.SIGCONT)
    folder.write("go", "")
    for process, name in ((first, "first.npy"), (stopped, "stopped.npy")):
        _, said = process.communicate(timeout=DEADLINE)
        equal(process.returncode, 0, said)
        assert np.array_equal(np.load(folder / name), np.arange(100) * 2)
    equal(temporaries(folder), set())


@local
def test_killed_while_others_end(folder):
    """Programs are killed again and again while others write to the same folder."""
    for i in range(5):
        process, left = start(folder, "lost.npy")
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert pathlib.Path(folder / left).exists()
        double(folder, f"{i}.npy")
        equal(temporaries(folder), set())


if __name__ == "__main__":
    main([test_next_run_tidies, test_living_runs_keep_their_files, test_killed_while_others_end])
