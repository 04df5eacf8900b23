/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See mamuto-run-record.h. */
#include "mamuto-run-record.h"

#include <glib/gi18n.h>

struct _MamutoRunRecord {
    GObject parent_instance;
    char *title;
    GDateTime *started;
    MamutoJob *job;
    MamutoCluster *cluster;
    GPtrArray *arguments;
    MamutoRunRecordState state;
    MamutoRun *run;
    MamutoResult *result;
    GError *error;
    gboolean saved;
    gboolean saving;
    char *file;
};

enum { PROP_STATE = 1, PROP_RUN, PROP_SAVED, PROP_SAVING, N_PROPS };

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE(MamutoRunRecord, mamuto_run_record, G_TYPE_OBJECT)

static void
mamuto_run_record_finalize(GObject *object)
{
    MamutoRunRecord *self = MAMUTO_RUN_RECORD(object);

    g_free(self->title);
    g_free(self->file);
    g_date_time_unref(self->started);
    g_clear_object(&self->job);
    g_clear_object(&self->cluster);
    g_clear_pointer(&self->arguments, g_ptr_array_unref);
    g_clear_object(&self->run);
    g_clear_object(&self->result);
    g_clear_error(&self->error);
    G_OBJECT_CLASS(mamuto_run_record_parent_class)->finalize(object);
}

