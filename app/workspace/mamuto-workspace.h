/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What all pages share: the job and the cluster as documents, the job's inputs, the hosts kept warm
 * between runs, and the run that goes on or was last. Pages show it and call it; none of them knows
 * another. Of the main thread. */
#pragma once

#include <mamuto.h>

#include "mamuto-input.h"
#include "mamuto-inspector.h"
#include "mamuto-run-record.h"

/* Where something stands in the way of a run. */
typedef enum {
    MAMUTO_FIELD_FUNCTION_FILE,
    MAMUTO_FIELD_FUNCTION_NAME,
    MAMUTO_FIELD_ARGUMENT, /* of the problem's index */
    MAMUTO_FIELD_OUTPUT,
    MAMUTO_FIELD_HOSTS,
} MamutoField;

#define MAMUTO_TYPE_WORKSPACE (mamuto_workspace_get_type())
/* Properties, all notified and read-only:
 *   job-file (MamutoJob): another object when another job is opened
 *   job-path (string, nullable), notified by each saving too; job-dirty (boolean)
 *   cluster (MamutoCluster), cluster-path (string, nullable), cluster-dirty (boolean)
 *   running (boolean): whether Run would have to wait
 *   run (MamutoRunRecord, nullable): the one that goes on, else the last one
 *   outdated (boolean): whether the job has changed since that run
 * Signals:
 *   "problem" (int field, uint index, string message): Run cannot begin; who shows the field brings
 *     it to the front and gives it the focus
 *   "save-failed" (string message): the results of the run, which are still there, could not be
 *     written to the file that the job names
 *   "question" (MamutoQuestion) → boolean: something is asked for a host; TRUE: somebody answers
 *   "inputs-changed" (): what is known of the function or of any input has changed */
G_DECLARE_FINAL_TYPE(MamutoWorkspace, mamuto_workspace, MAMUTO, WORKSPACE, GObject)

MamutoWorkspace *mamuto_workspace_new(void);

/* The job. */
MamutoJob *mamuto_workspace_get_job(MamutoWorkspace *self);
const char *mamuto_workspace_get_job_path(MamutoWorkspace *self);
gboolean mamuto_workspace_get_job_dirty(MamutoWorkspace *self);
/* "likelihood", from the file, else the function, else "New Job"; (transfer full). */
char *mamuto_workspace_get_job_title(MamutoWorkspace *self);
/* Whether nothing at all is set. */
gboolean mamuto_workspace_is_blank(MamutoWorkspace *self);
void mamuto_workspace_new_job(MamutoWorkspace *self);
gboolean mamuto_workspace_open_job(MamutoWorkspace *self, const char *path, GError **error);
/* Opens the cluster that the job names, if another one is shown. */
gboolean mamuto_workspace_open_cluster_of_job(MamutoWorkspace *self, GError **error);
gboolean mamuto_workspace_save_job(MamutoWorkspace *self, const char *path, GError **error);
/* What is shown is not what is in the file: another program has written that. */
void mamuto_workspace_touch_job(MamutoWorkspace *self);

/* What is known of it. */
MamutoInspector *mamuto_workspace_get_inspector(MamutoWorkspace *self);
/* As many as the job has arguments. */
guint mamuto_workspace_get_n_inputs(MamutoWorkspace *self);
MamutoInput *mamuto_workspace_get_input(MamutoWorkspace *self, guint position);
/* (nullable): the function's parameter for that argument. */
const MamutoParameter *mamuto_workspace_get_parameter(MamutoWorkspace *self, guint position);
/* Whether the function takes one more, as one with *args does. */
gboolean mamuto_workspace_may_add_argument(MamutoWorkspace *self);
void mamuto_workspace_add_argument(MamutoWorkspace *self);
/* Of a parameter with a place of its own just the value. */
void mamuto_workspace_remove_argument(MamutoWorkspace *self, guint position);
/* What stands in the way of an argument, its length beside the others' included; (transfer full)
 * (nullable): nothing does. */
char *mamuto_workspace_check_input(MamutoWorkspace *self, guint position);
/* Whether the function can be called with the arguments as they are; what is in the way is told by
 * "problem". */
gboolean mamuto_workspace_check_job(MamutoWorkspace *self);
/* Whether something of it is still being looked at. */
gboolean mamuto_workspace_get_loading(MamutoWorkspace *self);

/* The cluster. */
MamutoCluster *mamuto_workspace_get_cluster(MamutoWorkspace *self);
const char *mamuto_workspace_get_cluster_path(MamutoWorkspace *self);
gboolean mamuto_workspace_get_cluster_dirty(MamutoWorkspace *self);
void mamuto_workspace_new_cluster(MamutoWorkspace *self);
gboolean mamuto_workspace_open_cluster(MamutoWorkspace *self, const char *path, GError **error);
gboolean mamuto_workspace_save_cluster(MamutoWorkspace *self, const char *path, GError **error);
/* What is shown is not what is in the file, though nobody changed it here. */
void mamuto_workspace_touch_cluster(MamutoWorkspace *self);
/* What checks of hosts ask through: its questions come by "question". */
MamutoAsker *mamuto_workspace_get_asker(MamutoWorkspace *self);

/* Both as they are now, to be put back when others have taken their places. */
typedef struct _MamutoDocuments MamutoDocuments;
typedef enum { MAMUTO_LOSS_JOB = 1 << 0, MAMUTO_LOSS_CLUSTER = 1 << 1 } MamutoLoss;
MamutoDocuments *mamuto_workspace_hold_documents(MamutoWorkspace *self);
void mamuto_documents_free(MamutoDocuments *held);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MamutoDocuments, mamuto_documents_free)
/* Of which of them changes that were not saved are out of sight now. */
MamutoLoss mamuto_documents_find_loss(MamutoDocuments *held, MamutoWorkspace *self);
void mamuto_workspace_put_back(MamutoWorkspace *self, MamutoDocuments *held);

/* Runs. */
gboolean mamuto_workspace_get_running(MamutoWorkspace *self);
MamutoRunRecord *mamuto_workspace_get_run(MamutoWorkspace *self);
gboolean mamuto_workspace_get_outdated(MamutoWorkspace *self);
/* Files of arguments and of the function that have changed are read anew. */
void mamuto_workspace_look_again(MamutoWorkspace *self);
/* Whether a run may begin, as far as is known; what is in the way is told by "problem". */
gboolean mamuto_workspace_check_run(MamutoWorkspace *self);
/* Begins a run of what is shown, saved or not; waits for inputs that are still being loaded. What
 * is in the way is told by "problem". */
void mamuto_workspace_run(MamutoWorkspace *self);
/* Ends it; what was computed stays. */
void mamuto_workspace_stop(MamutoWorkspace *self);
/* (nullable): the hosts kept warm, for changes of their cores during a run. */
MamutoMapper *mamuto_workspace_get_mapper(MamutoWorkspace *self);
/* Uses so many cores of a host for the rest of the run (0: leaves it out); the next run begins with
 * those of the cluster. @host: its number in the job. */
void mamuto_workspace_set_host_cores(MamutoWorkspace *self, guint host, guint cores);
/* Lets the warm hosts go; blocks for at most about a second. */
void mamuto_workspace_close(MamutoWorkspace *self);

/* Drafts: what is not saved, kept so that closing loses nothing. */
void mamuto_workspace_save_drafts(MamutoWorkspace *self);
void mamuto_workspace_restore(MamutoWorkspace *self, const char *last_job,
                              const char *last_cluster);
