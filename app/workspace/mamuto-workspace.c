/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The object and its job; clusters, runs and drafts stand in files of their own. */
#include "workspace-private.h"

#include <glib/gi18n.h>
#include <string.h>

GParamSpec *workspace_props[N_PROPS];
guint workspace_signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE(MamutoWorkspace, mamuto_workspace, G_TYPE_OBJECT)

static void on_job_changed(MamutoJob *job, MamutoWorkspace *self);
static void on_inspected(MamutoInspector *inspector, MamutoWorkspace *self);

static void
mamuto_workspace_dispose(GObject *object)
{
    MamutoWorkspace *self = MAMUTO_WORKSPACE(object);

    g_clear_handle_id(&self->draft_source, g_source_remove);
    g_cancellable_cancel(self->cancellable);
    mamuto_workspace_close(self);
    if (self->job)
        g_signal_handlers_disconnect_by_data(self->job, self);
    if (self->inspector)
        g_signal_handlers_disconnect_by_data(self->inspector, self);
    g_clear_pointer(&self->inputs, g_ptr_array_unref);
    if (self->cluster)
        workspace_set_cluster(self, NULL, NULL);
    G_OBJECT_CLASS(mamuto_workspace_parent_class)->dispose(object);
}

static void
mamuto_workspace_finalize(GObject *object)
{
    MamutoWorkspace *self = MAMUTO_WORKSPACE(object);

    g_clear_object(&self->job);
    g_clear_object(&self->saved_job);
    g_clear_object(&self->inspector);
    g_clear_object(&self->asker);
    g_clear_object(&self->function);
    g_clear_object(&self->function_of);
    g_clear_object(&self->record);
    g_clear_object(&self->cancellable);
    g_ptr_array_unref(self->watched_hosts);
    g_free(self->job_path);
    g_free(self->cluster_path);
    G_OBJECT_CLASS(mamuto_workspace_parent_class)->finalize(object);
}

static void
mamuto_workspace_get_property(GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
    MamutoWorkspace *self = MAMUTO_WORKSPACE(object);

    switch (id) {
    case PROP_JOB:
        g_value_set_object(value, self->job);
        break;
    case PROP_JOB_PATH:
        g_value_set_string(value, self->job_path);
        break;
    case PROP_JOB_DIRTY:
        g_value_set_boolean(value, self->job_dirty);
        break;
    case PROP_CLUSTER:
        g_value_set_object(value, self->cluster);
        break;
    case PROP_CLUSTER_PATH:
        g_value_set_string(value, self->cluster_path);
        break;
    case PROP_CLUSTER_DIRTY:
        g_value_set_boolean(value, self->cluster_dirty);
        break;
    case PROP_RUNNING:
        g_value_set_boolean(value, mamuto_workspace_get_running(self));
        break;
    case PROP_RUN:
        g_value_set_object(value, self->record);
        break;
    case PROP_OUTDATED:
        g_value_set_boolean(value, self->outdated);
        break;
    default:
        G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
    }
}

static void
mamuto_workspace_class_init(MamutoWorkspaceClass *klass)
{
    GObjectClass *object_class = G_OBJECT_CLASS(klass);
    const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
    GParamSpec **props = workspace_props;

    object_class->dispose = mamuto_workspace_dispose;
    object_class->finalize = mamuto_workspace_finalize;
    object_class->get_property = mamuto_workspace_get_property;
    props[PROP_JOB] = g_param_spec_object("job", NULL, NULL, MAMUTO_TYPE_JOB, flags);
    props[PROP_JOB_PATH] = g_param_spec_string("job-path", NULL, NULL, NULL, flags);
    props[PROP_JOB_DIRTY] = g_param_spec_boolean("job-dirty", NULL, NULL, FALSE, flags);
    props[PROP_CLUSTER] = g_param_spec_object("cluster", NULL, NULL, MAMUTO_TYPE_CLUSTER, flags);
    props[PROP_CLUSTER_PATH] = g_param_spec_string("cluster-path", NULL, NULL, NULL, flags);
    props[PROP_CLUSTER_DIRTY] = g_param_spec_boolean("cluster-dirty", NULL, NULL, FALSE, flags);
    props[PROP_RUNNING] = g_param_spec_boolean("running", NULL, NULL, FALSE, flags);
    props[PROP_RUN] = g_param_spec_object("run", NULL, NULL, MAMUTO_TYPE_RUN_RECORD, flags);
    props[PROP_OUTDATED] = g_param_spec_boolean("outdated", NULL, NULL, FALSE, flags);
    g_object_class_install_properties(object_class, N_PROPS, props);

    workspace_signals[SIGNAL_PROBLEM] =
        g_signal_new("problem", MAMUTO_TYPE_WORKSPACE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                     G_TYPE_NONE, 3, G_TYPE_INT, G_TYPE_UINT, G_TYPE_STRING);
    workspace_signals[SIGNAL_SAVE_FAILED] =
        g_signal_new("save-failed", MAMUTO_TYPE_WORKSPACE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                     G_TYPE_NONE, 1, G_TYPE_STRING);
    workspace_signals[SIGNAL_QUESTION] = g_signal_new(
        "question", MAMUTO_TYPE_WORKSPACE, G_SIGNAL_RUN_LAST, 0, g_signal_accumulator_true_handled,
        NULL, NULL, G_TYPE_BOOLEAN, 1, MAMUTO_TYPE_QUESTION);
    workspace_signals[SIGNAL_INPUTS_CHANGED] =
        g_signal_new("inputs-changed", MAMUTO_TYPE_WORKSPACE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                     NULL, G_TYPE_NONE, 0);
}

