/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See mamuto-runner.h. A run uses copies of the job and the cluster, so that later edits do not
 * change the run. */
#include "mamuto-runner.h"

#include <glib/gi18n.h>

#include "../documents/known-documents.h"

struct _MamutoRunner {
    GObject parent_instance;
    MamutoJobDocument *job;
    MamutoClusterDocument *cluster;
    MamutoAsker *asker;

    MamutoMapper *mapper;
    gboolean mapper_stale; /* The next run needs a new mapper. */
    MamutoFunction *function;
    MamutoJob *function_of; /* The job that was used to create @function. */
    MamutoRunRecord *record;
    gboolean waiting; /* A run was requested, but inputs are still loading. */
    gboolean outdated;
    gboolean closed; /* mamuto_runner_close() was called: ignore the end of the run. */
    GCancellable *cancellable;
};

enum { PROP_RUNNING = 1, PROP_RUN, PROP_OUTDATED, N_PROPS };
enum { SIGNAL_PROBLEM, SIGNAL_UNKNOWN, SIGNAL_SAVE_FAILED, SIGNAL_QUESTION, N_SIGNALS };

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE(MamutoRunner, mamuto_runner, G_TYPE_OBJECT)

static void
notify(MamutoRunner *self, guint prop)
{
    g_object_notify_by_pspec(G_OBJECT(self), props[prop]);
}

/**
 * mamuto_runner_get_job:
 *
 * Returns: (transfer none): the document of the job to run
 */
MamutoJobDocument *
mamuto_runner_get_job(MamutoRunner *self)
{
    return self->job;
}

/**
 * mamuto_runner_get_cluster:
 *
 * Returns: (transfer none): the document of the cluster on which the job runs
 */
MamutoClusterDocument *
mamuto_runner_get_cluster(MamutoRunner *self)
{
    return self->cluster;
}

/**
 * mamuto_runner_get_asker:
 *
 * Returns: (transfer none): the object with which runs and host checks ask the user questions; the
 * runner emits #MamutoRunner::question for each question
 */
MamutoAsker *
mamuto_runner_get_asker(MamutoRunner *self)
{
    return self->asker;
}

/**
 * mamuto_runner_get_running:
 *
 * Returns: whether a run is active or is waiting for inputs to load
 */
gboolean
mamuto_runner_get_running(MamutoRunner *self)
{
    return self->waiting || (self->record && mamuto_run_record_is_active(self->record));
}

/**
 * mamuto_runner_get_run:
 *
 * Returns: (transfer none) (nullable): the active run; if no run is active, the last run
 */
MamutoRunRecord *
mamuto_runner_get_run(MamutoRunner *self)
{
    return self->record;
}

/**
 * mamuto_runner_get_outdated:
 *
 * Returns: whether the job has changed since the start of the last run
 */
gboolean
mamuto_runner_get_outdated(MamutoRunner *self)
{
    return self->outdated;
}

/**
 * mamuto_runner_set_host_cores:
 * @host: the number of the host in the run
 * @cores: the number of cores; 0 if the host must get no more rows
 *
 * Changes the number of cores of a host for the rest of the active run. The next run uses the
 * numbers in the cluster document again.
 */
void
mamuto_runner_set_host_cores(MamutoRunner *self, guint host, guint cores)
{
    if (!self->record || !mamuto_run_record_get_run(self->record) ||
        !mamuto_run_record_is_active(self->record))
        return;
    mamuto_mapper_set_host_cores(self->mapper, host, cores);
    self->mapper_stale = TRUE;
}

/* ---- checks ---- */

/* Whether the result has several axes and the output is a table, which cannot tell them. Without
 * this check, the results could not be saved after the run. */
static gboolean
is_grid_in_table(MamutoRunner *self)
{
    MamutoJob *job = mamuto_job_document_get_job(self->job);
    const char *output = mamuto_job_get_output(job);
    guint n_axes = 0;

    if (!(mamuto_job_get_flags(job) & MAMUTO_MAP_GRID) || !output ||
        mamuto_file_kind_from_name(output) != MAMUTO_FILE_TABLE)
        return FALSE;
    for (guint i = 0; i < mamuto_job_document_get_n_inputs(self->job); i++)
        n_axes += mamuto_input_get_n_rows(mamuto_job_document_get_input(self->job, i)) >= 0;
    return n_axes > 1;
}