static void
mamuto_run_record_get_property(GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
    MamutoRunRecord *self = MAMUTO_RUN_RECORD(object);

    switch (id) {
    case PROP_STATE:
        g_value_set_int(value, (int)self->state);
        break;
    case PROP_RUN:
        g_value_set_object(value, self->run);
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
mamuto_run_record_class_init(MamutoRunRecordClass *klass)
{
    GObjectClass *object_class = G_OBJECT_CLASS(klass);

    object_class->finalize = mamuto_run_record_finalize;
    object_class->get_property = mamuto_run_record_get_property;
    props[PROP_STATE] = g_param_spec_int("state", NULL, NULL, MAMUTO_RUN_RECORD_PREPARING,
                                         MAMUTO_RUN_RECORD_STOPPED, MAMUTO_RUN_RECORD_PREPARING,
                                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
    props[PROP_RUN] = g_param_spec_object("run", NULL, NULL, MAMUTO_TYPE_RUN,
                                          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
    props[PROP_SAVED] =
        g_param_spec_boolean("saved", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
    props[PROP_SAVING] = g_param_spec_boolean("saving", NULL, NULL, FALSE,
                                              G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
    g_object_class_install_properties(object_class, N_PROPS, props);
}

static void
mamuto_run_record_init(MamutoRunRecord *self)
{
    self->started = g_date_time_new_now_local();
}

MamutoRunRecord *
mamuto_run_record_new(const char *title, MamutoJob *job, MamutoCluster *cluster)
{
    MamutoRunRecord *self = g_object_new(MAMUTO_TYPE_RUN_RECORD, NULL);

    self->title = g_strdup(title);
    self->job = g_object_ref(job);
    self->cluster = g_object_ref(cluster);
    return self;
}

const char *
mamuto_run_record_get_title(MamutoRunRecord *self)
{
    return self->title;
}

char *
mamuto_run_record_format_name(MamutoRunRecord *self)
{
    /* Translators: the time of day at which a run was started, in the format of
     * g_date_time_format() */
    g_autofree char *time = g_date_time_format(self->started, _("%H:%M"));

    return g_strdup_printf("%s %s", self->title, time);
}

GDateTime *
mamuto_run_record_get_started(MamutoRunRecord *self)
{
    return self->started;
}

MamutoJob *
mamuto_run_record_get_job(MamutoRunRecord *self)
{
    return self->job;
}

MamutoCluster *
mamuto_run_record_get_cluster(MamutoRunRecord *self)
{
    return self->cluster;
}

GPtrArray *
mamuto_run_record_get_arguments(MamutoRunRecord *self)
{
    return self->arguments;
}

void
mamuto_run_record_set_arguments(MamutoRunRecord *self, GPtrArray *arguments)
{
    g_clear_pointer(&self->arguments, g_ptr_array_unref);
    self->arguments = g_ptr_array_ref(arguments);
}

MamutoRunRecordState
mamuto_run_record_get_state(MamutoRunRecord *self)
{
    return self->state;
}

gboolean
mamuto_run_record_is_active(MamutoRunRecord *self)
{
    return self->state == MAMUTO_RUN_RECORD_PREPARING || self->state == MAMUTO_RUN_RECORD_RUNNING;
}

MamutoRun *
mamuto_run_record_get_run(MamutoRunRecord *self)
{
    return self->run;
}

MamutoResult *
mamuto_run_record_get_result(MamutoRunRecord *self)
{
    return self->result;
}

const GError *
mamuto_run_record_get_error(MamutoRunRecord *self)
{
    return self->error;
}

gboolean
mamuto_run_record_get_saved(MamutoRunRecord *self)
{
    return self->saved;
}

void
mamuto_run_record_set_saved(MamutoRunRecord *self, gboolean saved)
{
    if (self->saved == !!saved)
        return;
    self->saved = !!saved;
    g_object_notify_by_pspec(G_OBJECT(self), props[PROP_SAVED]);
}

const char *
mamuto_run_record_get_file(MamutoRunRecord *self)
{
    return self->file;
}

gboolean
mamuto_run_record_get_saving(MamutoRunRecord *self)
{
    return self->saving;
}

static void
set_saving(MamutoRunRecord *self, gboolean saving)
{
    self->saving = saving;
    g_object_notify_by_pspec(G_OBJECT(self), props[PROP_SAVING]);
}

static void
save(GTask *task, gpointer source, gpointer path, GCancellable *cancellable)
{
    GError *error = NULL;

    if (mamuto_result_save(MAMUTO_RUN_RECORD(source)->result, path, &error))
        g_task_return_boolean(task, TRUE);
    else
        g_task_return_error(task, error);
}

void
mamuto_run_record_save_async(MamutoRunRecord *self, const char *path, GAsyncReadyCallback callback,
                             gpointer user_data)
{
    g_autoptr(GTask) task = g_task_new(self, NULL, callback, user_data);

    g_return_if_fail(self->result && !self->saving);
    g_task_set_task_data(task, g_strdup(path), g_free);
    set_saving(self, TRUE);
    mamuto_task_run_in_thread(task, save);
}

gboolean
mamuto_run_record_save_finish(MamutoRunRecord *self, GAsyncResult *async_result, GError **error)
{
    gboolean ok = g_task_propagate_boolean(G_TASK(async_result), error);

    if (ok) {
        g_free(self->file);
        self->file = g_strdup(g_task_get_task_data(G_TASK(async_result)));
        mamuto_run_record_set_saved(self, TRUE);
    }
    set_saving(self, FALSE);
    return ok;
}

static void
set_state(MamutoRunRecord *self, MamutoRunRecordState state)
{
    self->state = state;
    g_object_notify_by_pspec(G_OBJECT(self), props[PROP_STATE]);
}

void
mamuto_run_record_begin(MamutoRunRecord *self, MamutoRun *run)
{
    g_set_object(&self->run, run);
    g_object_notify_by_pspec(G_OBJECT(self), props[PROP_RUN]);
    set_state(self, MAMUTO_RUN_RECORD_RUNNING);
}

const char *
mamuto_run_record_get_direct_output(MamutoRunRecord *self)
{
    const char *output = mamuto_job_get_output(self->job);

    /* files of other kinds are written after the run */
    return output && mamuto_file_kind_from_name(output) & (MAMUTO_FILE_NPY | MAMUTO_FILE_JSON_LINES)
               ? output
               : NULL;
}

void
mamuto_run_record_end(MamutoRunRecord *self, MamutoResult *result, const GError *error)
{
    g_set_object(&self->result, result);
    if (error)
        self->error = g_error_copy(error);
    if (result && !error)
        self->file = g_strdup(mamuto_run_record_get_direct_output(self));
    /* the result needs no saving if no row succeeded or if the output file is complete */
    mamuto_run_record_set_saved(self, !result || mamuto_result_get_n_ok(result) == 0 ||
                                          (!error && mamuto_run_record_get_direct_output(self)));
    if (!error)
        set_state(self, MAMUTO_RUN_RECORD_DONE);
    else if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        set_state(self, MAMUTO_RUN_RECORD_STOPPED);
    else
        set_state(self, MAMUTO_RUN_RECORD_FAILED);
}
