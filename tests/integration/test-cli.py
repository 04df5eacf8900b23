#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Tests of the output and the exit status of mamuto-cli on this computer, without a terminal, as in
# scripts.

import configparser
import contextlib
import json
import os
import signal
import subprocess
import threading
import time

import numpy as np
from cli_util import CLI, DEADLINE, children_of, contains, equal, main

LIKE = """
import numpy as np
def like(x, data):
    return np.sum(-(data - x) ** 2 / (2 * 0.1**2))
"""

ROWS = """
import os, signal, sys, time
def double(x):
    return 2 * x
def pair(x, k):
    return [x, x + k[0] + k[1]]
def negative(x):
    if x % 10 == 3:
        raise ValueError(f"x is {x}")
    return float(x)
def deadly(x):
    if x == 7:
        os.kill(os.getpid(), signal.SIGSEGV)
    return float(x)
def talk(x):
    print("row", x, "\\x1b[2Jgone")
    return x
def slow(x):
    time.sleep(0.02)
    return x
def batch(x):
    return x * 3
def draw(x):
    import random
    return random.random() + x * 0
"""


def map_rows(folder, function, n, *args, hosts="localhost:2"):
    folder.write("rows.py", ROWS)
    np.save(folder / "x.npy", np.arange(n))
    return folder.run("map", f"rows.py:{function}", "x.npy", "-H", hosts, *args)


def test_general_usage(folder):
    equal(folder.run().returncode, 2)
    contains(folder.run("--help").stdout, "mamuto-cli map")
    contains(folder.run("--version").stdout, "mamuto-cli 0.")
    equal(folder.run("frobnicate").returncode, 2)
    for command in ("map", "config", "check", "compare"):
        done = folder.run(command, "--help")
        equal(done.returncode, 0)
        contains(done.stdout, "--hosts")
        equal(folder.run(command, "--no-such-option").returncode, 2)


def test_wrong_input(folder):
    folder.write("rows.py", ROWS)
    folder.write("bad.py", "def f(x:\n    return 1\n")
    folder.write("bad.csv", "x,y\n1,2\n3\n")
    np.save(folder / "x.npy", np.arange(10))
    np.save(folder / "y.npy", np.arange(9))
    before = folder.names()
    cases = [
        ([], "no function is named"),
        (["rows.py:double", "x.npy", "--progress", "loud"], "--progress loud"),
        (["rows.py:double", "x.npy", "--on-error", "panic"], "--on-error panic"),
        (["rows.py:double", "x.npy", "--repeat", "0"], "--repeat 0"),
        (["rows.py:double", "x.npy", "--seed", "-1"], "--seed -1"),
        (["rows.py:double", "x.npy", "--keep", "2"], "(1 to 1)"),
        (["rows.py:double", "x.npy", "-o", "out.txt"], ".npy"),
        (["rows.py:double", "x.npy", "-o", "none/out.npy"], "does not exist"),
        (["rows.py:double", "x.npy", "-o", "./x.npy"], "-o ./x.npy: argument 1 is read from this file"),
        (["rows.py:pair", "=2", "bad.csv:0", "-o", "bad.csv"], "-o bad.csv: argument 2 is read from this file"),
        (["rows.py:double", "x.npy", "--report", "none/r.json"], "does not exist"),
        (["rows.py:double", "x.npy", "-c", "a.cfg", "-H", "localhost:1"], "-c and -H"),
        (["rows.py:double", "x.npy", "-c", "none.cfg"], "none.cfg"),
        (["rows.py:double", "x.npy", "-H", "localhost:many"], "many"),
        (["rows.py:double", "none.npy"], "none.npy"),
        (["rows.py:double", "bad.csv"], "bad.csv"),
        (["rows.py:double", "=[1,"], "argument 1"),
        (["rows.py:missing", "x.npy"], "missing"),
        (["none.py:f", "x.npy"], "none.py"),
        (["bad.py:f", "x.npy"], "bad.py"),
        (["rows.py:double", "x.npy", "x.npy"], "double"),
        (["rows.py:pair", "x.npy"], "pair"),
        (["rows.py:pair", "x.npy", "y.npy"], "9"),
        (["rows.py:double", "x.npy", "--depends", "none"], "none"),
    ]
    for args, message in cases:
        done = folder.run("map", *args)
        equal(done.returncode, 2, f"{args}: {done.stderr}")
        contains(done.stderr, message)
        equal(done.stdout, "", args)
    equal(folder.names(), before)