static void
on_question(MamutoQuestion *question, gpointer data)
{
    gboolean handled = FALSE;

    g_signal_emit(data, workspace_signals[SIGNAL_QUESTION], 0, question, &handled);
    if (!handled)
        mamuto_question_decline(question);
}

static void
mamuto_workspace_init(MamutoWorkspace *self)
{
    g_autoptr(MamutoCluster) cluster = mamuto_cluster_new_local();

    self->inputs = g_ptr_array_new_with_free_func(g_object_unref);
    self->watched_hosts = g_ptr_array_new_with_free_func(g_object_unref);
    self->inspector = mamuto_inspector_new();
    g_signal_connect(self->inspector, "changed", G_CALLBACK(on_inspected), self);
    self->asker = mamuto_asker_new(on_question, self, NULL);
    workspace_set_cluster(self, cluster, NULL);
    mamuto_workspace_new_job(self);
}

MamutoWorkspace *
mamuto_workspace_new(void)
{
    return g_object_new(MAMUTO_TYPE_WORKSPACE, NULL);
}

void
workspace_notify(MamutoWorkspace *self, guint prop)
{
    g_object_notify_by_pspec(G_OBJECT(self), workspace_props[prop]);
}

/* ---- the job and what follows from it ---- */

static void
inputs_changed(MamutoWorkspace *self)
{
    g_signal_emit(self, workspace_signals[SIGNAL_INPUTS_CHANGED], 0);
    workspace_continue_run(self);
}

static void
on_input_changed(MamutoInput *input, MamutoWorkspace *self)
{
    inputs_changed(self);
}

static void
set_n_inputs(MamutoWorkspace *self, guint n)
{
    while (self->inputs->len > n) {
        g_signal_handlers_disconnect_by_data(g_ptr_array_index(self->inputs, self->inputs->len - 1),
                                             self);
        g_ptr_array_set_size(self->inputs, (int)self->inputs->len - 1);
    }
    while (self->inputs->len < n) {
        MamutoInput *input = mamuto_input_new();

        g_signal_connect(input, "changed", G_CALLBACK(on_input_changed), self);
        g_ptr_array_add(self->inputs, input);
    }
}

/* The Python that is set up is of use here only if it is one here. */
static char *
find_python(MamutoWorkspace *self)
{
    const char *set = mamuto_cluster_get_python(self->cluster);

    return set ? mamuto_python_find(set) : NULL;
}

/* A new job that says nothing but which cluster it is for: nobody would miss it. */
static gboolean
is_untouched(MamutoWorkspace *self)
{
    g_autoptr(MamutoJob) rest = mamuto_job_copy(self->job);
    g_autoptr(MamutoJob) blank = mamuto_job_new();

    mamuto_job_set_cluster(rest, NULL);
    return !self->job_path && mamuto_job_equal(rest, blank);
}

static void
update_dirty(MamutoWorkspace *self)
{
    gboolean dirty = !mamuto_job_equal(self->job, self->saved_job) && !is_untouched(self);

    /* also a draft that is of no more use */
    if (dirty || self->job_dirty)
        workspace_queue_drafts(self);
    if (dirty == self->job_dirty)
        return;
    self->job_dirty = dirty;
    workspace_notify(self, PROP_JOB_DIRTY);
}

static void
on_job_changed(MamutoJob *job, MamutoWorkspace *self)
{
    guint n = mamuto_job_get_n_arguments(job);
    g_autofree char *python = find_python(self);

    set_n_inputs(self, n);
    for (guint i = 0; i < n; i++)
        mamuto_input_set_text(g_ptr_array_index(self->inputs, i), mamuto_job_get_argument(job, i));
    mamuto_inspector_look(self->inspector, mamuto_job_get_function(job), python);
    update_dirty(self);
    workspace_update_outdated(self);
    inputs_changed(self);
}

