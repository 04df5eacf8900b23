/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * One run: what was asked for, as it was then, and what came of it. Edits of the job never alter
 * it. */
#pragma once

#include <mamuto.h>

typedef enum {
    MAMUTO_RUN_RECORD_PREPARING, /* arguments are still being loaded */
    MAMUTO_RUN_RECORD_RUNNING,
    MAMUTO_RUN_RECORD_DONE,
    MAMUTO_RUN_RECORD_FAILED,
    MAMUTO_RUN_RECORD_STOPPED,
} MamutoRunRecordState;

#define MAMUTO_TYPE_RUN_RECORD (mamuto_run_record_get_type())
/* Properties, notified: state (int), job (MamutoRun), saved, saving. */
G_DECLARE_FINAL_TYPE(MamutoRunRecord, mamuto_run_record, MAMUTO, RUN_RECORD, GObject)

/* The copy that runs: nobody may change it. */
MamutoRunRecord *mamuto_run_record_new(const char *title, MamutoJob *job, MamutoCluster *cluster);
/* "likelihood". */
const char *mamuto_run_record_get_title(MamutoRunRecord *self);
/* "likelihood 14:02"; (transfer full). */
char *mamuto_run_record_format_name(MamutoRunRecord *self);
GDateTime *mamuto_run_record_get_started(MamutoRunRecord *self);
MamutoJob *mamuto_run_record_get_job(MamutoRunRecord *self);
/* The hosts as they were set up; position = the host's number in the job only if all are enabled.
 */
MamutoCluster *mamuto_run_record_get_cluster(MamutoRunRecord *self);
MamutoRunRecordState mamuto_run_record_get_state(MamutoRunRecord *self);
/* Whether it has neither ended nor failed. */
gboolean mamuto_run_record_is_active(MamutoRunRecord *self);
/* (nullable): none while PREPARING, or if it failed then. */
MamutoRun *mamuto_run_record_get_run(MamutoRunRecord *self);
/* (nullable): what was computed, all of it or not, of a run that has ended. */
MamutoResult *mamuto_run_record_get_result(MamutoRunRecord *self);
/* (nullable): why it failed. */
const GError *mamuto_run_record_get_error(MamutoRunRecord *self);
/* Whether the result is in a file, or a person let it go. */
gboolean mamuto_run_record_get_saved(MamutoRunRecord *self);
void mamuto_run_record_set_saved(MamutoRunRecord *self, gboolean saved);
/* (nullable): the file that the result was saved to last. */
const char *mamuto_run_record_get_file(MamutoRunRecord *self);
/* Whether it is being saved now. */
gboolean mamuto_run_record_get_saving(MamutoRunRecord *self);
/* Saves the result, in a thread: one at a time. */
void mamuto_run_record_save_async(MamutoRunRecord *self, const char *path,
                                  GAsyncReadyCallback callback, gpointer user_data);
gboolean mamuto_run_record_save_finish(MamutoRunRecord *self, GAsyncResult *async_result,
                                       GError **error);

/* (element-type MamutoArgument) (nullable): what the function was called with. */
GPtrArray *mamuto_run_record_get_arguments(MamutoRunRecord *self);

/* For the runner alone. */
/* (nullable): the output that results are written to while they come: an NPY file. */
const char *mamuto_run_record_get_direct_output(MamutoRunRecord *self);
void mamuto_run_record_set_arguments(MamutoRunRecord *self, GPtrArray *arguments);
void mamuto_run_record_begin(MamutoRunRecord *self, MamutoRun *run);
void mamuto_run_record_end(MamutoRunRecord *self, MamutoResult *result, const GError *error);