def test_same_as_loop(folder):
    rng = np.random.default_rng(1)
    p, data = rng.normal(size=(5000, 3)), rng.normal(size=(5000, 3))
    folder.write("model.py", LIKE)
    np.save(folder / "p.npy", p)
    np.save(folder / "data.npy", data)
    before = folder.names()
    done = folder.run("map", "model.py:like", "p.npy", "data.npy", "-o", "out.npy", "-H", "localhost:2")
    equal(done.returncode, 0, done.stderr)
    equal(done.stdout, "")
    out = np.load(folder / "out.npy")
    loop = np.array([np.sum(-(d - x) ** 2 / (2 * 0.1**2)) for x, d in zip(p, data)])
    equal(out.dtype, loop.dtype)
    equal(out.tobytes(), loop.tobytes(), "bits")
    equal(folder.names(), sorted(before + ["out.npy"]))


def test_all_cores_of_this_computer(folder):
    folder.write("rows.py", ROWS)
    np.save(folder / "x.npy", np.arange(10))
    done = folder.run("map", "rows.py:double", "x.npy")
    equal(done.returncode, 0, done.stderr)
    equal(done.stdout, "[0 2 4 6 8 10 12 14 16 18]\nshape (10,), dtype <i8\n")
    contains(done.stderr, "10 rows")


def test_long_result_is_shortened(folder):
    done = map_rows(folder, "double", 1000)
    equal(done.stdout, "[0 2 4 ... 1994 1996 1998]\nshape (1000,), dtype <i8\n")


def test_output_to_a_full_device(folder):
    folder.write("rows.py", ROWS)
    np.save(folder / "x.npy", np.arange(3))
    with open("/dev/full", "w") as full:
        done = subprocess.run([CLI, "map", "rows.py:double", "x.npy", "-H", "localhost:1"], cwd=folder.path,
                              stdout=full, stderr=subprocess.PIPE, text=True, timeout=DEADLINE)
    equal(done.returncode, 1)
    contains(done.stderr, "standard output")


def test_no_rows(folder):
    done = map_rows(folder, "double", 0, "-o", "out.npy")
    equal(done.returncode, 0, done.stderr)
    equal(np.load(folder / "out.npy").shape, (0,))


def test_batch(folder):
    equal(map_rows(folder, "batch", 1000, "--batch", "-o", "out.npy").returncode, 0)
    equal(np.load(folder / "out.npy").tolist(), list(range(0, 3000, 3)))


def test_seed(folder):
    results = []
    for hosts in ("localhost:1", "localhost:2"):
        done = map_rows(folder, "draw", 200, "--seed", "18446744073709551615", "-o", "out.npy", hosts=hosts)
        equal(done.returncode, 0, done.stderr)
        results.append(np.load(folder / "out.npy").tolist())
    equal(results[0], results[1])
    equal(len(set(results[0])), 200)


def test_keep_and_repeat(folder):
    folder.write("model.py", LIKE)
    p, data = np.arange(600.0).reshape(200, 3), np.ones((200, 3))
    np.save(folder / "p.npy", p)
    np.save(folder / "data.npy", data)
    done = folder.run("map", "model.py:like", "p.npy", "data.npy", "--keep", "2", "--repeat", "3",
                      "-o", "out.npy", "--report", "run.json", "-H", "localhost:2")
    equal(done.returncode, 0, done.stderr)
    contains(done.stderr, "Run 3 of 3")
    equal(np.load(folder / "out.npy").tolist(), [np.sum(-(d - x) ** 2 / (2 * 0.1**2)) for x, d in zip(p, data)])
    report = json.loads((folder / "run.json").read_text())
    equal(len(report["remap_s"]), 3)
    equal(report["totals"]["rows"], 600)


STAMPED = """
import os, time
def stamped(x):
    if os.path.exists("stop"):
        raise ValueError("stopped")
    return time.time()
"""


