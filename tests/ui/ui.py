# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs Mamuto's window on the virtual X server Xvfb, and acts as its user. The accessibility bus
AT-SPI finds the window's objects (such as buttons). The program xdotool simulates the mouse and the
keyboard.

    with Window(program, folder) as window:
        window.click("Open the Example")
        window.wait(lambda: window.find(role="label", name="likelihood"))

Each window has its own display, session bus, settings and home folder. If the program has printed a
text on stderr, the test fails at the end.
"""

import ctypes
import hashlib
import os
import re
import signal
import subprocess
import sys
import time

from gi.repository import Gio, GLib

from accessible import ROOT, connect, find_program, list_programs

DEADLINE = 30.0
SANITIZED_PATIENCE = 3
OTHER_WINDOW = """
import gi
gi.require_version("Gtk", "4.0")
from gi.repository import GLib, Gtk
Gtk.init()
window = Gtk.Window(title="Another")
window.present()
GLib.MainLoop().run()
"""

# Memory leaks in libraries. The file tests/tools/lsan.supp cannot suppress their reports, because their
# stack traces end at g_malloc() or g_realloc().
KNOWN_LEAKS = (
    # GLib's constructor allocates a table of strings, which a larger table replaces later without freeing it
    r"Direct leak of 16384 byte\(s\) in 1 object\(s\) allocated from:\n.* in __interceptor_malloc .*\n.* in g_malloc ",
    # libcloudproviders leaks two folder names when the file chooser is open
    r"Direct leak of 256 byte\(s\) in 2 object\(s\) allocated from:\n.* in __interceptor_realloc .*\n.* in g_realloc ",
)

# Warnings of GTK 4.8's file chooser. Its path bar gives its two scroll buttons no size until the folders
# of the path have been looked up in threads. On a busy machine, the first frame is drawn before.
UNSIZED_BUTTON = (r"\(\S+:\d+\): Gtk-WARNING \*\*: [\d:.]+: "
                  r"Trying to snapshot GtkButton 0x[0-9a-f]+ without a current allocation\n")
PATH_BAR_WARNINGS = re.compile(r"^%s\n%s" % (UNSIZED_BUTTON, UNSIZED_BUTTON), re.MULTILINE)

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)


def die_with_parent():
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Failure(Exception):
    """An expected condition did not become true in time."""


def make_locale(folder, name):
    """Compiles the locale @name (such as "de_DE") into the folder, because small systems have no
    locales. Returns the environment variables that select this locale."""
    path = os.path.join(str(folder), "locales")
    os.makedirs(path, exist_ok=True)
    # localedef fails even if it only warns about the locale, so its exit status is ignored.
    subprocess.run(["localedef", "-c", "-i", name, "-f", "UTF-8", os.path.join(path, name + ".UTF-8")], check=False,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if not os.path.isdir(os.path.join(path, name + ".UTF-8")):
        raise Failure("localedef made no locale %s" % name)
    return {"LOCPATH": path, "LC_ALL": name + ".UTF-8", "LANG": name + ".UTF-8", "LANGUAGE": ""}


class Window:
    def __init__(self, program, folder, size=(1280, 860), arguments=(), environment=None, dark=False,
                 prepare=None, language=None, animated=False, known=True, text_scale=1.0):
        self.program = program
        self.folder = str(folder)
        self.size = size
        self.arguments = list(arguments)
        self.environment = dict(environment or {})
        self.dark = dark
        # function that is called with the path of the home folder before the program starts
        self.prepare = prepare
        self.language = language  # name of a locale, such as "de_DE"
        # Animations are off by default, because a widget that moves is hard to click on.
        self.animated = animated
        self.text_scale = text_scale  # 1.5 for the size of "Large Text" on most desktops
        # whether the job and cluster files of the test count as saved by the user, so that the program
        # runs them without a question
        self.known = known
        self.processes = []
        self.app = None
        self.has_chosen_file = False  # whether the story has used a file chooser
        # Factor for all time limits. A program with sanitizers is several times as slow.
        self.patience = SANITIZED_PATIENCE

    # ---- start and end ----

    def __enter__(self):
        try:
            self.start_display()
            self.start_bus()
            self.start_program()
        except BaseException:
            self.end_all()
            raise
        return self

    def __exit__(self, kind, value, trace):
        said = self.end_all()
        if kind is None and said:
            raise Failure("on stderr:\n" + said)
        if said:
            print("# on stderr: " + said.replace("\n", "\n# "))

    def start_display(self):
        read, write = os.pipe()
        self.spawn(["Xvfb", "-displayfd", str(write), "-screen", "0",
                    "%dx%dx24" % self.size, "-nolisten", "tcp"], pass_fds=[write])
        os.close(write)
        with os.fdopen(read) as answer:
            number = answer.readline().strip()
        if not number:
            raise Failure("Xvfb did not start")
        home = os.path.join(self.folder, "home")
        self.write_settings(home)
        if self.prepare:
            self.prepare(home)
        if self.known:
            self.note_known(home)
        os.environ.update({
            "DISPLAY": ":" + number, "HOME": home, "XDG_CONFIG_HOME": home + "/config",
            "XDG_DATA_HOME": home + "/data", "XDG_STATE_HOME": home + "/state",
            "XDG_CACHE_HOME": home + "/cache", "XDG_RUNTIME_DIR": home + "/run",
            "GDK_BACKEND": "x11", "GSK_RENDERER": "cairo", "GTK_A11Y": "atspi", "LIBGL_ALWAYS_SOFTWARE": "1",
            "GSETTINGS_BACKEND": "memory", "ADW_DISABLE_PORTAL": "1",
            "NO_AT_BRIDGE": "0",
            # GTK must not load the OpenGL driver, because the driver leaks memory
            "GDK_DEBUG": "gl-disable",
        })
        # AT-SPI's library prints critical messages, which G_DEBUG could make fatal for this test.
        os.environ.pop("G_DEBUG", None)
        os.environ.pop("WAYLAND_DISPLAY", None)
        if self.dark:
            os.environ["ADW_DEBUG_COLOR_SCHEME"] = "prefer-dark"
        else:
            os.environ.pop("ADW_DEBUG_COLOR_SCHEME", None)
        if self.language:
            os.environ.update(make_locale(self.folder, self.language))
        os.environ.update(self.environment)

    def write_settings(self, home):
        """Creates the folders of the home folder and GTK's settings. The settings select the font
        of most desktops."""
        for name in ("config/gtk-4.0", "data", "state", "cache"):
            os.makedirs(os.path.join(home, name), exist_ok=True)
        os.makedirs(os.path.join(home, "run"), mode=0o700, exist_ok=True)
        with open(os.path.join(home, "config/gtk-4.0/settings.ini"), "w", encoding="utf-8") as file:
            file.write("[Settings]\ngtk-font-name=Cantarell %g\ngtk-enable-animations=%d\n"
                       % (11 * self.text_scale, self.animated))

    def note_known(self, home):
        """Writes the list of the files that the user has saved, as the program does. Stories may call
        this function again after they have written files."""
        files = {os.path.abspath(name) for name in self.arguments if os.path.isfile(name)}
        files |= {os.path.join(folder, name) for folder, _, names in os.walk(self.folder) for name in names}
        lines = []
        for name in sorted(files):
            if name.endswith((".mamuto", ".cfg")):
                with open(name, "rb") as file:
                    content = hashlib.sha256(file.read()).hexdigest()
                lines.append("%s %s\n" % (content, GLib.filename_to_uri(name, None)))
        path = os.path.join(home, "state", "mamuto", "known-documents")
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        with open(path, "w", encoding="utf-8", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.writelines(lines)

    def start_bus(self):
        bus = self.spawn(["dbus-daemon", "--session", "--print-address", "--nofork"], stdout=subprocess.PIPE,
                         text=True)
        os.environ["DBUS_SESSION_BUS_ADDRESS"] = bus.stdout.readline().strip()

    def start_program(self):
        # On a busy machine, the program would not find the registry in time, so it starts first.
        address = self.start_registry()
        self.stderr_path = os.path.join(self.folder, "stderr")
        with open(self.stderr_path, "wb") as stderr:
            self.process = self.spawn([self.program, *self.arguments], stderr=stderr,
                                      env={**os.environ, "G_DEBUG": "fatal-criticals", "AT_SPI_BUS_ADDRESS": address})
        self.app = self.wait(lambda: find_program(self.accessibility, "mamuto"), "the window")
        if not self.is_sanitized():
            self.patience = 1

    def start_registry(self):
        """Starts AT-SPI's registry and waits until it replies. Returns the address of the
        registry's bus. On a busy machine, the registry sometimes never takes its name on the bus, so
        it is then started again on new buses."""
        for _ in range(2):
            try:
                return self.await_registry(DEADLINE / 2)
            except Failure:
                self.start_bus()
        return self.await_registry(DEADLINE)

    def await_registry(self, seconds):
        bus = connect(os.environ["DBUS_SESSION_BUS_ADDRESS"])
        address = bus.call_sync("org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress", None, None,
                                Gio.DBusCallFlags.NONE, -1, None).unpack()[0]
        bus.close_sync(None)
        self.accessibility = connect(address)
        # the registry may reply with an empty list
        self.wait(lambda: list_programs(self.accessibility) is not None, "AT-SPI's registry", seconds)
        return address

    def spawn(self, command, **options):
        """Starts a process that the kernel ends when this process ends. By default, the process
        reads and writes /dev/null."""
        options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL,
                   **options}
        process = subprocess.Popen(command, start_new_session=True, preexec_fn=die_with_parent, **options)
        self.processes.append(process)
        return process

    def end_all(self):
        """Ends all started processes, the most recent process first. Returns what the program
        printed on stderr, without the known leaks, and without the known warnings if a file chooser
        was used."""
        for process in reversed(self.processes):
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(60)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
        self.processes = []
        path = getattr(self, "stderr_path", None)
        if not path or not os.path.exists(path):
            return ""
        with open(path, encoding="utf-8", errors="replace") as file:
            said = file.read()
        if self.has_chosen_file:
            said = PATH_BAR_WARNINGS.sub("", said)
        return self.without_known_leaks(said.strip())

    def without_known_leaks(self, said):
        start = re.search(r"(=+\n)?==\d+==ERROR: LeakSanitizer: detected memory leaks", said)
        if not start:
            return said
        direct = [block for block in said[start.start():].split("\n\n") if block.startswith("Direct leak")]
        known = all(any(re.match(pattern, block) for pattern in KNOWN_LEAKS) for block in direct)
        return said[:start.start()].strip() if known else said

    def is_sanitized(self):
        with open("/proc/%d/maps" % self.process.pid, encoding="utf-8") as maps:
            return "libasan" in maps.read()

    # ---- finding ----

    def wait(self, condition, what="it", seconds=DEADLINE):
        """Waits until condition() returns a true value, and returns this value. Sleeps as long as
        each call takes, so that the program has time to reply even on a busy machine."""
        seconds *= self.patience
        end = time.monotonic() + seconds
        while True:
            began = time.monotonic()
            try:
                found = condition()
            except Exception as error:  # An object may be removed while condition() reads it.
                found, last = None, error
            else:
                last = None
            if found:
                return found
            if self.app and self.process.poll() is not None:
                raise Failure("the program ended with status %d while waiting for %s"
                              % (self.process.returncode, what))
            if time.monotonic() > end:
                raise Failure("%s did not come within %g s%s" % (what, seconds, f" ({last})" if last else ""))
            time.sleep(min(max(0.02, time.monotonic() - began), 0.5))

    def walk(self, start=None):
        """Yields all visible objects, each object before its children. Some of these objects may
        have no size, because GTK has not yet laid them out."""
        found = self.app.look()
        stack = [found.get(start.path if start else ROOT)]
        while stack:
            item = stack.pop()
            if item and (item.path == ROOT or item.has("visible")):
                yield item
                stack.extend(reversed(item.children))

    def name(self, item):
        """Returns the object's name as the user sees it. If a button has a label, GTK 4.8 reports
        its name twice, first with the "_" that marks its shortcut key."""
        words = item.name or ""
        for said in (words, words.replace("_", "", 1)):
            half = said[:len(said) // 2]
            if half and said == half + " " + half:
                return half
        # In the name of a button, "_" marks the shortcut key. In a label, it is a normal letter.
        return words if item.role in ("label", "list item", "text") else words.replace("_", "", 1)

    def is_part(self, item):
        """Returns whether the object is inside a combo box. Such objects need no name of their
        own."""
        for _ in range(6):
            item = item.parent
            if item is None or item.role == "combo box":
                return item is not None
        return False

    def unnamed(self):
        """Returns the objects that the Tab key can reach but that have no name. For an object
        without a name, GTK reports the name of its class."""
        found = []
        for item in self.walk():
            if (item.has("focusable") and self.in_sight(item) and not self.is_part(item)
                    and item.role not in ("scroll pane", "frame", "table row")):
                name = self.name(item)
                if not name or name.startswith(("Gtk", "Adw", "Mamuto")):
                    found.append("[%s] “%s”" % (item.role, name))
        return found

    def in_sight(self, item):
        return item.role == "frame" or item.extents()[2] > 0

    def find(self, name=None, role=None, holds=None, start=None):
        """Returns the first visible object that has the given role, the name @name and the text
        @holds in its name. Arguments that are None are ignored."""
        for item in self.walk(start):
            if role and item.role != role:
                continue
            if name is not None and self.name(item) != name:
                continue
            if holds is not None and holds not in self.name(item):
                continue
            if self.in_sight(item):
                return item
        return None

    def expect(self, name=None, role=None, holds=None, seconds=DEADLINE):
        return self.wait(lambda: self.find(name, role, holds), "“%s”" % (name or holds or role), seconds)

    def tree(self):
        """Returns the roles and names of the visible objects, one object per line."""
        return "\n".join("[%s] %s" % (item.role, self.name(item)) for item in self.walk()
                         if self.name(item))

    # ---- acting ----

    def click(self, name, role="push button", seconds=DEADLINE):
        item = self.wait(lambda: self.sensitive(name, role), "“%s”" % name, seconds)
        item.activate()
        return item

    def geometry(self):
        """Returns the X id, the width and the height of the program's window."""
        window = subprocess.run(["xdotool", "search", "--onlyvisible", "--class", "mamuto"], check=True,
                                capture_output=True, text=True).stdout.split()[0]
        lines = subprocess.run(["xdotool", "getwindowgeometry", "--shell", window], check=True,
                               capture_output=True, text=True).stdout.split()
        values = dict(line.split("=", 1) for line in lines)
        return window, int(values["WIDTH"]), int(values["HEIGHT"])

    def place(self, item):
        """Returns the position of the object's center on the display. The window is at 0, 0,
        because no window manager runs. GTK draws a border around the window, which extents() does
        not include."""
        x, y, width, height = item.extents()
        frame = self.first_frame(item)
        window, whole, _ = self.geometry()
        border = (whole - frame.extents()[2]) // 2
        return x + width // 2 + border, y + height // 2 + border

    def first_frame(self, item):
        """Returns the program's first visible window in the snapshot of the object, because one more
        snapshot would take long."""
        while item.parent:
            item = item.parent
        stack = [item]
        while stack:
            item = stack.pop()
            if item.role == "frame" and self.in_sight(item):
                return item
            stack.extend(reversed(item.children))
        raise Failure("no window is visible")

    def point(self, name, role=None):
        """Clicks on the center of an object with the mouse. Waits until the object does not move,
        because GTK lays out the window some time after its size or its contents have changed."""
        def at_rest():
            before = self.place(self.expect(name, role))
            time.sleep(0.03)  # at least one frame
            self.settle()
            return before if self.place(self.expect(name, role)) == before else None

        x, y = self.wait(at_rest, "the final position of “%s”" % (name or role))
        self.xdotool("mousemove", str(x), str(y), "click", "1")

    def expand(self, name, shows):
        """Clicks on the row of that name until the object with the name @shows is visible below it. A
        click may miss the row, because rows above it appear when the function's file was read."""
        for _ in range(5):
            self.point(name, "label")
            try:
                return self.expect(shows, seconds=DEADLINE / 5)
            except Failure as error:
                failure = error
        raise failure

    def choose(self, name, *keys, role=None):
        """Selects another item of a combo box: opens its list with the mouse, presses @keys and
        Return, and waits until the list has closed. The keys are pressed only after the list has
        the focus, because the window would get them otherwise."""
        def in_list():
            item = self.focused()
            return item is not None and item.parent.parent.role == "scroll pane"

        self.point(name, role)
        self.wait(in_list, "the list of “%s”" % name)
        self.key(*keys, "Return")
        self.wait(lambda: not in_list(), "the end of the list of “%s”" % name)

    def focus(self, name):
        """Clicks on the text field of that name until it has the focus. The first click may fail,
        because a notification may cover the field. Cannot be used for the widget AdwEntryRow, which
        does not report its focus to AT-SPI."""
        for _ in range(5):
            self.point(name, "text")
            try:
                return self.wait(lambda: self.find(name, "text").has("focused"), "the focus on “%s”" % name,
                                 DEADLINE / 5)
            except Failure as error:
                failure = error
        raise failure

    def drag(self, start, way, happened):
        """Drags with the mouse from the point @start by the distance @way until happened() returns
        a true value. Tries up to five times, because GTK ignores a drop if the target widget has
        not yet accepted the drag."""
        for _ in range(5):
            self.drag_once(start, way)
            try:
                return self.wait(happened, "what the drag does", DEADLINE / 5)
            except Failure as error:
                failure = error
        raise failure

    def drag_once(self, start, way):
        """Drags once, in ten steps. Waits after each step until the program has processed it.
        Otherwise a busy program would see a single jump of the pointer, which does not start a
        drag."""
        x, y = start
        self.xdotool("mousemove", str(x), str(y), "mousedown", "1")
        for step in range(1, 11):
            self.xdotool("mousemove", "--sync", str(x + way[0] * step // 10 + step), str(y + way[1] * step // 10))
            self.settle()
        self.xdotool("mouseup", "1")

    def settle(self):
        self.app.settle()

    def sensitive(self, name, role):
        item = self.find(name, role)
        return item if item and item.has("sensitive") else None

    def xdotool(self, *arguments):
        subprocess.run(["xdotool", *arguments], check=True)

    def key(self, *keys):
        self.xdotool("key", "--clearmodifiers", *keys)

    def type(self, text):
        self.xdotool("type", "--delay", "5", "--", text)

    def text(self, name):
        """Returns the text in the text field of that name."""
        return self.expect(name, role="text").text

    def enter(self, name, text):
        """Replaces the text in the text field of that name."""
        self.point(name, "text")
        self.key("ctrl+a")
        self.type(text)

    def choose_file(self, path):
        """Enters an absolute path into the file chooser. Types only the first character, because GTK
        loads each folder on the way of a typed path, and leaks the names of files that other
        programs delete there in the meantime. Presses Return when the chooser's text field contains
        the whole path."""
        def field():
            # Each window has an object with the focus, even the main window behind the file
            # chooser. In walk(), the file chooser's objects are the last ones.
            fields = [item for item in self.walk() if item.role == "text" and item.has("focused")]
            return fields[-1] if fields else None

        def contains(text):
            chosen = field()
            return chosen if chosen and chosen.text == text else None

        self.has_chosen_file = True
        self.wait(lambda: self.find("Name:", role="label") or self.find("Cancel", "push button"), "the file chooser")
        # A file chooser that opens files shows its text field only after "/" was typed.
        if self.find("Name:", role="label"):
            self.wait(field, "the file chooser's field")
        self.key("ctrl+a")
        self.type("/")
        self.wait(lambda: contains("/"), "/").text = path
        self.wait(lambda: contains(path), path)
        self.key("Return")

    def focused(self):
        """Returns the first object that has the focus, or None."""
        for item in self.walk():
            if item.has("focused"):
                return item
        return None

    def open_another(self):
        """Opens a window of another program. Returns its X id."""
        self.spawn([sys.executable, "-B", "-c", OTHER_WINDOW])
        search = ["xdotool", "search", "--onlyvisible", "--name", "Another"]
        return self.wait(lambda: subprocess.run(search, capture_output=True, text=True).stdout.split(),
                         "another window")[0]

    def resize(self, width, height):
        """Resizes the window, and waits for the layout. Tries up to five times, because GTK may
        request another size at the same moment, also when the window has the size already."""
        window = self.geometry()[0]

        def is_laid_out():
            # GTK's border belongs to the size of the window, but not to the size of the frame.
            return (self.geometry()[1:] == (width, height) and
                    abs(self.find(role="frame").extents()[2] - width) < 60)

        for _ in range(5):
            self.xdotool("windowsize", window, str(width), str(height))
            try:
                return self.wait(is_laid_out, "%d × %d" % (width, height), DEADLINE / 5)
            except Failure as error:
                failure = error
        raise failure

    def shoot(self, path):
        """Saves a screenshot of the whole display as a PNG file."""
        subprocess.run(["import", "-window", "root", path], check=True)
