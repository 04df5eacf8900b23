/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What the parts of the workspace share: documents, the run, drafts. */
#pragma once

#include "mamuto-workspace.h"

enum {
    PROP_JOB = 1,
    PROP_JOB_PATH,
    PROP_JOB_DIRTY,
    PROP_CLUSTER,
    PROP_CLUSTER_PATH,
    PROP_CLUSTER_DIRTY,
    PROP_RUNNING,
    PROP_RUN,
    PROP_OUTDATED,
    N_PROPS,
};
enum { SIGNAL_PROBLEM, SIGNAL_SAVE_FAILED, SIGNAL_QUESTION, SIGNAL_INPUTS_CHANGED, N_SIGNALS };

extern GParamSpec *workspace_props[N_PROPS];
extern guint workspace_signals[N_SIGNALS];

struct _MamutoWorkspace {
    GObject parent_instance;

    MamutoJob *job;
    MamutoJob *saved_job; /* as it is on disk, or was when new */
    char *job_path;
    gboolean job_dirty;
    MamutoInspector *inspector;
    GPtrArray *inputs;

    MamutoCluster *cluster;
    char *cluster_path;
    gboolean cluster_dirty;
    GPtrArray *watched_hosts; /* whose changes are heard */
    MamutoAsker *asker;

    MamutoMapper *mapper;
    gboolean mapper_stale; /* its hosts are not those of @cluster any more */
    MamutoFunction *function;
    MamutoJob *function_of; /* the job @function was made of */
    MamutoRunRecord *record;
    gboolean waiting; /* Run was asked for; inputs are still being loaded */
    gboolean outdated;
    GCancellable *cancellable;

    guint draft_source;
};

void workspace_notify(MamutoWorkspace *self, guint prop);
/* @saved: as it is in the file; NULL: as @job_file is now. */
void workspace_set_job(MamutoWorkspace *self, MamutoJob *job, MamutoJob *saved, const char *path);
void workspace_set_cluster(MamutoWorkspace *self, MamutoCluster *cluster, const char *path);
void workspace_set_cluster_dirty(MamutoWorkspace *self, gboolean dirty);
/* Something may have changed that a waiting run waits for. */
void workspace_continue_run(MamutoWorkspace *self);
void workspace_update_outdated(MamutoWorkspace *self);
/* In a while, so that a crash loses little. */
void workspace_queue_drafts(MamutoWorkspace *self);