static MamutoProblem *
check_output(MamutoRunner *self)
{
    g_autoptr(GError) error = NULL;

    if (!mamuto_job_check_output(mamuto_job_document_get_job(self->job), &error))
        return mamuto_problem_new(MAMUTO_FIELD_OUTPUT, 0, error->message);
    if (is_grid_in_table(self))
        return mamuto_problem_new(
            MAMUTO_FIELD_OUTPUT, 0,
            _("A table cannot contain the result of all combinations; choose a .npy file"));
    return NULL;
}

static MamutoProblem *
check_hosts(MamutoRunner *self)
{
    MamutoCluster *cluster = mamuto_cluster_document_get_cluster(self->cluster);

    for (guint i = 0; i < mamuto_cluster_get_n_hosts(cluster); i++)
        if (mamuto_host_get_enabled(mamuto_cluster_get_host(cluster, i)))
            return NULL;
    return mamuto_problem_new(MAMUTO_FIELD_HOSTS, 0, _("Add a host, or switch one on"));
}

static gboolean
report(MamutoRunner *self, MamutoProblem *problem)
{
    if (problem)
        g_signal_emit(self, signals[SIGNAL_PROBLEM], 0, problem);
    return !problem;
}

/**
 * mamuto_runner_check_job:
 *
 * Checks whether the function can be called with the current arguments.
 *
 * Returns: %FALSE after emitting #MamutoRunner::problem for the first problem
 */
gboolean
mamuto_runner_check_job(MamutoRunner *self)
{
    g_autoptr(MamutoProblem) problem = mamuto_job_document_check(self->job);

    return report(self, problem);
}

/**
 * mamuto_runner_check:
 *
 * Checks whether a run can start. Inputs that are still loading are not checked.
 *
 * Returns: %FALSE after emitting #MamutoRunner::problem for the first problem
 */
gboolean
mamuto_runner_check(MamutoRunner *self)
{
    g_autoptr(MamutoProblem) problem = mamuto_job_document_check(self->job);

    if (!problem)
        problem = check_output(self);
    if (!problem)
        problem = check_hosts(self);
    return report(self, problem);
}

/* Returns FALSE after emitting the signal "unknown" if the job or the cluster comes from elsewhere.
 * The check is made directly before the run, because another file may have been opened after the
 * user was asked. */
static gboolean
check_known(MamutoRunner *self)
{
    if (known_documents_contain(mamuto_job_document_get_job(self->job)) &&
        known_documents_contain(mamuto_cluster_document_get_cluster(self->cluster)))
        return TRUE;
    g_signal_emit(self, signals[SIGNAL_UNKNOWN], 0);
    return FALSE;
}

/* ---- the run ---- */

static void
update_outdated(MamutoRunner *self)
{
    gboolean outdated = FALSE;

    if (self->record) {
        MamutoJob *then = mamuto_run_record_get_job(self->record);
        g_autoptr(MamutoJob) now = mamuto_job_copy(mamuto_job_document_get_job(self->job));

        mamuto_job_trim_arguments(now);
        /* ignore a change of the cluster file, because the cluster does not affect the result */
        mamuto_job_set_cluster(now, mamuto_job_get_cluster(then));
        outdated = !mamuto_job_equal(now, then);
    }
    if (outdated == self->outdated)
        return;
    self->outdated = outdated;
    notify(self, PROP_OUTDATED);
}

static void
drop_mapper(MamutoRunner *self)
{
    if (self->mapper)
        mamuto_mapper_close(self->mapper);
    g_clear_object(&self->mapper);
}

