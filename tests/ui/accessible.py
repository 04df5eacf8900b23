# SPDX-License-Identifier: LGPL-2.1-or-later
"""Reads the objects of a program's window, such as buttons and labels, from the accessibility bus
AT-SPI.

One request per property of each object would be too slow. Therefore a snapshot of the window takes
two steps. First one call of GetItems returns the names, roles and states of all known objects. Its
information about parents is wrong in GTK 4.8. Therefore each object is asked for its children in
the second step. These requests are all sent before the first reply arrives. Both steps together
need about a third of the time of the simple method. The replies are converted to text with
g_variant_print() and parsed as text, because unpacking each value in Python is slow.
"""

import ast
import functools
import re

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, Gio, GLib  # noqa: E402

ROOT = "/org/a11y/atspi/accessible/root"
CACHE = "/org/a11y/atspi/cache"
IN_WINDOW = 1  # value of AtspiCoordType: positions are relative to the window
PATIENCE_MS = 60000
# A snapshot fails if objects change while it is taken. It is then taken again, up to 10 times.
MAX_LOOKS = 10

# Regular expressions for parts of AT-SPI's replies: a string, the address of an object, an object.
STRING = r"""('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
REFERENCE = re.compile(r"\('([^']*)', '([^']*)'\)")
ITEM = re.compile(r"\(\('[^']*', '([^']*)'\), \('[^']*', '[^']*'\), \('[^']*', '[^']*'\), -?\d+, (-?\d+), "
                  r"\[[^]]*\], " + STRING + r", (\d+), " + STRING + r", \[(?:(\d+), (\d+))?\]\)")


@functools.cache
def role_name(role):
    return Atspi.role_get_name(Atspi.Role(role))


@functools.cache
def state_bit(name):
    return 1 << int(getattr(Atspi.StateType, name.upper()))


def read_string(text):
    return ast.literal_eval(text) if "\\" in text else text[1:-1]


class Accessible:
    """An object in a snapshot of the window. The snapshot contains name, role, parent, children and
    states. The other properties and extents() are requested from the program each time."""

    def __init__(self, program, path, n_children, name, role, states):
        self.program = program
        self.path = path
        self.n_children = n_children
        self.name = name
        self.role = role_name(role)
        self.states = states
        self.parent = None
        self.children = []

    def has(self, state):
        """Returns whether the object has a state, such as "focused", "selected", "checked",
        "sensitive" or "visible"."""
        return bool(self.states & state_bit(state))

    def call(self, interface, method, signature="()", *arguments):
        return self.program.call(self.path, "org.a11y.atspi." + interface, method, signature, *arguments)

    def get(self, interface, name):
        return self.call_properties("Get", "(ss)", "org.a11y.atspi." + interface, name)[0]

    def call_properties(self, method, signature, *arguments):
        return self.program.call(self.path, "org.freedesktop.DBus.Properties", method, signature, *arguments)

    @property
    def description(self):
        return self.get("Accessible", "Description")

    @property
    def value(self):
        return self.get("Value", "CurrentValue")

    @value.setter
    def value(self, value):
        self.call_properties("Set", "(ssv)", "org.a11y.atspi.Value", "CurrentValue", GLib.Variant("d", value))

    @property
    def text(self):
        return self.call("Text", "GetText", "(ii)", 0, self.get("Text", "CharacterCount"))[0]

    @text.setter
    def text(self, text):
        self.call("EditableText", "SetTextContents", "(s)", text)

    def extents(self):
        """Returns the object's rectangle (x, y, width, height), measured from the window's upper
        left corner."""
        return self.call("Component", "GetExtents", "(u)", IN_WINDOW)[0]

    def activate(self):
        self.call("Action", "DoAction", "(i)", 0)


class Program:
    """A program on AT-SPI's bus. @owner is the program's bus name."""

    def __init__(self, bus, owner):
        self.bus = bus
        self.owner = owner

    def ask(self, path, interface, method, signature="()", *arguments):
        parameters = GLib.Variant(signature, arguments)
        return self.bus.call_sync(self.owner, path, interface, method, parameters, None, Gio.DBusCallFlags.NONE,
                                  PATIENCE_MS, None)

    def call(self, path, interface, method, signature="()", *arguments):
        return self.ask(path, interface, method, signature, *arguments).unpack()

    def list_children(self, *paths):
        """Returns one list for each of the given paths: the paths of the children of this object.
        All requests are sent at once."""
        answers = {}

        def on_answer(bus, result, path):
            try:
                children = REFERENCE.findall(bus.call_finish(result).print_(False))
            except GLib.Error:  # The object was removed after its parent had been read.
                children = []
            answers[path] = [child for owner, child in children if owner == self.owner]

        for path in paths:
            self.bus.call(self.owner, path, "org.a11y.atspi.Accessible", "GetChildren", None, None,
                          Gio.DBusCallFlags.NONE, PATIENCE_MS, None, on_answer, path)
        while len(answers) < len(paths):
            GLib.MainContext.default().iteration(True)
        return [answers[path] for path in paths]

    def settle(self):
        """Waits until the program has processed its pending events. For this, sends requests and
        waits for the replies, because the program first processes the events and then replies."""
        for _ in range(3):
            self.list_children(ROOT)

    def read_cache(self):
        answer = self.ask(CACHE, "org.a11y.atspi.Cache", "GetItems")
        items = ITEM.findall(answer.print_(False))
        if len(items) != answer.get_child_value(0).n_children():
            raise ValueError("an item of AT-SPI's cache that cannot be read")
        return {path: Accessible(self, path, int(n_children), read_string(name), int(role),
                                 int(low or 0) | int(high or 0) << 32)
                for path, n_children, name, role, _, low, high in items}

    def look(self):
        """Takes a snapshot of the window's visible objects. Returns a dict from paths to
        objects."""
        for _ in range(MAX_LOOKS):
            known = self.read_cache()
            found = {ROOT: known[ROOT]}
            level, complete = [ROOT], True
            while level:
                children = self.list_children(*level)
                parents, level = level, []
                for parent, paths in zip(parents, children):
                    for path in paths:
                        item = known.get(path)
                        # An object that was never requested before is missing in AT-SPI's list of
                        # known objects. The snapshot must then be taken again.
                        if not item:
                            complete = False
                            level.append(path)
                        elif item.has("visible") and path not in found:
                            found[path] = item
                            if parent in found:
                                item.parent = found[parent]
                                item.parent.children.append(item)
                            if item.n_children:
                                level.append(path)
            if complete:
                break
        return found


def connect(address):
    """Connects to the message bus at the address."""
    flags = Gio.DBusConnectionFlags
    return Gio.DBusConnection.new_for_address_sync(
        address, flags.AUTHENTICATION_CLIENT | flags.MESSAGE_BUS_CONNECTION, None, None)


def list_programs(bus):
    registry = Program(bus, "org.a11y.atspi.Registry")
    return [Program(bus, owner) for owner, _ in registry.call(ROOT, "org.a11y.atspi.Accessible", "GetChildren")[0]]


def find_program(bus, name):
    """Returns the program of the given name. Returns None if the program is not running or shows no
    window."""
    for program in list_programs(bus):
        words = program.call(ROOT, "org.freedesktop.DBus.Properties", "Get", "(ss)", "org.a11y.atspi.Accessible",
                             "Name")[0]
        if words == name and program.list_children(ROOT)[0]:
            return program
    return None
