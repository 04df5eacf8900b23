/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Writes down what happens in a job, as a log that run-replay.h reads: spans, hosts that are lost,
 * and what was printed. */
#pragma once

#include "mamuto-run.h"

typedef struct _RunRecorder RunRecorder;

/* From now on, in the job's main context: as soon as there is a job. */
RunRecorder *run_recorder_new(MamutoRun *run);
void run_recorder_free(RunRecorder *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RunRecorder, run_recorder_free)
gboolean run_recorder_save(RunRecorder *self, const char *path, GError **error);
