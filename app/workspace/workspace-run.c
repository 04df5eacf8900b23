/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * From Run to its end: what is in the way, waiting for inputs, copies that edits do not reach, the
 * mapper that stays warm. */
#include "workspace-private.h"

#include <glib/gi18n.h>

#include "app-text.h"

gboolean
mamuto_workspace_get_running(MamutoWorkspace *self)
{
    return self->waiting || (self->record && mamuto_run_record_is_active(self->record));
}

MamutoRunRecord *
mamuto_workspace_get_run(MamutoWorkspace *self)
{
    return self->record;
}

gboolean
mamuto_workspace_get_outdated(MamutoWorkspace *self)
{
    return self->outdated;
}

MamutoMapper *
mamuto_workspace_get_mapper(MamutoWorkspace *self)
{
    return self->mapper;
}

void
mamuto_workspace_set_host_cores(MamutoWorkspace *self, guint host, guint cores)
{
    if (!self->record || !mamuto_run_record_get_run(self->record) ||
        !mamuto_run_record_is_active(self->record))
        return;
    mamuto_mapper_set_host_cores(self->mapper, host, cores);
    self->mapper_stale = TRUE;
}

/* ---- what is in the way ---- */

static guint
count_given(MamutoWorkspace *self)
{
    guint n = self->inputs->len;

    while (n > 0 && !mamuto_job_get_argument(self->job, n - 1))
        n--;
    return n;
}

/* The first input with rows before @position, or -1. */
static int
find_reference(MamutoWorkspace *self, guint position)
{
    for (guint i = 0; i < position; i++)
        if (mamuto_input_get_n_rows(g_ptr_array_index(self->inputs, i)) >= 0)
            return (int)i;
    return -1;
}

static char *
check_length(MamutoWorkspace *self, guint position)
{
    gint64 n = mamuto_input_get_n_rows(g_ptr_array_index(self->inputs, position));
    int other = find_reference(self, position);
    const char *name;
    g_autofree char *number = NULL;
    g_autofree char *rows = NULL;
    g_autofree char *count = NULL;
    gint64 difference;

    if (n < 0 || other < 0)
        return NULL;
    difference = n - mamuto_input_get_n_rows(g_ptr_array_index(self->inputs, other));
    if (difference == 0)
        return NULL;
    name = mamuto_job_get_argument_name(self->job, (guint)other);
    number = g_strdup_printf(_("argument %d"), other + 1);
    rows = app_text_rows(n);
    count = app_text_count(ABS(difference));
    if (difference < 0)
        /* Translators: "999 rows, 1 fewer than x"; x is an argument */
        return g_strdup_printf(_("%s, %s fewer than %s"), rows, count, name ? name : number);
    return g_strdup_printf(_("%s, %s more than %s"), rows, count, name ? name : number);
}

char *
mamuto_workspace_check_input(MamutoWorkspace *self, guint position)
{
    MamutoInput *input = g_ptr_array_index(self->inputs, position);
    MamutoFunction *function = mamuto_inspector_get_function(self->inspector);
    const MamutoParameter *parameter = mamuto_workspace_get_parameter(self, position);

    if (function && !parameter &&
        !mamuto_function_check_n_arguments(function, MAX(count_given(self), position + 1), NULL))
        return g_strdup(_("The function takes fewer arguments; remove this one"));
    switch (mamuto_input_get_state(input)) {
    case MAMUTO_INPUT_EMPTY:
        if (parameter &&
            (parameter->default_text || parameter->kind == MAMUTO_PARAMETER_VAR_POSITIONAL) &&
            position >= count_given(self))
            return NULL;
        return g_strdup(_("Choose a file or give a value"));
    case MAMUTO_INPUT_FAILED:
        return g_strdup(mamuto_input_get_message(input));
    case MAMUTO_INPUT_LOADING:
        return NULL;
    case MAMUTO_INPUT_READY:
        break;
    }
    return check_length(self, position);
}

static gboolean
tell(MamutoWorkspace *self, MamutoField field, guint index, const char *message)
{
    g_signal_emit(self, workspace_signals[SIGNAL_PROBLEM], 0, (int)field, index, message);
    return FALSE;
}