def stop_repeated(folder, output, stop):
    """Repeats a run until stop(process) ends it, and returns a time before many of the runs, and the
    output."""
    folder.write("stamped.py", STAMPED)
    np.save(folder / "x.npy", np.arange(20))
    process = folder.start("map", "stamped.py:stamped", "x.npy", "-H", "localhost:2", "--repeat", "1000000",
                           "-o", output, "--progress", "json")
    done = 0

    def count_runs():
        nonlocal done
        for line in process.stdout:
            done += json.loads(line)["type"] == "done"

    def wait_for_runs(n):
        until = done + n
        deadline = time.monotonic() + DEADLINE
        while done < until:
            assert time.monotonic() < deadline and process.poll() is None, f"{done} runs, {until} were expected"
            time.sleep(0.01)

    counter = threading.Thread(target=count_runs)
    counter.start()
    wait_for_runs(3)
    assert output.endswith(".csv") or np.load(folder / output).shape == (20,)
    now = time.time()
    wait_for_runs(200)  # more than the pipe holds, so that the last ones began after `now`
    stop(process)
    counter.join()
    errors = process.stderr.read()
    process.wait()
    lines = (folder / output).read_text().splitlines()[-20:] if output.endswith(".csv") else np.load(folder / output)
    return now, process.returncode, errors, [float(line) for line in lines]


def test_repeat_is_interrupted(folder):
    """The output has the rows of the last complete run, although small results are not written after
    each run."""
    for output in ("out.npy", "out.csv"):
        now, status, errors, rows = stop_repeated(folder, output, lambda process: process.send_signal(signal.SIGINT))
        equal(status, 128 + signal.SIGINT, errors)
        contains(errors, "interrupted")
        equal(len(rows), 20)
        assert min(rows) > now, (output, now, rows)


def test_repeat_fails(folder):
    for output in ("out.npy", "out.csv"):
        now, status, errors, rows = stop_repeated(folder, output, lambda _: folder.write("stop", ""))
        equal(status, 1, errors)
        contains(errors, "ValueError: stopped")
        equal(len(rows), 20)
        assert min(rows) > now, (output, now, rows)
        (folder / "stop").unlink()


def test_failed_rows(folder):
    done = map_rows(folder, "negative", 400, "--on-error", "continue", "-o", "out.npy")
    equal(done.returncode, 3, done.stderr)
    contains(done.stderr, "Row 3 failed on localhost: ValueError: x is 3\n    Traceback")
    contains(done.stderr, "Row 13 failed on localhost: ValueError: x is 13 (traceback as of row 3)\n")
    contains(done.stderr, "and 20 more; all are in the mask file out.mask.npy")
    contains(done.stderr, "40 of 400 rows failed")
    out, mask = np.load(folder / "out.npy"), np.load(folder / "out.mask.npy")
    expected = np.arange(400) % 10 == 3
    equal(mask.tolist(), expected.tolist())
    equal(np.isnan(out).tolist(), expected.tolist())
    equal(out[~expected].tolist(), np.arange(400.0)[~expected].tolist())


def test_row_that_kills(folder):
    done = map_rows(folder, "deadly", 50, "--on-error", "continue", "-o", "out.csv")
    equal(done.returncode, 3, done.stderr)
    contains(done.stderr, "Row 7 failed on localhost: ")
    contains(done.stderr, "1 of 50 rows failed")
    equal(np.load(folder / "out.csv.mask.npy").nonzero()[0].tolist(), [7])


def test_stop_at_failure(folder):
    done = map_rows(folder, "negative", 400, "-o", "out.npy")
    equal(done.returncode, 1, done.stderr)
    contains(done.stderr, "ValueError: x is ")
    equal(done.stderr.count("Traceback"), 1, done.stderr)
    assert not (folder / "out.npy").exists()


