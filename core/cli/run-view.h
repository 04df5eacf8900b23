/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A snapshot of a run for the displays: plain values whose texts are escaped for a terminal. */
#pragma once

#include "mamuto-run.h"

typedef struct {
    char *name;
    char *message; /* (nullable) */
    MamutoHostState state;
    guint cores, n_busy;
    gint64 rows_done, rows_failed;
    double rate;     /* rows per second */
    double fraction; /* rows done ÷ rows expected by the end of the run */
} HostView;

typedef struct {
    char *function;
    MamutoRunState state;
    gint64 n_rows, rows_done, rows_failed;
    double rate, elapsed, eta;
    guint remap, n_remaps; /* number of the run in the session (from 1), and number of runs */
    GArray *hosts;         /* elements: HostView */
} RunView;

RunView *run_view_new(MamutoRun *run, guint remap, guint n_remaps);
/* Sets the field `fraction` of each host from the other fields. */
void run_view_estimate(RunView *self);
void run_view_free(RunView *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RunView, run_view_free)

/* (transfer full): at most @height lines of at most @width columns: a line for each of the most
 * important hosts, a line that counts the other hosts, and the total. Elements: utf8. */
GPtrArray *bar_render(const RunView *view, guint width, guint height, gboolean utf8,
                      gboolean colour);
