/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Parses lists of hosts that the user types or pastes, in the common formats of such lists. */
#pragma once

#include <mamuto.h>

typedef struct {
    guint line;       /* From 0. */
    gboolean skipped; /* Not an error: the host is a duplicate. */
    char *message;
} HostLineProblem;

typedef struct {
    GPtrArray *hosts;    /* Of MamutoHost; no duplicates, and none that @cluster has. */
    GPtrArray *problems; /* Of HostLineProblem, in the order of the lines. */
    guint n_wrong;       /* Number of problems that are errors. */
} HostLines;

/* Accepts "rem1", "rem1 8", "rem1 slots=8", "rem1:8", "user@host:2222*4" and "rem[1-20]:8", also
 * several in a line, separated by commas. Ignores empty lines and lines that begin with #. */
void host_lines_parse(HostLines *self, const char *text, MamutoCluster *cluster);
void host_lines_clear(HostLines *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(HostLines, host_lines_clear)
