/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A job that no host computes: what happened is read from a log, or made up, and comes again as
 * time passes, by the same calls as in a real run. For what must be seen with 200 hosts.
 *
 * A log is recorded of a real run by record-job (job-record.h). It is text, a record a line; times
 * in µs since the begin: rows N host NAME CORES span KIND HOST SLOT BEGIN END CHUNK ROWS FLAGS lost
 * HOST TIME MESSAGE print HOST SLOT STREAM TIME TEXT */
#pragma once

#include "mamuto-job.h"

typedef struct _JobReplay JobReplay;

typedef struct {
    guint n_hosts, n_cores; /* of each */
    double seconds;
    double chunk_seconds;
    guint n_lost;           /* hosts that are lost on the way */
    guint fail_every;       /* every so manieth chunk has a failed row; 0: none */
    guint lines_per_second; /* printed */
    guint32 seed;
} JobReplayConfig;

JobReplay *job_replay_new(const JobReplayConfig *config);
JobReplay *job_replay_new_from_file(const char *path, GError **error);
void job_replay_free(JobReplay *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(JobReplay, job_replay_free)
/* (transfer none): it begins when this is called first. */
MamutoJob *job_replay_get_job(JobReplay *self);
/* All that happened until @time, in µs since the begin. FALSE: that was all, and the job has ended.
 */
gboolean job_replay_step(JobReplay *self, gint64 time);
