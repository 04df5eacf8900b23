/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A job at one moment as plain values, escaped for a terminal: what the displays draw. */
#pragma once

#include "mamuto-run.h"

typedef struct {
    char *name;
    char *message; /* (nullable) */
    MamutoHostState state;
    guint cores, n_busy;
    gint64 rows_done, rows_failed;
    double rate;     /* rows/s */
    double fraction; /* of the rows it will probably have computed at the end */
} HostView;

typedef struct {
    char *function;
    MamutoRunState state;
    gint64 n_rows, rows_done, rows_failed;
    double rate, elapsed, eta;
    guint remap, n_remaps; /* from 1 */
    GArray *hosts;         /* of HostView */
} RunView;

RunView *run_view_new(MamutoRun *run, guint remap, guint n_remaps);
/* Fills in the hosts' fractions from the rest. */
void run_view_estimate(RunView *self);
void run_view_free(RunView *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RunView, run_view_free)

/* Fresh lines (transfer full, char *) of at most @width columns, @height lines at most: a line for
 * each host as far as they fit, the total last. */
GPtrArray *bar_render(const RunView *view, guint width, guint height, gboolean utf8,
                      gboolean colour);
