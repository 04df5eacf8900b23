/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Hosts as people write or paste them: a line each, in any of the ways that lists of hosts have. */
#pragma once

#include <mamuto.h>

typedef struct {
    guint line;       /* from 0 */
    gboolean skipped; /* no mistake: the host is there already */
    char *message;
} HostLineProblem;

typedef struct {
    GPtrArray *hosts;    /* of MamutoHost, each name once and none that @cluster has */
    GPtrArray *problems; /* of HostLineProblem, by line */
    guint n_wrong;       /* of those, the ones that are mistakes */
} HostLines;

/* "rem1", "rem1 8", "rem1 slots=8", "rem1:8", "user@host:2222*4", "rem[1-20]:8", several parted by
 * commas; empty lines and those that begin with # say nothing. */
void host_lines_parse(HostLines *self, const char *text, MamutoCluster *cluster);
void host_lines_clear(HostLines *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(HostLines, host_lines_clear)