static void
ensure_mapper(MamutoRunner *self)
{
    g_autoptr(MamutoCluster) cluster = NULL;

    if (self->mapper && !self->mapper_stale)
        return;
    if (self->mapper)
        mamuto_mapper_close_async(self->mapper, NULL, NULL);
    g_clear_object(&self->mapper);
    cluster = mamuto_cluster_document_copy_cluster(self->cluster);
    self->mapper = mamuto_mapper_new(cluster, NULL);
    mamuto_mapper_set_asker(self->mapper, self->asker);
    self->mapper_stale = FALSE;
    g_clear_object(&self->function);
}

/* Creates the MamutoFunction, or keeps the old one if the function of the job is unchanged. The
 * mapper uses this object as a key to find data that it has already sent to the hosts. */
static gboolean
ensure_function(MamutoRunner *self, MamutoJob *job, GError **error)
{
    if (self->function && self->function_of &&
        g_strcmp0(mamuto_job_get_function(job), mamuto_job_get_function(self->function_of)) == 0 &&
        g_strv_equal(mamuto_job_get_depends(job), mamuto_job_get_depends(self->function_of)) &&
        g_strv_equal(mamuto_job_get_send(job), mamuto_job_get_send(self->function_of)))
        return TRUE;
    g_clear_object(&self->function);
    self->function = mamuto_job_make_function(job, error);
    g_set_object(&self->function_of, job);
    return self->function != NULL;
}

/* Returns FALSE if a host was lost or could not be used. The next run must then create a new
 * mapper, because only a new mapper connects to this host again. */
static gboolean
all_hosts_connected(MamutoRun *run)
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
    g_autoptr(MamutoRunner) self = data;
    g_autoptr(GError) error = NULL;

    if (!mamuto_run_record_save_finish(MAMUTO_RUN_RECORD(source), async_result, &error) &&
        !self->closed)
        g_signal_emit(self, signals[SIGNAL_SAVE_FAILED], 0, error->message);
}

static void
end_run(MamutoRunner *self, MamutoResult *result, const GError *error)
{
    MamutoRun *run = mamuto_run_record_get_run(self->record);

    g_clear_object(&self->cancellable);
    if (!result && run)
        result = mamuto_run_get_result(run);
    if (!run || !all_hosts_connected(run))
        self->mapper_stale = TRUE;
    mamuto_run_record_end(self->record, result, error);
    /* an NPY file was already written during the run; other formats are written now */
    if (result && !error && !mamuto_run_record_get_direct_output(self->record) &&
        mamuto_job_get_output(mamuto_run_record_get_job(self->record)))
        mamuto_run_record_save_async(self->record,
                                     mamuto_job_get_output(mamuto_run_record_get_job(self->record)),
                                     on_output_saved, g_object_ref(self));
    notify(self, PROP_RUNNING);
}

static void
on_remapped(GObject *source, GAsyncResult *async_result, gpointer data)
{
    g_autoptr(MamutoRunner) self = MAMUTO_RUNNER(data);
    g_autoptr(GError) error = NULL;
    g_autoptr(MamutoResult) result =
        mamuto_mapper_remap_finish(MAMUTO_MAPPER(source), async_result, &error);

    if (!self->closed)
        end_run(self, result, error);
}

/* Returns (transfer full): the arguments of @job. An element is NULL if the function uses its
 * default value. */
static GPtrArray *
gather_arguments(MamutoRunner *self, MamutoJob *job)
{
    GPtrArray *arguments = g_ptr_array_new_with_free_func((GDestroyNotify)mamuto_argument_unref);

    for (guint i = 0; i < mamuto_job_get_n_arguments(job); i++) {
        MamutoArgument *loaded =
            mamuto_input_get_argument(mamuto_job_document_get_input(self->job, i));

        if (loaded && mamuto_job_get_by_name(job, i))
            loaded = mamuto_argument_with_name(loaded, mamuto_job_get_argument_name(job, i));
        else if (loaded)
            mamuto_argument_ref(loaded);
        g_ptr_array_add(arguments, loaded);
    }
    return arguments;
}

