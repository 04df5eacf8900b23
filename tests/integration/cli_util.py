# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Helpers for tests of the terminal program mamuto-cli. They run the program with and without a
# terminal, emulate a small terminal, and print the test results as TAP for meson.

import fcntl
import os
import pathlib
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
import traceback

CLI = os.environ.get("MAMUTO_CLI", "mamuto-cli")
# Maximum waiting time in seconds. Steps need less than one second on an idle machine, but much
# longer with sanitizers or on a busy machine.
DEADLINE = 120


class Folder:
    """A folder with the files of one test. The programs that the test runs use it as working folder."""

    def __init__(self, path):
        self.path = pathlib.Path(path)

    def __truediv__(self, name):
        return self.path / name

    def write(self, name, text):
        (self.path / name).write_text(text)

    def names(self):
        return sorted(p.name for p in self.path.iterdir() if p.name != "__pycache__")

    def run(self, *args, **env):
        """Runs mamuto-cli in a new session, so that the program has no controlling terminal."""
        return subprocess.run(
            [CLI, *map(str, args)], cwd=self.path, capture_output=True, text=True, timeout=DEADLINE,
            env=os.environ | env, start_new_session=True, stdin=subprocess.DEVNULL,
        )

    def start(self, *args, **env):
        return subprocess.Popen(
            [CLI, *map(str, args)], cwd=self.path, env=os.environ | env, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, start_new_session=True, stdin=subprocess.DEVNULL,
        )


