#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Replaces the desktop's notification server on the session bus, so that tests can read the
notifications.

    notifications.py FILE

Writes the line "ready" to FILE as soon as it can receive notifications. Then it writes a line with
the title and the text of each notification.
"""

import sys

from gi.repository import Gio, GLib

NAME = "org.freedesktop.Notifications"
INTERFACE = """<node><interface name="org.freedesktop.Notifications">
<method name="GetServerInformation"><arg type="s" direction="out"/><arg type="s" direction="out"/>
<arg type="s" direction="out"/><arg type="s" direction="out"/></method>
<method name="GetCapabilities"><arg type="as" direction="out"/></method>
<method name="Notify"><arg type="s" direction="in"/><arg type="u" direction="in"/><arg type="s" direction="in"/>
<arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="as" direction="in"/>
<arg type="a{sv}" direction="in"/><arg type="i" direction="in"/><arg type="u" direction="out"/></method>
<method name="CloseNotification"><arg type="u" direction="in"/></method>
</interface></node>"""


def main():
    file = open(sys.argv[1], "a", encoding="utf-8", buffering=1)  # line buffered
    number = 0

    def on_call(bus, sender, path, interface, method, arguments, call):
        nonlocal number
        if method == "Notify":
            number += 1
            _, _, _, summary, body = arguments.unpack()[:5]
            print("%s: %s" % (summary, body), file=file)
            call.return_value(GLib.Variant("(u)", (number,)))
        elif method == "GetServerInformation":
            call.return_value(GLib.Variant("(ssss)", ("story", "mamuto", "1", "1.2")))
        elif method == "GetCapabilities":
            call.return_value(GLib.Variant("(as)", (["body"],)))
        else:
            call.return_value(None)

    def on_bus(bus, name):
        interface = Gio.DBusNodeInfo.new_for_xml(INTERFACE).interfaces[0]
        bus.register_object("/org/freedesktop/Notifications", interface, on_call)

    Gio.bus_own_name(Gio.BusType.SESSION, NAME, Gio.BusNameOwnerFlags.NONE, on_bus,
                     lambda bus, name: print("ready", file=file), None)
    GLib.MainLoop().run()


if __name__ == "__main__":
    main()
