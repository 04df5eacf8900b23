#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Tests of mamuto-cli with the ssh hosts that with-hosts started: results, hosts that vanish, hosts that
# lack a module, input that changes during the run, and unknown host keys.

import json
import os
import pathlib
import signal
import subprocess

import numpy as np
from cli_util import CLI, DEADLINE, Terminal, contains, equal, main

HOSTS = os.environ["MAMUTO_TEST_HOSTS"]
NAMES = [host.partition(":")[0] for host in HOSTS.split(",")]

QUESTION = "Is this the right key (yes or no)?"

ROWS = """
import time
def tenth(x):
    return x / 10
def slow(x):
    time.sleep(0.01)
    return x
def slow_tenth(x):
    time.sleep(0.005)
    return x / 10
"""


def control(*args):
    subprocess.run([*os.environ["MAMUTO_TEST_CONTROL"].split(), *args], check=True, capture_output=True)


def prepare(folder, n):
    folder.write("rows.py", ROWS)
    np.save(folder / "x.npy", np.arange(n))


def forget_keys(folder):
    """Makes a home without known host keys. Returns the path of the known_hosts file, which does
    not exist yet."""
    config = (pathlib.Path(os.environ["HOME"]) / ".ssh/config").read_text().splitlines()
    unwanted = ("UserKnownHostsFile", "StrictHostKeyChecking", "BatchMode")
    known = folder / "home/.ssh/known_hosts"
    known.parent.mkdir(parents=True, mode=0o700)
    kept = [line for line in config if not line.strip().startswith(unwanted)]
    folder.write("home/.ssh/config", "\n".join([*kept, f"    UserKnownHostsFile {known}", ""]))
    return known


def test_map(folder):
    prepare(folder, 3000)
    # the rows take so long that all hosts are connected before the end
    done = folder.run("map", "rows.py:slow_tenth", "x.npy", "-H", HOSTS, "-o", "out.npy", "--report", "run.json")
    equal(done.returncode, 0, done.stderr)
    equal(np.load(folder / "out.npy").tobytes(), np.array([x / 10 for x in range(3000)]).tobytes())
    report = json.loads((folder / "run.json").read_text())
    equal([host["name"] for host in report["hosts"]], NAMES)
    for host in report["hosts"]:
        equal(sum(round(s * 1e6) for s in host["seconds"].values()), round(host["core_s"] * 1e6))
        assert host["seconds"]["connecting"] > 0


def test_threads(folder):
    """Hosts use the number of threads that the user has set for the program, if it is a number."""
    folder.write("threads.py", """
import os
def count(x):
    return [int(os.environ["OMP_NUM_THREADS"]), int(os.environ["NUMBA_NUM_THREADS"]), len(os.environ.get("A", ""))]
""")
    np.save(folder / "x.npy", np.arange(300))
    for env, seen, told in (({}, (1, 1), ""), ({"OMP_NUM_THREADS": " 3 ", "A": "a"}, (3, 1), ""),
                            ({"OMP_NUM_THREADS": "3", "NUMBA_NUM_THREADS": "2"}, (3, 2), ""),
                            ({"OMP_NUM_THREADS": "2,1"}, (1, 1), "OMP_NUM_THREADS=2,1 applies only to this computer")):
        done = folder.run("map", "threads.py:count", "x.npy", "-H", HOSTS, "-o", "out.npy",
                          "--report", "run.json", **env)
        equal(done.returncode, 0, done.stderr)
        equal(set(map(tuple, np.load(folder / "out.npy").tolist())), {(*seen, 0)})
        report = json.loads((folder / "run.json").read_text())
        # The report has no number for a host that was connected only after the last row was sent.
        equal({host["omp_num_threads"] for host in report["hosts"]} - {None}, {str(seen[0])})
        equal(told in done.stderr, True, done.stderr)
        equal("applies only" in done.stderr, told != "", done.stderr)