def test_module_that_cannot_be_imported(folder):
    folder.write("broken.py", "import nosuchmodule\n\ndef f(x):\n    return x\n")
    np.save(folder / "x.npy", np.arange(5))
    done = folder.run("map", "broken.py:f", "x.npy")
    equal(done.returncode, 1, done.stderr)
    lines = done.stderr.splitlines()
    contains(lines[-5], "localhost: broken cannot be imported: ModuleNotFoundError: "
                        "No module named 'nosuchmodule'; if it is one of your own modules")
    equal(lines[-4:], ["Traceback (most recent call last):", f'  File "{folder / "broken.py"}", line 1, in <module>',
                       "    import nosuchmodule", "ModuleNotFoundError: No module named 'nosuchmodule'"])
    equal(done.stderr.count("Traceback"), 1, done.stderr)
    assert not done.stderr.endswith("\n\n")


def test_error_in_the_users_script(folder):
    folder.write("größe.py", 'def f(x):\n    return "Größe\n')
    np.save(folder / "x.npy", np.arange(5))
    done = folder.run("map", "größe.py:f", "x.npy")
    equal(done.returncode, 2, done.stderr)
    contains(done.stderr, "größe.py:2: ")
    contains(done.stderr, '“return "Größe”')


def test_runs_in_this_folder(folder):
    folder.write("table.txt", "7")
    folder.write("rows.py", "def f(x):\n    return x + int(open('table.txt').read())\n")
    np.save(folder / "x.npy", np.arange(3))
    done = folder.run("map", "rows.py:f", "x.npy")
    equal(done.returncode, 0, done.stderr)
    contains(done.stdout, "[7 8 9]")


def test_too_many_cores_for_the_descriptors(folder):
    """The limit of open files is too low for the processes of 64 cores."""
    folder.write("rows.py", "def f(x):\n    return x\n")
    np.save(folder / "x.npy", np.arange(200))
    command = f"ulimit -n 24; exec {CLI} map rows.py:f x.npy -H localhost:64"
    done = subprocess.run(["bash", "-c", command], cwd=folder.path, capture_output=True, text=True, timeout=DEADLINE)
    equal(done.returncode, 1, done.stderr)
    contains(done.stderr, "too many open files; the host's limit (ulimit -n) is too low")


def test_the_limit_of_descriptors_is_raised(folder):
    """The soft limit is too low for the processes of 64 cores, but the program and the agent may raise it."""
    folder.write("rows.py", "def f(x):\n    return x\n")
    np.save(folder / "x.npy", np.arange(200))
    command = f"ulimit -Sn 64; exec {CLI} map rows.py:f x.npy -H localhost:64 -o out.npy"
    done = subprocess.run(["bash", "-c", command], cwd=folder.path, capture_output=True, text=True, timeout=DEADLINE)
    equal(done.returncode, 0, done.stderr)
    equal(np.load(folder / "out.npy").tolist(), list(range(200)))


def map_in_four_megabytes(folder, body, n, output):
    """Limits the size of files to 4 MB and runs mamuto-cli. Writing a larger file fails as on a
    full disk."""
    folder.write("rows.py", f"def f(x):\n    return {body}\n")
    np.save(folder / "x.npy", np.arange(float(n)))
    limit = f"ulimit -f 4000; exec {CLI} map rows.py:f x.npy -o {output}"  # in KiB
    done = subprocess.run(["bash", "-c", limit], cwd=folder.path, capture_output=True, text=True, timeout=DEADLINE)
    equal(done.returncode, 1, done.stderr)
    contains(done.stderr, f"mamuto-cli: {output}: ")
    return done


def test_output_that_cannot_be_written(folder):
    map_in_four_megabytes(folder, "x", 1000000, "out.npy")
    equal(sorted(file.name for file in folder.path.iterdir() if "out" in file.name), [])


def test_table_that_cannot_be_written(folder):
    """The CSV table does not fit on the disk, but an NPY file does, so the program saves an NPY file."""
    done = map_in_four_megabytes(folder, "x / 3", 300000, "out.csv")
    contains(done.stderr, "300000 of 300000 rows were computed; they are saved in out.partial.npy")
    equal(np.load(folder / "out.partial.npy").tobytes(), (np.arange(300000.0) / 3).tobytes())
    equal(sorted(folder.names()), ["out.partial.npy", "rows.py", "x.npy"])


