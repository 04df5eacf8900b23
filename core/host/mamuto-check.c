/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * MamutoCheck, the public object that checks one host. The probe runs in a thread and sends copies
 * of its findings to the main context, because public objects may be used only there. */
#include "mamuto-check.h"

#include "host-probe.h"
#include "thread.h"

struct _MamutoCheck {
    GObject parent_instance;
    MamutoCluster *cluster;
    MamutoHost *host;
    MamutoAsker *asker; /* (nullable) */
    GMainContext *context;
    ProbeFindings found;
    GThread *thread; /* (nullable): thread of the check; set until the thread is joined */
    gboolean running;
};

G_DEFINE_FINAL_TYPE(MamutoCheck, mamuto_check, G_TYPE_OBJECT)

enum { SIGNAL_UPDATED, N_SIGNALS };

static guint signals[N_SIGNALS];

/* Joins the thread of the check. After the thread has reported its result, it may still be
 * freeing memory, and the program must not exit during that time. */
static void
join_thread(MamutoCheck *self)
{
    GThread *thread = g_steal_pointer(&self->thread);

    if (thread == g_thread_self())
        g_thread_unref(thread);
    else if (thread != NULL)
        g_thread_join(thread);
}

static void
mamuto_check_finalize(GObject *object)
{
    MamutoCheck *self = MAMUTO_CHECK(object);

    join_thread(self);
    g_clear_object(&self->cluster);
    g_clear_object(&self->host);
    g_clear_object(&self->asker);
    g_main_context_unref(self->context);
    probe_findings_clear(&self->found);
    G_OBJECT_CLASS(mamuto_check_parent_class)->finalize(object);
}

static void
mamuto_check_class_init(MamutoCheckClass *klass)
{
    G_OBJECT_CLASS(klass)->finalize = mamuto_check_finalize;

    /**
     * MamutoCheck::updated:
     * @self: a check
     *
     * Emitted when a stage has begun or ended. The signal is emitted in the main context of the
     * thread that made the check.
     */
    signals[SIGNAL_UPDATED] = g_signal_new("updated", MAMUTO_TYPE_CHECK, G_SIGNAL_RUN_LAST, 0, NULL,
                                           NULL, NULL, G_TYPE_NONE, 0);
}

static void
mamuto_check_init(MamutoCheck *self)
{
    self->context = g_main_context_ref_thread_default();
}

/**
 * mamuto_check_new:
 * @cluster: the cluster that contains @host and the settings common to all hosts
 * @host: the host to check
 * @asker: (nullable): asks the user for passwords and about unknown host keys; if %NULL, a
 *   stage that needs an answer fails
 *
 * Returns: (transfer full): a check that has not been started
 */
MamutoCheck *
mamuto_check_new(MamutoCluster *cluster, MamutoHost *host, MamutoAsker *asker)
{
    MamutoCheck *self;

    g_return_val_if_fail(MAMUTO_IS_CLUSTER(cluster), NULL);
    g_return_val_if_fail(MAMUTO_IS_HOST(host), NULL);
    g_return_val_if_fail(asker == NULL || MAMUTO_IS_ASKER(asker), NULL);

    self = g_object_new(MAMUTO_TYPE_CHECK, NULL);
    self->cluster = g_object_ref(cluster);
    self->host = g_object_ref(host);
    self->asker = asker != NULL ? g_object_ref(asker) : NULL;
    return self;
}

static void
target_free(gpointer data)
{
    ProbeTarget *target = data;

    g_free(target->name);
    g_free(target->address);
    g_free(target->user);
    g_free(target->python);
    g_free(target->workdir);
    g_clear_object(&target->asker);
    g_clear_object(&target->cancellable);
    g_free(target);
}

static ProbeTarget *
target_new(MamutoCheck *self, guint n_at_once, GCancellable *cancellable)
{
    ProbeTarget *target = g_new0(ProbeTarget, 1);

    target->name = g_strdup(mamuto_host_get_name(self->host));
    target->address = g_strdup(mamuto_host_get_address(self->host));
    target->user = g_strdup(mamuto_host_get_user(self->host));
    target->port = mamuto_host_get_port(self->host);
    target->cores = mamuto_host_get_cores(self->host);
    target->local = mamuto_host_is_local(self->host);
    target->python = g_strdup(mamuto_cluster_get_host_python(self->cluster, self->host));
    target->workdir = g_strdup(mamuto_cluster_get_host_workdir(self->cluster, self->host));
    target->nice = mamuto_cluster_get_host_nice(self->cluster, self->host);
    if (target->nice == MAMUTO_NICE_UNSET)
        target->nice = 0;
    target->n_at_once = MAX(1, n_at_once);
    target->asker = self->asker != NULL ? g_object_ref(self->asker) : NULL;
    target->cancellable = cancellable != NULL ? g_object_ref(cancellable) : NULL;
    return target;
}

