# SPDX-License-Identifier: LGPL-2.1-or-later
"""Test hosts s00, s01, … that accept connections but never send a byte.

    SILENT = silent.Hosts(30)
    @story(arguments=[…], prepare=SILENT.prepare)
    def something_stays(window): ...
        SILENT.cut()  # closes the connections
"""

import pathlib
import socket


class Hosts:
    def __init__(self, n):
        self.names = ["s%02d" % i for i in range(n)]
        self.server = None

    def prepare(self, home):
        """Listens on one socket for all hosts, and never reads from a connection. Writes an ssh
        configuration that leads from all host names to this socket."""
        self.server = socket.create_server(("127.0.0.1", 0), backlog=128)
        ssh = pathlib.Path(home) / ".ssh"
        ssh.mkdir(mode=0o700, exist_ok=True)
        (ssh / "config").write_text("Host s*\nHostName 127.0.0.1\nPort %d\n" % self.server.getsockname()[1])

    def cut(self):
        """Closes all connections and refuses new connections."""
        self.server.close()


def place_in_list(window, name, title="Hosts"):
    """Returns the item's position in pixels below the list's upper edge, or None if the item is not
    visible.

    AT-SPI also reports removed items, at their last position. Therefore an item counts as not
    visible if another item is at the same position."""
    hosts = window.find(title, "list")
    _, top, _, height = hosts.extents()
    places = {window.name(item): item.extents()[1] - top for item in window.walk(hosts)
              if item.role == "list item" and window.in_sight(item)}
    y = places.pop(name, -1)
    alone = all(abs(y - other) > 16 for other in places.values())
    return y if 0 <= y < height and alone else None


def scroll_to(window, name, title="Hosts"):
    """Turns the mouse wheel until the list item is visible and no longer moves. Returns the result
    of place_in_list()."""
    x, y = window.place(window.expect(title, "list"))
    window.xdotool("mousemove", str(x), str(y))
    places = []

    def still():
        places.append(place_in_list(window, name, title))
        if places[-1] is None:
            window.xdotool("click", "--repeat", "3", "5")
        return places[-1] is not None and len(places) > 5 and len(set(places[-5:])) == 1
    window.wait(still, "“%s” in sight" % name)
    return places[-1]
