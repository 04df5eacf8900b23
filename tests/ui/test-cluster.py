#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tests of the cluster page, on which the user edits and checks the list of hosts.

Hosts are pasted, edited, saved and loaded. Checks connect to real ssh servers. Some servers have an
unknown or wrong host key, and some need a private key with a passphrase. Another program changes
the open cluster file.

    test-cluster.py MAMUTO [STORY...]
"""

import atexit
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import silent
from story import story
from ui import Failure

FOLDER = pathlib.Path(tempfile.mkdtemp(prefix="mamuto_cluster-"))
CONFIG = FOLDER / "cluster.cfg"
SERVERS = FOLDER / "servers"
SSHD = pathlib.Path(__file__).resolve().parent.parent / "sshd"
MINE = "# of the group\n[parameters]\nhosts = %s\nworkdir =\npython = /usr/bin/python3  \nnice = 0\n"
LOCAL = MINE % '{"localhost": 1}'
TWO = MINE % '{"mm1": 1, "mm2": 1}'
THREE = MINE % '{"localhost": 1, "rem1": 2, "rem2": 3}'
# Sixteen host names that lead to two servers. One server is not enough, because sshd delays new
# connections if more than about eight begin at the same time.
MANY = MINE % ("{%s}" % ", ".join('"%s%d": 1' % (name, i) for name in ("a", "b") for i in range(8)))
SILENT = silent.Hosts(30)
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
    """Returns a function that writes the cluster file and an ssh configuration into a home
    folder."""
    def write(home):
        ssh = pathlib.Path(home) / ".ssh"
        ssh.mkdir(mode=0o700)
        CONFIG.write_text(config)
        (ssh / "known_hosts").write_text("".join(known_line(*entry) for entry in known or []))
        if config not in (TWO, MANY):
            return
        key = SERVERS / "id"
        if locked:
            key = ssh / "locked"
            shutil.copy(SERVERS / "id", key)
            subprocess.run(["ssh-keygen", "-q", "-p", "-N", LOCK, "-f", key], check=True,
                           stdout=subprocess.DEVNULL)
        lines = []
        for pattern, host in (("mm1", "mm1"), ("mm2", "mm2"), ("a*", "mm1"), ("b*", "mm2")):
            lines += ["Host " + pattern, "HostName 127.0.0.1", "Port " + (SERVERS / host / "port").read_text()]
        lines += ["Host *", f"IdentityFile {key}", "IdentitiesOnly yes", "IdentityAgent none",
                  f"UserKnownHostsFile {ssh}/known_hosts", "GlobalKnownHostsFile /dev/null", ""]
        (ssh / "config").write_text("\n".join(lines))
    return write


def of_cluster(config, **options):
    return story(arguments=[str(CONFIG)], prepare=prepare(config, **options))


def set_text(window, name, text):
    item = window.expect(name, role="text")
    item.text = text


def focus(window, item):
    """Presses Tab until the item has the focus."""
    has_focus = lambda: any(part.has("focused") for part in window.walk(item))
    for _ in range(20):
        window.key("Tab")
        try:
            window.wait(has_focus, "the focus", 0.3)
            return
        except Failure:
            pass
    raise Failure("Tab does not lead to “%s”" % window.name(item))


def dialogs(window):
    return [item for item in window.walk() if item.role == "dialog"]


def known_hosts(window):
    return (pathlib.Path(window.folder) / "home/.ssh/known_hosts").read_text()


@of_cluster(LOCAL)
def hosts_pasted_saved_reopened(window):
    window.expect(holds="1 host ")
    window.click("Add…")
    set_text(window, "Hosts, One per Line", "rem1 8\nuser@host:2222*4\nrem[5-\nlocalhost\n")
    window.expect(holds="Line 3:")
    window.expect(holds="Line 4: localhost is already in the cluster")
    assert not window.sensitive("Add 2 Hosts", "push button")
    set_text(window, "Hosts, One per Line", "rem1 8\nuser@host:2222*4\nrem[5-23]:8\n")
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


@of_cluster(THREE)
def moved_and_removed(window):
    window.point("rem2, Not checked", "list item")
    window.expect(name="Remove Host")
    window.key("alt+Up")
    hosts = window.expect("Hosts", "list")
    order = lambda: [window.name(item) for item in window.walk(hosts) if item.role == "list item"]
    expected = ["This Computer, Not checked", "rem2, Not checked", "rem1, Not checked"]
    window.wait(lambda: order() == expected, "the new order")
    window.key("Delete")
    window.expect(holds="2 hosts · 3 cores")
    window.click("Undo")
    window.wait(lambda: order() == expected, "the old order")
    window.key("Delete")
    window.expect(holds="2 hosts · 3 cores")
    window.key("ctrl+z")
    window.wait(lambda: order() == expected, "the old order again")
    window.key("ctrl+a")
    window.expect(name="3 Hosts Selected")
    window.expect("Cores per Host", "spin button").value = 7
    window.expect(holds="3 hosts · 21 cores")


@of_cluster(THREE)
def moved_by_mouse(window):
    hosts = window.expect("Hosts", "list")
    x, y, _, height = window.expect("This Computer, Not checked", "list item").extents()
    border = window.place(hosts)[0] - hosts.extents()[0] - hosts.extents()[2] // 2
    order = lambda: [window.name(item) for item in window.walk(hosts) if item.role == "list item"]
    expected = ["rem1, Not checked", "rem2, Not checked", "This Computer, Not checked"]
    window.drag((x + 8 + border, y + height // 2 + border), (0, 2 * height + height // 4),
                lambda: order() == expected)


@of_cluster(MINE % ("{%s}" % ", ".join('"node%03d": 16' % i for i in range(200))))
def two_hundred_hosts(window):
    window.expect(holds="200 hosts · 3,200 cores")
    window.xdotool("mousemove", *map(str, window.place(window.expect("Cores of node005", "spin button"))))
    window.xdotool("click", "--repeat", "20", "5")
    # The list has scrolled, so the click selects the row of another host.
    window.xdotool("mousemove_relative", "--", "-300", "0", "click", "1")
    window.expect(name="Remove Host")
    selected = [window.name(item) for item in window.walk() if item.role == "list item" and item.has("selected")]
    assert len(selected) == 1 and selected != ["node005, Not checked"], selected
    window.expect(holds="200 hosts · 3,200 cores")
    window.expect(name="cluster.cfg")
    # The Tab key moves the focus from the row of the first host to the details of the host.
    window.key("Home")
    window.expect(name="node000", role="label")
    for name in ("Use node000", "Cores of node000", "Shared Settings"):
        window.key("Tab")
        window.wait(lambda: window.name(window.focused()) == name, name)
    window.key("shift+Tab", "shift+Tab")
    window.key("Return")
    window.wait(lambda: window.name(window.focused()) == "Shared Settings", "the details")
    window.key("ctrl+f")
    window.type("node19")
    window.expect(name="node199, Not checked")
    window.wait(lambda: not window.find("node005, Not checked"), "the others to go")


@of_cluster(THREE)
def several_together(window):
    window.point("rem1, Not checked", "list item")
    window.key("shift+Down")
    window.expect(name="2 Hosts Selected")
    window.expect(holds="currently 2 to 3")
    # The two hosts have 2 and 3 cores. The field shows 3, and entering 3 must change both hosts.
    spin = window.expect("Cores per Host", "spin button")
    focus(window, spin)
    window.key("ctrl+a")
    window.type("3")
    window.key("Return")
    window.expect(holds="3 hosts · 7 cores")
    window.wait(lambda: not window.find(holds="currently 2 to 3"), "one number")
    window.enter("Python · /usr/bin/python3", "/opt/py/bin/python")
    window.key("Return")
    window.point("Use These Hosts", "check box")
    window.expect(holds="3 hosts · 1 core")
    window.expect(name="rem1, Off")
    # Ctrl+Z restores removed hosts. No host was removed, so it must change nothing.
    window.key("ctrl+z")
    window.click("Save")
    window.expect(name="cluster.cfg")
    text = CONFIG.read_text()
    for host in ("rem1", "rem2"):
        section = text.split("[host %s]" % host)[1].split("[")[0]
        assert "python = /opt/py/bin/python" in section and "enabled = no" in section, text
    assert "[host localhost]" not in text, text
    window.key("Escape")
    window.expect(name="Shared Settings", role="label")


@of_cluster(LOCAL)
def shared_and_own(window):
    window.enter("Python", "/opt/tools/python")
    window.point("This Computer, Not checked", "list item")
    window.expect("Python · /opt/tools/python", "text")
    window.enter("Nice Value · 0", "25")
    window.expect(holds="is not a whole number from -20 to 19")
    window.enter("Nice Value", "7")
    window.wait(lambda: not window.find(holds="is not a whole number"), "no complaint")
    window.click("Save")
    window.expect(name="cluster.cfg")
    text = CONFIG.read_text()
    assert "python = /opt/tools/python" in text.split("[host")[0], text
    assert "nice = 7" in text.split("[host localhost]")[1], text
    # Gives the focus to a text field at the end of the test. The test checks that the program also
    # ends without an error message while a text field has the focus.
    window.point("Nice Value", "text")


@of_cluster(MINE % '{"localhost": 3000}')
def cores_found(window):
    window.click("Check All")
    window.expect(name="This Computer, Ready")
    window.point("This Computer, Ready", "list item")
    n = len(os.sched_getaffinity(0))
    window.expect(holds="%d core%s detected" % (n, "s" if n > 1 else ""))
    window.expect(holds="3000 cores are configured")
    window.click("Use")
    window.expect(holds="1 host · %d core" % n)


def of_ssh(home):
    """Writes ssh's files config and known_hosts. One host name in known_hosts is stored as a
    hash."""
    prepare(LOCAL)(home)
    ssh = pathlib.Path(home) / ".ssh"
    (ssh / "config").write_text("Host gpu1 gpu*\nHost localhost\n")
    known = ssh / "known_hosts"
    known.write_text("old.example.org %s\nsecret.example.org %s\n" % (host_key("mm1"), host_key("mm2")))
    subprocess.run(["ssh-keygen", "-q", "-H", "-f", known], check=True, capture_output=True)
    hashed = known.read_text().splitlines()
    known.write_text("old.example.org %s\n%s\n" % (host_key("mm1"), hashed[1]))


@story(arguments=[str(CONFIG)], prepare=of_ssh)
def from_ssh(window):
    window.click("Add…")
    known = window.expect("Hosts Known to ssh", "list")
    names = lambda: [window.name(item) for item in window.walk(known) if item.role == "list item"]
    window.wait(lambda: names() == ["Add gpu1", "Add old.example.org"], "the names of ssh")
    focus(window, window.expect("Add gpu1", "list item"))
    window.key("Return")
    window.wait(lambda: names() == ["Add old.example.org"], "the other one")
    window.wait(lambda: window.text("Hosts, One per Line") == "gpu1\n", "the line")
    window.click("Add 1 Host")
    window.expect(name="gpu1, Not checked")


@story(arguments=[str(CONFIG)], prepare=prepare("[parameters]\nhosts = {\"rem1\": 2}\nnice = soon\n"))
def wrong_file(window):
    window.expect(name="The Cluster Could Not Be Opened")
    window.expect(holds="%s:3: " % CONFIG)


@story(arguments=[str(CONFIG)], size=(400, 500), prepare=prepare(LOCAL))
def narrow(window):
    window.resize(370, 490)
    # In a narrow window, the buttons show icons. The accessible name of the button is still "Save".
    window.expect("Save", "push button")
    window.wait(lambda: not window.find("Save", "label"), "the icons")
    window.expect(name="Not checked", role="label")
    window.point("This Computer", "label")
    window.click("Back to the Hosts")
    window.click("Settings Shared by All Hosts")
    window.expect(name="Shared Settings", role="label")
    window.key("alt+Left")
    window.expect(name="This Computer, Not checked")


@of_cluster(LOCAL)
def pythons_found(window):
    window.point("This Computer, Not checked", "list item")
    window.point("Find Pythons on This Host")
    window.expect(holds="NumPy 1.")
    window.expect(holds="/usr/bin/python3")


@of_cluster(TWO)
def unknown_keys(window):
    window.click("Check All")
    first = window.expect("Accept the key of mm1", "check box")
    second = window.expect("Accept the key of mm2", "check box")
    window.expect(holds=fingerprint("mm1"))
    window.expect(holds=fingerprint("mm2"))
    for box in (first, second):
        assert not box.has("checked")
    assert not window.sensitive("Accept", "push button")
    focus(window, first)
    window.key("space")
    window.click("Accept 1 Key")
    window.expect(name="mm1, Ready")
    window.expect(name="mm2, Key refused")
    # The line may contain a hash of the host's name, so only the key is compared.
    (line,) = known_hosts(window).splitlines()
    assert line.endswith(" " + host_key("mm1")), line
    window.expect(holds="1 failed")


@of_cluster(TWO, known=[("mm1", "mm1"), ("mm2", "mm2")])
def python_for_several(window):
    """The user selects two hosts. Mamuto searches for Python on the first host, and sets the found
    path for both hosts."""
    window.point("mm1, Not checked", "list item")
    window.key("ctrl+a")
    window.point("Find Pythons on This Host")
    window.expect(name="Pythons on mm1, for all selected hosts")
    window.expect(holds="NumPy 1.")
    window.wait(lambda: not window.find("Looking in the usual places…"), "the end of the search")
    window.key("Tab", "Return")
    window.wait(lambda: window.text("Python") == "/usr/bin/python3", "the Python")
    window.click("Save")
    window.expect(name="cluster.cfg")
    assert CONFIG.read_text().count("python = /usr/bin/python3\n") == 2, CONFIG.read_text()


@of_cluster(TWO)
def pythons_out_of_reach(window):
    window.point("mm1, Not checked", "list item")
    window.point("Find Pythons on This Host")
    window.expect(holds="Mamuto has no way to ask")


@of_cluster(MANY)
def many_unknown_keys(window):
    window.click("Check All")
    every = window.expect("I have compared them all", "check box")
    boxes = lambda: [item for item in window.walk() if item.role == "check box"
                     and window.name(item).startswith("Accept the key of ")]
    window.wait(lambda: len(boxes()) == 16, "all keys")
    ticked = lambda: sum(box.has("checked") for box in boxes())
    assert ticked() == 0
    focus(window, every)
    window.key("space")
    window.expect(name="Accept 16 Keys")
    window.key("space")
    window.wait(lambda: ticked() == 0, "none")
    focus(window, boxes()[0])
    window.key("space")
    window.expect(name="Accept 1 Key")
    window.key("Escape")
    window.expect(holds="16 failed")
    assert not known_hosts(window)


@of_cluster(TWO, known=[("mm1", "mm2"), ("mm2", "mm2")])
def problems(window):
    window.click("Check All")
    window.expect(name="mm1, Key refused")
    window.expect(name="mm2, Ready")
    window.key("ctrl+f")
    show = window.expect("Hosts to Show", "combo box")
    focus(window, show)
    window.key("space", "Down", "Down", "Return")
    window.wait(lambda: not window.find("mm2, Ready"), "the others to go")
    window.expect(name="mm1, Key refused")
    window.key("space", "Up", "Up", "Return")
    window.expect(name="mm2, Ready")


def of_silence(home):
    prepare(MINE % ("{%s}" % ", ".join('"%s": 1' % name for name in SILENT.names)))(home)
    SILENT.prepare(home)


@story(arguments=[str(CONFIG)], prepare=of_silence)
def input_and_position_stay_during_a_check(window):
    """Hosts fail during a check, and the list shows failed hosts first. Nevertheless, the text that
    the user is typing and the scroll position do not change."""
    window.expect(holds="30 hosts · 30 cores")
    focus(window, window.expect("Hosts to Show", "combo box"))
    window.key("space", "Down", "Return")
    window.expect("Problems First", role="label")
    window.point("s00, Not checked", "list item")
    spin = window.expect("Cores to Use", "spin button")
    place = silent.scroll_to(window, "s29, Not checked")
    window.click("Check")
    window.expect("Stop")
    x, y = window.place(spin)
    window.xdotool("mousemove", str(x - spin.extents()[2] // 4), str(y), "click", "1")
    window.key("ctrl+a")
    window.type("12")
    SILENT.cut()
    window.expect(holds="1 failed")
    window.settle()
    assert silent.place_in_list(window, "s29, Not checked") == place, "the list has moved"
    window.key("Tab")
    window.expect(holds="30 hosts · 41 cores")


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
    window.expect(holds="is locked. Enter its passphrase to log in to mm")
    window.type("wrong")
    window.key("Return")
    window.expect(holds="The answer was not accepted")
    window.type(LOCK)
    window.key("Return")
    window.expect(name="mm1, Ready")
    window.expect(name="mm2, Ready")
    assert not dialogs(window), "a dialog stays over the window"


@of_cluster(TWO, known=[("mm1", "mm1"), ("mm2", "mm2")], locked=True)
def locked_key_by_mouse(window):
    """Two checks of the hosts ask for a passphrase. The user clicks on Cancel in the first dialog,
    and on Unlock in the second dialog. A dialog sends the answer only after it was closed."""
    window.click("Check All")
    window.expect(name="Passphrase Needed")
    window.click("Cancel")
    window.expect(name="mm1, No access")
    window.expect(name="mm2, No access")
    window.click("Check All")
    window.expect(name="Passphrase Needed")
    window.type(LOCK)
    window.click("Unlock")
    window.expect(name="mm1, Ready")
    window.expect(name="mm2, Ready")
    assert not dialogs(window), "a dialog stays over the window"


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


# ---- file names without suffix ----

def save_as(window, path):
    """Opens the menu with F10, selects “Save Cluster As…” with the keyboard, and types the path."""
    window.key("F10")
    window.expect("Save Cluster As…", "menu item")
    window.key("u")
    window.choose_file(str(path))


def without_ending(folder):
    path = os.path.join(folder, "hosts of the group")
    with open(path, "w", encoding="utf-8") as file:
        file.write(MINE % '{"localhost": 1, "other": 5}')
    return [path]


@story(files=without_ending)
def a_cluster_is_known_by_what_it_holds(window):
    window.expect(name="hosts of the group")
    window.expect(name="other, Not checked")


@of_cluster(LOCAL)
def a_saved_cluster_gets_an_ending(window):
    window.expect(holds="1 host ")
    save_as(window, FOLDER / "lab")
    window.expect(name="lab.cfg")
    assert '"localhost": 1' in (FOLDER / "lab.cfg").read_text()
    assert not (FOLDER / "lab").exists()


@of_cluster(LOCAL)
def no_other_cluster_is_replaced(window):
    """The user types a file name without suffix. The file chooser does not ask whether to replace
    the file, because the program adds the suffix afterwards. Therefore the program must refuse to
    replace an existing file."""
    window.expect(holds="1 host ")
    other = FOLDER / "other.cfg"
    other.write_text("[parameters]\n")
    save_as(window, FOLDER / "other")
    window.expect("The Cluster Could Not Be Saved")
    window.expect(holds="other.cfg already exists")
    assert other.read_text() == "[parameters]\n"
    assert not (FOLDER / "other").exists()


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
