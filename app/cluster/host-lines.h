/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Parses a list of hosts that the user has typed or pasted. Each line can have one of several
 * formats. */
#pragma once

#include <mamuto.h>

typedef struct {
    guint line;       /* Number of the line; the first line is 0. */
    gboolean skipped; /* TRUE: a duplicate host, which is no error. */
    char *message;
} HostLineProblem;

typedef struct {
    GPtrArray *hosts;    /* Elements: MamutoHost; without duplicates. */
    GPtrArray *problems; /* Elements: HostLineProblem, in the order of the lines. */
    guint n_wrong;       /* Number of problems that are errors. */
} HostLines;

/* Accepts hosts such as "rem1", "rem1 8", "rem1 slots=8", "rem1:8", "user@host:2222*4" and
 * "rem[1-20]:8". A line can contain several hosts, separated by commas. Empty lines and lines that
 * begin with # are ignored. @cluster: hosts in this cluster count as duplicates. */
void host_lines_parse(HostLines *self, const char *text, MamutoCluster *cluster);
void host_lines_clear(HostLines *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(HostLines, host_lines_clear)
