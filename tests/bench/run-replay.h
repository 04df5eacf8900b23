/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A job that no host computes: what happened is read from a log, or made up, and comes again as
 * time passes, by the same calls as in a real run. For what must be seen with 200 hosts.
 *
 * A log is recorded of a real run by record-run (run-record.h). It is text, a record a line; times
 * in µs since the begin: rows N host NAME CORES span KIND HOST SLOT BEGIN END CHUNK ROWS FLAGS lost
 * HOST TIME MESSAGE print HOST SLOT STREAM TIME TEXT */
#pragma once

#include "mamuto-run.h"

typedef struct _RunReplay RunReplay;

typedef struct {
    guint n_hosts, n_cores; /* of each */
    double seconds;
    double chunk_seconds;
    guint n_lost;           /* hosts that are lost on the way */
    guint fail_every;       /* every so manieth chunk has a failed row; 0: none */
    guint lines_per_second; /* printed */
    guint32 seed;
} RunReplayConfig;

RunReplay *run_replay_new(const RunReplayConfig *config);
RunReplay *run_replay_new_from_file(const char *path, GError **error);
void run_replay_free(RunReplay *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RunReplay, run_replay_free)
/* (transfer none): it begins when this is called first. */
MamutoRun *run_replay_get_job(RunReplay *self);
/* All that happened until @time, in µs since the begin. FALSE: that was all, and the job has ended.
 */
gboolean run_replay_step(RunReplay *self, gint64 time);
