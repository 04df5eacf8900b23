# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs tests of Mamuto's window. Each test is a function, called a story, and has its own window.
Results are printed in the format TAP.

    @story
    def something_works(window): ...

    @story(files=make_files, language="de_DE")
    def another(window): ...

    sys.exit(story.main())

The option `files` is a function. It creates files in the folder window.folder and returns the
program's arguments. The other options are those of ui.Window. The first argument of a test program
is the path of Mamuto. If further arguments are given, only the stories with these names run.
"""

import os
import shutil
import signal
import sys
import tempfile
import traceback

from ui import Window


LONGEST_STORY = 180  # in seconds; longer for a program with sanitizers


def give_up(number, frame):
    raise TimeoutError("the story took too long")


class Stories:
    def __init__(self):
        self.all = []

    def __call__(self, function=None, **options):
        if function is None:
            return lambda given: self(given, **options)
        self.all.append((function, options))
        return function

    def main(self):
        program = os.path.abspath(sys.argv[1])
        chosen = [entry for entry in self.all if not sys.argv[2:] or entry[0].__name__ in sys.argv[2:]]
        print("1..%d" % len(chosen), flush=True)
        failed = 0
        for number, (function, options) in enumerate(chosen, 1):
            well = self.run(program, function, options)
            failed += not well
            print("%s %d - %s" % ("ok" if well else "not ok", number, function.__name__), flush=True)
        return 1 if failed else 0

    def run(self, program, function, options):
        """Runs a story in a child process. A new process is necessary for each story, because
        AT-SPI's library keeps the connection to the first session bus until the process ends."""
        sys.stdout.flush()
        child = os.fork()
        if child == 0:
            well = False
            try:
                well = self.run_here(program, function, options)
                sys.stdout.flush()
            finally:
                os._exit(0 if well else 1)
        return os.waitpid(child, 0)[1] == 0

    def run_here(self, program, function, options):
        folder = tempfile.mkdtemp(prefix="mamuto_ui-")
        options = dict(options)
        files = options.pop("files", None)
        try:
            if files:
                options["arguments"] = files(folder)
            with Window(program, folder, **options) as window:
                try:
                    # SIGALRM calls give_up() if the story takes too long
                    signal.signal(signal.SIGALRM, give_up)
                    signal.alarm(LONGEST_STORY * window.patience)
                    function(window)
                    signal.alarm(0)
                except Exception:
                    self.show(window, function.__name__)
                    raise
            return True
        except Exception:
            print("# " + traceback.format_exc().replace("\n", "\n# "), flush=True)
            return False
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def show(self, window, name):
        """Prints all visible objects of the window after a story has failed. If the environment
        variable MAMUTO_UI_SHOTS names a folder, saves a screenshot there."""
        try:
            print("# " + window.tree().replace("\n", "\n# "), flush=True)
            shots = os.environ.get("MAMUTO_UI_SHOTS")
            if shots:
                window.shoot(os.path.join(shots, name + ".png"))
        except Exception as error:
            print("# nothing can be shown: %s" % error, flush=True)


story = Stories()