typedef struct {
    MamutoCheck *check;
    ProbeFindings found;
} Update;

static void
update_free(gpointer data)
{
    Update *update = data;

    probe_findings_clear(&update->found);
    g_object_unref(update->check);
    g_free(update);
}

static gboolean
apply_update(gpointer data)
{
    Update *update = data;
    ProbeFindings old = update->check->found;

    update->check->found = update->found;
    update->found = old;
    g_signal_emit(update->check, signals[SIGNAL_UPDATED], 0);
    return G_SOURCE_REMOVE;
}

/* Called in the thread of the probe. */
static void
on_findings(const ProbeFindings *findings, gpointer data)
{
    MamutoCheck *self = data;
    Update *update = g_new(Update, 1);
    g_autoptr(GSource) source = g_idle_source_new();

    update->check = g_object_ref(self);
    probe_findings_copy(&update->found, findings);
    /* Uses the same priority as GTask, so that all updates are delivered before the callback of
     * mamuto_check_run_async() is called. */
    g_source_set_priority(source, G_PRIORITY_DEFAULT);
    g_source_set_callback(source, apply_update, update, update_free);
    g_source_set_static_name(source, "[mamuto] check");
    g_source_attach(source, self->context);
}

static gpointer
run_thread(gpointer data)
{
    GTask *task = data;
    GError *error = NULL;

    if (probe_host(g_task_get_task_data(task), on_findings, g_task_get_source_object(task), &error))
        g_task_return_boolean(task, TRUE);
    else
        g_task_return_error(task, error);
    g_object_unref(task);
    return NULL;
}

/**
 * mamuto_check_run_async:
 * @self: a check
 * @n_at_once: number of checks that run at the same time, including this check; they share the
 *   memory for received data
 * @cancellable: (nullable): stops the check
 * @callback: called when the check has ended, in the main context of the thread that made the
 *   check
 * @user_data: data for @callback
 *
 * Starts the check in a thread of its own. This function must be called in the thread that made
 * the check. It must not be called again before mamuto_check_run_finish() was called.
 */
void
mamuto_check_run_async(MamutoCheck *self, guint n_at_once, GCancellable *cancellable,
                       GAsyncReadyCallback callback, gpointer user_data)
{
    GTask *task;
    GError *error = NULL;

    g_return_if_fail(MAMUTO_IS_CHECK(self));
    g_return_if_fail(!self->running);

    self->running = TRUE;
    probe_findings_clear(&self->found);
    self->found = (ProbeFindings){0};
    task = g_task_new(self, cancellable, callback, user_data);
    g_task_set_source_tag(task, mamuto_check_run_async);
    g_task_set_task_data(task, target_new(self, n_at_once, cancellable), target_free);
    self->thread = thread_start("mamuto-check", run_thread, g_object_ref(task), &error);
    if (self->thread == NULL) {
        g_task_return_error(task, error);
        g_object_unref(task);
    }
    g_object_unref(task);
}

/**
 * mamuto_check_run_finish:
 * @self: a check
 * @result: the result passed to the callback
 * @error: return location for a #GError
 *
 * Returns: %FALSE if the check was cancelled or could not be started; otherwise %TRUE, even if a
 *   stage failed (see mamuto_check_get_passed())
 */
gboolean
mamuto_check_run_finish(MamutoCheck *self, GAsyncResult *result, GError **error)
{
    g_return_val_if_fail(MAMUTO_IS_CHECK(self), FALSE);
    g_return_val_if_fail(g_task_is_valid(result, self), FALSE);

    join_thread(self);
    self->running = FALSE;
    return g_task_propagate_boolean(G_TASK(result), error);
}

/**
 * mamuto_check_stage_to_string:
 * @stage: a stage
 *
 * Returns: the name of @stage in lower-case English, not translated ("host key")
 */
const char *
mamuto_check_stage_to_string(MamutoCheckStage stage)
{
    static const char *const words[MAMUTO_N_CHECK_STAGES] = {
        "name", "port", "host key", "authentication", "agent", "python", "numpy", "speed",
    };

    g_return_val_if_fail(stage < MAMUTO_N_CHECK_STAGES, "");
    return words[stage];
}

/**
 * mamuto_check_get_host:
 * @self: a check
 *
 * Returns: (transfer none): the host to check
 */
MamutoHost *
mamuto_check_get_host(MamutoCheck *self)
{
    g_return_val_if_fail(MAMUTO_IS_CHECK(self), NULL);
    return self->host;
}

/**
 * mamuto_check_get_passed:
 * @self: a check
 *
 * Returns: %TRUE if all stages have passed that are needed for this host
 */
gboolean
mamuto_check_get_passed(MamutoCheck *self)
{
    g_return_val_if_fail(MAMUTO_IS_CHECK(self), FALSE);
    /* The last stage can have passed only if all earlier stages have passed. */
    return self->found.outcomes[MAMUTO_N_CHECK_STAGES - 1] == MAMUTO_CHECK_PASSED;
}

