/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Replays a run without hosts, to show runs on 200 hosts. Events are read from a log or made up.
 * The replay makes the same calls at the same times as a real run.
 *
 * record-run writes the log of a real run (see run-record.h). A log is text with a record per line.
 * Times are in µs since the run began:
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
    guint n_lost;     /* number of hosts that are lost during the run */
    guint fail_every; /* each n-th chunk contains a failed row, n = fail_every; 0: no row fails */
    guint lines_per_second; /* lines that the user's function prints per second */
    guint32 seed;
} RunReplayConfig;

RunReplay *run_replay_new(const RunReplayConfig *config);
RunReplay *run_replay_new_from_file(const char *path, GError **error);
void run_replay_free(RunReplay *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RunReplay, run_replay_free)
/* Returns: (transfer none): the run. The run begins at the first call. */
MamutoRun *run_replay_get_run(RunReplay *self);
/* Replays the events up to @time (µs since the run began). Returns FALSE when the run has ended,
 * after the last event. */
gboolean run_replay_step(RunReplay *self, gint64 time);