static gboolean
check_function(MamutoWorkspace *self)
{
    if (!mamuto_job_get_function(self->job))
        return tell(self, MAMUTO_FIELD_FUNCTION_FILE, 0,
                    _("Choose the file that holds your function"));
    if (mamuto_inspector_get_message(self->inspector))
        return tell(self,
                    mamuto_inspector_get_names(self->inspector) ? MAMUTO_FIELD_FUNCTION_NAME
                                                                : MAMUTO_FIELD_FUNCTION_FILE,
                    0, mamuto_inspector_get_message(self->inspector));
    if (!mamuto_inspector_get_name(self->inspector))
        return tell(self, MAMUTO_FIELD_FUNCTION_NAME, 0, _("Choose a function of the file"));
    return TRUE;
}

static gboolean
check_arguments(MamutoWorkspace *self)
{
    MamutoFunction *function = mamuto_inspector_get_function(self->inspector);
    gboolean any_rows = FALSE;

    if (self->inputs->len == 0 && function && !mamuto_workspace_may_add_argument(self))
        return tell(self, MAMUTO_FIELD_FUNCTION_NAME, 0,
                    _("The function takes no arguments: there is nothing to map it over"));
    for (guint i = 0; i < self->inputs->len; i++) {
        g_autofree char *message = mamuto_workspace_check_input(self, i);

        if (message)
            return tell(self, MAMUTO_FIELD_ARGUMENT, i, message);
        any_rows |= mamuto_input_get_n_rows(g_ptr_array_index(self->inputs, i)) >= 0;
    }
    return any_rows || tell(self, MAMUTO_FIELD_ARGUMENT, 0,
                            _("At least one argument must be a file, with a row for each call"));
}

gboolean
mamuto_workspace_check_job(MamutoWorkspace *self)
{
    return check_function(self) && check_arguments(self);
}

static gboolean
check_hosts(MamutoWorkspace *self)
{
    for (guint i = 0; i < mamuto_cluster_get_n_hosts(self->cluster); i++)
        if (mamuto_host_get_enabled(mamuto_cluster_get_host(self->cluster, i)))
            return TRUE;
    return tell(self, MAMUTO_FIELD_HOSTS, 0, _("Add a host, or switch one on"));
}

static gboolean
check_output(MamutoWorkspace *self)
{
    g_autoptr(GError) error = NULL;

    return mamuto_job_check_output(self->job, &error) ||
           tell(self, MAMUTO_FIELD_OUTPUT, 0, error->message);
}

gboolean
mamuto_workspace_check_run(MamutoWorkspace *self)
{
    return mamuto_workspace_check_job(self) && check_output(self) && check_hosts(self);
}

/* ---- the run ---- */

void
workspace_update_outdated(MamutoWorkspace *self)
{
    gboolean outdated = FALSE;

    if (self->record) {
        g_autoptr(MamutoJob) now = mamuto_job_copy(self->job);

        mamuto_job_trim_arguments(now);
        /* where it runs, and what that is called, changes no result */
        mamuto_job_set_cluster(now,
                               mamuto_job_get_cluster(mamuto_run_record_get_job(self->record)));
        outdated = !mamuto_job_equal(now, mamuto_run_record_get_job(self->record));
    }
    if (outdated == self->outdated)
        return;
    self->outdated = outdated;
    workspace_notify(self, PROP_OUTDATED);
}

static MamutoCluster *
copy_cluster(MamutoCluster *cluster)
{
    MamutoCluster *copy = mamuto_cluster_new();

    mamuto_cluster_set_python(copy, mamuto_cluster_get_python(cluster));
    mamuto_cluster_set_workdir(copy, mamuto_cluster_get_workdir(cluster));
    mamuto_cluster_set_nice(copy, mamuto_cluster_get_nice(cluster));
    for (guint i = 0; i < mamuto_cluster_get_n_hosts(cluster); i++) {
        MamutoHost *from = mamuto_cluster_get_host(cluster, i);
        g_autoptr(MamutoHost) to =
            mamuto_host_new(mamuto_host_get_name(from), mamuto_host_get_cores(from), NULL);
        static const char *const properties[] = {"enabled", "user",    "port",
                                                 "python",  "workdir", "nice"};

        for (gsize p = 0; p < G_N_ELEMENTS(properties); p++) {
            g_auto(GValue) value = G_VALUE_INIT;

            g_object_get_property(G_OBJECT(from), properties[p], &value);
            g_object_set_property(G_OBJECT(to), properties[p], &value);
        }
        mamuto_cluster_add(copy, to);
    }
    return copy;
}