def test_imports_at_once(folder):
    """All hosts of the test are on this machine. Not more of them import the module at the same time
    than this machine has cores, and each of them computes rows in the end."""
    folder.write("imports.py", """
import time
BEGIN = time.monotonic()
time.sleep(2)
END = time.monotonic()
def times(x):
    time.sleep(0.01)
    return [BEGIN, END]
""")
    np.save(folder / "x.npy", np.arange(2000))
    done = folder.run("map", "imports.py:times", "x.npy", "-H", HOSTS, "-o", "out.npy")
    equal(done.returncode, 0, done.stderr)
    imports = np.unique(np.load(folder / "out.npy"), axis=0)
    equal(len(imports), len(NAMES))
    at_once = max(sum(begin <= other < end for begin, end in imports) for other in imports[:, 0])
    assert at_once <= len(os.sched_getaffinity(0)), imports


def test_check(folder):
    done = folder.run("check", "-H", HOSTS, "--json")
    equal(done.returncode, 0, done.stdout + done.stderr)
    for host in json.loads(done.stdout):
        equal({stage["outcome"] for stage in host["stages"]}, {"passed"})
    done = folder.run("check", "-H", HOSTS)
    equal(done.returncode, 0, done.stdout + done.stderr)
    for name in NAMES:
        contains(done.stdout, f"{name} ")


def test_unknown_key_without_terminal(folder):
    prepare(folder, 10)
    known = forget_keys(folder)
    home = str(folder / "home")
    done = folder.run("map", "rows.py:tenth", "x.npy", "-H", HOSTS, "-o", "out.npy", HOME=home)
    equal(done.returncode, 1, done.stderr)
    contains(done.stderr, "SHA256:")
    assert not (folder / "out.npy").exists()
    assert not known.exists() or not known.read_text()
    done = folder.run("check", "-H", NAMES[0], HOME=home)
    equal(done.returncode, 1)
    contains(done.stdout, f"{NAMES[0]} failed at: host key")


def test_unknown_key_declined(folder):
    prepare(folder, 10)
    known = forget_keys(folder)
    terminal = Terminal(folder, "map", "rows.py:tenth", "x.npy", "-H", NAMES[0], "-o", "out.npy",
                        HOME=str(folder / "home"))
    terminal.wait_for(QUESTION)
    terminal.type("no\n")
    equal(terminal.wait(), 1)
    assert terminal.cursor_shown
    assert not known.exists() or not known.read_text()


def test_unknown_keys_accepted(folder):
    """The program asks for one host key at a time. It hides the progress display while it asks.
    It does not ask again for a key that the user has accepted."""
    prepare(folder, 1000)
    known = forget_keys(folder)
    home = str(folder / "home")
    # the first hosts do not complete the run before the last question
    terminal = Terminal(folder, "map", "rows.py:slow_tenth", "x.npy", "-H", HOSTS, "-o", "out.npy", HOME=home)
    for number in range(1, len(NAMES) + 1):
        while terminal.raw.count(QUESTION) < number:
            assert terminal.read(), terminal.screen()
        assert terminal.screen().rstrip().endswith(QUESTION), terminal.screen()
        terminal.type("yes\n")
    equal(terminal.wait(), 0)
    equal(np.load(folder / "out.npy").tolist(), [x / 10 for x in range(1000)])
    assert len(known.read_text().splitlines()) >= len(NAMES)
    equal(folder.run("map", "rows.py:tenth", "x.npy", "-H", HOSTS, HOME=home).returncode, 0)


def test_interrupted_question(folder):
    prepare(folder, 10)
    forget_keys(folder)
    terminal = Terminal(folder, "map", "rows.py:tenth", "x.npy", "-H", HOSTS, HOME=str(folder / "home"))
    terminal.wait_for(QUESTION)
    terminal.type("\x03")
    equal(terminal.wait(), 128 + signal.SIGINT)


