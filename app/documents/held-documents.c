/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See held-documents.h. When a document opens a file, it creates a new MamutoJob or MamutoCluster
 * and does not change the old object. Therefore a reference to the old object is enough for Undo.
 */
#include "held-documents.h"

struct _MamutoHeldDocuments {
    MamutoJobDocument *job_document;
    MamutoClusterDocument *cluster_document;

    MamutoJob *job;
    MamutoJob *saved_job;
    char *job_path;
    gboolean job_dirty;
    MamutoCluster *cluster;
    char *cluster_path;
    gboolean cluster_dirty;
    char *cluster_of_job; /* Path of the cluster file that is named in the job. */
};

/**
 * mamuto_held_documents_new:
 *
 * Returns: (transfer full): an object that keeps the current job and cluster, including unsaved
 * edits
 */
MamutoHeldDocuments *
mamuto_held_documents_new(MamutoJobDocument *job, MamutoClusterDocument *cluster)
{
    MamutoHeldDocuments *self = g_new0(MamutoHeldDocuments, 1);

    self->job_document = g_object_ref(job);
    self->cluster_document = g_object_ref(cluster);
    self->job = g_object_ref(mamuto_job_document_get_job(job));
    self->saved_job = g_object_ref(mamuto_job_document_get_saved_job(job));
    self->job_path = g_strdup(mamuto_document_get_path(MAMUTO_DOCUMENT(job)));
    self->job_dirty = mamuto_document_get_dirty(MAMUTO_DOCUMENT(job));
    self->cluster = g_object_ref(mamuto_cluster_document_get_cluster(cluster));
    self->cluster_path = g_strdup(mamuto_document_get_path(MAMUTO_DOCUMENT(cluster)));
    self->cluster_dirty = mamuto_document_get_dirty(MAMUTO_DOCUMENT(cluster));
    self->cluster_of_job = g_strdup(mamuto_job_get_cluster(self->job));
    return self;
}

void
mamuto_held_documents_free(MamutoHeldDocuments *self)
{
    g_object_unref(self->job_document);
    g_object_unref(self->cluster_document);
    g_object_unref(self->job);
    g_object_unref(self->saved_job);
    g_free(self->job_path);
    g_object_unref(self->cluster);
    g_free(self->cluster_path);
    g_free(self->cluster_of_job);
    g_free(self);
}

static gboolean
is_job_replaced(MamutoHeldDocuments *self)
{
    return self->job != mamuto_job_document_get_job(self->job_document);
}

static gboolean
is_cluster_replaced(MamutoHeldDocuments *self)
{
    return self->cluster != mamuto_cluster_document_get_cluster(self->cluster_document);
}

/**
 * mamuto_held_documents_find_loss:
 *
 * Returns: flags for the documents that had unsaved edits when @self was created and whose content
 * has been replaced since then
 */
MamutoLoss
mamuto_held_documents_find_loss(MamutoHeldDocuments *self)
{
    return (self->job_dirty && is_job_replaced(self) ? MAMUTO_LOSS_JOB : 0) |
           (self->cluster_dirty && is_cluster_replaced(self) ? MAMUTO_LOSS_CLUSTER : 0);
}

/**
 * mamuto_held_documents_put_back:
 *
 * Makes the job and the cluster in @self the content of the two documents again.
 */
void
mamuto_held_documents_put_back(MamutoHeldDocuments *self)
{
    if (is_job_replaced(self))
        mamuto_job_document_set_job(self->job_document, self->job, self->saved_job, self->job_path);
    if (is_cluster_replaced(self))
        mamuto_cluster_document_set_cluster(self->cluster_document, self->cluster,
                                            self->cluster_path, self->cluster_dirty);
    mamuto_job_set_cluster(self->job, self->cluster_of_job);
}
