/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Runs the job on the cluster as both documents show them: the hosts that stay connected between
 * runs, the run that goes on or was last, and what is asked for hosts. */
#pragma once

#include <mamuto.h>

#include "../documents/mamuto-job-document.h"
#include "mamuto-run-record.h"

#define MAMUTO_TYPE_RUNNER (mamuto_runner_get_type())
/* Properties, all notified and read-only:
 *   running (boolean): whether Run would have to wait
 *   run (MamutoRunRecord, nullable): the one that goes on, else the last one
 *   outdated (boolean): whether the job has changed since that run
 * Signals:
 *   "problem" (MamutoProblem): a run cannot begin; of the window, which shows the field
 *   "save-failed" (string message): the results of the run, which are still there, could not be
 *     written to the file that the job names
 *   "question" (MamutoQuestion) → boolean: something is asked for a host; TRUE: it will be
 *     answered */
G_DECLARE_FINAL_TYPE(MamutoRunner, mamuto_runner, MAMUTO, RUNNER, GObject)

MamutoRunner *mamuto_runner_new(MamutoJobDocument *job, MamutoClusterDocument *cluster);
MamutoJobDocument *mamuto_runner_get_job(MamutoRunner *self);
MamutoClusterDocument *mamuto_runner_get_cluster(MamutoRunner *self);
MamutoAsker *mamuto_runner_get_asker(MamutoRunner *self);

gboolean mamuto_runner_get_running(MamutoRunner *self);
MamutoRunRecord *mamuto_runner_get_run(MamutoRunner *self);
gboolean mamuto_runner_get_outdated(MamutoRunner *self);

gboolean mamuto_runner_check_job(MamutoRunner *self);
gboolean mamuto_runner_check(MamutoRunner *self);
void mamuto_runner_run(MamutoRunner *self);
void mamuto_runner_stop(MamutoRunner *self);
void mamuto_runner_set_host_cores(MamutoRunner *self, guint host, guint cores);
void mamuto_runner_close(MamutoRunner *self);