def test_host_lost(folder):
    prepare(folder, 2000)
    process = folder.start("map", "rows.py:slow", "x.npy", "-H", HOSTS, "-o", "out.npy", "--progress", "json",
                           "--report", "run.json")
    lines = []
    for line in process.stdout:
        lines.append(json.loads(line))
        if lines[-1]["type"] == "host" and lines[-1]["name"] == NAMES[-1] and lines[-1]["rows_done"] > 0:
            break
    control("crash", NAMES[-1])
    rest, errors = process.communicate(timeout=120)
    control("boot", NAMES[-1])
    equal(process.returncode, 0, errors)
    equal(np.load(folder / "out.npy").tolist(), list(range(2000)))
    contains(errors, f"{NAMES[-1]} was lost")
    report = json.loads((folder / "run.json").read_text())
    equal(report["hosts"][-1]["state"], "lost")
    equal(sum(host["rows"] for host in report["hosts"]), 2000)


def cut_after_first_rows(folder, *args):
    """Truncates the input file as soon as rows are computed. Returns the exit status and stderr."""
    process = folder.start("map", "rows.py:slow", "x.npy", "-H", ",".join(HOSTS.split(",")[:2]), "-o", "out.npy",
                           "--progress", "json", *args)
    for line in process.stdout:
        line = json.loads(line)
        if line["type"] == "progress" and line["rows_done"] > 0:
            break
    os.truncate(folder / "x.npy", 4096)
    errors = process.communicate(timeout=120)[1]
    return process.returncode, errors


def test_input_cut_short(folder):
    """The error is the same as on this computer: it names the argument and no host, and the rows that
    were computed before are kept."""
    for args, x in [
        ((), np.arange(20000.0)),
        (("--on-error", "continue"), np.arange(20000.0)),
        ((), np.asfortranarray(np.arange(40000.0).reshape(20000, 2))),  # read through a mapping
    ]:
        folder.write("rows.py", ROWS)
        np.save(folder / "x.npy", x)
        status, errors = cut_after_first_rows(folder, *args)
        equal(status, 1, errors)
        message = "argument 1: the file of the array was truncated while it was in use"
        assert any(line.removeprefix("mamuto-cli: ") == message for line in errors.splitlines()), errors
        assert "was lost" not in errors, errors
        contains(errors, "out.partial.npy")
        assert not (folder / "out.npy").exists()
        part, missing = np.load(folder / "out.partial.npy"), np.load(folder / "out.partial.mask.npy")
        assert 0 < (~missing).sum() < len(x)
        assert (part[~missing] == x[~missing]).all()


def test_input_replaced(folder):
    """A file that was replaced by another is still read to its end."""
    prepare(folder, 2000)
    process = folder.start("map", "rows.py:slow", "x.npy", "-H", HOSTS, "-o", "out.npy", "--progress", "json")
    for line in process.stdout:
        if json.loads(line).get("rows_done", 0) > 0:
            break
    np.save(folder / "y.npy", -np.arange(2000))
    os.replace(folder / "y.npy", folder / "x.npy")
    errors = process.communicate(timeout=120)[1]
    equal(process.returncode, 0, errors)
    equal(np.load(folder / "out.npy").tolist(), list(range(2000)))


def find_home(name):
    """Returns the home folder of the user on a host, which is the working folder of functions."""
    top = pathlib.Path(os.environ["MAMUTO_TEST_CONTROL"].split()[-1])
    return next(home for home in (top / name / "root", top / name / "home") if home.is_dir())


LAZY = """
def lazy(x):
    import only_there
    return only_there.half(x)
"""
# On the second host, the function waits for the file “go”, which the test creates after rows have
# failed on the first host.
ONLY_THERE = """
import os, time
def half(x):
    while not os.path.exists('go'):
        time.sleep(0.01)
    return x / 2
"""


