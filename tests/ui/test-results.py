#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tests of the results page, and of saving results.

The results must agree with numpy's. Some rows fail. The window asks before it discards unsaved
results. The table of results is scrolled through 10 million rows. Memory use must not grow from run
to run.

    test-results.py MAMUTO [STORY...]
"""

import atexit
import os
import shutil
import signal
import sys
import tempfile

import numpy as np

from story import story
from ui import Failure

EXAMPLE = 1_500_000
BIG = 10_000_000
FOLDER = tempfile.mkdtemp(prefix="mamuto-results-")
atexit.register(shutil.rmtree, FOLDER, True)


def focus(window):
    """Gives the window the focus after a dialog has closed. Usually a window manager does this, but
    none is running."""
    window.xdotool("windowfocus", window.geometry()[0])


def save_as(window, path):
    window.click("Save As…")
    window.choose_file(path)
    window.expect(holds="Saved as ")
    focus(window)


def answer(window, response):
    window.expect("Discard the Results?")
    window.click(response)
    focus(window)
    window.wait(lambda: not window.find("Discard the Results?"), "the end of the question")


def run_to_results(window):
    window.click("Run")
    window.click("Show Results", seconds=120)


@story
def example_is_numpys(window):
    window.click("Open the Example")
    window.expect(holds="1,500,000 × 3")
    run_to_results(window)
    window.expect(holds="1,500,000 rows · float64 · in memory")
    path = os.path.join(window.folder, "saved.npy")
    save_as(window, path)
    window.expect(holds="saved.npy")
    folder = os.path.join(os.environ["XDG_DATA_HOME"], "mamuto", "example")
    points, data = (np.load(os.path.join(folder, name + ".npy"), mmap_mode="r") for name in ("p", "data"))
    wanted = np.sum(-(data - points) ** 2 / (2 * 0.1**2), axis=1)
    got = np.load(path)
    if got.shape != (EXAMPLE,) or not np.allclose(got, wanted, rtol=1e-13, atol=0):
        raise Failure("the saved results are not numpy's")
    window.expect(holds=("Mean: %.10g" % wanted.mean())[:13])
    window.expect(holds="Minimum: %.10g" % wanted.min())


def make_job(name, rows, options="", body="return x + 0.5"):
    """Writes a job file that calls the function with the numbers 0 to rows - 1. Returns the path of
    the file."""
    folder = os.path.join(FOLDER, name)
    os.makedirs(folder)
    with open(os.path.join(folder, "f.py"), "w", encoding="utf-8") as file:
        file.write("def f(x):\n    %s\n" % body)
    np.save(os.path.join(folder, "x.npy"), np.arange(rows, dtype="f8"))
    path = os.path.join(folder, name + ".mamuto")
    with open(path, "w", encoding="utf-8") as file:
        file.write("[job]\nversion = 1\nfunction = f.py:f\n%s\n[argument 1]\nname = x\nvalue = x.npy\n" % options)
    return path


FAILING = make_job("failing", 1000, "on-error = continue\n", "return 1 / (float(x) % 100)")


@story(arguments=[FAILING])
def failed_rows_are_shown(window):
    window.expect(holds="1,000 rows")
    run_to_results(window)
    window.expect("10 rows failed")
    window.expect(holds="Count: 990")
    window.expect(holds="Without result: 10")
    window.expect("Row 0: –, ✕ Failed")
    window.expect("Row 1: 1.0, ✓ OK")
    window.expect(holds="Row 300: ZeroDivisionError")
    path = os.path.join(window.folder, "part.csv")
    save_as(window, path)
    mask = np.load(os.path.join(window.folder, "part.csv.mask.npy"))
    if list(np.flatnonzero(mask)) != list(range(0, 1000, 100)):
        raise Failure("the mask does not tell which rows failed")
    got = np.genfromtxt(path, skip_header=1)
    if len(got) != 1000 or got[50] != 1 / 50:
        raise Failure("the table is not what was computed")


@story(arguments=[make_job("json", 1000, "on-error = continue\noutput = out.jsonl\n",
                           "return {'x': float(x)} if x != 3 else {1, 2}")])
def lines_of_json_are_shown(window):
    """Results that no array can hold are in the output file and in the table; there is nothing to plot."""
    window.expect(holds="1,000 rows")
    run_to_results(window)
    window.expect(holds="1,000 rows · JSON · ")
    window.expect("1 row failed")
    window.expect(holds="Count: 999")
    window.expect('Row 1: {"x": 1.0}, ✓ OK')
    window.expect("Row 3: –, ✕ Failed")
    status, value = (window.expect(title, "label").extents() for title in ("Status", "Value"))
    if status[0] > value[0]:
        raise Failure("the status is behind the lines, out of sight in a narrow window")
    if window.find("Save As…", "push button").description != "Save as JSON Lines (Ctrl+E)":
        raise Failure("the tooltip is “%s”" % window.find("Save As…", "push button").description)
    path = os.path.join(window.folder, "again.jsonl")
    save_as(window, path)
    with open(os.path.join(FOLDER, "json", "out.jsonl"), encoding="utf-8") as first, open(path, encoding="utf-8") as second:
        lines = first.read().split("\n")
        if lines != second.read().split("\n") or len(lines) != 1001 or lines[3:5] != ["null", '{"x": 4.0}']:
            raise Failure("the saved lines are not those of the output")


@story(arguments=[make_job("any-length", 3000, "on-error = continue\n",
                           "if x == 3: raise ValueError('three')\n"
                           "    return 'wide,' * 100000 if x == 2000 else 'text %d' % x")])
def texts_of_any_length_are_shown(window):
    """They are shown and saved as texts, although an array cannot contain them."""
    window.expect(holds="3,000 rows")
    run_to_results(window)
    window.expect(holds="3,000 rows · text of any length · in memory")
    window.expect("Row 1: text 1, ✓ OK")
    window.expect("Row 3: –, ✕ Failed")
    if window.find("Save As…", "push button").description != "Save as CSV or JSON Lines (Ctrl+E)":
        raise Failure("the tooltip is “%s”" % window.find("Save As…", "push button").description)
    path = os.path.join(window.folder, "texts.csv")
    save_as(window, path)
    with open(path, encoding="utf-8") as file:
        cells = file.read().split("\n")[2:]
    if cells != ['""' if x == 3 else '"%s"' % ("wide," * 100000) if x == 2000 else '"text %d"' % x for x in range(3000)] + [""]:
        raise Failure("the table is not what was computed")


@story(arguments=[make_job("once", 4, "on-error = continue\noutput = out.jsonl\n",
                           "if x == 3 and not __import__('os').path.exists('%s/now'): raise OSError('not yet')\n"
                           "    return {'x': float(x)}" % FOLDER)])
def a_failed_row_of_json_runs_again(window):
    """Its result is a dict, too."""
    window.expect(holds="4 rows")
    window.click("Run")
    window.expect("Show Results", seconds=60)
    with open(os.path.join(FOLDER, "now"), "w", encoding="utf-8"):
        pass
    window.point("Failed 1", "page tab")
    window.point("Row 3 · This Computer", "list item")
    window.click("Run Row Locally")
    window.expect(holds='The row succeeds on this computer. Result:\n{"x": 3.0}')


def make_grid():
    """Writes a job file for a grid of 10 × 4 calls, of which those of rows 10 and 11 fail."""
    path = make_job("grid", 10, "grid = yes\non-error = continue\n")
    with open(os.path.join(FOLDER, "grid", "f.py"), "w", encoding="utf-8") as file:
        file.write("def f(x, y):\n    if x == 2 and y > 3:\n        raise ValueError('not this pair')\n    return x * y\n")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    with open(path, "w", encoding="utf-8") as file:
        file.write(text.replace("version = 1", "version = 2") + "[argument 2]\nname = y\nvalue = each:[1, 2, 4, 5]\n")
    return path


@story(arguments=[make_grid()])
def failed_rows_of_a_grid_are_in_their_row_of_the_table(window):
    window.expect(holds="10 rows")
    run_to_results(window)
    window.expect(holds="10 × 4 · float64 · in memory")
    window.expect("2 rows failed")
    window.expect("Row 1: 1.0, 2.0, 4.0, 5.0, ✓ OK")
    window.expect("Row 2: 2.0, 4.0, –, –, ✕ Failed")
    window.expect("Row 3: 3.0, 6.0, 12.0, 15.0, ✓ OK")
    window.expect(holds="Count: 10")
    if window.find(holds="Without result"):
        raise Failure("the first column has a result in each row")
    window.point("Row 11 · [2, 3]: ValueError: not this pair")
    window.wait(lambda: window.find("Row 2: 2.0, 4.0, –, –, ✕ Failed").has("selected"), "the failed row to be selected")
    if window.find("Save As…", "push button").description != "Save as NPY (Ctrl+E)":
        raise Failure("the tooltip is “%s”" % window.find("Save As…", "push button").description)
    path = os.path.join(window.folder, "grid")
    save_as(window, path)
    if np.load(path + ".npy").shape != (10, 4) or np.flatnonzero(np.load(path + ".mask.npy")).tolist() != [10, 11]:
        raise Failure("the saved grid is not the one of the run")


NOWHERE = make_job("nowhere", 1, "output = not <b>here</b> & there/out.npy\n")


@story(arguments=[NOWHERE])
def an_error_is_shown_as_it_is(window):
    """The error message contains the markup <b>. It must appear as text, and must not make the text
    bold."""
    window.expect(holds="x.npy")
    window.click("Run")
    window.expect(holds="not <b>here</b> & there")
    window.key("alt+4")
    window.expect(holds="not <b>here</b> & there")


@story(arguments=[make_job("unsavable", 2000)])
def what_cannot_be_saved_is_not_lost(window):
    window.expect(holds="2,000 rows")
    run_to_results(window)
    window.expect(holds="2,000 rows · float64 · in memory")
    window.click("Save As…")
    window.choose_file("/proc/saved.npy")  # not even root can create files in /proc
    window.expect("The Results Could Not Be Saved")
    window.expect(holds="/proc/saved.npy")
    window.key("Return")
    focus(window)
    window.wait(lambda: not window.find("The Results Could Not Be Saved"), "the end of the dialog")
    window.expect(holds="2,000 rows · float64 · in memory")
    window.key("ctrl+w")
    answer(window, "Cancel")
    path = os.path.join(window.folder, "saved.npy")
    save_as(window, path)
    if not np.array_equal(np.load(path), np.arange(2000) + 0.5):
        raise Failure("what was saved is not what was computed")


KINDS = {
    # name of the job: function body, lines that the summary must show, lines that it must not show
    "texts": ("return 'row %d' % x", ["Count: 1,000"], ["Mean"]),
    "complexes": ("return complex(x, -x)", ["Count: 1,000"], ["Mean"]),
    "truths": ("return bool(x % 4 == 0)", ["Mean: 0.25", "Minimum: 0", "Maximum: 1"], []),
    "wholes": ("return int(x) * 12345678901", ["Maximum: 12,333,333,222,099"], []),
    "huge": ("return int(x) + 2**62", ["Minimum: ≈ 4.611686018e+18"], []),
    "infinite": ("return float('inf') if x > 900 else x", ["Maximum: ∞", "Infinite: 99"], []),
    "nans": ("return float('nan')", ["Count: 0", "NaN: 1,000", "Mean: –"], []),
}


# The function of this job deletes the folder of the output file during the run.
THERE = os.path.join(FOLDER, "gone", "there")
GONE = make_job("gone", 1000, "output = there/out.csv\n", "return __import__('shutil').rmtree('%s', True) or x" % THERE)
os.mkdir(THERE)


@story(arguments=[GONE])
def what_the_job_could_not_save_is_not_lost(window):
    window.expect(holds="1,000 rows")
    window.click("Run")
    window.expect("The Results Could Not Be Saved")
    window.expect(holds="there/out.csv: cannot be written")
    window.click("Save…")
    path = os.path.join(window.folder, "saved.npy")
    window.choose_file(path)
    window.expect(holds="Saved as ")
    assert np.array_equal(np.load(path), np.arange(1000.0))
    window.wait(lambda: not window.find(holds="float64 · in memory"), "the file's name")


def check_kind(name):
    body, there, missing = KINDS[name]

    def kind(window):
        window.expect(holds="1,000 rows")
        run_to_results(window)
        for line in there:
            window.expect(line, role="label")
        for line in missing:
            if window.find(line, role="label"):
                raise Failure("there is a line “%s”" % line)
        if window.unnamed():
            raise Failure("without a name: %s" % window.unnamed())

    kind.__name__ = "summary_of_" + name
    story(kind, arguments=[make_job(name, 1000, body=body)])


for kind_name in KINDS:
    check_kind(kind_name)

SMALL = make_job("small", 200_000)


@story(arguments=[SMALL])
def unsaved_results_ask(window):
    window.expect(holds="200,000 rows")
    run_to_results(window)
    window.expect(holds="200,000 rows · float64 · in memory")
    window.click("Run")
    answer(window, "Cancel")
    window.key("ctrl+w")
    answer(window, "Cancel")
    save_as(window, os.path.join(window.folder, "saved.npy"))
    window.click("Run")
    window.click("Show Results", seconds=60)
    window.expect(holds="200,000 rows · float64 · in memory")


@story(arguments=[make_job("lines", 1000, body="return 'first\\nsecond\\x1b'")])
def texts_of_several_lines_are_seen_whole(window):
    window.expect(holds="1,000 rows")
    run_to_results(window)
    window.expect(holds="Row 0: first\\nsecond\\x1b, ")


@story(arguments=[make_job("mixed", 1000, body="return 1 if x < 500 else 'text'")])
def errors_call_this_computer_so(window):
    window.expect(holds="1,000 rows")
    run_to_results(window)
    window.expect(holds="rows: This Computer: row ")
    window.key("alt+3")
    window.wait(lambda: any(window.name(item).startswith("This Computer: row ") for item in window.walk()), "why")


@story(arguments=[make_job("fixed", 1000)])
def nothing_is_asked_for_a_run_that_cannot_begin(window):
    """After a run, the user removes the argument and clicks on Run. The window must ask for the
    missing argument. It must not ask whether to discard the unsaved results, because no run can
    begin."""
    window.expect(holds="1,000 rows")
    run_to_results(window)
    window.expect(holds="1,000 rows · float64 · in memory")
    window.key("alt+1")
    window.point("x", "label")
    places = []

    def still():  # the button moves while the settings of the argument open with an animation
        places.append(window.place(window.find("Clear Value", "label")))
        return len(places) > 5 and len(set(places[-5:])) == 1
    window.wait(still, "the argument to be unfolded")
    window.point("Clear Value", "label")
    window.expect("Choose a file or give a value", "label")
    window.click("Run")
    window.wait(lambda: window.focused() and "Choose a File for x" in window.name(window.focused()),
                "the focus on the argument")
    assert not window.find("Discard the Results?"), window.tree()


# The job's output file is a pipe. Saving blocks until the test reads from the pipe.
PIPED = make_job("piped", 200_000, "output = pipe.csv\n")
PIPE = os.path.join(os.path.dirname(PIPED), "pipe.csv")


def make_pipe(home):
    if not os.path.exists(PIPE):
        os.mkfifo(PIPE)


def check_saved(window, saved):
    if not np.array_equal(saved, np.arange(200_000) + 0.5):
        raise Failure("what was saved is not what was computed")
    window.process.wait(60)
    assert window.process.returncode == 0, window.process.returncode


@story(arguments=[PIPED], prepare=make_pipe)
def closing_waits_for_the_save(window):
    """The user tries twice to close the window during saving. The window waits until the file is
    complete."""
    window.expect(holds="200,000 rows")
    run_to_results(window)
    window.expect("Saving…")
    window.key("ctrl+w")
    window.expect("The results are still being saved")
    window.key("ctrl+w")
    window.settle()
    assert window.process.poll() is None and not window.find("Discard the Results?"), window.tree()
    check_saved(window, np.genfromtxt(PIPE, skip_header=1))


@story(arguments=[PIPED], prepare=make_pipe)
def the_end_of_the_session_waits_for_the_save(window):
    window.expect(holds="200,000 rows")
    run_to_results(window)
    with open(PIPE, "rb") as pipe:
        first = pipe.read(1000)
        window.process.send_signal(signal.SIGTERM)
        window.expect("The results are still being saved")
        check_saved(window, np.genfromtxt((first + pipe.read()).splitlines(), skip_header=1))


SLOW = make_job("slow", 1000000, "output = out.npy\n", "return __import__('time').sleep(0.001) or x")


@story(arguments=[SLOW])
def the_end_of_the_session_leaves_no_half_of_a_file(window):
    window.expect(holds="1,000,000 rows")
    window.click("Run")
    window.expect(holds=" of 1,000,000 rows")
    window.wait(lambda: not window.find("0 of 1,000,000 rows"), "the first rows")
    folder = os.path.dirname(SLOW)
    assert any(name.endswith(".tmp") for name in os.listdir(folder)), os.listdir(folder)
    window.process.send_signal(signal.SIGTERM)
    window.process.wait(60)
    assert sorted(os.listdir(folder)) == ["f.py", "slow.mamuto", "x.npy"], os.listdir(folder)


def measure(pid):
    """Returns three numbers about a process: its memory in megabytes, its open files, and its
    threads."""
    with open("/proc/%d/status" % pid, encoding="ascii") as file:
        fields = dict(line.split(":", 1) for line in file)
    return (int(fields["VmRSS"].split()[0]) / 1024, len(os.listdir("/proc/%d/fd" % pid)), int(fields["Threads"]))


# AddressSanitizer keeps freed memory for some time, here at most 16 MB. The first runs already free
# that much memory, so the kept memory does not grow in later runs.
FLAT = {"ASAN_OPTIONS": "quarantine_size_mb=16:" + os.environ.get("ASAN_OPTIONS", "")}


@story(arguments=[SMALL], environment=FLAT)
def memory_stays_flat(window):
    """Fails if each run leaks some memory, an open file or a thread.

    Memory, files and threads are counted after each of 20 runs. The maximum of runs 18 to 20 must
    not be much larger than the maximum of runs 4 to 6. The limits are 16 MB, 6 files and 6 threads.
    A leak in each run would exceed them: in 14 runs, a leaked array of 1.6 MB per run adds 22 MB,
    and a leaked file per run adds 14 files."""
    window.expect(holds="200,000 rows")
    used = []
    for number in range(20):
        window.click("Run")
        if number:
            answer(window, "Discard")
        window.click("Show Results", seconds=60)
        window.expect(holds="float64 · in memory")
        window.wait(lambda: window.find(holds="Count: 200,000"), "the summary")
        used.append(measure(window.process.pid))
    for what, values in zip(("MB", "files", "threads"), zip(*used)):
        print("# %s after each run: %s" % (what, " ".join("%.0f" % value for value in values)), flush=True)
    for what, spare, values in zip(("memory", "the number of open files", "the number of threads"), (16, 6, 6), zip(*used)):
        if max(values[-3:]) > max(values[3:6]) + spare:
            raise Failure(what + " grows with each run")


LONG = make_job("long", BIG)


@story(arguments=[LONG])
def ten_million_rows(window):
    window.expect(holds="10,000,000 rows")
    window.expect("Row 0: 0.0")
    window.focus("Go to row")
    for row in (BIG - 1, 1234567, 0, BIG // 2):
        window.key("ctrl+a")
        window.type("%d" % row)
        window.key("Return")
        window.expect("Row {:,}: {}".format(row, float(row)))
    window.point("Row 5,000,000: 5000000.0")
    window.key("End")
    window.expect("Row 9,999,999: 9999999.0")
    for _ in range(5):
        window.key("Prior")
    window.key("Home")
    window.expect("Row 0: 0.0")
    window.click("Plot")
    window.expect("Histogram")


if __name__ == "__main__":
    sys.exit(story.main())
