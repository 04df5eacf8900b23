/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Records a run in a log that run-replay.h reads: spans, lost hosts, and printed lines. */
#pragma once

#include "mamuto-run.h"

typedef struct _RunRecorder RunRecorder;

/* Starts to record @run. Must be called in the run's main context as soon as the run exists. */
RunRecorder *run_recorder_new(MamutoRun *run);
void run_recorder_free(RunRecorder *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RunRecorder, run_recorder_free)
gboolean run_recorder_save(RunRecorder *self, const char *path, GError **error);
