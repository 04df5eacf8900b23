/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Records the events of a real run, so that run-replay.h can show the run again without hosts.
 * The log contains the time spans in which hosts worked, the hosts that were lost, and the lines
 * that the user's function printed. */
#pragma once

#include "mamuto-run.h"

typedef struct _RunRecorder RunRecorder;

/* Starts to record @run. Call this function in the thread that updates @run, as soon as @run
 * exists. Earlier events are not recorded. */
RunRecorder *run_recorder_new(MamutoRun *run);
void run_recorder_free(RunRecorder *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RunRecorder, run_recorder_free)
gboolean run_recorder_save(RunRecorder *self, const char *path, GError **error);
