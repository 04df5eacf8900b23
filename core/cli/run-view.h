/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A copy of the data of a run for the progress displays. All texts are escaped for a terminal. */
#pragma once

#include "mamuto-run.h"

typedef struct {
    char *name;
    char *message; /* (nullable) */
    MamutoHostState state;
    guint cores, n_busy;
    gint64 rows_done, rows_failed;
    double rate;     /* rows per second */
    double fraction; /* rows done ÷ rows expected for this host, 0 to 1 */
} HostView;

typedef struct {
    char *function;
    MamutoRunState state;
    gint64 n_rows, rows_done, rows_failed;
    double rate, elapsed, eta;
    guint remap, n_remaps; /* number of this run (from 1), and number of all runs (--repeat) */
    GArray *hosts;         /* elements: HostView */
} RunView;

RunView *run_view_new(MamutoRun *run, guint remap, guint n_remaps);
/* Sets the field `fraction` of each host. */
void run_view_estimate(RunView *self);
void run_view_free(RunView *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RunView, run_view_free)

/* Returns (transfer full) (elements: char *): the lines of the display, at most @height lines of at
 * most @width columns. If there are more hosts than lines, one line counts the hosts that are not
 * shown. The last line shows the totals. */
GPtrArray *bar_render(const RunView *view, guint width, guint height, gboolean utf8,
                      gboolean colour);
