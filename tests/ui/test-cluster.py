#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The cluster page: hosts pasted, saved and found again; checks of real ssh servers with keys that are
unknown or wrong, and with a key that is locked; a file that another program changes.

    test-cluster.py MAMUTO [STORY...]
"""

import atexit
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

from story import story
from ui import Failure

FOLDER = pathlib.Path(tempfile.mkdtemp(prefix="mamuto-cluster-"))
CONFIG = FOLDER / "cluster.cfg"
SERVERS = FOLDER / "servers"
SSHD = pathlib.Path(__file__).resolve().parent.parent / "sshd"
MINE = "# of the group\n[parameters]\nhosts = %s\nworkdir =\npython = /usr/bin/python3  \nnice = 0\n"
LOCAL = MINE % '{"localhost": 1}'
TWO = MINE % '{"mm1": 1, "mm2": 1}'
LOCK = "open sesame"


def sshd(*arguments):
    subprocess.run([sys.executable, SSHD, SERVERS, *arguments], check=True, stdout=subprocess.DEVNULL)


def host_key(host):
    return " ".join((SERVERS / host / "key.pub").read_text().split()[:2])


def fingerprint(host):
    command = ["ssh-keygen", "-lf", SERVERS / host / "key.pub"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[1]


def known_line(host, key_of):
    return "[127.0.0.1]:%s %s\n" % ((SERVERS / host / "port").read_text(), host_key(key_of))


def prepare(config, known=None, locked=False):
    """Writes the cluster, and ssh's settings for the servers, as a person has them."""
    def write(home):
        ssh = pathlib.Path(home) / ".ssh"
        ssh.mkdir(mode=0o700)
        CONFIG.write_text(config)
        if config != TWO:
            return
        key = SERVERS / "id"
        if locked:
            key = ssh / "locked"
            shutil.copy(SERVERS / "id", key)
            subprocess.run(["ssh-keygen", "-q", "-p", "-N", LOCK, "-f", key], check=True,
                           stdout=subprocess.DEVNULL)
        lines = []
        for host in ("mm1", "mm2"):
            lines += ["Host " + host, "HostName 127.0.0.1", "Port " + (SERVERS / host / "port").read_text()]
        lines += ["Host *", f"IdentityFile {key}", "IdentitiesOnly yes", "IdentityAgent none",
                  f"UserKnownHostsFile {ssh}/known_hosts", "GlobalKnownHostsFile /dev/null", ""]
        (ssh / "config").write_text("\n".join(lines))
        (ssh / "known_hosts").write_text("".join(known_line(*entry) for entry in known or []))
    return write


def of_cluster(config, **options):
    return story(arguments=[str(CONFIG)], prepare=prepare(config, **options))


def set_text(window, name, text):
    item = window.expect(name, role="text")
    item.queryEditableText().setTextContents(text)


def focus(window, item):
    """Goes there by Tab, as a person without a mouse does."""
    for _ in range(20):
        window.key("Tab")
        try:
            window.wait(lambda: item.getState().contains(window.atspi.STATE_FOCUSED), "the focus", 0.3)
            return
        except Failure:
            pass
    raise Failure("Tab does not lead to “%s”" % window.name(item))


def known_hosts(window):
    return (pathlib.Path(window.folder) / "home/.ssh/known_hosts").read_text()


@of_cluster(LOCAL)
def hosts_pasted_saved_reopened(window):
    window.expect(holds="1 host ")
    window.click("Add…")
    set_text(window, "Hosts, One a Line", "rem1 8\nuser@host:2222*4\nrem[5-\nlocalhost\n")
    window.expect(holds="Line 3:")
    window.expect(holds="Line 4: localhost is in the cluster already")
    assert not window.sensitive("Add 2 Hosts", "push button")
    set_text(window, "Hosts, One a Line", "rem1 8\nuser@host:2222*4\nrem[5-23]:8\n")
    window.click("Add 21 Hosts")
    window.expect(holds="22 hosts · 165 cores")
    window.expect(name="21 Hosts Selected")
    window.expect(name="• cluster.cfg")
    window.click("Save")
    window.expect(name="cluster.cfg")
    text = CONFIG.read_text()
    assert text.startswith("# of the group\n[parameters]\nhosts = "), text
    assert '"rem1": 8, "user@host:2222": 4, "rem5": 8,' in text, text
    window.key("ctrl+q")
    window.wait(lambda: window.process.poll() is not None, "the program's end")
    window.app = None
    window.start_program()
    window.expect(holds="22 hosts · 165 cores")
    window.expect(name="user@host:2222, Not checked")


@of_cluster(MINE % '{"localhost": 1, "rem1": 2, "rem2": 3}')
def moved_and_removed(window):
    window.point("rem2, Not checked", "list item")
    window.expect(name="Remove Host")
    window.key("alt+Up")
    hosts = window.expect("Hosts", "list")
    order = lambda: [window.name(item) for item in window.walk(hosts) if item.getRoleName() == "list item"]
    expected = ["This Computer, Not checked", "rem2, Not checked", "rem1, Not checked"]
    window.wait(lambda: order() == expected, "the new order")
    window.key("Delete")
    window.expect(holds="2 hosts · 3 cores")
    window.click("Undo")
    window.wait(lambda: order() == expected, "the old order")
    window.key("ctrl+a")
    window.expect(name="3 Hosts Selected")
    window.expect("Cores of Each", "spin button").queryValue().currentValue = 7
    window.expect(holds="3 hosts · 21 cores")


