/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * One run: what was asked for, as it was then, and what came of it. Edits of the job never alter
 * it. */
#pragma once

#include <mamuto.h>

typedef enum {
    MAMUTO_RUN_PREPARING, /* arguments are still being loaded */
    MAMUTO_RUN_RUNNING,
    MAMUTO_RUN_DONE,
    MAMUTO_RUN_FAILED,
    MAMUTO_RUN_STOPPED,
} MamutoRunState;

#define MAMUTO_TYPE_RUN (mamuto_run_get_type())
/* Properties, notified: state (int), job (MamutoJob), saved, saving. */
G_DECLARE_FINAL_TYPE(MamutoRun, mamuto_run, MAMUTO, RUN, GObject)

/* The copy that runs: nobody may change it. */
MamutoRun *mamuto_run_new(const char *title, MamutoJobFile *job_file, MamutoCluster *cluster);
/* "likelihood". */
const char *mamuto_run_get_title(MamutoRun *self);
/* "likelihood 14:02"; (transfer full). */
char *mamuto_run_format_name(MamutoRun *self);
GDateTime *mamuto_run_get_started(MamutoRun *self);
MamutoJobFile *mamuto_run_get_job_file(MamutoRun *self);
/* The hosts as they were set up; position = the host's number in the job only if all are enabled.
 */
MamutoCluster *mamuto_run_get_cluster(MamutoRun *self);
MamutoRunState mamuto_run_get_state(MamutoRun *self);
/* Whether it has neither ended nor failed. */
gboolean mamuto_run_is_active(MamutoRun *self);
/* (nullable): none while PREPARING, or if it failed then. */
MamutoJob *mamuto_run_get_job(MamutoRun *self);
/* (nullable): what was computed, all of it or not, of a run that has ended. */
MamutoResult *mamuto_run_get_result(MamutoRun *self);
/* (nullable): why it failed. */
const GError *mamuto_run_get_error(MamutoRun *self);
/* Whether the result is in a file, or a person let it go. */
gboolean mamuto_run_get_saved(MamutoRun *self);
void mamuto_run_set_saved(MamutoRun *self, gboolean saved);
/* (nullable): the file that the result was saved to last. */
const char *mamuto_run_get_file(MamutoRun *self);
/* Whether it is being saved now. */
gboolean mamuto_run_get_saving(MamutoRun *self);
/* Saves the result, in a thread: one at a time. */
void mamuto_run_save_async(MamutoRun *self, const char *path, GAsyncReadyCallback callback,
                           gpointer user_data);
gboolean mamuto_run_save_finish(MamutoRun *self, GAsyncResult *async_result, GError **error);

/* (element-type MamutoArgument) (nullable): what the function was called with. */
GPtrArray *mamuto_run_get_arguments(MamutoRun *self);

/* For the workspace alone. */
/* (nullable): the output that results are written to while they come: an NPY file. */
const char *mamuto_run_get_direct_output(MamutoRun *self);
void mamuto_run_set_arguments(MamutoRun *self, GPtrArray *arguments);
void mamuto_run_begin(MamutoRun *self, MamutoJob *job);
void mamuto_run_end(MamutoRun *self, MamutoResult *result, const GError *error);
