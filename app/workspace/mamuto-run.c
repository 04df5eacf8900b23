/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See mamuto-run.h. */
#include "mamuto-run.h"

#include <glib/gi18n.h>

struct _MamutoRun {
    GObject parent_instance;
    char *title;
    GDateTime *started;
    MamutoJobFile *job_file;
    MamutoCluster *cluster;
    GPtrArray *arguments;
    MamutoRunState state;
    MamutoJob *job;
    MamutoResult *result;
    GError *error;
    gboolean saved;
    gboolean saving;
    char *file;
};

enum { PROP_STATE = 1, PROP_JOB, PROP_SAVED, PROP_SAVING, N_PROPS };

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE(MamutoRun, mamuto_run, G_TYPE_OBJECT)

static void
mamuto_run_finalize(GObject *object)
{
    MamutoRun *self = MAMUTO_RUN(object);

    g_free(self->title);
    g_free(self->file);
    g_date_time_unref(self->started);
    g_clear_object(&self->job_file);
    g_clear_object(&self->cluster);
    g_clear_pointer(&self->arguments, g_ptr_array_unref);
    g_clear_object(&self->job);
    g_clear_object(&self->result);
    g_clear_error(&self->error);
    G_OBJECT_CLASS(mamuto_run_parent_class)->finalize(object);
}

static void
mamuto_run_get_property(GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
    MamutoRun *self = MAMUTO_RUN(object);

    switch (id) {
    case PROP_STATE:
        g_value_set_int(value, (int)self->state);
        break;
    case PROP_JOB:
        g_value_set_object(value, self->job);
        break;
    case PROP_SAVED:
        g_value_set_boolean(value, self->saved);
        break;
    case PROP_SAVING:
        g_value_set_boolean(value, self->saving);
        break;
    default:
        G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
    }
}

