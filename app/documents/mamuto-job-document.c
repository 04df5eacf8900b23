/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See mamuto-job-document.h. This file contains the job as a document: the job itself, its file,
 * the unsaved edits and the cluster. job-document-inputs.c contains the function and the
 * arguments. */
#include <glib/gi18n.h>
#include <string.h>

#include "job-arrange.h"
#include "job-document-private.h"
#include "known-documents.h"

enum { PROP_JOB = 1, N_PROPS, PROP_PATH = N_PROPS, PROP_DIRTY };

static GParamSpec *props[N_PROPS];

static void document_init(MamutoDocumentInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE(MamutoJobDocument, mamuto_job_document, G_TYPE_OBJECT,
                              G_IMPLEMENT_INTERFACE(MAMUTO_TYPE_DOCUMENT, document_init))

/* ---- the job ---- */

/* Returns TRUE for a new job in which nothing is set except the cluster. Such a job does not need
 * saving. */
static gboolean
is_untouched(MamutoJobDocument *self)
{
    g_autoptr(MamutoJob) rest = mamuto_job_copy(self->job);
    g_autoptr(MamutoJob) blank = mamuto_job_new();

    mamuto_job_set_cluster(rest, NULL);
    return !self->path && mamuto_job_equal(rest, blank);
}

void
job_document_update_dirty(MamutoJobDocument *self)
{
    gboolean dirty = !mamuto_job_equal(self->job, self->saved_job) && !is_untouched(self);

    /* emit "edited" also when the flag for unsaved edits becomes FALSE, because the draft must then
     * be deleted */
    if (dirty || self->dirty)
        mamuto_document_emit_edited(MAMUTO_DOCUMENT(self));
    if (dirty == self->dirty)
        return;
    self->dirty = dirty;
    g_object_notify(G_OBJECT(self), "dirty");
}

static void
set_path(MamutoJobDocument *self, const char *path)
{
    if (g_strcmp0(self->path, path) == 0)
        return;
    g_free(self->path);
    self->path = g_strdup(path);
    g_object_notify(G_OBJECT(self), "path");
}

/**
 * mamuto_job_document_set_job:
 * @saved: (nullable): the job in the file; %NULL if @job is unchanged since it was saved or created
 * @path: (nullable): the file of @job
 *
 * Replaces the job of the document by @job.
 */
void
mamuto_job_document_set_job(MamutoJobDocument *self, MamutoJob *job, MamutoJob *saved,
                            const char *path)
{
    MamutoJob *as_saved = saved ? g_object_ref(saved) : mamuto_job_copy(job);

    if (self->job)
        g_signal_handlers_disconnect_by_data(self->job, self);
    g_set_object(&self->job, job);
    g_clear_object(&self->saved_job);
    self->saved_job = as_saved;
    job_arrange_note_opened(job);
    g_signal_connect(job, "changed", G_CALLBACK(job_document_on_changed), self);
    set_path(self, path);
    g_object_notify_by_pspec(G_OBJECT(self), props[PROP_JOB]);
    job_document_on_changed(job, self);
    mamuto_document_emit_edited(MAMUTO_DOCUMENT(self));
}

/**
 * mamuto_job_document_clear:
 *
 * Replaces the job by a new job without a file.
 */
void
mamuto_job_document_clear(MamutoJobDocument *self)
{
    g_autoptr(MamutoJob) job = mamuto_job_new();

    mamuto_job_document_set_job(self, job, NULL, NULL);
}

/**
 * mamuto_job_document_get_job:
 *
 * Returns: (transfer none): the current job
 */
MamutoJob *
mamuto_job_document_get_job(MamutoJobDocument *self)
{
    return self->job;
}

/**
 * mamuto_job_document_get_saved_job:
 *
 * Returns: (transfer none): the job as it was last read, saved or created
 */
MamutoJob *
mamuto_job_document_get_saved_job(MamutoJobDocument *self)
{
    return self->saved_job;
}

/**
 * mamuto_job_document_get_cluster:
 *
 * Returns: (transfer none): the document of the cluster for the job
 */
MamutoClusterDocument *
mamuto_job_document_get_cluster(MamutoJobDocument *self)
{
    return self->cluster;
}

/**
 * mamuto_job_document_is_blank:
 *
 * Returns: whether the job has no file and all its settings have default values
 */
gboolean
mamuto_job_document_is_blank(MamutoJobDocument *self)
{
    g_autoptr(MamutoJob) blank = mamuto_job_new();

    return !self->path && mamuto_job_equal(self->job, blank);
}

/**
 * mamuto_job_document_open_cluster:
 *
 * Opens the cluster file that is named in the job. Does nothing if this file is already open.
 *
 * Returns: %FALSE if the file cannot be opened; the previous cluster then stays open
 */
gboolean
mamuto_job_document_open_cluster(MamutoJobDocument *self, GError **error)
{
    MamutoDocument *cluster = MAMUTO_DOCUMENT(self->cluster);
    const char *path = mamuto_job_get_cluster(self->job);

    if (!path || g_strcmp0(path, mamuto_document_get_path(cluster)) == 0)
        return TRUE;
    if (!mamuto_document_open(cluster, path, error))
        return FALSE;
    mamuto_job_document_adopt_cluster(self);
    return TRUE;
}

/**
 * mamuto_job_document_names_python:
 *
 * Returns: whether the cluster or one of its hosts sets a Python, which can be newer than the
 * Python that reads the source of the function
 */
gboolean
mamuto_job_document_names_python(MamutoJobDocument *self)
{
    MamutoCluster *cluster = mamuto_cluster_document_get_cluster(self->cluster);

    for (guint i = 0; i < mamuto_cluster_get_n_hosts(cluster); i++)
        if (mamuto_cluster_get_host_python(cluster, mamuto_cluster_get_host(cluster, i)))
            return TRUE;
    return FALSE;
}

/**
 * mamuto_job_document_adopt_cluster:
 *
 * Sets the cluster file in the job to the file of the open cluster.
 */
void
mamuto_job_document_adopt_cluster(MamutoJobDocument *self)
{
    mamuto_job_set_cluster(self->job, mamuto_document_get_path(MAMUTO_DOCUMENT(self->cluster)));
}

/* ---- the document ---- */

static const char *
get_path(MamutoDocument *document)
{
    return MAMUTO_JOB_DOCUMENT(document)->path;
}

static gboolean
get_dirty(MamutoDocument *document)
{
    return MAMUTO_JOB_DOCUMENT(document)->dirty;
}

/* (transfer full): the name of the file without suffix, for example "likelihood". The title of a
 * job without a file is the name of its function. */
static char *
dup_title(MamutoDocument *document)
{
    MamutoJobDocument *self = MAMUTO_JOB_DOCUMENT(document);
    g_autofree char *file = NULL;
    char *name = NULL;

    if (self->path) {
        g_autofree char *base = g_path_get_basename(self->path);

        if (g_str_has_suffix(base, ".mamuto"))
            base[strlen(base) - strlen(".mamuto")] = '\0';
        return g_filename_display_name(base);
    }
    mamuto_inspector_split(mamuto_job_get_function(self->job), &file, &name);
    return name ? name : g_strdup(_("New Job"));
}

static gboolean
open_file(MamutoDocument *document, const char *path, GError **error)
{
    g_autofree char *whole = g_canonicalize_filename(path, NULL);
    g_autoptr(MamutoJob) job = mamuto_job_new_from_file(whole, error);

    if (!job)
        return FALSE;
    known_documents_note_opened(job, whole);
    mamuto_job_document_set_job(MAMUTO_JOB_DOCUMENT(document), job, NULL, whole);
    return TRUE;
}

static gboolean
save(MamutoDocument *document, const char *path, GError **error)
{
    MamutoJobDocument *self = MAMUTO_JOB_DOCUMENT(document);
    g_autofree char *whole = g_canonicalize_filename(path, NULL);

    if (!mamuto_job_save(self->job, whole, error))
        return FALSE;
    g_free(self->path);
    self->path = g_steal_pointer(&whole);
    known_documents_note_saved(self->job, self->path);
    g_clear_object(&self->saved_job);
    self->saved_job = mamuto_job_copy(self->job);
    job_document_update_dirty(self);
    /* notify even if the path is unchanged, because handlers of this property also react to new
     * content of the file */
    g_object_notify(G_OBJECT(self), "path");
    return TRUE;
}

static void
touch(MamutoDocument *document)
{
    MamutoJobDocument *self = MAMUTO_JOB_DOCUMENT(document);
    MamutoJob *there = mamuto_job_new_from_file(self->path, NULL);

    g_clear_object(&self->saved_job);
    self->saved_job = there ? there : mamuto_job_new();
    job_document_update_dirty(self);
}

static void
document_init(MamutoDocumentInterface *iface)
{
    iface->get_path = get_path;
    iface->get_dirty = get_dirty;
    iface->dup_title = dup_title;
    iface->open = open_file;
    iface->save = save;
    iface->touch = touch;
}

/* ---- the object ---- */

static void
mamuto_job_document_dispose(GObject *object)
{
    MamutoJobDocument *self = MAMUTO_JOB_DOCUMENT(object);

    if (self->job)
        g_signal_handlers_disconnect_by_data(self->job, self);
    if (self->inspector)
        g_signal_handlers_disconnect_by_data(self->inspector, self);
    job_document_set_n_inputs(self, 0);
    g_clear_object(&self->inspector);
    G_OBJECT_CLASS(mamuto_job_document_parent_class)->dispose(object);
}

static void
mamuto_job_document_finalize(GObject *object)
{
    MamutoJobDocument *self = MAMUTO_JOB_DOCUMENT(object);

    g_clear_object(&self->job);
    g_clear_object(&self->saved_job);
    g_clear_object(&self->cluster);
    g_ptr_array_unref(self->inputs);
    g_free(self->path);
    G_OBJECT_CLASS(mamuto_job_document_parent_class)->finalize(object);
}

static void
mamuto_job_document_get_property(GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
    MamutoJobDocument *self = MAMUTO_JOB_DOCUMENT(object);

    switch (id) {
    case PROP_JOB:
        g_value_set_object(value, self->job);
        break;
    case PROP_PATH:
        g_value_set_string(value, self->path);
        break;
    case PROP_DIRTY:
        g_value_set_boolean(value, self->dirty);
        break;
    default:
        G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
    }
}

static void
mamuto_job_document_class_init(MamutoJobDocumentClass *klass)
{
    GObjectClass *object_class = G_OBJECT_CLASS(klass);

    object_class->dispose = mamuto_job_document_dispose;
    object_class->finalize = mamuto_job_document_finalize;
    object_class->get_property = mamuto_job_document_get_property;
    props[PROP_JOB] =
        g_param_spec_object("job", NULL, NULL, MAMUTO_TYPE_JOB,
                            G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
    g_object_class_install_properties(object_class, N_PROPS, props);
    g_object_class_override_property(object_class, PROP_PATH, "path");
    g_object_class_override_property(object_class, PROP_DIRTY, "dirty");
    g_signal_new("inputs-changed", MAMUTO_TYPE_JOB_DOCUMENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                 G_TYPE_NONE, 0);
}

static void
mamuto_job_document_init(MamutoJobDocument *self)
{
    self->inputs = g_ptr_array_new_with_free_func(g_object_unref);
    self->inspector = mamuto_inspector_new();
    g_signal_connect(self->inspector, "changed", G_CALLBACK(job_document_on_inspected), self);
}

/**
 * mamuto_job_document_new:
 * @cluster: the document of the cluster for the job
 *
 * Returns: (transfer full): a document with a new job and without a file
 */
MamutoJobDocument *
mamuto_job_document_new(MamutoClusterDocument *cluster)
{
    MamutoJobDocument *self = g_object_new(MAMUTO_TYPE_JOB_DOCUMENT, NULL);

    self->cluster = g_object_ref(cluster);
    mamuto_job_document_clear(self);
    return self;
}
