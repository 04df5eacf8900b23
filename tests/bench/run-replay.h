/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Shows a run without hosts, for tests of the window with hundreds of hosts. The events of the
 * run are invented, or read from the log of a real run. The run object changes in the same way
 * and at the same times as in a real run.
 *
 * The program record-run writes a log. Each line of a log is one record of the following kinds.
 * Times are in µs since the beginning of the run.
 *
 *   rows N
 *   host NAME CORES
 *   span KIND HOST SLOT BEGIN END CHUNK ROWS FLAGS
 *   lost HOST TIME MESSAGE
 *   print HOST SLOT STREAM TIME TEXT */
#pragma once

#include "mamuto-run.h"

typedef struct _RunReplay RunReplay;

typedef struct {
    guint n_hosts, n_cores; /* number of hosts; number of cores of each host */
    double seconds;
    double chunk_seconds;
    guint n_lost;           /* number of hosts that are lost during the run */
    guint fail_every;       /* one in fail_every chunks has a failed row; 0: no row fails */
    guint lines_per_second; /* lines that the user's function prints per second */
    guint32 seed;
} RunReplayConfig;

RunReplay *run_replay_new(const RunReplayConfig *config);
RunReplay *run_replay_new_from_file(const char *path, GError **error);
void run_replay_free(RunReplay *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RunReplay, run_replay_free)
/* Returns the run, which belongs to @self. The first call is the beginning of the run. Returns:
 * (transfer none). */
MamutoRun *run_replay_get_run(RunReplay *self);
/* Replays all events until @time, in µs since the beginning of the run. Returns FALSE after the
 * last event. */
gboolean run_replay_step(RunReplay *self, gint64 time);
