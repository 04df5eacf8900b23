/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Runs the job in the job document on the hosts in the cluster document. The runner owns the
 * mapper, which keeps the hosts connected between runs. The runner also owns the record of the
 * active or last run, and the asker, which passes questions of hosts to the user. */
#pragma once

#include <mamuto.h>

#include "../documents/mamuto-job-document.h"
#include "mamuto-run-record.h"

#define MAMUTO_TYPE_RUNNER (mamuto_runner_get_type())
/* Properties, all notified and read-only:
 *   running (boolean): whether a run is active or waits for inputs
 *   run (MamutoRunRecord, nullable): the active run, or the last run if no run is active
 *   outdated (boolean): whether the job has changed since the start of this run
 *
 * Signals:
 *   "problem" (MamutoProblem): a run cannot start; the window shows the field to correct
 *   "unknown" (): a run cannot start, because the user did not save the job or the cluster here;
 *       the window asks the user and starts the run again
 *   "save-failed" (string): the output file of the job could not be written for the reason in the
 *       string; the run record still contains the result
 *   "question" (MamutoQuestion) → boolean: a host has a question for the user; a handler returns
 *       TRUE if it will answer the question */
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
