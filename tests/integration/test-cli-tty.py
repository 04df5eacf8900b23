#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Tests of mamuto-cli on a terminal: its display, its questions, and the state of the terminal after
# Ctrl-C and Ctrl-Z.

import array
import fcntl
import os
import re
import select
import signal
import subprocess
import termios
import time

import numpy as np
from cli_util import Terminal, contains, equal, main

F_SETPIPE_SZ, F_GETPIPE_SZ = 1031, 1032  # fcntl has these names only from Python 3.10 on

ROWS = """
import time
def same(x):
    return x
def slow(x):
    time.sleep(0.01)
    return x
def talk(x):
    print(f"<{x}>" + "x" * (x % 30))
    time.sleep(0.005)
    return x
def fail(x):
    if x == 5:
        raise ValueError("no \\x1b[31mfives")
    return x
"""


def start(folder, function, n, *args, **settings):
    folder.write("rows.py", ROWS)
    np.save(folder / "x.npy", np.arange(n))
    return Terminal(folder, "map", f"rows.py:{function}", "x.npy", "-H", "localhost:2", *args, **settings)


def test_bars(folder):
    terminal = start(folder, "slow", 300, "-o", "out.npy")
    terminal.wait_for("computing")
    assert not terminal.cursor_shown
    equal(terminal.wait(), 0)
    assert terminal.cursor_shown
    lines = terminal.screen().splitlines()
    # The progress display stays on the screen after the run: one line for the host and one line for
    # all rows.
    equal(len(lines), 2, terminal.screen())
    assert re.match(r"localhost +done +█+ +300 ", lines[0]), lines
    contains(lines[1], "100 %  300 of 300 rows")
    equal(np.load(folder / "out.npy").tolist(), list(range(300)))


def test_plain_terminals(folder):
    terminal = start(folder, "slow", 50, LC_ALL="C", NO_COLOR="1")
    equal(terminal.wait(), 0)
    assert terminal.raw.isascii()
    assert not re.search(r"\x1b\[[0-9;]*m", terminal.raw)
    contains(terminal.screen(), "###")
    terminal = start(folder, "slow", 50, TERM="dumb")
    equal(terminal.wait(), 0)
    assert "\x1b" not in terminal.raw
    contains(terminal.screen(), "50 rows in")


def test_narrow_terminal(folder):
    for width, height in ((20, 5), (35, 2), (60, 3)):
        terminal = start(folder, "slow", 50, "-o", "out.npy", width=width, height=height)
        equal(terminal.wait(), 0)


def test_resize(folder):
    terminal = start(folder, "slow", 400, "-o", "out.npy", width=120)
    terminal.wait_for("computing")
    # The test makes the terminal wider and never narrower, because the emulator does not wrap
    # existing lines again.
    terminal.resize(150, 30)
    deadline = time.monotonic() + 60
    while max(map(len, terminal.lines)) <= 120 and time.monotonic() < deadline and terminal.read():
        pass
    equal(terminal.wait(), 0)
    contains(terminal.screen(), "400 of 400 rows")


def test_output_appears_above_the_bars(folder):
    terminal = start(folder, "talk", 200, "-o", "out.npy")
    equal(terminal.wait(), 0)
    lines = terminal.screen().splitlines()
    printed = [line for line in lines if line.startswith("localhost:")]
    equal(len(printed), 200, terminal.screen())
    for x in range(200):
        assert any(line.endswith(f"| <{x}>" + "x" * (x % 30)) for line in printed), x
    contains(lines[-1], "200 of 200 rows")


def test_failure_is_harmless(folder):
    terminal = start(folder, "fail", 20, "--on-error", "continue", "-o", "out.npy")
    equal(terminal.wait(), 3)
    contains(terminal.screen(), "ValueError: no \\x1b[31mfives")


def test_repeat(folder):
    terminal = start(folder, "slow", 50, "--repeat", "3", "-o", "out.npy")
    equal(terminal.wait(), 0)
    contains(terminal.screen(), "Run 1 of 3: ")
    contains(terminal.screen(), "Run 2 of 3: ")
    contains(terminal.screen(), "3 of 3")


def test_interrupt(folder):
    terminal = start(folder, "slow", 100000, "-o", "out.npy", "--report", "run.json")
    before = folder.names()
    terminal.wait_for("computing")
    terminal.type("\x03")
    equal(terminal.wait(), 128 + signal.SIGINT)
    assert terminal.cursor_shown
    contains(terminal.screen(), "interrupted")
    equal(folder.names(), before)


def interruptible(folder, n, *args):
    """Starts a run of n rows. Its output goes to pipes."""
    folder.write("rows.py", ROWS)
    np.save(folder / "x.npy", np.arange(n))
    return folder.start("map", "rows.py:same", "x.npy", "-H", "localhost:2", *args)


def test_interrupt_while_saving(folder):
    """All rows are computed, and the table is being written to a pipe that nobody reads for a while.
    The program says that it is not finished, and writes the whole table."""
    os.mkfifo(folder / "out.csv")
    reader = os.open(folder / "out.csv", os.O_RDONLY | os.O_NONBLOCK)
    process = interruptible(folder, 50000, "-o", "out.csv", "--progress", "none")
    assert select.select([reader], [], [], 60)[0]
    process.send_signal(signal.SIGINT)
    contains(process.stderr.readline(), "out.csv is still being written; press Ctrl-C again")
    os.set_blocking(reader, True)
    with os.fdopen(reader) as table:
        lines = table.read().splitlines()
    _, errors = process.communicate(timeout=60)
    equal(process.returncode, 0, errors)
    equal([float(line) for line in lines[-50000:]], list(range(50000)))


