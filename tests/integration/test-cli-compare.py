#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Tests of "mamuto-cli compare" on this computer and on two ssh hosts. The script with-hosts starts
# the hosts and stores their names in an environment variable.

import fcntl
import json
import os
import pathlib
import select
import signal
import socket
import struct
import subprocess
import time

import numpy as np
from cli_util import contains, equal, main

ROWS = """
import time
def double(x):
    return 2 * x
def pair(x, k):
    return [x, x + k[0] + k[1]]
def negative(x):
    if x % 10 == 3:
        raise ValueError(f"x is {x}")
    return float(x)
def slow(x):
    time.sleep(0.02)
    return x
def wordy(x):
    raise ValueError("x is " + str(x) + chr(0xd800) + 2000000 * "!")
def chatty(x):
    print("row", x)
    return x
def batch(x):
    return x * 3
"""


def compare(folder, function, n, *args):
    folder.write("rows.py", ROWS)
    np.save(folder / "x.npy", np.arange(n))
    return folder.run("compare", f"rows.py:{function}", "x.npy", "--budget", 20, *args)


def check_measured(found, names):
    """Checks the parts of a report that do not depend on the measured times."""
    equal([contender["name"] for contender in found["contenders"]], names)
    for contender in found["contenders"]:
        for one in contender["measured"]:
            assert one["min_s"] <= one["median_s"] <= one["max_s"], one
            assert one["runs"] >= 3 or one["median_s"] >= 0.1 or contender["name"] == "cluster-cold"
            assert 0 <= one["efficiency"] <= 1
            whole = sum(one["seconds"].values())
            assert abs(one["seconds"]["computing"] - one["efficiency"] * whole) < 1e-6
        sizes = [one["rows"] for one in contender["measured"]]
        equal(sizes, sorted(set(sizes)))


def test_compare_here(folder):
    done = compare(folder, "double", 3000, "--json")
    equal(done.returncode, 0, done.stderr)
    contains(done.stderr, "Calls double about ")
    found = json.loads(done.stdout)
    check_measured(found, ["loop", "local"])
    equal(found["contenders"][0]["measured"][-1]["rows"], 3000)
    equal(found["verdict"]["contender"], "local")
    done = compare(folder, "double", 300)
    equal(done.returncode, 0, done.stderr)
    contains(done.stdout, "plain loop")
    contains(done.stdout, "SPEED-UP")
    contains(done.stdout, "For 10 rows, ")


def test_compare_cluster(folder):
    hosts = os.environ["MAMUTO_TEST_HOSTS"]
    done = compare(folder, "double", 100000, "--json", "-H", hosts)
    equal(done.returncode, 0, done.stderr)
    found = json.loads(done.stdout)
    check_measured(found, ["loop", "local", "cluster", "cluster-cold"])
    equal(found["cluster"], {"hosts": 2, "cores": 4})
    warm, cold = (contender["measured"] for contender in found["contenders"][2:])
    # Transfers can take most of the time, but some of the time must be computing time.
    for contender in found["contenders"]:
        assert all(one["seconds"]["computing"] > 0 for one in contender["measured"]), contender
    equal([one["cores"] for one in warm], [4] * len(warm))
    # A cold start is measured twice: with the smallest and with the largest number of rows.
    equal([one["rows"] for one in cold], [warm[0]["rows"], warm[-1]["rows"]])
    assert all(one["seconds"]["connecting"] > 0 for one in cold)
    assert all(one["seconds"]["connecting"] == 0 for one in warm)
    equal(found["verdict"]["contender"], "cluster")
    contains(found["verdict"]["summary"], "a cold start takes")