/**
 * mamuto_check_get_outcome:
 * @self: a check
 * @stage: a stage
 *
 * Returns: the outcome of @stage
 */
MamutoCheckOutcome
mamuto_check_get_outcome(MamutoCheck *self, MamutoCheckStage stage)
{
    g_return_val_if_fail(MAMUTO_IS_CHECK(self), MAMUTO_CHECK_PENDING);
    g_return_val_if_fail(stage < MAMUTO_N_CHECK_STAGES, MAMUTO_CHECK_PENDING);
    return self->found.outcomes[stage];
}

/**
 * mamuto_check_get_detail:
 * @self: a check
 * @stage: a stage
 *
 * Gets the result of a stage, such as "3.11.2 (/usr/bin/python3)". If the stage failed, the text
 * says why it failed and what the user can do. The text may contain control characters from the
 * host: escape it before printing it to a terminal.
 *
 * Returns: (transfer none) (nullable): the detail, valid until the next "updated"; %NULL if there
 *   is none
 */
const char *
mamuto_check_get_detail(MamutoCheck *self, MamutoCheckStage stage)
{
    g_return_val_if_fail(MAMUTO_IS_CHECK(self), NULL);
    g_return_val_if_fail(stage < MAMUTO_N_CHECK_STAGES, NULL);
    return self->found.details[stage];
}

/**
 * mamuto_check_get_error:
 * @self: a check
 *
 * Returns: (transfer none) (nullable): the reason why a stage failed, valid until the next
 *   "updated"
 */
const GError *
mamuto_check_get_error(MamutoCheck *self)
{
    g_return_val_if_fail(MAMUTO_IS_CHECK(self), NULL);
    return self->found.error;
}

/**
 * mamuto_check_get_python:
 * @self: a check
 *
 * The text comes from the host and may contain control characters: escape it before printing it to
 * a terminal.
 *
 * Returns: (transfer none) (nullable): the path of the Python that was found, valid until the next
 *   "updated"; %NULL while unknown
 */
const char *
mamuto_check_get_python(MamutoCheck *self)
{
    g_return_val_if_fail(MAMUTO_IS_CHECK(self), NULL);
    return self->found.python;
}

/**
 * mamuto_check_get_python_version:
 * @self: a check
 *
 * The text comes from the host and may contain control characters: escape it before printing it to
 * a terminal.
 *
 * Returns: (transfer none) (nullable): the version of the Python found, such as "3.11.2", valid
 *   until the next "updated"; %NULL while unknown
 */
const char *
mamuto_check_get_python_version(MamutoCheck *self)
{
    g_return_val_if_fail(MAMUTO_IS_CHECK(self), NULL);
    return self->found.python_version;
}

/**
 * mamuto_check_get_numpy_version:
 * @self: a check
 *
 * The text comes from the host and may contain control characters: escape it before printing it to
 * a terminal.
 *
 * Returns: (transfer none) (nullable): the version of numpy for the Python found, valid until the
 *   next "updated"; %NULL while unknown
 */
const char *
mamuto_check_get_numpy_version(MamutoCheck *self)
{
    g_return_val_if_fail(MAMUTO_IS_CHECK(self), NULL);
    return self->found.numpy_version;
}

/**
 * mamuto_check_get_cores:
 * @self: a check
 *
 * Returns: the number of cores the agent may run on; 0 if unknown
 */
guint
mamuto_check_get_cores(MamutoCheck *self)
{
    g_return_val_if_fail(MAMUTO_IS_CHECK(self), 0);
    return self->found.cores;
}

/**
 * mamuto_check_get_memory:
 * @self: a check
 *
 * Returns: the memory of the host in bytes; 0 if unknown
 */
guint64
mamuto_check_get_memory(MamutoCheck *self)
{
    g_return_val_if_fail(MAMUTO_IS_CHECK(self), 0);
    return self->found.memory;
}

/**
 * mamuto_check_get_latency:
 * @self: a check
 *
 * Returns: the round-trip time to the agent in seconds; 0 if unknown
 */
double
mamuto_check_get_latency(MamutoCheck *self)
{
    g_return_val_if_fail(MAMUTO_IS_CHECK(self), 0);
    return self->found.latency;
}

/**
 * mamuto_check_get_send_rate:
 * @self: a check
 *
 * Returns: bytes per second to the host; 0 if unknown
 */
double
mamuto_check_get_send_rate(MamutoCheck *self)
{
    g_return_val_if_fail(MAMUTO_IS_CHECK(self), 0);
    return self->found.send_rate;
}

/**
 * mamuto_check_get_receive_rate:
 * @self: a check
 *
 * Returns: bytes per second from the host; 0 if unknown
 */
double
mamuto_check_get_receive_rate(MamutoCheck *self)
{
    g_return_val_if_fail(MAMUTO_IS_CHECK(self), 0);
    return self->found.receive_rate;
}
