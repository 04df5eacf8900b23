#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Tests of mamuto-cli with a low limit of processes and threads (ulimit -u), or of open files (ulimit
# -n). Each outcome is a complete result or a clear error: the program does not abort, crash or hang. The
# limit of processes does not hold for root, so root runs the program as a user that has no other
# processes.

import os
import resource
import subprocess

import numpy as np
from cli_util import CLI, DEADLINE, contains, equal, main

ROWS = """
def double(x):
    return 2 * x
"""
REASONS = ("a thread cannot be started", "Resource temporarily unavailable", "can't start new thread")
N_ROWS = 50


def count_threads():
    """Returns the number of threads of this user, which the limit counts."""
    found = 0
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            if os.stat(f"/proc/{pid}").st_uid == os.getuid():
                found += len(os.listdir(f"/proc/{pid}/task"))
        except OSError:
            pass
    return found


def run_limited(folder, limit, *args):
    """Runs mamuto-cli with at most this number of processes and threads."""
    command = [CLI, *args]
    if os.getuid() == 0:
        user = str(1_800_000_000 + os.getpid())
        # This user may read all folders, because the program may be in a private one.
        command = ["setpriv", "--reuid", user, "--regid", user, "--clear-groups", "--inh-caps=+dac_read_search",
                   "--ambient-caps=+dac_read_search", *command]
        for path in (folder.path, *folder.path.iterdir()):
            os.chown(path, int(user), int(user))
    else:
        limit += count_threads()
    return subprocess.run(
        command, cwd=folder.path, capture_output=True, text=True, timeout=DEADLINE, start_new_session=True,
        stdin=subprocess.DEVNULL, env=os.environ | {"HOME": str(folder.path), "TMPDIR": str(folder.path)},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NPROC, (limit, limit)))


def check_outcome(done, limit):
    """Returns whether the program succeeded."""
    if done.returncode == 0:
        return True
    assert done.returncode in (1, 2), (limit, done)
    assert any(reason in done.stderr + done.stdout for reason in REASONS), (limit, done)
    return False


def prepare(folder):
    folder.write("rows.py", ROWS)
    np.save(folder / "x.npy", np.arange(N_ROWS))


def test_map(folder):
    prepare(folder)
    outcomes = []
    for limit in (*range(1, 10), 40):
        done = run_limited(folder, limit, "map", "rows.py:double", "x.npy", "-o", "out.npy", "-H", "localhost:2",
                           "--progress", "none")
        outcomes.append(check_outcome(done, limit))
        if outcomes[-1]:
            equal(np.load(folder / "out.npy").tolist(), [2 * x for x in range(N_ROWS)])
            os.unlink(folder / "out.npy")
        assert not any(name.endswith(".tmp") for name in folder.names()), folder.names()
    # the first limit is too low, and the last one is enough
    equal((outcomes[0], outcomes[-1]), (False, True))


def test_lookup(folder):
    """The name of a host is looked up in a thread."""
    prepare(folder)
    for limit in range(2, 7):
        done = run_limited(folder, limit, "map", "rows.py:double", "x.npy", "-H", "no-such-host.invalid:1",
                           "--progress", "none")
        equal(done.returncode > 0, True, done)
        assert any(reason in done.stderr for reason in (*REASONS, "is not known")), (limit, done)


def test_check(folder):
    for limit in (*range(1, 7), 40):
        succeeded = check_outcome(run_limited(folder, limit, "check", "-H", "localhost:1"), limit)
    equal(succeeded, True)


def test_compare(folder):
    prepare(folder)
    for limit in (*range(1, 9), 40):
        done = run_limited(folder, limit, "compare", "rows.py:double", "x.npy", "-H", "localhost:1", "--budget", "5")
        succeeded = check_outcome(done, limit)
    equal(succeeded, True)


def test_few_open_files(folder):
    prepare(folder)
    options = ["-H", "localhost:1"]
    # The search for leaks at the end of a program with sanitizers opens files itself.
    environment = os.environ | {"ASAN_OPTIONS": "detect_leaks=0"}
    for command in (["map", "rows.py:double", "x.npy"], ["check"], ["compare", "rows.py:double", "x.npy"]):
        for limit in range(6, 12):
            done = subprocess.run(
                [CLI, *command, *options], cwd=folder.path, capture_output=True, text=True, timeout=DEADLINE,
                stdin=subprocess.DEVNULL, env=environment,
                preexec_fn=lambda limit=limit: resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit)))
            assert done.returncode in (1, 2), (command, limit, done)
            contains((done.stderr + done.stdout).lower(), "open files")


def test_no_slot(folder):
    """No process for rows can be started, although the host has few cores."""
    folder.write("rows.py", ROWS + """
import errno, os
def fork():
    raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN))
os.fork = fork
""")
    np.save(folder / "x.npy", np.arange(N_ROWS))
    for cores in (1, 2, 5):
        done = folder.run("map", "rows.py:double", "x.npy", "-H", f"localhost:{cores}", "--progress", "none")
        equal(done.returncode, 1, done.stderr)
        contains(done.stderr, "slots cannot be started: [Errno 11] Resource temporarily unavailable")


main([test_map, test_lookup, test_check, test_compare, test_few_open_files, test_no_slot])