void
mamuto_workspace_close(MamutoWorkspace *self)
{
    if (self->mapper)
        mamuto_mapper_close(self->mapper);
    g_clear_object(&self->mapper);
}

static void
ensure_mapper(MamutoWorkspace *self)
{
    g_autoptr(MamutoCluster) cluster = NULL;

    if (self->mapper && !self->mapper_stale)
        return;
    if (self->mapper)
        mamuto_mapper_close_async(self->mapper, NULL, NULL);
    g_clear_object(&self->mapper);
    cluster = copy_cluster(self->cluster);
    self->mapper = mamuto_mapper_new(cluster, NULL);
    mamuto_mapper_set_asker(self->mapper, self->asker);
    self->mapper_stale = FALSE;
    g_clear_object(&self->function);
}

/* The mapper keeps what it was given by function, so that the same job comes with the same one. */
static gboolean
ensure_function(MamutoWorkspace *self, MamutoJob *job, GError **error)
{
    if (self->function && self->function_of &&
        g_strcmp0(mamuto_job_get_function(job), mamuto_job_get_function(self->function_of)) == 0 &&
        g_strv_equal(mamuto_job_get_depends(job), mamuto_job_get_depends(self->function_of)))
        return TRUE;
    g_clear_object(&self->function);
    self->function = mamuto_job_make_function(job, error);
    g_set_object(&self->function_of, job);
    return self->function != NULL;
}

/* A host that was lost, or could not be reached, is tried again by the next run. */
static gboolean
all_hosts_stand(MamutoRun *run)
{
    GListModel *hosts = mamuto_run_get_hosts(run);

    for (guint i = 0; i < g_list_model_get_n_items(hosts); i++) {
        g_autoptr(MamutoHostStatus) host = g_list_model_get_item(hosts, i);
        MamutoHostState state = mamuto_host_status_get_state(host);

        if (state == MAMUTO_HOST_LOST || state == MAMUTO_HOST_FAILED)
            return FALSE;
    }
    return TRUE;
}

static void
on_output_saved(GObject *source, GAsyncResult *async_result, gpointer data)
{
    g_autoptr(MamutoWorkspace) self = data;
    g_autoptr(GError) error = NULL;

    if (!mamuto_run_record_save_finish(MAMUTO_RUN_RECORD(source), async_result, &error))
        g_signal_emit(self, workspace_signals[SIGNAL_SAVE_FAILED], 0, error->message);
}

static void
end_run(MamutoWorkspace *self, MamutoResult *result, const GError *error)
{
    MamutoRun *run = mamuto_run_record_get_run(self->record);

    g_clear_object(&self->cancellable);
    if (!result && run)
        result = mamuto_run_get_result(run);
    if (!run || !all_hosts_stand(run))
        self->mapper_stale = TRUE;
    mamuto_run_record_end(self->record, result, error);
    /* a table is written when all of it is there */
    if (result && !error && !mamuto_run_record_get_direct_output(self->record) &&
        mamuto_job_get_output(mamuto_run_record_get_job(self->record)))
        mamuto_run_record_save_async(self->record,
                                     mamuto_job_get_output(mamuto_run_record_get_job(self->record)),
                                     on_output_saved, g_object_ref(self));
    workspace_notify(self, PROP_RUNNING);
}

static void
on_remapped(GObject *source, GAsyncResult *async_result, gpointer data)
{
    g_autoptr(MamutoWorkspace) self = MAMUTO_WORKSPACE(data);
    g_autoptr(GError) error = NULL;
    g_autoptr(MamutoResult) result =
        mamuto_mapper_remap_finish(MAMUTO_MAPPER(source), async_result, &error);

    if (self->record)
        end_run(self, result, error);
}