def test_json_progress(folder):
    done = map_rows(folder, "talk", 300, "--progress", "json", "-o", "out.npy")
    equal(done.returncode, 0, done.stderr)
    objects = [json.loads(line) for line in done.stdout.splitlines()]
    kinds = [each["type"] for each in objects]
    equal(kinds[0], "start")
    equal(objects[0]["rows"], 300)
    equal(objects[-1], {"type": "end", "status": 0, "error": None})
    contains(kinds, "done")
    progress = [each["rows_done"] for each in objects if each["type"] == "progress"]
    equal(progress[-1], 300)
    equal(progress, sorted(progress))
    hosts = [each for each in objects if each["type"] == "host"]
    equal(hosts[-1]["name"], "localhost")
    equal(hosts[-1]["rows_done"], 300)
    log = "".join(each["text"] for each in objects if each["type"] == "log")
    for row in range(300):
        contains(log, f"row {row} \x1b[2Jgone")


def test_json_of_failures(folder):
    done = map_rows(folder, "negative", 100, "--progress", "json", "--on-error", "continue", "-o", "out.npy")
    equal(done.returncode, 3)
    objects = [json.loads(line) for line in done.stdout.splitlines()]
    rows = [each["row"] for each in objects if each["type"] == "failed_row"]
    equal(rows, list(range(3, 100, 10)))
    equal(objects[-1]["status"], 3)
    contains(done.stderr, "Row 3 failed")


def test_output_of_functions_is_escaped(folder):
    done = map_rows(folder, "talk", 50)
    equal(done.returncode, 0, done.stderr)
    assert "\x1b" not in done.stderr
    lines = done.stderr.splitlines()
    for row in range(50):
        assert any(line.startswith("localhost:") and line.endswith(f"| row {row} \\x1b[2Jgone") for line in lines)


def test_disguised_text_is_escaped_on_all_outputs(folder):
    """Text of functions contains a character that changes the direction of text, and one that begins a
    command to the terminal. Every output must show them in ASCII."""
    folder.write("odd.py", """
def f(x):
    print("printed \\u202e\\x9b2J")
    raise ValueError("=raised \\u202e\\x9b2J")
""")
    np.save(folder / "x.npy", np.arange(3))
    for progress in ("json", "lines"):
        done = folder.run("map", "odd.py:f", "x.npy", "-H", "localhost:1", "--on-error", "continue", "-o", "out.npy",
                          "--progress", progress, "--report", "run.json")
        equal(done.returncode, 3, done.stderr)
        report = (folder / "run.json").read_text()
        contains(done.stderr, "=raised \\u202e\\x9b2J")
        contains(done.stdout + done.stderr, "printed ")
        contains(report, "=raised ")
        for text in (done.stdout, done.stderr, report):
            odd = [c for c in text if c in "\u202e\x9b"]
            equal(odd, [])


def test_report(folder):
    done = map_rows(folder, "slow", 100, "--report", "run.json", "-o", "out.npy")
    equal(done.returncode, 0, done.stderr)
    report = json.loads((folder / "run.json").read_text())
    equal(report["function"], "rows.py:slow")
    equal(report["rows"], 100)
    equal(report["state"], "done")
    host = report["hosts"][0]
    equal(host["name"], "localhost")
    equal(host["rows"], 100)
    microseconds = {kind: round(s * 1e6) for kind, s in host["seconds"].items()}
    equal(sum(microseconds.values()), round(host["core_s"] * 1e6))
    equal(round(host["core_s"] * 1e6), 2 * round(report["wall_s"] * 1e6))
    # 100 rows of 20 ms need 2 s of computing time.
    assert microseconds["computing"] >= 2e6 * 0.99, microseconds
    columns = report["spans"]["columns"]
    spans = [dict(zip(columns, row)) for row in report["spans"]["rows"]]
    equal(sum(span["rows"] for span in spans if span["kind"] == "computing" and not span["flags"]), 100)
    for span in spans:
        assert span["begin_us"] <= span["end_us"]