def test_compare_rows(folder):
    """The program measures rows from the whole input, at equal distances. It uses each row only
    once."""
    folder.write("note.py", """
def note(x):
    with open("%s", "a") as file:
        file.write("%%d\\n" %% x)
    return x
""" % (folder / "seen"))
    np.save(folder / "x.npy", np.arange(1000000))
    done = folder.run("compare", "note.py:note", "x.npy", "--budget", 3, "--json")
    equal(done.returncode, 0, done.stderr)
    measured = json.loads(done.stdout)["contenders"][0]["measured"]
    seen = set(np.loadtxt(folder / "seen", dtype=int).tolist())
    # The program also calls the function with 1, 4, 16, … rows, in order to plan the measurements.
    sizes = [one["rows"] for one in measured] + [4**k for k in range(10)]
    expected = {1000000 // n * i + int(float(1000000 % n) * (i / n)) for n in sizes for i in range(n)}
    assert seen <= expected, "other rows were used"
    assert max(seen) > 900000
    n = measured[-1]["rows"]
    assert {1000000 // n * i + int(float(1000000 % n) * (i / n)) for i in range(n)} <= seen


def test_compare_with_values(folder):
    folder.write("rows.py", ROWS)
    np.save(folder / "x.npy", np.arange(100.0))
    for arguments in (("pair", "x.npy", "=[1,\n  2]\n", "--keep", "1"), ("batch", "x.npy", "--batch"), ("chatty", "x.npy"),
                      ("negative", "x.npy", "--on-error", "continue")):
        done = folder.run("compare", "rows.py:" + arguments[0], *arguments[1:], "--budget", 10, "--json")
        equal(done.returncode, 0, done.stderr)
        check_measured(json.loads(done.stdout), ["loop", "local"])


def test_compare_imports_nothing_planted(folder):
    """Neither the plain loop nor the agent imports modules of the working folder in place of Python's."""
    ran = folder / "ran"
    for name in ("sitecustomize", "json", "mmap", "numpy", "os", "queue", "shutil", "struct", "pwd", "stat"):
        folder.write(name + ".py", f"open({str(ran)!r}, 'a').write({name!r})\nraise SystemExit(3)\n")
    folder.write("random.py", "class A:\n    @staticmethod\n    def uniform(x):\n        return 2 * x\n")
    np.save(folder / "x.npy", np.arange(100.0))
    os.chmod(folder.path, 0o777)
    done = folder.run("compare", "random.py:A.uniform", "x.npy", "--budget", 10, "--json", PYTHONPATH=":")
    equal(done.returncode, 0, done.stderr)
    check_measured(json.loads(done.stdout), ["loop", "local"])
    assert not ran.exists(), ran.read_text()
    done = folder.run("map", "random.py:A.uniform", "x.npy", "-o", "out.npy")
    equal(done.returncode, 0, done.stderr)
    equal(np.load(folder / "out.npy").tolist(), (2 * np.arange(100.0)).tolist())
    contains(done.stderr, f"modules in the working folder {folder.path} are not imported, because other users")


def test_compare_with_the_same_threads(folder):
    """The plain loop and the hosts use the same number of threads: 1, or what the user has set."""
    folder.write("threads.py", f"""
import os
def count(x):
    with open({str(folder / "seen")!r}, "a") as file:
        file.write(os.environ["OMP_NUM_THREADS"] + os.environ.get("OPENBLAS_NUM_THREADS", "-") + "\\n")
    return x
""")
    np.save(folder / "x.npy", np.arange(20.0))
    for env, seen in (({}, "1-"), ({"OMP_NUM_THREADS": ""}, "1-"), ({"OMP_NUM_THREADS": "2"}, "2-"), ({"OPENBLAS_NUM_THREADS": "2"}, "12")):
        folder.write("seen", "")
        done = folder.run("compare", "threads.py:count", "x.npy", "--budget", 10, **env)
        equal(done.returncode, 0, done.stderr)
        equal(set((folder / "seen").read_text().split()), {seen})
        contains(done.stdout, f"OMP_NUM_THREADS={seen[0]}")
    done = folder.run("map", "threads.py:count", "x.npy", "--report", "run.json", OMP_NUM_THREADS="2")
    equal(done.returncode, 0, done.stderr)
    equal(json.loads((folder / "run.json").read_text())["hosts"][0]["omp_num_threads"], "2")


def test_the_example_compares_with_the_same_threads(folder):
    """data/examples/compare.py, which app/run uses, runs its loop with the same number of threads. Here,
    like() returns this number, so the results would differ otherwise."""
    examples = pathlib.Path(__file__).resolve().parents[2] / "data/examples"
    for name in ("compare.py", "make_arrays.py"):
        folder.write(name, (examples / name).read_text())
    folder.write("model.py", "import os\ndef like(x, data):\n    return int(os.environ['OMP_NUM_THREADS'])\n")
    for env in ({}, {"OMP_NUM_THREADS": ""}, {"OMP_NUM_THREADS": "2"}):
        kept = {name: value for name, value in os.environ.items() if name != "OMP_NUM_THREADS"}
        done = subprocess.run(["/usr/bin/python3", "compare.py", os.environ["MAMUTO_CLI"], "-H", "localhost:2"],
                              cwd=folder.path, env={**kept, **env}, capture_output=True, text=True, timeout=120)
        equal(done.returncode, 0, done.stdout + done.stderr)


def test_compare_unreachable_cluster(folder):
    done = compare(folder, "double", 100, "-H", "no-such-host.invalid:2", "--json")
    equal(done.returncode, 0, done.stderr)
    found = json.loads(done.stdout)
    check_measured(found, ["loop", "local"])
    contains(found["notes"][0], "The cluster could not be measured")
    contains(found["notes"][0], "no-such-host.invalid")


def test_compare_wrong(folder):
    os.environ["TMPDIR"] = str(folder.path)
    contains(compare(folder, "negative", 10).stderr, "ValueError: x is 3")
    contains(compare(folder, "wordy", 10).stderr, "ValueError: x is 0\\ud800!!!")
    contains(compare(folder, "missing", 10).stderr, "missing")
    equal(compare(folder, "double", 10, "--keep", "3").returncode, 2)
    equal(compare(folder, "double", 0).returncode, 2)
    equal(folder.run("compare", "rows.py:double", "x.npy", "--budget", "0").returncode, 2)
    folder.write("long.py", "import time\ndef wait(x):\n    time.sleep(0.5)\n")
    np.save(folder / "x.npy", np.arange(10))
    done = folder.run("compare", "long.py:wait", "x.npy", "--budget", "0.8")
    assert done.returncode in (1, 2), done.stderr
    contains(done.stderr, "budget")
    del os.environ["TMPDIR"]
    # No temporary files are left after a complete measurement and after a stopped measurement.
    equal([name for name in os.listdir(folder.path) if name.startswith("mamuto-loop-")], [])


def wait_until(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come"
        select.select([], [], [], 0.02)


def test_compare_interrupted(folder):
    folder.write("rows.py", """
import time
def slow(x):
    with open("%s", "ab", 0) as file:
        file.write(b".")
    time.sleep(0.02)
    return x
""" % (folder / "calls"))
    np.save(folder / "x.npy", np.arange(2000))
    process = folder.start("compare", "rows.py:slow", "x.npy")
    for line in process.stderr:
        if line.startswith("Calls slow"):
            break
    # When the function was called 200 times, the first measurement is complete.
    wait_until(lambda: os.path.getsize(folder / "calls") > 200)
    process.send_signal(signal.SIGINT)
    output, error = process.communicate(timeout=60)
    equal(process.returncode, 130, error)
    contains(error, "interrupted")
    # The program shows the measurements that it completed before Ctrl-C.
    contains(output, "plain loop")
    contains(output, "It was stopped before everything was measured")


def start_loop(folder, *files):
    """Starts loop.py as mamuto-cli does. The process inherits the descriptors in files. Returns the
    process and the other end of its socket."""
    root = pathlib.Path(__file__).resolve().parents[2]
    source = "\n".join((root / path).read_text() for path in (
        "worker/runners/python/user_modules.py", "core/timing/loop.py"))
    (folder / "modules").mkdir()
    ours, theirs = socket.socketpair()
    with theirs:
        command = ["/usr/bin/python3", "-c", source, str(folder / "modules")]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                   preexec_fn=lambda: os.dup2(theirs.fileno(), 3), pass_fds=[3, *files])
    return process, ours


def test_loop_ends_with_its_controller(folder):
    """loop.py runs in a separate process. If mamuto-cli dies, the process must end and remove its
    files. The test closes the socket before it has read the output of the process, so the process
    gets a read error and not the end of the data."""
    process, ours = start_loop(folder)
    select.select([ours], [], [], 60)
    ours.close()
    equal(process.wait(timeout=60), 0)
    assert not (folder / "modules").exists()


def test_loop_ends_with_its_controller_after_the_import(folder):
    """The process must end and remove its files also after it has changed sys.argv for the module."""
    name, text = b"m.py", b"def f(x):\n    return x\n"
    with open(folder / "bundle", "wb") as file:
        file.write(b"MMB1" + struct.pack("<II", 1, len(name)) + name + struct.pack("<Q", len(text)) + text)
    with open(folder / "bundle", "rb") as bundle:
        number = fcntl.fcntl(bundle, fcntl.F_DUPFD, 10)  # the process has its socket as number 3
        rows = fcntl.fcntl(bundle, fcntl.F_DUPFD, 10)  # loop.py closes the bundle, so the array needs a number of its own
        process, ours = start_loop(folder, number, rows)
    answers = ours.makefile("r")
    contains(answers.readline(), "ready")
    ours.sendall(json.dumps({"bundle": number, "module": "m", "nice": 0, "name": "f",
                             "arguments": [{"fd": rows, "shape": [4], "dtype": "u1", "offset": 0, "strides": [1],
                                            "name": "", "mapped": True}],
                             "batch": False, "go_on": False,
                             "places": {"here": True, "root": str(folder.path), "units": {}}}).encode() + b"\n")
    contains(answers.readline(), "ready")
    answers.close()
    ours.close()
    equal(process.wait(timeout=60), 0)
    assert not (folder / "modules").exists()


if __name__ == "__main__":
    main([test for name, test in list(globals().items()) if name.startswith("test_")])
