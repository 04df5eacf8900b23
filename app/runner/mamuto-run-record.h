/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The record of one run: copies of the job and the cluster from the start of the run, and the
 * result. Later edits of the documents do not change the record. */
#pragma once

#include <mamuto.h>

typedef enum {
    MAMUTO_RUN_RECORD_PREPARING, /* The run is being prepared; no MamutoRun exists yet. */
    MAMUTO_RUN_RECORD_RUNNING,
    MAMUTO_RUN_RECORD_DONE,
    MAMUTO_RUN_RECORD_FAILED,
    MAMUTO_RUN_RECORD_STOPPED,
} MamutoRunRecordState;

#define MAMUTO_TYPE_RUN_RECORD (mamuto_run_record_get_type())
/* Properties, notified: state (int), run (MamutoRun), saved (boolean), saving (boolean). */
G_DECLARE_FINAL_TYPE(MamutoRunRecord, mamuto_run_record, MAMUTO, RUN_RECORD, GObject)

/* @job, @cluster: copies of the documents' job and cluster. The caller makes these copies and must
 * not change them after this call. */
MamutoRunRecord *mamuto_run_record_new(const char *title, MamutoJob *job, MamutoCluster *cluster);
/* The title of the job, for example "likelihood". */
const char *mamuto_run_record_get_title(MamutoRunRecord *self);
/* (transfer full): the title and the start time, for example "likelihood 14:02". */
char *mamuto_run_record_format_name(MamutoRunRecord *self);
GDateTime *mamuto_run_record_get_started(MamutoRunRecord *self);
MamutoJob *mamuto_run_record_get_job(MamutoRunRecord *self);
/* The hosts and their settings at the start of the run. If a host is disabled, the positions of the
 * hosts in this cluster differ from the numbers of the hosts in the run, because the run does not
 * count disabled hosts. */
MamutoCluster *mamuto_run_record_get_cluster(MamutoRunRecord *self);
MamutoRunRecordState mamuto_run_record_get_state(MamutoRunRecord *self);
/* Returns TRUE if the state is PREPARING or RUNNING. */
gboolean mamuto_run_record_is_active(MamutoRunRecord *self);
/* (nullable): the run; NULL while the state is PREPARING, and if the preparation failed. */
MamutoRun *mamuto_run_record_get_run(MamutoRunRecord *self);
/* (nullable): the result, complete or partial. NULL before the end of the run. */
MamutoResult *mamuto_run_record_get_result(MamutoRunRecord *self);
/* (nullable): the error of a failed run; G_IO_ERROR_CANCELLED if the user stopped the run. */
const GError *mamuto_run_record_get_error(MamutoRunRecord *self);
/* Returns TRUE if the result is saved in a file. Also returns TRUE if no row succeeded, because the
 * result then needs no saving. */
gboolean mamuto_run_record_get_saved(MamutoRunRecord *self);
void mamuto_run_record_set_saved(MamutoRunRecord *self, gboolean saved);
/* (nullable): the file to which the result was last saved. */
const char *mamuto_run_record_get_file(MamutoRunRecord *self);
/* Returns TRUE while the result is being saved. */
gboolean mamuto_run_record_get_saving(MamutoRunRecord *self);
/* Saves the result in a thread. Must not be called while a previous save is running. */
void mamuto_run_record_save_async(MamutoRunRecord *self, const char *path,
                                  GAsyncReadyCallback callback, gpointer user_data);
gboolean mamuto_run_record_save_finish(MamutoRunRecord *self, GAsyncResult *async_result,
                                       GError **error);

/* (element-type MamutoArgument) (nullable): the arguments with which the run calls the function;
 * NULL before the run is started. */
GPtrArray *mamuto_run_record_get_arguments(MamutoRunRecord *self);

/* The following functions are only for the runner. */
/* (nullable): the output file of the job if it is an NPY file, because only NPY files are written
 * during the run. NULL for other formats, which are written after the run. */
const char *mamuto_run_record_get_direct_output(MamutoRunRecord *self);
void mamuto_run_record_set_arguments(MamutoRunRecord *self, GPtrArray *arguments);
void mamuto_run_record_begin(MamutoRunRecord *self, MamutoRun *run);
void mamuto_run_record_end(MamutoRunRecord *self, MamutoResult *result, const GError *error);