def test_state_of_a_module(folder):
    folder.write("table.txt", "".join(f"{i:7d}\n" for i in range(3000)))
    folder.write("stateful.py", f"""
import numpy as np
table = open({str(folder / "table.txt")!r})
rng = np.random.default_rng()
def f(x):
    table.seek(8 * int(x))
    return [int(table.readline()), rng.random()]
""")
    np.save(folder / "x.npy", np.arange(3000))

    def draw(hosts, *more):
        done = folder.run("map", "stateful.py:f", "x.npy", "-H", hosts, "-o", "out.npy",
                          "--report", "run.json", *more)
        equal(done.returncode, 0, done.stderr)
        why = "open files (table.txt), random number generators (1; a fixed seed gives each core the same numbers)"
        assert f"because the import leaves {why}" in done.stderr, done.stderr
        host = json.loads((folder / "run.json").read_text())["hosts"][0]
        equal(host["separate_imports"], why)
        out = np.load(folder / "out.npy")
        assert np.array_equal(out[:, 0], np.arange(3000))
        equal(len(set(out[:, 1])), 3000)
        return out[:, 1]

    draw("localhost:4")
    assert np.array_equal(draw("localhost:4", "--seed", "7"), draw("localhost:1", "--seed", "7"))
    assert not np.intersect1d(draw("localhost:2", "--seed", "8"), draw("localhost:2")).size
    # a module that leaves nothing is imported once
    equal(map_rows(folder, "slow", 10, "--report", "run.json").returncode, 0)
    equal(json.loads((folder / "run.json").read_text())["hosts"][0]["separate_imports"], None)


def test_terminated(folder):
    folder.write("rows.py", ROWS)
    np.save(folder / "x.npy", np.arange(100000))
    before = folder.names()
    process = folder.start("map", "rows.py:slow", "x.npy", "-o", "out.npy", "--progress", "json", "-H", "localhost:2")
    for line in process.stdout:
        if json.loads(line).get("rows_done", 0) > 0:
            break
    agents = children_of(process.pid)
    assert agents
    process.send_signal(signal.SIGTERM)
    rest, errors = process.communicate(timeout=60)
    equal(process.returncode, 128 + signal.SIGTERM, errors)
    contains(errors, "interrupted")
    equal(folder.names(), before)
    deadline = time.monotonic() + 60
    while any(os.path.exists(f"/proc/{pid}") for pid in agents):
        assert time.monotonic() < deadline, "the agent has stayed behind"
        time.sleep(0.05)


def test_all_hosts_lost(folder):
    folder.write("rows.py", ROWS)
    np.save(folder / "x.npy", np.arange(100000))
    process = folder.start("map", "rows.py:slow", "x.npy", "-o", "out.npy", "--progress", "json", "-H", "localhost:2")
    for line in process.stdout:
        if json.loads(line).get("rows_done", 0) >= 20:
            break
    rest = []
    reader = threading.Thread(target=lambda: rest.extend(process.stdout))
    reader.start()
    # The program restarts a killed agent several times, so the test kills each new agent until the
    # program ends.
    while process.poll() is None:
        for pid in children_of(process.pid):
            with contextlib.suppress(OSError):
                # At the end of the program, LeakSanitizer runs in a child process. The test must
                # not kill this child process, because the program would hang.
                if not os.path.samefile(f"/proc/{pid}/exe", f"/proc/{process.pid}/exe"):
                    os.kill(pid, signal.SIGKILL)
        time.sleep(0.02)
    reader.join()
    errors = process.stderr.read()
    equal(process.returncode, 1, errors)
    contains(errors, "out.partial.npy")
    part, mask = np.load(folder / "out.partial.npy"), np.load(folder / "out.partial.mask.npy")
    equal(len(part), 100000)
    done = np.flatnonzero(~mask)
    assert len(done) >= 20
    equal(part[done].tolist(), done.tolist())
    assert not (folder / "out.npy").exists()
    objects = [json.loads(line) for line in rest]
    equal(objects[-1]["status"], 1)
    contains([each.get("state") for each in objects], "lost")