static gboolean
start_remap(MamutoRunner *self, MamutoJob *job, GError **error)
{
    g_autoptr(GPtrArray) arguments = NULL;
    g_autoptr(GPtrArray) given = NULL;

    if (!ensure_function(self, job, error))
        return FALSE;
    arguments = gather_arguments(self, job);
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
on_mapper_run(MamutoMapper *mapper, GParamSpec *pspec, MamutoRunRecord *record)
{
    if (mamuto_run_record_get_state(record) == MAMUTO_RUN_RECORD_PREPARING &&
        mamuto_mapper_get_run(mapper))
        mamuto_run_record_begin(record, mamuto_mapper_get_run(mapper));
}

static void
start_run(MamutoRunner *self)
{
    g_autoptr(MamutoJob) job = mamuto_job_copy(mamuto_job_document_get_job(self->job));
    g_autoptr(MamutoCluster) cluster = mamuto_cluster_document_copy_cluster(self->cluster);
    g_autofree char *title = mamuto_document_dup_title(MAMUTO_DOCUMENT(self->job));
    g_autoptr(GError) error = NULL;

    mamuto_job_trim_arguments(job);
    ensure_mapper(self);
    g_clear_object(&self->record);
    self->record = mamuto_run_record_new(title, job, cluster);
    self->cancellable = g_cancellable_new();
    g_signal_connect_object(self->mapper, "notify::run", G_CALLBACK(on_mapper_run), self->record,
                            0);
    notify(self, PROP_RUN);
    notify(self, PROP_RUNNING);
    update_outdated(self);
    if (!start_remap(self, job, &error))
        end_run(self, NULL, error);
}

static void
continue_run(MamutoRunner *self)
{
    if (!self->waiting || mamuto_job_document_get_loading(self->job))
        return;
    self->waiting = FALSE;
    if (mamuto_runner_check(self) && check_known(self))
        start_run(self);
    else
        notify(self, PROP_RUNNING);
}

static void
on_inputs_changed(MamutoRunner *self)
{
    update_outdated(self);
    continue_run(self);
}

static void
on_hosts_changed(MamutoRunner *self)
{
    self->mapper_stale = TRUE;
}

/**
 * mamuto_runner_run:
 *
 * Starts a run of the current job, including unsaved edits. If inputs are still loading, the run
 * starts when they are loaded. Emits #MamutoRunner::problem if the run cannot start, and
 * #MamutoRunner::unknown if the user must approve the job or the cluster first.
 */
void
mamuto_runner_run(MamutoRunner *self)
{
    if (mamuto_runner_get_running(self))
        return;
    mamuto_job_document_refresh(self->job);
    self->waiting = TRUE;
    if (mamuto_job_document_get_loading(self->job))
        notify(self, PROP_RUNNING);
    continue_run(self);
}

/**
 * mamuto_runner_stop:
 *
 * Stops the run. The results of finished rows are kept.
 */
void
mamuto_runner_stop(MamutoRunner *self)
{
    if (self->waiting) {
        self->waiting = FALSE;
        notify(self, PROP_RUNNING);
    }
    g_cancellable_cancel(self->cancellable);
}

/**
 * mamuto_runner_close:
 *
 * Cancels the run and disconnects the hosts. Blocks for up to about one second, or longer if a disk
 * is slow.
 */
void
mamuto_runner_close(MamutoRunner *self)
{
    self->closed = TRUE;
    self->waiting = FALSE;
    g_cancellable_cancel(self->cancellable);
    drop_mapper(self);
}

/* ---- the object ---- */

/* Emits #MamutoRunner::question. If the runner no longer exists, declines the question. This can
 * happen because a host check that is cancelled when the window closes can ask a question after the
 * runner was freed. */
static void
on_question(MamutoQuestion *question, gpointer data)
{
    g_autoptr(MamutoRunner) self = g_weak_ref_get(data);
    gboolean handled = FALSE;

    if (self)
        g_signal_emit(self, signals[SIGNAL_QUESTION], 0, question, &handled);
    if (!handled)
        mamuto_question_decline(question);
}

static void
weak_ref_free(gpointer data)
{
    g_weak_ref_clear(data);
    g_free(data);
}

static void
mamuto_runner_dispose(GObject *object)
{
    mamuto_runner_close(MAMUTO_RUNNER(object));
    G_OBJECT_CLASS(mamuto_runner_parent_class)->dispose(object);
}

static void
mamuto_runner_finalize(GObject *object)
{
    MamutoRunner *self = MAMUTO_RUNNER(object);

    g_clear_object(&self->job);
    g_clear_object(&self->cluster);
    g_clear_object(&self->asker);
    g_clear_object(&self->function);
    g_clear_object(&self->function_of);
    g_clear_object(&self->record);
    g_clear_object(&self->cancellable);
    G_OBJECT_CLASS(mamuto_runner_parent_class)->finalize(object);
}

static void
mamuto_runner_get_property(GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
    MamutoRunner *self = MAMUTO_RUNNER(object);

    switch (id) {
    case PROP_RUNNING:
        g_value_set_boolean(value, mamuto_runner_get_running(self));
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
mamuto_runner_class_init(MamutoRunnerClass *klass)
{
    GObjectClass *object_class = G_OBJECT_CLASS(klass);
    const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

    object_class->dispose = mamuto_runner_dispose;
    object_class->finalize = mamuto_runner_finalize;
    object_class->get_property = mamuto_runner_get_property;
    props[PROP_RUNNING] = g_param_spec_boolean("running", NULL, NULL, FALSE, flags);
    props[PROP_RUN] = g_param_spec_object("run", NULL, NULL, MAMUTO_TYPE_RUN_RECORD, flags);
    props[PROP_OUTDATED] = g_param_spec_boolean("outdated", NULL, NULL, FALSE, flags);
    g_object_class_install_properties(object_class, N_PROPS, props);

    signals[SIGNAL_PROBLEM] = g_signal_new("problem", MAMUTO_TYPE_RUNNER, G_SIGNAL_RUN_LAST, 0,
                                           NULL, NULL, NULL, G_TYPE_NONE, 1, MAMUTO_TYPE_PROBLEM);
    signals[SIGNAL_UNKNOWN] = g_signal_new("unknown", MAMUTO_TYPE_RUNNER, G_SIGNAL_RUN_LAST, 0,
                                           NULL, NULL, NULL, G_TYPE_NONE, 0);
    signals[SIGNAL_SAVE_FAILED] = g_signal_new("save-failed", MAMUTO_TYPE_RUNNER, G_SIGNAL_RUN_LAST,
                                               0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
    signals[SIGNAL_QUESTION] = g_signal_new("question", MAMUTO_TYPE_RUNNER, G_SIGNAL_RUN_LAST, 0,
                                            g_signal_accumulator_true_handled, NULL, NULL,
                                            G_TYPE_BOOLEAN, 1, MAMUTO_TYPE_QUESTION);
}

static void
mamuto_runner_init(MamutoRunner *self)
{
    GWeakRef *weak = g_new(GWeakRef, 1);

    g_weak_ref_init(weak, self);
    self->asker = mamuto_asker_new(on_question, weak, weak_ref_free);
}

/**
 * mamuto_runner_new:
 *
 * Returns: (transfer full): a runner for @job and @cluster
 */
MamutoRunner *
mamuto_runner_new(MamutoJobDocument *job, MamutoClusterDocument *cluster)
{
    MamutoRunner *self = g_object_new(MAMUTO_TYPE_RUNNER, NULL);

    self->job = g_object_ref(job);
    self->cluster = g_object_ref(cluster);
    /* G_CONNECT_AFTER: the handler of MamutoOpener must run first, because it assigns newly opened
     * arrays to the arguments */
    g_signal_connect_object(job, "inputs-changed", G_CALLBACK(on_inputs_changed), self,
                            (GConnectFlags)(G_CONNECT_SWAPPED | G_CONNECT_AFTER));
    g_signal_connect_object(cluster, "hosts-changed", G_CALLBACK(on_hosts_changed), self,
                            G_CONNECT_SWAPPED);
    return self;
}
