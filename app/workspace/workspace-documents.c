/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The job and the cluster as they were before others took their places: what Undo puts back, with
 * all that was not saved of them. Whoever opens a document makes new objects, so that holding the
 * old ones is enough. */
#include "workspace-private.h"

struct _MamutoDocuments {
    MamutoJob *job;
    MamutoJob *saved_job;
    char *job_path;
    gboolean job_dirty;
    MamutoCluster *cluster;
    char *cluster_path;
    gboolean cluster_dirty;
    char *cluster_of_job; /* what the job says of it: opening a cluster changes that */
};

MamutoDocuments *
mamuto_workspace_hold_documents(MamutoWorkspace *self)
{
    MamutoDocuments *held = g_new0(MamutoDocuments, 1);

    held->job = g_object_ref(self->job);
    held->saved_job = g_object_ref(self->saved_job);
    held->job_path = g_strdup(self->job_path);
    held->job_dirty = self->job_dirty;
    held->cluster = g_object_ref(self->cluster);
    held->cluster_path = g_strdup(self->cluster_path);
    held->cluster_dirty = self->cluster_dirty;
    held->cluster_of_job = g_strdup(mamuto_job_get_cluster(self->job));
    return held;
}

void
mamuto_documents_free(MamutoDocuments *held)
{
    g_object_unref(held->job);
    g_object_unref(held->saved_job);
    g_free(held->job_path);
    g_object_unref(held->cluster);
    g_free(held->cluster_path);
    g_free(held->cluster_of_job);
    g_free(held);
}

static gboolean
lost_job(MamutoDocuments *held, MamutoWorkspace *self)
{
    return held->job != self->job && held->job_dirty;
}

static gboolean
lost_cluster(MamutoDocuments *held, MamutoWorkspace *self)
{
    return held->cluster != self->cluster && held->cluster_dirty;
}

MamutoLoss
mamuto_documents_find_loss(MamutoDocuments *held, MamutoWorkspace *self)
{
    return (lost_job(held, self) ? MAMUTO_LOSS_JOB : 0) |
           (lost_cluster(held, self) ? MAMUTO_LOSS_CLUSTER : 0);
}

void
mamuto_workspace_put_back(MamutoWorkspace *self, MamutoDocuments *held)
{
    if (held->job != self->job)
        workspace_set_job(self, held->job, held->saved_job, held->job_path);
    if (held->cluster != self->cluster) {
        workspace_set_cluster(self, held->cluster, held->cluster_path);
        workspace_set_cluster_dirty(self, held->cluster_dirty);
    }
    mamuto_job_set_cluster(self->job, held->cluster_of_job);
}