/* "rest[0]": the arguments of a *rest are told apart. */
static char *
name_argument(MamutoWorkspace *self, guint position, guint n_fixed)
{
    const MamutoParameter *parameter = mamuto_workspace_get_parameter(self, position);

    if (!parameter)
        return NULL;
    return parameter->kind == MAMUTO_PARAMETER_VAR_POSITIONAL
               ? g_strdup_printf("%s[%u]", parameter->name, position - n_fixed)
               : g_strdup(parameter->name);
}

/* A row for each parameter that can be given by position, and for each argument that has a value,
 * though the function may have no place for it: a person decides what becomes of that. */
static void
fit_arguments(MamutoWorkspace *self, GPtrArray *parameters)
{
    MamutoJob *job = self->job;
    guint n = 0, wanted = 0;

    for (guint i = 0; i < parameters->len; i++) {
        const MamutoParameter *parameter = g_ptr_array_index(parameters, i);

        wanted += parameter->kind == MAMUTO_PARAMETER_POSITIONAL;
    }
    n = mamuto_job_get_n_arguments(job);
    while (n > wanted && !mamuto_job_get_argument(job, n - 1))
        n--;
    n = MIN(MAX(n, wanted), MAMUTO_JOB_MAX_ARGUMENTS);
    mamuto_job_set_n_arguments(job, n);
    for (guint i = 0; i < n; i++) {
        g_autofree char *name = name_argument(self, i, wanted);

        mamuto_job_set_argument_name(job, i, name);
    }
}

static void
on_inspected(MamutoInspector *inspector, MamutoWorkspace *self)
{
    MamutoFunction *function = mamuto_inspector_get_function(inspector);
    GPtrArray *parameters = function ? mamuto_function_get_parameters(function) : NULL;
    gboolean fresh = !self->job_dirty;

    if (parameters) {
        fit_arguments(self, parameters);
        /* rows that are there only because the function has parameters are no edit */
        if (fresh && self->job_dirty) {
            g_clear_object(&self->saved_job);
            self->saved_job = mamuto_job_copy(self->job);
            update_dirty(self);
        }
    }
    inputs_changed(self);
}

static void
set_job_path(MamutoWorkspace *self, const char *path)
{
    if (g_strcmp0(self->job_path, path) == 0)
        return;
    g_free(self->job_path);
    self->job_path = g_strdup(path);
    workspace_notify(self, PROP_JOB_PATH);
}

void
workspace_set_job(MamutoWorkspace *self, MamutoJob *job, MamutoJob *saved, const char *path)
{
    MamutoJob *as_saved = saved ? g_object_ref(saved) : mamuto_job_copy(job);

    if (self->job)
        g_signal_handlers_disconnect_by_data(self->job, self);
    g_set_object(&self->job, job);
    g_clear_object(&self->saved_job);
    self->saved_job = as_saved;
    g_signal_connect(job, "changed", G_CALLBACK(on_job_changed), self);
    set_job_path(self, path);
    workspace_notify(self, PROP_JOB);
    on_job_changed(job, self);
    workspace_queue_drafts(self);
}

MamutoJob *
mamuto_workspace_get_job(MamutoWorkspace *self)
{
    return self->job;
}

const char *
mamuto_workspace_get_job_path(MamutoWorkspace *self)
{
    return self->job_path;
}

gboolean
mamuto_workspace_get_job_dirty(MamutoWorkspace *self)
{
    return self->job_dirty;
}

char *
mamuto_workspace_get_job_title(MamutoWorkspace *self)
{
    const char *spec = mamuto_job_get_function(self->job);
    g_autofree char *base = NULL;
    g_autofree char *file = NULL;
    char *name = NULL;

    if (self->job_path) {
        base = g_path_get_basename(self->job_path);
        if (g_str_has_suffix(base, ".mamuto"))
            base[strlen(base) - strlen(".mamuto")] = '\0';
        return g_filename_display_name(base);
    }
    mamuto_inspector_split(spec, &file, &name);
    return name ? name : g_strdup(_("New Job"));
}

gboolean
mamuto_workspace_is_blank(MamutoWorkspace *self)
{
    g_autoptr(MamutoJob) blank = mamuto_job_new();

    return !self->job_path && mamuto_job_equal(self->job, blank);
}

void
mamuto_workspace_new_job(MamutoWorkspace *self)
{
    g_autoptr(MamutoJob) job = mamuto_job_new();

    workspace_set_job(self, job, NULL, NULL);
}

