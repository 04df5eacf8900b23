/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What tests of links share: talking with the stand-in agent. Everything has a deadline. */
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
/* Reads until the end, which must be told in these words. */
void expect_lost(Link *link, const char *message);
void command(Link *link, int what, guint64 number);
guint64 ask_pid(Link *link);
/* @size bytes there and back at the same time, none of them wrong. */
void exchange(Link *link, gsize size, guint32 seed);
