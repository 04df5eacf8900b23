/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * One run: the job and the cluster as they were at the start of the run, and the result. Later
 * edits of the documents do not change the record. */
#pragma once

#include <mamuto.h>

typedef enum {
    MAMUTO_RUN_RECORD_PREPARING, /* The mapper has not started the run yet. */
    MAMUTO_RUN_RECORD_RUNNING,
    MAMUTO_RUN_RECORD_DONE,
    MAMUTO_RUN_RECORD_FAILED,
    MAMUTO_RUN_RECORD_STOPPED,
} MamutoRunRecordState;

#define MAMUTO_TYPE_RUN_RECORD (mamuto_run_record_get_type())
/* Properties, notified: state (int), run (MamutoRun), saved (boolean), saving (boolean). */
G_DECLARE_FINAL_TYPE(MamutoRunRecord, mamuto_run_record, MAMUTO, RUN_RECORD, GObject)

/* @job, @cluster: copies that are not changed after this call. */
MamutoRunRecord *mamuto_run_record_new(const char *title, MamutoJob *job, MamutoCluster *cluster);
/* The title of the job: "likelihood". */
const char *mamuto_run_record_get_title(MamutoRunRecord *self);
/* (transfer full): title and start time: "likelihood 14:02". */
char *mamuto_run_record_format_name(MamutoRunRecord *self);
GDateTime *mamuto_run_record_get_started(MamutoRunRecord *self);
MamutoJob *mamuto_run_record_get_job(MamutoRunRecord *self);
/* The hosts and their settings at the start. The position of a host equals its number in the run
 * only if all hosts are enabled. */
MamutoCluster *mamuto_run_record_get_cluster(MamutoRunRecord *self);
MamutoRunRecordState mamuto_run_record_get_state(MamutoRunRecord *self);
/* Whether the state is PREPARING or RUNNING. */
gboolean mamuto_run_record_is_active(MamutoRunRecord *self);
/* (nullable): NULL while PREPARING, and if the run failed before RUNNING. */
MamutoRun *mamuto_run_record_get_run(MamutoRunRecord *self);
/* (nullable): the complete or partial result of a run that has ended. */
MamutoResult *mamuto_run_record_get_result(MamutoRunRecord *self);
/* (nullable): the error if the run failed; G_IO_ERROR_CANCELLED if it was stopped. */
const GError *mamuto_run_record_get_error(MamutoRunRecord *self);
/* Whether the result is in a file, or needs no saving because no row succeeded. */
gboolean mamuto_run_record_get_saved(MamutoRunRecord *self);
void mamuto_run_record_set_saved(MamutoRunRecord *self, gboolean saved);
/* (nullable): the file to which the result was last saved. */
const char *mamuto_run_record_get_file(MamutoRunRecord *self);
/* Whether the result is being saved. */
gboolean mamuto_run_record_get_saving(MamutoRunRecord *self);
/* Saves the result in a thread. Must not be called while the result is being saved. */
void mamuto_run_record_save_async(MamutoRunRecord *self, const char *path,
                                  GAsyncReadyCallback callback, gpointer user_data);
gboolean mamuto_run_record_save_finish(MamutoRunRecord *self, GAsyncResult *async_result,
                                       GError **error);

/* (element-type MamutoArgument) (nullable): the arguments of the function. */
GPtrArray *mamuto_run_record_get_arguments(MamutoRunRecord *self);

/* To be called only by the runner. */
/* (nullable): the job's output, if rows are written to it during the run: an NPY file. */
const char *mamuto_run_record_get_direct_output(MamutoRunRecord *self);
void mamuto_run_record_set_arguments(MamutoRunRecord *self, GPtrArray *arguments);
void mamuto_run_record_begin(MamutoRunRecord *self, MamutoRun *run);
void mamuto_run_record_end(MamutoRunRecord *self, MamutoResult *result, const GError *error);
