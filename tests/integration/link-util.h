/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Helpers for tests of links: exchanges with the stand-in agent. Each wait has a deadline. */
#pragma once

#include "link.h"

enum {
    COMMAND_EXIT = 1,
    COMMAND_KILL,
    COMMAND_STDERR,
    COMMAND_SINK,
    COMMAND_SOURCE,
    COMMAND_ORPHAN,
    COMMAND_PID,
};

void write_all(Link *link, const void *data, gsize size);
void read_all(Link *link, void *data, gsize size);
void expect_text(Link *link, const char *text);
/* Reads until the link ends, and checks that the link's error has this message. */
void expect_lost(Link *link, const char *message);
void command(Link *link, int what, guint64 number);
guint64 ask_pid(Link *link);
/* Sends @size bytes and receives the echoed bytes at the same time. Checks the echoed bytes. */
void exchange(Link *link, gsize size, guint32 seed);
