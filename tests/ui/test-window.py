#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The window around the pages: sizes, the menu's windows, what stays from one start to the next.

    test-window.py MAMUTO [STORY...]
"""

import sys

from story import story

SIZES = ((1100, 760), (370, 490), (1100, 760), (600, 490), (370, 650))
PAGES = ("Job", "Cluster", "Progress", "Results", "Timings")


def open_example(window):
    window.click("Open the Example")
    window.expect(holds="like(x, data)")


@story(size=(1200, 860))
def every_page_in_every_size(window):
    """What is wrong in a layout is on stderr, which fails the story."""
    open_example(window)
    for number, name in enumerate(PAGES, 1):
        window.key("alt+%d" % number)
        for size in SIZES:
            window.resize(*size)
            window.wait(lambda: window.geometry()[1:] == size, "%d × %d of %s" % (*size, name))
            window.wait(lambda: abs(window.extents(window.find(role="frame"))[2] - size[0]) < 60, "the layout")


def selected(window, name):
    tab = window.find(name, role="page tab")
    return tab and tab.getState().contains(window.atspi.STATE_SELECTED)


@story
def pages_by_keyboard(window):
    open_example(window)
    for number, name in enumerate(PAGES, 1):
        window.key("alt+%d" % number)
        window.wait(lambda: selected(window, name), name)


def of_title(window, title):
    """The X window of that title, whose place another can have taken without a window manager."""
    return window.wait(lambda: window.find(title, role="frame") or window.find(title, role="label"), title)


@story
def windows_of_the_menu(window):
    open_example(window)
    window.key("ctrl+comma")
    of_title(window, "Preferences")
    window.expect("Notify at the End")
    window.key("Escape")
    window.wait(lambda: not window.find("Notify at the End"), "the end of the preferences")
    window.xdotool("windowfocus", window.geometry()[0])
    window.key("ctrl+question")
    window.expect("Copy the job as a command", role="label")
    window.key("Escape")
    window.wait(lambda: not window.find("Copy the job as a command"), "the end of the shortcuts")


if __name__ == "__main__":
    sys.exit(story.main())