class Terminal:
    """Runs a program on a pseudo-terminal. Emulates the terminal: stores the lines of the screen
    and the position of the cursor."""

    ESCAPE = re.compile(r"\x1b\[(\??)([0-9;]*)([A-Za-z])")

    def __init__(self, folder, *args, program=CLI, width=80, height=24, **env):
        self.width, self.height = width, height
        self.lines, self.row, self.column = [""], 0, 0
        self.cursor_shown, self.wraps, self.raw, self.pending = True, True, "", b""
        self.leader, self.fd = pty.fork()
        if self.leader == 0:
            self.lead(folder, program, args, env, width, height)
        self.resize(width, height)

    def lead(self, folder, program, args, env, width, height):
        """Starts the program as a shell does: in a separate process group in the foreground.
        Therefore Ctrl-Z can stop the program."""
        status = 127
        try:
            os.chdir(folder.path)
            os.environ.update({"TERM": "xterm"} | env)
            self.resize_fd(0, width, height)
            signal.signal(signal.SIGTTOU, signal.SIG_IGN)
            pid = os.fork()
            if pid == 0:
                os.setpgid(0, 0)
                os.tcsetpgrp(0, os.getpgrp())
                # Restore the default actions of these signals. A test in the background may ignore
                # them, and child processes inherit this.
                for number in (signal.SIGTTOU, signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP):
                    signal.signal(number, signal.SIG_DFL)
                os.execvp(program, [program, *map(str, args)])
            status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        finally:
            os._exit(status if status >= 0 else 128 - status)

    def find(self):
        """Returns the process id of the program."""
        return os.tcgetpgrp(self.fd)

    def wait_for_state(self, letter):
        """Waits until the process state of the program is `letter`, for example T (stopped). See
        /proc/PID/stat."""
        deadline = time.monotonic() + DEADLINE
        while pathlib.Path(f"/proc/{self.find()}/stat").read_text().rpartition(")")[2].split()[0] != letter:
            assert time.monotonic() < deadline, f"the program did not reach the state {letter}"
            time.sleep(0.01)

    @staticmethod
    def resize_fd(fd, width, height):
        fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))

    def resize(self, width, height):
        self.width, self.height = width, height
        self.resize_fd(self.fd, width, height)

    def put(self, text):
        """Writes text without control characters to the screen. Fails if the text is longer than
        the line while automatic line wrapping is off."""
        if self.column + len(text) > self.width:
            assert self.wraps, f"text beyond the width: {self.lines[self.row]!r} {text!r}"
            fits = self.width - self.column
            self.put(text[:fits])
            self.feed_line()
            self.column = 0
            self.put(text[fits:])
            return
        line = self.lines[self.row].ljust(self.column)
        self.lines[self.row] = line[: self.column] + text + line[self.column + len(text):]
        self.column += len(text)

    def feed_line(self):
        self.row += 1
        if self.row == len(self.lines):
            self.lines.append("")

    def escape(self, private, number, letter):
        if letter == "A":
            self.row -= int(number or 1)
            assert self.row >= 0, "the cursor left the screen"
        elif letter == "J":
            self.lines[self.row] = self.lines[self.row][: self.column]
            del self.lines[self.row + 1:]
        elif letter == "K":
            self.lines[self.row] = self.lines[self.row][: self.column]
        elif private and number == "25":
            self.cursor_shown = letter == "h"
        elif private and number == "7":
            self.wraps = letter == "h"
        else:
            assert letter == "m", f"unexpected ESC [ {number} {letter}"

    def feed(self, text):
        self.raw += text
        while text:
            if match := self.ESCAPE.match(text):
                self.escape(match[1], match[2], match[3])
                text = text[match.end():]
            elif text[0] == "\r":
                self.column, text = 0, text[1:]
            elif text[0] == "\n":
                self.feed_line()
                text = text[1:]
            else:
                piece = re.match(r"[^\x00-\x1f\x7f]+", text)
                assert piece, f"a control character reached the terminal: {text[:20]!r}"
                self.put(piece[0])
                text = text[piece.end():]

    def read(self):
        """Reads available output and updates the screen. Returns False at the end of the output."""
        if not select.select([self.fd], [], [], 1)[0]:
            return True
        try:
            data = os.read(self.fd, 65536)
        except OSError:
            return False
        # a read can end in the middle of a character or an escape sequence
        self.pending += data
        cut = len(self.pending)
        escape = self.pending.rfind(b"\x1b")
        if escape >= 0 and not self.ESCAPE.match(self.pending[escape:].decode(errors="replace")):
            cut = escape
        while cut > 0:
            try:
                text = self.pending[:cut].decode()
                break
            except UnicodeDecodeError as error:
                assert error.start >= cut - 4, "not UTF-8"
                cut = error.start
        else:
            text = ""
        self.pending = self.pending[cut:]
        self.feed(text)
        return bool(data)

    def screen(self):
        return "\n".join(line.rstrip() for line in self.lines)

    def wait_for(self, what):
        deadline = time.monotonic() + DEADLINE
        while what not in self.screen():
            assert time.monotonic() < deadline, f"{what!r} did not appear:\n{self.screen()}"
            assert self.read(), f"ended without {what!r}:\n{self.screen()}"

    def type(self, text):
        os.write(self.fd, text.encode())

    def wait(self):
        """Reads the output until the program ends. Returns the exit status as a shell reports
        it: 128 plus the number of the signal if a signal ended the program."""
        deadline = time.monotonic() + DEADLINE
        while self.read():
            if time.monotonic() > deadline:
                os.kill(self.find(), signal.SIGKILL)
                os.waitpid(self.leader, 0)
                raise AssertionError(f"the program does not end:\n{self.screen()}")
        status = os.waitstatus_to_exitcode(os.waitpid(self.leader, 0)[1])
        os.close(self.fd)
        return status


def children_of(pid):
    """Returns the living child processes of a process."""
    found = []
    for task in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
        found += [int(child) for child in task.read_text().split()]
    return found


def equal(left, right, what=""):
    assert left == right, f"{what}: {left!r} is not {right!r}"


def contains(text, part):
    assert part in text, f"{part!r} is not in:\n{text}"


def main(tests):
    """Runs test functions, each with a new folder, and prints TAP. If a command-line argument is given, runs
    only the tests whose names contain that text."""
    tests = [test for test in tests if len(sys.argv) < 2 or sys.argv[1] in test.__name__]
    print(f"1..{len(tests)}", flush=True)
    failed = False
    for number, test in enumerate(tests, 1):
        with tempfile.TemporaryDirectory(prefix="mamuto-cli-") as path:
            try:
                test(Folder(path))
                print(f"ok {number} {test.__name__}", flush=True)
            except Exception:
                failed = True
                for line in traceback.format_exc().splitlines():
                    print("#", line)
                print(f"not ok {number} {test.__name__}", flush=True)
    sys.exit(1 if failed else 0)
