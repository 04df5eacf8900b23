/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Helpers for tests of links. A link is the connection to an agent. These functions exchange data
 * with the test program stand-in-agent. A test fails if it waits too long. */
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
/* Reads until the link ends, and checks that its error message is @message. */
void expect_lost(Link *link, const char *message);
void command(Link *link, int what, guint64 number);
guint64 ask_pid(Link *link);
/* Sends @size bytes. At the same time, receives the bytes that the program sends back, and checks
 * them. */
void exchange(Link *link, gsize size, guint32 seed);
