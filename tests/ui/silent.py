# SPDX-License-Identifier: LGPL-2.1-or-later
"""Hosts s00, s01, … for tests. They accept connections but never reply.

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
        """Listens on a socket, but never reads from a connection. Writes an ssh configuration
        that leads to this socket for all hosts."""
        self.server = socket.create_server(("127.0.0.1", 0), backlog=128)
        ssh = pathlib.Path(home) / ".ssh"
        ssh.mkdir(mode=0o700, exist_ok=True)
        (ssh / "config").write_text("Host s*\nHostName 127.0.0.1\nPort %d\n" % self.server.getsockname()[1])

    def cut(self):
        """Closes all connections and refuses new connections."""
        self.server.close()


def place_in_list(window, name, title="Hosts"):
    """Returns the item's position in the list: pixels below the list's upper edge, or None if it is not
    visible. AT-SPI still reports the last position of a removed item, so an item at the position of another
    item is ignored."""
    hosts = window.find(title, "list")
    _, top, _, height = hosts.extents()
    places = {window.name(item): item.extents()[1] - top for item in window.walk(hosts)
              if item.role == "list item" and window.in_sight(item)}
    y = places.pop(name, -1)
    alone = all(abs(y - other) > 16 for other in places.values())
    return y if 0 <= y < height and alone else None


def scroll_to(window, name, title="Hosts"):
    """Scrolls with the wheel until the item is visible and has stopped moving. Returns its position in the list."""
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