def test_config(folder):
    done = folder.run("config", "c.cfg", "-H", "localhost:2,rem1:4", "--nice", "5", "--workdir", "/tmp")
    equal(done.returncode, 0, done.stderr)
    parser = configparser.ConfigParser()
    parser.read(folder / "c.cfg")
    equal(json.loads(parser["parameters"]["hosts"]), {"localhost": 2, "rem1": 4})
    equal(parser["parameters"]["nice"], "5")
    text = (folder / "c.cfg").read_text()
    done = folder.run("config", "c.cfg", "-H", "localhost:1")
    equal(done.returncode, 2)
    contains(done.stderr, "--force")
    equal((folder / "c.cfg").read_text(), text)
    equal(folder.run("config", "c.cfg", "-H", "localhost:1", "--force").returncode, 0)
    assert (folder / "c.cfg").read_text() != text
    for args in (["d.cfg"], ["-H", "localhost:1"], ["d.cfg", "-H", "a:b:c"], ["d.cfg", "-H", "a:1", "--nice", "99"]):
        equal(folder.run("config", *args).returncode, 2, args)
    equal(folder.names(), ["c.cfg"])


def test_cluster_file(folder):
    equal(folder.run("config", "c.cfg", "-H", "localhost:2").returncode, 0)
    folder.write("rows.py", ROWS)
    np.save(folder / "x.npy", np.arange(5))
    done = folder.run("map", "rows.py:double", "x.npy", "-c", "c.cfg")
    equal(done.returncode, 0, done.stderr)
    contains(done.stdout, "[0 2 4 6 8]")


def test_check_this_computer(folder):
    done = folder.run("check")
    equal(done.returncode, 0, done.stdout + done.stderr)
    contains(done.stdout, "localhost")
    done = folder.run("check", "-H", "localhost:1", "--json")
    equal(done.returncode, 0, done.stderr)
    (host,) = json.loads(done.stdout)
    assert host["passed"] and host["cores"] > 0 and host["memory_bytes"] > 1 << 20
    assert host["latency_s"] > 0 and host["send_bytes_per_s"] > 0 and host["receive_bytes_per_s"] > 0
    outcomes = {stage["stage"]: stage for stage in host["stages"]}
    equal(outcomes["authentication"]["outcome"], "skipped")
    equal(outcomes["numpy"]["detail"], np.__version__)


def test_check_unusable_hosts(folder):
    hosts = "localhost:1,no-such-host.invalid:1,127.0.0.1:1*1"
    done = folder.run("check", "-H", hosts, "--json")
    equal(done.returncode, 1, done.stderr)
    states = [{s["stage"]: s["outcome"] for s in host["stages"]} for host in json.loads(done.stdout)]
    equal([host["latency_s"] is None for host in json.loads(done.stdout)], [False, True, True])
    equal(states[0]["speed"], "passed")
    equal(states[1]["name"], "failed")
    equal(states[1]["port"], "skipped")
    equal(states[2]["name"], "passed")
    equal(states[2]["port"], "failed")
    done = folder.run("check", "-H", hosts)
    equal(done.returncode, 1)
    contains(done.stdout, "no-such-host.invalid failed at: name")
    contains(done.stdout, "127.0.0.1:1 failed at: port")


def test_check_python(folder):
    folder.write("c.cfg", '[parameters]\nhosts = {"localhost": 1}\npython = /no/such/python\n')
    done = folder.run("check", "-c", "c.cfg")
    equal(done.returncode, 1)
    contains(done.stdout, "localhost failed at: python")
    contains(done.stdout, "/no/such/python")


def test_no_numpy(folder):
    # Python without its site packages has no numpy
    folder.write("bare-python", '#!/bin/sh\nexec /usr/bin/python3 -S "$@"\n')
    (folder / "bare-python").chmod(0o755)
    folder.write("rows.py", ROWS)
    np.save(folder / "x.npy", np.arange(5))
    folder.write("c.cfg", f'[parameters]\nhosts = {{"localhost": 1}}\npython = {folder / "bare-python"}\n')
    done = folder.run("check", "-c", "c.cfg", "--json")
    equal(done.returncode, 1)
    (host,) = json.loads(done.stdout)
    outcomes = {stage["stage"]: stage["outcome"] for stage in host["stages"]}
    equal((outcomes["agent"], outcomes["python"], outcomes["numpy"], outcomes["speed"]),
          ("passed", "passed", "failed", "skipped"))
    done = folder.run("map", "rows.py:double", "x.npy", "-c", "c.cfg")
    equal(done.returncode, 1)
    contains(done.stderr, "numpy")


if __name__ == "__main__":
    main([test for name, test in list(globals().items()) if name.startswith("test_")])