gboolean
mamuto_workspace_open_job(MamutoWorkspace *self, const char *path, GError **error)
{
    g_autofree char *whole = g_canonicalize_filename(path, NULL);
    g_autoptr(MamutoJob) job = mamuto_job_new_from_file(whole, error);

    if (!job)
        return FALSE;
    workspace_set_job(self, job, NULL, whole);
    return TRUE;
}

gboolean
mamuto_workspace_open_cluster_of_job(MamutoWorkspace *self, GError **error)
{
    const char *path = mamuto_job_get_cluster(self->job);

    return !path || g_strcmp0(path, self->cluster_path) == 0 ||
           mamuto_workspace_open_cluster(self, path, error);
}

gboolean
mamuto_workspace_save_job(MamutoWorkspace *self, const char *path, GError **error)
{
    g_autofree char *whole = g_canonicalize_filename(path, NULL);

    if (!mamuto_job_save(self->job, whole, error))
        return FALSE;
    g_free(self->job_path);
    self->job_path = g_steal_pointer(&whole);
    g_clear_object(&self->saved_job);
    self->saved_job = mamuto_job_copy(self->job);
    update_dirty(self);
    /* the file is another one, even where its name stays */
    workspace_notify(self, PROP_JOB_PATH);
    return TRUE;
}

void
mamuto_workspace_touch_job(MamutoWorkspace *self)
{
    MamutoJob *there = mamuto_job_new_from_file(self->job_path, NULL);

    g_clear_object(&self->saved_job);
    self->saved_job = there ? there : mamuto_job_new();
    update_dirty(self);
}

MamutoInspector *
mamuto_workspace_get_inspector(MamutoWorkspace *self)
{
    return self->inspector;
}

guint
mamuto_workspace_get_n_inputs(MamutoWorkspace *self)
{
    return self->inputs->len;
}

MamutoInput *
mamuto_workspace_get_input(MamutoWorkspace *self, guint position)
{
    return g_ptr_array_index(self->inputs, position);
}

gboolean
mamuto_workspace_may_add_argument(MamutoWorkspace *self)
{
    MamutoFunction *function = mamuto_inspector_get_function(self->inspector);
    guint n = self->inputs->len + 1;

    return function && n <= MAMUTO_JOB_MAX_ARGUMENTS &&
           mamuto_function_check_n_arguments(function, n, NULL);
}

void
mamuto_workspace_add_argument(MamutoWorkspace *self)
{
    guint n = self->inputs->len, n_fixed = n;
    g_autofree char *name = NULL;

    while (n_fixed > 0 && mamuto_workspace_get_parameter(self, n_fixed - 1) &&
           mamuto_workspace_get_parameter(self, n_fixed - 1)->kind ==
               MAMUTO_PARAMETER_VAR_POSITIONAL)
        n_fixed--;
    name = name_argument(self, n, n_fixed);
    mamuto_job_set_n_arguments(self->job, n + 1);
    mamuto_job_set_argument_name(self->job, n, name);
    inputs_changed(self); /* which a name alone does not */
}

/* Those that have a parameter of their own keep their places; the others move up. */
void
mamuto_workspace_remove_argument(MamutoWorkspace *self, guint position)
{
    MamutoJob *job = self->job;
    const MamutoParameter *parameter = mamuto_workspace_get_parameter(self, position);
    guint n = self->inputs->len;

    if (parameter && parameter->kind == MAMUTO_PARAMETER_POSITIONAL) {
        mamuto_job_set_argument(job, position, NULL);
        mamuto_job_set_keep(job, position, FALSE);
        return;
    }
    for (guint i = position; i + 1 < n; i++) {
        g_autofree char *text = g_strdup(mamuto_job_get_argument(job, i + 1));

        mamuto_job_set_argument(job, i, text);
        mamuto_job_set_keep(job, i, mamuto_job_get_keep(job, i + 1));
    }
    mamuto_job_set_n_arguments(job, n - 1);
}

const MamutoParameter *
mamuto_workspace_get_parameter(MamutoWorkspace *self, guint position)
{
    MamutoFunction *function = mamuto_inspector_get_function(self->inspector);
    GPtrArray *parameters = function ? mamuto_function_get_parameters(function) : NULL;
    guint at = 0;

    for (guint i = 0; parameters && i < parameters->len; i++) {
        const MamutoParameter *parameter = g_ptr_array_index(parameters, i);

        if (parameter->kind == MAMUTO_PARAMETER_VAR_POSITIONAL)
            return parameter;
        if (parameter->kind == MAMUTO_PARAMETER_POSITIONAL && at++ == position)
            return parameter;
    }
    return NULL;
}