static void
mamuto_run_class_init(MamutoRunClass *klass)
{
    GObjectClass *object_class = G_OBJECT_CLASS(klass);

    object_class->finalize = mamuto_run_finalize;
    object_class->get_property = mamuto_run_get_property;
    props[PROP_STATE] =
        g_param_spec_int("state", NULL, NULL, MAMUTO_RUN_PREPARING, MAMUTO_RUN_STOPPED,
                         MAMUTO_RUN_PREPARING, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
    props[PROP_JOB] = g_param_spec_object("job", NULL, NULL, MAMUTO_TYPE_JOB,
                                          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
    props[PROP_SAVED] =
        g_param_spec_boolean("saved", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
    props[PROP_SAVING] = g_param_spec_boolean("saving", NULL, NULL, FALSE,
                                              G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
    g_object_class_install_properties(object_class, N_PROPS, props);
}

static void
mamuto_run_init(MamutoRun *self)
{
    self->started = g_date_time_new_now_local();
}

MamutoRun *
mamuto_run_new(const char *title, MamutoJobFile *job_file, MamutoCluster *cluster)
{
    MamutoRun *self = g_object_new(MAMUTO_TYPE_RUN, NULL);

    self->title = g_strdup(title);
    self->job_file = g_object_ref(job_file);
    self->cluster = g_object_ref(cluster);
    return self;
}

const char *
mamuto_run_get_title(MamutoRun *self)
{
    return self->title;
}

char *
mamuto_run_format_name(MamutoRun *self)
{
    /* Translators: the time of day at which a run was started, as g_date_time_format() takes it */
    g_autofree char *time = g_date_time_format(self->started, _("%H:%M"));

    return g_strdup_printf("%s %s", self->title, time);
}

GDateTime *
mamuto_run_get_started(MamutoRun *self)
{
    return self->started;
}

MamutoJobFile *
mamuto_run_get_job_file(MamutoRun *self)
{
    return self->job_file;
}

MamutoCluster *
mamuto_run_get_cluster(MamutoRun *self)
{
    return self->cluster;
}

GPtrArray *
mamuto_run_get_arguments(MamutoRun *self)
{
    return self->arguments;
}

void
mamuto_run_set_arguments(MamutoRun *self, GPtrArray *arguments)
{
    g_clear_pointer(&self->arguments, g_ptr_array_unref);
    self->arguments = g_ptr_array_ref(arguments);
}

MamutoRunState
mamuto_run_get_state(MamutoRun *self)
{
    return self->state;
}

gboolean
mamuto_run_is_active(MamutoRun *self)
{
    return self->state == MAMUTO_RUN_PREPARING || self->state == MAMUTO_RUN_RUNNING;
}

MamutoJob *
mamuto_run_get_job(MamutoRun *self)
{
    return self->job;
}

MamutoResult *
mamuto_run_get_result(MamutoRun *self)
{
    return self->result;
}

const GError *
mamuto_run_get_error(MamutoRun *self)
{
    return self->error;
}

gboolean
mamuto_run_get_saved(MamutoRun *self)
{
    return self->saved;
}

void
mamuto_run_set_saved(MamutoRun *self, gboolean saved)
{
    if (self->saved == !!saved)
        return;
    self->saved = !!saved;
    g_object_notify_by_pspec(G_OBJECT(self), props[PROP_SAVED]);
}

const char *
mamuto_run_get_file(MamutoRun *self)
{
    return self->file;
}

gboolean
mamuto_run_get_saving(MamutoRun *self)
{
    return self->saving;
}

static void
set_saving(MamutoRun *self, gboolean saving)
{
    self->saving = saving;
    g_object_notify_by_pspec(G_OBJECT(self), props[PROP_SAVING]);
}

static void
save(GTask *task, gpointer source, gpointer path, GCancellable *cancellable)
{
    GError *error = NULL;

    if (mamuto_result_save(MAMUTO_RUN(source)->result, path, &error))
        g_task_return_boolean(task, TRUE);
    else
        g_task_return_error(task, error);
}

void
mamuto_run_save_async(MamutoRun *self, const char *path, GAsyncReadyCallback callback,
                      gpointer user_data)
{
    g_autoptr(GTask) task = g_task_new(self, NULL, callback, user_data);

    g_return_if_fail(self->result && !self->saving);
    g_task_set_task_data(task, g_strdup(path), g_free);
    set_saving(self, TRUE);
    g_task_run_in_thread(task, save);
}

gboolean
mamuto_run_save_finish(MamutoRun *self, GAsyncResult *async_result, GError **error)
{
    gboolean ok = g_task_propagate_boolean(G_TASK(async_result), error);

    if (ok) {
        g_free(self->file);
        self->file = g_strdup(g_task_get_task_data(G_TASK(async_result)));
        mamuto_run_set_saved(self, TRUE);
    }
    set_saving(self, FALSE);
    return ok;
}

static void
set_state(MamutoRun *self, MamutoRunState state)
{
    self->state = state;
    g_object_notify_by_pspec(G_OBJECT(self), props[PROP_STATE]);
}

void
mamuto_run_begin(MamutoRun *self, MamutoJob *job)
{
    g_set_object(&self->job, job);
    g_object_notify_by_pspec(G_OBJECT(self), props[PROP_JOB]);
    set_state(self, MAMUTO_RUN_RUNNING);
}

const char *
mamuto_run_get_direct_output(MamutoRun *self)
{
    const char *output = mamuto_job_file_get_output(self->job_file);

    return output && g_str_has_suffix(output, ".npy") ? output : NULL;
}

void
mamuto_run_end(MamutoRun *self, MamutoResult *result, const GError *error)
{
    g_set_object(&self->result, result);
    if (error)
        self->error = g_error_copy(error);
    if (result && !error)
        self->file = g_strdup(mamuto_run_get_direct_output(self));
    /* an output file that is whole needs no saving */
    mamuto_run_set_saved(self, !result || mamuto_result_get_n_ok(result) == 0 ||
                                   (!error && mamuto_run_get_direct_output(self)));
    if (!error)
        set_state(self, MAMUTO_RUN_DONE);
    else if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        set_state(self, MAMUTO_RUN_STOPPED);
    else
        set_state(self, MAMUTO_RUN_FAILED);
}
