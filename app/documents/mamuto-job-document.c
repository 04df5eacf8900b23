/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See mamuto-job-document.h. Each change of the job updates the inputs and the inspector. After an
 * inspection, the function's parameters determine the number and the names of the arguments. */
#include "mamuto-job-document.h"

#include <glib/gi18n.h>
#include <string.h>

#include "job-arguments.h"
#include "job-arrange.h"
#include "known-documents.h"

struct _MamutoJobDocument {
    GObject parent_instance;
    MamutoJob *job;
    MamutoJob *saved_job; /* The job as it was last read, saved or created. Edits are unsaved if
                             @job differs from it. */
    char *path;
    gboolean dirty;
    gboolean arranging; /* TRUE while the program, not the user, changes the arguments. */
    MamutoClusterDocument *cluster;
    MamutoInspector *inspector;
    GPtrArray *inputs;
};

enum { PROP_JOB = 1, N_PROPS, PROP_PATH = N_PROPS, PROP_DIRTY };
enum { SIGNAL_INPUTS_CHANGED, N_SIGNALS };

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

static void document_init(MamutoDocumentInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE(MamutoJobDocument, mamuto_job_document, G_TYPE_OBJECT,
                              G_IMPLEMENT_INTERFACE(MAMUTO_TYPE_DOCUMENT, document_init))

/* ---- changes of the job ---- */

/* Does nothing while the arguments are arranged, because a handler could set an argument then. */
static void
inputs_changed(MamutoJobDocument *self)
{
    if (self->arranging)
        return;
    g_signal_emit(self, signals[SIGNAL_INPUTS_CHANGED], 0);
}

static void
set_n_inputs(MamutoJobDocument *self, guint n)
{
    while (self->inputs->len > n) {
        MamutoInput *input = g_ptr_array_index(self->inputs, self->inputs->len - 1);

        g_signal_handlers_disconnect_by_data(input, self);
        mamuto_input_set_text(input, NULL); /* the text NULL cancels the loading of the file */
        g_ptr_array_set_size(self->inputs, (int)self->inputs->len - 1);
    }
    while (self->inputs->len < n) {
        MamutoInput *input = mamuto_input_new();

        g_signal_connect_swapped(input, "changed", G_CALLBACK(inputs_changed), self);
        g_ptr_array_add(self->inputs, input);
    }
}

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

static void
update_dirty(MamutoJobDocument *self)
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

/* Returns the function if the arguments of the job are arranged for it. */
static MamutoFunction *
get_arranged_function(MamutoJobDocument *self)
{
    MamutoFunction *function = mamuto_inspector_get_function(self->inspector);

    return g_strcmp0(job_arrange_get_function(self->job), mamuto_job_get_function(self->job)) == 0
               ? function
               : NULL;
}

/* Decides again which arguments are passed by name, after the user has changed one. */
static void
arrange_names(MamutoJobDocument *self)
{
    MamutoFunction *function = get_arranged_function(self);

    if (!function || self->arranging)
        return;
    self->arranging = TRUE;
    job_arrange_names(self->job, function, self->saved_job);
    self->arranging = FALSE;
}

static void
on_job_changed(MamutoJob *job, MamutoJobDocument *self)
{
    guint n = mamuto_job_get_n_arguments(job);

    set_n_inputs(self, n);
    for (guint i = 0; i < n; i++)
        mamuto_input_set_text(g_ptr_array_index(self->inputs, i), mamuto_job_get_argument(job, i));
    mamuto_inspector_look(self->inspector, mamuto_job_get_function(job));
    arrange_names(self);
    update_dirty(self);
    inputs_changed(self);
}

/**
 * mamuto_job_document_choose_function:
 * @name: the name of a function in the file that the inspector has read
 *
 * Sets the function of the job.
 */
void
mamuto_job_document_choose_function(MamutoJobDocument *self, const char *name)
{
    const char *file = mamuto_inspector_get_file(self->inspector);
    g_autofree char *spec = file ? g_strconcat(file, ":", name, NULL) : NULL;

    if (spec)
        mamuto_job_set_function(self->job, spec);
}

/* Sets the function of the job if the file contains only one function. Returns TRUE if the job has
 * changed. The change starts a new inspection. */
static gboolean
choose_only_function(MamutoJobDocument *self)
{
    const char *const *names = mamuto_inspector_get_names(self->inspector);
    g_autofree char *name = NULL;
    gboolean is_opened;

    if (mamuto_inspector_get_busy(self->inspector) || mamuto_inspector_get_name(self->inspector) ||
        !mamuto_inspector_get_file(self->inspector) || !names || !names[0] || names[1])
        return FALSE;
    name = g_strdup(names[0]);
    is_opened = job_arrange_is_opened(self->job);
    mamuto_job_document_choose_function(self, name);
    if (is_opened)
        job_arrange_set_function(self->job, NULL);
    return TRUE;
}

static void
on_inspected(MamutoInspector *inspector, MamutoJobDocument *self)
{
    MamutoFunction *function = mamuto_inspector_get_function(inspector);
    gboolean fresh = !self->dirty;

    if (choose_only_function(self))
        return;
    if (function) {
        self->arranging = TRUE;
        job_arrange(self->job, function, self->saved_job);
        self->arranging = FALSE;
        /* job_arrange() has changed the job, but the user has not edited it; store the changed job
         * as the saved job, so that the job has no unsaved edits */
        if (fresh && self->dirty) {
            g_clear_object(&self->saved_job);
            self->saved_job = mamuto_job_copy(self->job);
            update_dirty(self);
        }
    }
    inputs_changed(self);
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
    g_signal_connect(job, "changed", G_CALLBACK(on_job_changed), self);
    set_path(self, path);
    g_object_notify_by_pspec(G_OBJECT(self), props[PROP_JOB]);
    on_job_changed(job, self);
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

/* ---- function and inputs ---- */

/**
 * mamuto_job_document_get_inspector:
 *
 * Returns: (transfer none): the inspector of the job's function
 */
MamutoInspector *
mamuto_job_document_get_inspector(MamutoJobDocument *self)
{
    return self->inspector;
}

/**
 * mamuto_job_document_get_n_inputs:
 *
 * Returns: the number of inputs, one for each argument of the job
 */
guint
mamuto_job_document_get_n_inputs(MamutoJobDocument *self)
{
    return self->inputs->len;
}

/**
 * mamuto_job_document_get_input:
 *
 * Returns: (transfer none): the input for the argument at @position
 */
MamutoInput *
mamuto_job_document_get_input(MamutoJobDocument *self, guint position)
{
    return g_ptr_array_index(self->inputs, position);
}

/**
 * mamuto_job_document_get_parameter:
 *
 * Returns: (transfer none) (nullable): the function's parameter for the argument at @position
 */
const MamutoParameter *
mamuto_job_document_get_parameter(MamutoJobDocument *self, guint position)
{
    return job_arguments_find_named(self->job, mamuto_inspector_get_function(self->inspector),
                                    position);
}

/**
 * mamuto_job_document_may_add_argument:
 *
 * Returns: whether the function accepts another argument, for example because it has a *args
 * parameter
 */
gboolean
mamuto_job_document_may_add_argument(MamutoJobDocument *self)
{
    return job_arguments_may_add(self->job, mamuto_inspector_get_function(self->inspector));
}

/**
 * mamuto_job_document_add_argument:
 *
 * Appends an argument without a value.
 */
void
mamuto_job_document_add_argument(MamutoJobDocument *self)
{
    self->arranging = TRUE;
    job_arguments_add(self->job, mamuto_inspector_get_function(self->inspector));
    self->arranging = FALSE;
    /* emit the signal again, because job_arguments_add() emits it before the argument has a name */
    inputs_changed(self);
}

/**
 * mamuto_job_document_remove_argument:
 *
 * Removes the argument at @position. If the function has a parameter of its own for the argument,
 * only the value of the argument is removed.
 */
void
mamuto_job_document_remove_argument(MamutoJobDocument *self, guint position)
{
    self->arranging = TRUE;
    job_arguments_remove(self->job, mamuto_inspector_get_function(self->inspector), position);
    self->arranging = FALSE;
    on_job_changed(self->job, self);
}

/**
 * mamuto_job_document_find_free_position:
 *
 * Returns: the position of the first argument without a value, if possible of a parameter without a
 * default; -1 if there is none
 */
int
mamuto_job_document_find_free_position(MamutoJobDocument *self)
{
    int with_default = -1;

    for (guint i = 0; i < mamuto_job_get_n_arguments(self->job); i++) {
        const MamutoParameter *parameter = mamuto_job_document_get_parameter(self, i);

        if (mamuto_job_get_argument(self->job, i))
            continue;
        if (!parameter || !parameter->default_text)
            return (int)i;
        if (with_default < 0)
            with_default = (int)i;
    }
    return with_default;
}

/**
 * mamuto_job_document_list_free_parameters:
 *
 * Returns: (transfer full): the names of the parameters whose arguments have no value
 */
char **
mamuto_job_document_list_free_parameters(MamutoJobDocument *self)
{
    g_autoptr(GStrvBuilder) names = g_strv_builder_new();

    for (guint i = 0; i < mamuto_job_get_n_arguments(self->job); i++) {
        const MamutoParameter *parameter = mamuto_job_document_get_parameter(self, i);

        if (!mamuto_job_get_argument(self->job, i) && job_arguments_is_own(parameter))
            g_strv_builder_add(names, parameter->name);
    }
    return g_strv_builder_end(names);
}

/**
 * mamuto_job_document_assign_argument:
 * @position: the position of an argument for which the function has no parameter
 * @name: a parameter from mamuto_job_document_list_free_parameters()
 *
 * Gives the argument to the parameter @name.
 */
void
mamuto_job_document_assign_argument(MamutoJobDocument *self, guint position, const char *name)
{
    MamutoFunction *function = get_arranged_function(self);

    if (!function || position >= mamuto_job_get_n_arguments(self->job))
        return;
    self->arranging = TRUE;
    job_arrange_assign(self->job, function, self->saved_job, position, name);
    self->arranging = FALSE;
    inputs_changed(self);
}

/**
 * mamuto_job_document_get_loading:
 *
 * Returns: whether an input is being loaded or looked at, or the function is being inspected
 */
gboolean
mamuto_job_document_get_loading(MamutoJobDocument *self)
{
    for (guint i = 0; i < self->inputs->len; i++) {
        MamutoInput *input = g_ptr_array_index(self->inputs, i);

        if (mamuto_input_get_state(input) == MAMUTO_INPUT_LOADING ||
            mamuto_input_get_checking(input))
            return TRUE;
    }
    return mamuto_inspector_get_busy(self->inspector);
}

/**
 * mamuto_job_document_refresh:
 *
 * Reads the file of the function and the files of the arguments again if they have changed. The
 * document is loading until this is known.
 */
void
mamuto_job_document_refresh(MamutoJobDocument *self)
{
    for (guint i = 0; i < self->inputs->len; i++)
        mamuto_input_refresh(g_ptr_array_index(self->inputs, i));
    mamuto_inspector_refresh(self->inspector);
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
    update_dirty(self);
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
    update_dirty(self);
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
    set_n_inputs(self, 0);
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
    signals[SIGNAL_INPUTS_CHANGED] =
        g_signal_new("inputs-changed", MAMUTO_TYPE_JOB_DOCUMENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                     NULL, G_TYPE_NONE, 0);
}

static void
mamuto_job_document_init(MamutoJobDocument *self)
{
    self->inputs = g_ptr_array_new_with_free_func(g_object_unref);
    self->inspector = mamuto_inspector_new();
    g_signal_connect(self->inspector, "changed", G_CALLBACK(on_inspected), self);
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