static GPtrArray *
gather_arguments(MamutoWorkspace *self, guint n)
{
    GPtrArray *arguments = g_ptr_array_new_with_free_func((GDestroyNotify)mamuto_argument_unref);

    for (guint i = 0; i < n; i++)
        g_ptr_array_add(arguments, mamuto_argument_ref(mamuto_input_get_argument(
                                       g_ptr_array_index(self->inputs, i))));
    return arguments;
}

static gboolean
start_remap(MamutoWorkspace *self, MamutoJob *job, GError **error)
{
    g_autoptr(GPtrArray) arguments = NULL;
    g_autoptr(GPtrArray) given = NULL;

    if (!ensure_function(self, job, error))
        return FALSE;
    arguments = gather_arguments(self, mamuto_job_get_n_arguments(job));
    mamuto_run_record_set_arguments(self->record, arguments);
    given = mamuto_job_apply(job, self->mapper, self->function, arguments, error);
    if (!given)
        return FALSE;
    mamuto_mapper_remap_async(self->mapper, self->function, given, mamuto_job_get_flags(job),
                              mamuto_run_record_get_direct_output(self->record), self->cancellable,
                              on_remapped, g_object_ref(self));
    return TRUE;
}

static void
on_mapper_job(MamutoMapper *mapper, GParamSpec *pspec, MamutoRunRecord *record)
{
    if (mamuto_run_record_get_state(record) == MAMUTO_RUN_RECORD_PREPARING &&
        mamuto_mapper_get_run(mapper))
        mamuto_run_record_begin(record, mamuto_mapper_get_run(mapper));
}

static void
start_run(MamutoWorkspace *self)
{
    g_autoptr(MamutoJob) job = mamuto_job_copy(self->job);
    g_autoptr(MamutoCluster) cluster = copy_cluster(self->cluster);
    g_autofree char *title = mamuto_workspace_get_job_title(self);
    g_autoptr(GError) error = NULL;

    mamuto_job_trim_arguments(job);
    ensure_mapper(self);
    g_clear_object(&self->record);
    self->record = mamuto_run_record_new(title, job, cluster);
    self->cancellable = g_cancellable_new();
    g_signal_connect_object(self->mapper, "notify::run", G_CALLBACK(on_mapper_job), self->record,
                            0);
    workspace_notify(self, PROP_RUN);
    workspace_notify(self, PROP_RUNNING);
    workspace_update_outdated(self);
    if (!start_remap(self, job, &error))
        end_run(self, NULL, error);
}

gboolean
mamuto_workspace_get_loading(MamutoWorkspace *self)
{
    for (guint i = 0; i < self->inputs->len; i++)
        if (mamuto_input_get_state(g_ptr_array_index(self->inputs, i)) == MAMUTO_INPUT_LOADING)
            return TRUE;
    return mamuto_inspector_get_busy(self->inspector);
}

void
workspace_continue_run(MamutoWorkspace *self)
{
    if (!self->waiting || mamuto_workspace_get_loading(self))
        return;
    self->waiting = FALSE;
    if (mamuto_workspace_check_run(self))
        start_run(self);
    else
        workspace_notify(self, PROP_RUNNING);
}

void
mamuto_workspace_look_again(MamutoWorkspace *self)
{
    for (guint i = 0; i < self->inputs->len; i++)
        mamuto_input_refresh(g_ptr_array_index(self->inputs, i));
    mamuto_inspector_refresh(self->inspector);
}

void
mamuto_workspace_run(MamutoWorkspace *self)
{
    if (mamuto_workspace_get_running(self))
        return;
    mamuto_workspace_look_again(self);
    self->waiting = TRUE;
    if (mamuto_workspace_get_loading(self))
        workspace_notify(self, PROP_RUNNING);
    workspace_continue_run(self);
}

void
mamuto_workspace_stop(MamutoWorkspace *self)
{
    if (self->waiting) {
        self->waiting = FALSE;
        workspace_notify(self, PROP_RUNNING);
    }
    g_cancellable_cancel(self->cancellable);
}
