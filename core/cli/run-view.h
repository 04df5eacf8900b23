/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A snapshot of a run as plain values, escaped for a terminal, for the displays. */
#pragma once

#include "mamuto-run.h"

typedef struct {
    char *name;
    char *message; /* (nullable) */
    MamutoHostState state;
    guint cores, n_busy;
    gint64 rows_done, rows_failed;
    double rate;     /* rows/s */
    double fraction; /* rows done ÷ rows expected at the end */
} HostView;

typedef struct {
    char *function;
    MamutoRunState state;
    gint64 n_rows, rows_done, rows_failed;
    double rate, elapsed, eta;
    guint remap, n_remaps; /* number of the run in the session, from 1 */
    GArray *hosts;         /* of HostView */
} RunView;

RunView *run_view_new(MamutoRun *run, guint remap, guint n_remaps);
/* Sets the hosts' fractions from the other fields. */
void run_view_estimate(RunView *self);
void run_view_free(RunView *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RunView, run_view_free)

/* (transfer full) (element-type utf8): at most @height lines of at most @width columns: hosts, a
 * line that counts the hosts without a line, and the total. */
GPtrArray *bar_render(const RunView *view, guint width, guint height, gboolean utf8,
                      gboolean colour);
