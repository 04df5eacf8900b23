# SPDX-License-Identifier: LGPL-2.1-or-later
"""The accessible objects of a program's window, read from AT-SPI's bus.

Requesting each property of each object would be slow, so a snapshot of the window takes two steps. One call
(org.a11y.atspi.Cache) returns the names, roles and states of all objects that a client has requested before.
GTK 4.8 reports wrong parents in this call, so each object is then asked for its children, with many requests
in flight at a time. Both steps take about a third of the time of requesting each property. The two long
replies are parsed as text from g_variant_print(), because unpacking them value by value is too slow: it took
three quarters of a test's processor time.
"""

import ast
import functools
import re

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, Gio, GLib  # noqa: E402

ROOT = "/org/a11y/atspi/accessible/root"
CACHE = "/org/a11y/atspi/cache"
IN_WINDOW = 1  # value of AtspiCoordType: coordinates count from the corner of the window
PATIENCE_MS = 60000
MAX_LOOKS = 10  # A snapshot fails if objects change while it is taken, and is then tried again.

# Regular expressions for parts of g_variant_print()'s output: a string, a reference to an object (bus name,
# path), and an object in the reply of AT-SPI's cache.
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
    """An object in a snapshot of the window. .name, .role, .parent, .children and has() are
    read from the snapshot; .description, .value, .text and extents() are requested when they are used."""

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
        """Whether the object has a state, such as "focused", "selected", "checked", "sensitive" or "visible"."""
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
        """Returns position and size in the window: x, y, width, height."""
        return self.call("Component", "GetExtents", "(u)", IN_WINDOW)[0]

    def activate(self):
        self.call("Action", "DoAction", "(i)", 0)


class Program:
    """A program on AT-SPI's bus; @owner is its bus name."""

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
        """Returns the paths of the children of each path. All requests are in flight at the same time."""
        answers = {}

        def on_answer(bus, result, path):
            try:
                children = REFERENCE.findall(bus.call_finish(result).print_(False))
            except GLib.Error:  # The object no longer exists.
                children = []
            answers[path] = [child for owner, child in children if owner == self.owner]

        for path in paths:
            self.bus.call(self.owner, path, "org.a11y.atspi.Accessible", "GetChildren", None, None,
                          Gio.DBusCallFlags.NONE, PATIENCE_MS, None, on_answer, path)
        while len(answers) < len(paths):
            GLib.MainContext.default().iteration(True)
        return [answers[path] for path in paths]

    def settle(self):
        """Waits until the program has processed its pending events, because the program
        answers this request only afterwards."""
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
        """Takes a snapshot of the visible objects. Returns the objects by path."""
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
                        if not item:  # the cache lacks objects that were never requested
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
    """Opens a connection to the bus at the address."""
    flags = Gio.DBusConnectionFlags
    return Gio.DBusConnection.new_for_address_sync(
        address, flags.AUTHENTICATION_CLIENT | flags.MESSAGE_BUS_CONNECTION, None, None)


def list_programs(bus):
    registry = Program(bus, "org.a11y.atspi.Registry")
    return [Program(bus, owner) for owner, _ in registry.call(ROOT, "org.a11y.atspi.Accessible", "GetChildren")[0]]


def find_program(bus, name):
    """Returns the program whose name is `name`. Returns None if it is not running or has no
    window."""
    for program in list_programs(bus):
        words = program.call(ROOT, "org.freedesktop.DBus.Properties", "Get", "(ss)", "org.a11y.atspi.Accessible",
                             "Name")[0]
        if words == name and program.list_children(ROOT)[0]:
            return program
    return None
