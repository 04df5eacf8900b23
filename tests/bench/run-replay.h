/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A run without hosts: events are read from a log or made up, and replayed over time with the same
 * calls as in a real run. Used to show runs on 200 hosts.
 *
 * record-run writes the log of a real run (see run-record.h). A log is text with a record per line;
 * times are in µs since the run began:
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
    guint n_hosts, n_cores; /* hosts, cores per host */
    double seconds;
    double chunk_seconds;
    guint n_lost;           /* hosts that are lost during the run */
    guint fail_every;       /* every n-th chunk has a failed row; 0: none */
    guint lines_per_second; /* printed by user code */
    guint32 seed;
} RunReplayConfig;

RunReplay *run_replay_new(const RunReplayConfig *config);
RunReplay *run_replay_new_from_file(const char *path, GError **error);
void run_replay_free(RunReplay *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RunReplay, run_replay_free)
/* (transfer none): the run begins at the first call. */
MamutoRun *run_replay_get_run(RunReplay *self);
/* Replays all events until @time, in µs since the run began. Returns FALSE after the last event,
 * when the run has ended. */
gboolean run_replay_step(RunReplay *self, gint64 time);