def test_interrupt_without_reader(folder):
    """Nobody reads the output, so the program waits until its pipe takes more. It ends nevertheless."""
    process = interruptible(folder, 100000, "--repeat", "1000", "--progress", "json")
    fcntl.fcntl(process.stdout, F_SETPIPE_SZ, 4096)
    end = time.monotonic() + 60
    while not is_full(process.stdout):
        assert time.monotonic() < end, "the pipe did not become full"
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    equal(process.wait(timeout=60), 128 + signal.SIGINT)
    process.communicate()


def is_full(pipe):
    """Returns whether the pipe takes no further PIPE_BUF bytes."""
    unread = array.array("i", [0])
    fcntl.ioctl(pipe, termios.FIONREAD, unread)
    return unread[0] > 0 and unread[0] + select.PIPE_BUF > fcntl.fcntl(pipe, F_GETPIPE_SZ)


def test_stop_and_continue(folder):
    terminal = start(folder, "slow", 600, "-o", "out.npy")
    terminal.wait_for("computing")
    terminal.type("\x1a")
    terminal.wait_for_state("T")
    while not terminal.cursor_shown:
        assert terminal.read()
    os.kill(terminal.find(), signal.SIGCONT)
    equal(terminal.wait(), 0)
    assert terminal.cursor_shown
    equal(np.load(folder / "out.npy").tolist(), list(range(600)))


def ask(folder, *questions):
    return Terminal(folder, *questions, program=os.environ["ASK_ON_TTY"])


def has_echo(terminal):
    return bool(termios.tcgetattr(terminal.fd)[3] & termios.ECHO)


def test_password(folder):
    terminal = ask(folder, "password", "wrong")
    terminal.wait_for("(paused)\nPassword for ann@rem1: ".rstrip())
    wait_for_echo(terminal, False)
    terminal.type("s3cret word\n")
    terminal.wait_for("The answer was not accepted.\nPassword for ann@rem1:")
    wait_for_echo(terminal, False)
    terminal.type("other\n")
    equal(terminal.wait(), 0)
    contains(terminal.screen(), "(resumed)\nanswer: s3cret word\n")
    contains(terminal.screen(), "answer: other")
    equal(terminal.screen().count("s3cret"), 1, "shown while typed")


def wait_for_echo(terminal, echo):
    deadline = time.monotonic() + 60
    while has_echo(terminal) != echo:
        assert time.monotonic() < deadline, f"the echo is not {echo}"
        time.sleep(0.01)


def test_server_text(folder):
    terminal = ask(folder, "server")
    terminal.wait_for("Host rem1 says:\n    | Code\\x1b[2J please\nAnswer for ann@rem1:")
    assert has_echo(terminal)
    terminal.type("123\n")
    equal(terminal.wait(), 0)
    contains(terminal.screen(), "answer: 123")


def test_host_key(folder):
    for typed, accepted in (("yes", 1), ("no", 0), ("\x04", 0)):
        terminal = ask(folder, "key")
        terminal.wait_for("(yes or no)?")
        contains(terminal.screen(), "The key of host rem1 (ann@10.0.0.2:22) is not known:\n    ED25519 SHA256:abcdef\n")
        contains(terminal.screen(), "/home/ann/.ssh/known_hosts")
        if typed != "\x04":
            terminal.type("y\n")
            terminal.wait_for("Please type 'yes' or 'no':")
            terminal.type("\n")
        terminal.type(typed if typed == "\x04" else typed + "\n")
        equal(terminal.wait(), 0)
        contains(terminal.screen(), f"accepted: {accepted}")


def test_no_password(folder):
    terminal = ask(folder, "password")
    wait_for_echo(terminal, False)
    terminal.type("\x04")
    equal(terminal.wait(), 0)
    contains(terminal.screen(), "answer: (none)")


def test_echo_is_restored(folder):
    """The program turns off the terminal's echo while the user types a password. The echo must be
    on after Ctrl-Z and after a signal has ended the program. When the program continues after
    Ctrl-Z, the echo must be off again."""
    terminal = ask(folder, "password")
    terminal.wait_for("Password for ann@rem1:")
    wait_for_echo(terminal, False)
    terminal.type("\x1a")
    terminal.wait_for_state("T")
    assert has_echo(terminal)
    os.kill(terminal.find(), signal.SIGCONT)
    wait_for_echo(terminal, False)
    terminal.type("\x1c")
    wait_for_echo(terminal, True)
    equal(terminal.wait(), 128 + signal.SIGQUIT)


def test_without_terminal(folder):
    done = subprocess.run([os.environ["ASK_ON_TTY"], "password"], capture_output=True, text=True, start_new_session=True)
    equal(done.stdout, "no terminal\n")


if __name__ == "__main__":
    main([test for name, test in list(globals().items()) if name.startswith("test_")])