def run_lazy(folder, *args):
    """Maps a function that imports a module that only the second host has. Returns the process and the
    JSON lines."""
    folder.write("lazy.py", LAZY)
    np.save(folder / "x.npy", np.arange(400))
    process = folder.start("map", "lazy.py:lazy", "x.npy", "-H", ",".join(HOSTS.split(",")[:2]), "-o", "out.npy",
                           "--progress", "json", "--report", "run.json", *args)
    lines = []
    for line in process.stdout:
        lines.append(json.loads(line))
        if lines[-1]["type"] == "log" and "another host tries" in lines[-1]["text"].lower():
            (find_home(NAMES[1]) / "go").touch()
    errors = process.stderr.read()
    process.wait(120)
    return process.returncode, lines, errors


def test_module_on_one_host_only(folder):
    home = find_home(NAMES[1])
    (home / "only_there.py").write_text(ONLY_THERE)
    try:
        for args in ((), ("--on-error", "continue"), ("--batch",)):
            (home / "go").unlink(missing_ok=True)
            folder.write("lazy.py", LAZY)
            status, lines, errors = run_lazy(folder, *args)
            equal(status, 0, errors)
            equal(np.load(folder / "out.npy").tolist(), [x / 2 for x in range(400)])
            report = json.loads((folder / "run.json").read_text())
            first, second = report["hosts"]
            equal((first["rows"], first["rows_failed"], second["rows"], second["rows_failed"]), (0, 0, 400, 0))
            equal((first["state"], second["state"]), ("failed", "done"))
            contains(first["message"], "left out of the run, because all rows failed on this host")
            contains(first["message"], "ModuleNotFoundError: No module named 'only_there'")
            contains(errors, f"Note: {NAMES[0]} could not be used: left out of the run")
            logs = [line["text"] for line in lines if line["type"] == "log" and line["host"] == NAMES[0]]
            assert any(text.startswith("left out of the run") for text in logs), logs
            last = [line for line in lines if line["type"] == "host" and line["name"] == NAMES[0]][-1]
            equal(last["state"], "failed")
            assert not any(line["type"] == "failed_row" for line in lines)
    finally:
        (home / "only_there.py").unlink()
        (home / "go").unlink(missing_ok=True)


def test_module_on_no_host(folder):
    """Each row is tried on two hosts before it counts as failed. The failure names both hosts."""
    status, lines, errors = run_lazy(folder, "--on-error", "continue")
    equal(status, 3, errors)
    failed = [line for line in lines if line["type"] == "failed_row"]
    equal(len(failed), 400)
    equal({tuple(sorted(line["host"].split(", "))) for line in failed}, {tuple(NAMES[:2])})
    assert np.load(folder / "out.mask.npy").all()
    status, lines, errors = run_lazy(folder)
    equal(status, 1, errors)
    assert any(f"Row {row} failed on {hosts}: ModuleNotFoundError" in errors and
               f"{hosts}: row {row} failed: ModuleNotFoundError" in errors for row in range(400)
               for hosts in (", ".join(NAMES[:2]), ", ".join(NAMES[1::-1]))), errors


def test_few_descriptors(folder):
    """With too few descriptors for all hosts, the run is completed by fewer hosts, or ends with an
    error that names the limit. The program must not abort."""
    prepare(folder, 30)
    failed = 0
    for limit in range(9, 33, 2):
        done = subprocess.run(["sh", "-c", f'ulimit -n {limit} && exec "$@"', "sh", CLI, "map", "rows.py:slow", "x.npy",
                               "-H", f"{HOSTS},localhost:2", "-o", "out.npy"], cwd=folder.path, text=True,
                              capture_output=True, timeout=DEADLINE)
        if done.returncode == 0:
            equal(np.load(folder / "out.npy").tolist(), list(range(30)))
            (folder / "out.npy").unlink()
        else:
            failed += 1
            assert done.returncode in (1, 2), (limit, done.returncode, done.stderr)
            contains(done.stderr.lower(), "file")
    assert failed > 0


if __name__ == "__main__":
    main([test for name, test in list(globals().items()) if name.startswith("test_")])