@of_cluster(MINE % '{"localhost": 1, "rem1": 2, "rem2": 3}')
def moved_by_mouse(window):
    hosts = window.expect("Hosts", "list")
    x, y, _, height = window.extents(window.expect("This Computer, Not checked", "list item"))
    border = window.place(hosts)[0] - window.extents(hosts)[0] - window.extents(hosts)[2] // 2
    grip, top = x + 8 + border, y + height // 2 + border
    window.xdotool("mousemove", str(grip), str(top), "mousedown", "1")
    for step in range(1, 11):  # a drag begins with a way, not with a jump
        window.xdotool("mousemove", str(grip + step), str(top + step * (2 * height + height // 4) // 10))
    window.xdotool("mouseup", "1")
    order = lambda: [window.name(item) for item in window.walk(hosts) if item.getRoleName() == "list item"]
    expected = ["rem1, Not checked", "rem2, Not checked", "This Computer, Not checked"]
    window.wait(lambda: order() == expected, "the new order")


@of_cluster(MINE % ("{%s}" % ", ".join('"node%03d": 16' % i for i in range(200))))
def two_hundred_hosts(window):
    window.expect(holds="200 hosts · 3,200 cores")
    window.xdotool("mousemove", *map(str, window.place(window.expect("Cores of node005", "spin button"))))
    window.xdotool("click", "--repeat", "20", "5")
    # another host has come under the mouse
    window.xdotool("mousemove_relative", "--", "-300", "0", "click", "1")
    window.expect(name="Remove Host")
    selected = [window.name(item) for item in window.walk() if item.getRoleName() == "list item"
                and item.getState().contains(window.atspi.STATE_SELECTED)]
    assert len(selected) == 1 and selected != ["node005, Not checked"], selected
    window.expect(holds="200 hosts · 3,200 cores")
    window.expect(name="cluster.cfg")
    window.key("ctrl+f")
    window.type("node19")
    window.expect(name="node199, Not checked")
    window.wait(lambda: not window.find("node005, Not checked"), "the others to go")


@of_cluster(LOCAL)
def pythons_found(window):
    window.point("This Computer, Not checked", "list item")
    window.point("Find the Pythons of This Host")
    window.expect(holds="numpy 1.")
    window.expect(holds="/usr/bin/python3")


@of_cluster(TWO)
def unknown_keys(window):
    window.click("Check All")
    first = window.expect("Accept the key of mm1", "check box")
    second = window.expect("Accept the key of mm2", "check box")
    window.expect(holds=fingerprint("mm1"))
    window.expect(holds=fingerprint("mm2"))
    for box in (first, second):
        assert not box.getState().contains(window.atspi.STATE_CHECKED)
    assert not window.sensitive("Accept", "push button")
    focus(window, first)
    window.key("space")
    window.click("Accept 1 Key")
    window.expect(name="mm1, Ready")
    window.expect(name="mm2, Key refused")
    # the name may be hashed
    (line,) = known_hosts(window).splitlines()
    assert line.endswith(" " + host_key("mm1")), line
    window.expect(holds="1 failed")


@of_cluster(TWO, known=[("mm1", "mm2"), ("mm2", "mm2")])
def wrong_key(window):
    before = known_hosts(window)
    window.click("Check All")
    window.expect(name="mm2, Ready")
    window.expect(name="mm1, Key refused")
    assert not window.find(holds="Accept the key")
    window.point("mm1, Key refused", "list item")
    window.expect(holds="the host's key has changed")
    window.expect(holds=fingerprint("mm1"))
    assert known_hosts(window) == before


@of_cluster(TWO, known=[("mm1", "mm1"), ("mm2", "mm2")], locked=True)
def locked_key(window):
    window.click("Check All")
    window.expect(name="Passphrase Needed")
    window.expect(holds="is locked; it is needed for mm")
    window.type("wrong")
    window.key("Return")
    window.expect(holds="That was not accepted")
    window.type(LOCK)
    window.key("Return")
    window.expect(name="mm1, Ready")
    window.expect(name="mm2, Ready")


@of_cluster(LOCAL)
def changed_by_another(window):
    window.expect(holds="1 host ")
    CONFIG.write_text(MINE % '{"localhost": 1, "other": 5}')
    window.click("Reload")
    window.expect(name="other, Not checked")
    CONFIG.write_text(LOCAL)
    window.click("Keep Mine")
    window.expect(name="• cluster.cfg")
    window.click("Save")
    window.expect(name="cluster.cfg")
    assert '"other": 5' in CONFIG.read_text()


def main():
    parent = os.getpid()

    def clean():
        if os.getpid() == parent:
            sshd("down")
            shutil.rmtree(FOLDER, ignore_errors=True)

    atexit.register(clean)
    sshd("up", "2")
    return story.main()


if __name__ == "__main__":
    sys.exit(main())
