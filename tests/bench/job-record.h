/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Writes down what happens in a job, as a log that job-replay.h reads: spans, hosts that are lost,
 * and what was printed. */
#pragma once

#include "mamuto-job.h"

typedef struct _JobRecorder JobRecorder;

/* From now on, in the job's main context: as soon as there is a job. */
JobRecorder *job_recorder_new(MamutoJob *job);
void job_recorder_free(JobRecorder *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(JobRecorder, job_recorder_free)
gboolean job_recorder_save(JobRecorder *self, const char *path, GError **error);
