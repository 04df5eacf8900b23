/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The public object of a comparison. Copies the settings, starts a thread that measures, and
 * updates the object in the main context when the thread reports a measurement or a note. */
#include "mamuto-comparison.h"

#include <glib/gi18n-lib.h>

#include "comparison-run.h"
#include "mamuto-error.h"
#include "mamuto-task.h"

#define DEFAULT_BUDGET 60

struct _MamutoComparison {
    GObject parent_instance;
    ComparisonSetup setup;
    ComparisonRun run;
    MamutoTimings *timings;
    GMainContext *context;
    gboolean planned, busy;
    guint n_done;
    MamutoContender current;
    gint64 current_rows;
};

G_DEFINE_FINAL_TYPE(MamutoComparison, mamuto_comparison, G_TYPE_OBJECT)

enum { UPDATED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
mamuto_comparison_finalize(GObject *object)
{
    MamutoComparison *self = MAMUTO_COMPARISON(object);

    comparison_run_clear(&self->run);
    g_clear_object(&self->setup.cluster);
    g_clear_object(&self->setup.function);
    g_clear_object(&self->setup.asker);
    g_clear_pointer(&self->setup.arguments, g_ptr_array_unref);
    g_free(self->setup.keep);
    g_clear_object(&self->timings);
    g_clear_pointer(&self->context, g_main_context_unref);
    G_OBJECT_CLASS(mamuto_comparison_parent_class)->finalize(object);
}

static void
mamuto_comparison_class_init(MamutoComparisonClass *klass)
{
    G_OBJECT_CLASS(klass)->finalize = mamuto_comparison_finalize;

    /**
     * MamutoComparison::updated:
     * @self: the comparison
     *
     * Emitted when a measurement begins, ends or is left out, and when a note is added.
     */
    signals[UPDATED] = g_signal_new("updated", MAMUTO_TYPE_COMPARISON, G_SIGNAL_RUN_LAST, 0, NULL,
                                    NULL, NULL, G_TYPE_NONE, 0);
}

static void
mamuto_comparison_init(MamutoComparison *self)
{
    self->setup.budget = DEFAULT_BUDGET;
    self->run.setup = &self->setup;
}

/* Copies the cluster, because the user may edit the original while the comparison runs. */
static MamutoCluster *
copy_cluster(MamutoCluster *cluster)
{
    static const char *const properties[] = {"enabled", "user",    "port",
                                             "python",  "workdir", "nice"};
    MamutoCluster *copy = mamuto_cluster_new();

    mamuto_cluster_set_python(copy, mamuto_cluster_get_python(cluster));
    mamuto_cluster_set_workdir(copy, mamuto_cluster_get_workdir(cluster));
    mamuto_cluster_set_nice(copy, mamuto_cluster_get_nice(cluster));
    for (guint i = 0; i < mamuto_cluster_get_n_hosts(cluster); i++) {
        MamutoHost *from = mamuto_cluster_get_host(cluster, i);
        g_autoptr(MamutoHost) to =
            mamuto_host_new(mamuto_host_get_name(from), mamuto_host_get_cores(from), NULL);

        for (guint p = 0; to != NULL && p < G_N_ELEMENTS(properties); p++) {
            g_auto(GValue) value = G_VALUE_INIT;

            g_object_get_property(G_OBJECT(from), properties[p], &value);
            g_object_set_property(G_OBJECT(to), properties[p], &value);
        }
        if (to != NULL)
            mamuto_cluster_add(copy, to);
    }
    return copy;
}

static guint
count_enabled(MamutoCluster *cluster)
{
    guint n = 0;

    for (guint i = 0; i < mamuto_cluster_get_n_hosts(cluster); i++)
        n += mamuto_host_get_enabled(mamuto_cluster_get_host(cluster, i));
    return n;
}

/**
 * mamuto_comparison_new:
 * @cluster: the cluster to measure; copied. If no other computer is enabled in it, only a plain
 *   loop and this computer are compared
 * @function: the function to call; must not be used elsewhere until the comparison has ended
 * @arguments: (element-type MamutoArgument): one for each parameter
 * @flags: %MAMUTO_MAP_BATCH and %MAMUTO_MAP_CONTINUE; %MAMUTO_MAP_GRID is refused when the
 *   comparison begins; other flags are ignored
 *
 * Returns: (transfer full): a comparison that is not started
 */
MamutoComparison *
mamuto_comparison_new(MamutoCluster *cluster, MamutoFunction *function, GPtrArray *arguments,
                      MamutoMapFlags flags)
{
    MamutoComparison *self;

    g_return_val_if_fail(MAMUTO_IS_CLUSTER(cluster), NULL);
    g_return_val_if_fail(MAMUTO_IS_FUNCTION(function), NULL);
    g_return_val_if_fail(arguments != NULL, NULL);

    self = g_object_new(MAMUTO_TYPE_COMPARISON, NULL);
    self->setup.cluster = copy_cluster(cluster);
    self->setup.function = g_object_ref(function);
    self->setup.arguments = g_ptr_array_new_with_free_func((GDestroyNotify)mamuto_argument_unref);
    for (guint i = 0; i < arguments->len; i++)
        g_ptr_array_add(self->setup.arguments,
                        mamuto_argument_ref(g_ptr_array_index(arguments, i)));
    self->setup.keep = g_new0(gboolean, MAX(arguments->len, 1));
    self->setup.flags = flags;
    self->timings = mamuto_timings_new(mamuto_function_get_spec(function), count_enabled(cluster),
                                       mamuto_cluster_get_n_cores(cluster));
    return self;
}

/**
 * mamuto_comparison_set_asker:
 * @self: a comparison that has not begun
 * @asker: (nullable): asks the user for passwords, and whether unknown host keys are right
 *
 * Without an asker, a host that needs a password or has an unknown host key cannot be used.
 */
void
mamuto_comparison_set_asker(MamutoComparison *self, MamutoAsker *asker)
{
    g_return_if_fail(MAMUTO_IS_COMPARISON(self));
    g_return_if_fail(!self->busy);
    g_set_object(&self->setup.asker, asker);
}

/**
 * mamuto_comparison_set_budget:
 * @self: a comparison that has not begun
 * @seconds: time limit of the whole comparison, 0.1 s to 30 days; 60 by default. Measurements for
 *   which the time is not sufficient are left out
 */
void
mamuto_comparison_set_budget(MamutoComparison *self, double seconds)
{
    g_return_if_fail(MAMUTO_IS_COMPARISON(self));
    g_return_if_fail(!self->busy && !self->planned);
    /* The maximum is 30 days, because g_timeout_source_new() accepts at most 49 days. */
    self->setup.budget = CLAMP(seconds, 0.1, 30 * 86400);
}

/**
 * mamuto_comparison_set_keep:
 * @self: a comparison that has not begun
 * @position: index of an argument, from 0
 * @keep: whether the argument is kept on the hosts between runs. The time of sending a kept
 *   argument is part of a cold start only
 */
void
mamuto_comparison_set_keep(MamutoComparison *self, guint position, gboolean keep)
{
    g_return_if_fail(MAMUTO_IS_COMPARISON(self));
    g_return_if_fail(!self->busy && position < self->setup.arguments->len);
    self->setup.keep[position] = keep;
}

/* ---- events of the thread ---- */

typedef struct {
    MamutoComparison *self;
    MamutoContender contender;
    gint64 rows;
    gboolean ended, has_measurement;
    MamutoMeasurement measurement;
    MamutoNote *note; /* (nullable) */
} Event;

static void
event_free(gpointer data)
{
    Event *event = data;

    g_object_unref(event->self);
    mamuto_note_free(event->note);
    g_free(event);
}

static gboolean
apply_event(gpointer data)
{
    Event *event = data;
    MamutoComparison *self = event->self;

    if (event->note != NULL) {
        mamuto_timings_add_note(self->timings, event->note);
    } else if (event->ended) {
        self->n_done++;
        self->current_rows = 0;
        if (event->has_measurement)
            mamuto_timings_add(self->timings, &event->measurement);
    } else {
        self->current = event->contender;
        self->current_rows = event->rows;
    }
    g_signal_emit(self, signals[UPDATED], 0);
    return G_SOURCE_REMOVE;
}

static void
post_event(MamutoComparison *self, Event *event)
{
    g_autoptr(GSource) source = g_idle_source_new();

    event->self = g_object_ref(self);
    /* Does not use g_main_context_invoke(), because g_main_context_invoke() would call
     * apply_event() in this thread while no other thread iterates the context. */
    g_source_set_priority(source, G_PRIORITY_DEFAULT);
    g_source_set_callback(source, apply_event, event, event_free);
    g_source_attach(source, self->context);
}

static void
on_begun(MamutoContender contender, gint64 rows, gpointer data)
{
    Event *event = g_new0(Event, 1);

    event->contender = contender;
    event->rows = rows;
    post_event(data, event);
}

static void
on_measured(const MamutoMeasurement *measurement, gpointer data)
{
    Event *event = g_new0(Event, 1);

    event->ended = TRUE;
    event->has_measurement = measurement != NULL;
    if (measurement != NULL)
        event->measurement = *measurement;
    post_event(data, event);
}

static void
on_noted(const MamutoNote *note, gpointer data)
{
    Event *event = g_new0(Event, 1);

    event->note = mamuto_note_copy(note);
    post_event(data, event);
}

/* ---- planning and running ---- */

static gboolean
find_rows(MamutoComparison *self, GError **error)
{
    if ((self->setup.flags & MAMUTO_MAP_GRID) != 0) {
        g_set_error_literal(error, MAMUTO_ERROR, MAMUTO_ERROR_UNSUPPORTED,
                            _("a grid cannot be compared with a plain loop; give the combinations "
                              "as arrays of the same length"));
        return FALSE;
    }
    self->setup.n_rows = -1;
    for (guint i = 0; i < self->setup.arguments->len; i++) {
        MamutoArgument *argument = g_ptr_array_index(self->setup.arguments, i);
        MamutoArray *array = mamuto_argument_get_array(argument);
        gint64 n = -1;

        if (array == NULL || mamuto_argument_is_whole(argument))
            continue;
        n = mamuto_array_get_n_dims(array) > 0 ? mamuto_array_get_n_rows(array) : -1;
        if (n < 0 || (self->setup.n_rows >= 0 && n != self->setup.n_rows)) {
            g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_LENGTH,
                        _("argument %u does not have as many rows as the arguments before it; all "
                          "mapped arrays must have the same number of rows"),
                        i + 1);
            return FALSE;
        }
        self->setup.n_rows = n;
    }
    if (self->setup.n_rows > 0)
        return TRUE;
    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                _("the arguments have no rows, so there is nothing to measure"));
    return FALSE;
}

static void
plan_in_thread(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
    MamutoComparison *self = source;
    GError *error = NULL;

    if (comparison_plan(&self->run, cancellable, &error)) {
        g_task_return_boolean(task, TRUE);
        return;
    }
    /* Ends the Python process and removes its folder before g_task_return_error(), because the
     * callback of the task may exit the program. */
    comparison_run_clear(&self->run);
    g_task_return_error(task, error);
}

/* Adds a note that the comparison ended early. The user still sees the measurements made before. */
static void
note_end(MamutoComparison *self, const GError *error)
{
    gboolean stopped = g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_autofree char *why = mamuto_error_format(error);
    g_autoptr(MamutoNote) note = stopped ? mamuto_note_new(MAMUTO_NOTE_STOPPED, NULL, NULL, 0)
                                         : mamuto_note_new(MAMUTO_NOTE_ENDED, NULL, why, 0);

    on_noted(note, self);
}

static void
run_in_thread(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
    MamutoComparison *self = source;
    const ComparisonEvents events = {on_begun, on_measured, on_noted, self};
    GError *error = NULL;
    gboolean ok = (self->planned || comparison_plan(&self->run, cancellable, &error)) &&
                  comparison_measure(&self->run, &events, cancellable, &error);

    comparison_run_clear(&self->run);
    if (ok) {
        g_task_return_boolean(task, TRUE);
        return;
    }
    note_end(self, error);
    g_task_return_error(task, error);
}

static void
begin(MamutoComparison *self, gpointer tag, GTaskThreadFunc func, GCancellable *cancellable,
      GAsyncReadyCallback callback, gpointer user_data)
{
    g_autoptr(GCancellable) own = cancellable != NULL ? NULL : g_cancellable_new();
    g_autoptr(GTask) task =
        g_task_new(self, cancellable != NULL ? cancellable : own, callback, user_data);
    GError *error = NULL;

    g_task_set_source_tag(task, tag);
    if (self->busy || !find_rows(self, &error)) {
        if (error == NULL)
            g_set_error(&error, MAMUTO_ERROR, MAMUTO_ERROR_FAILED,
                        _("the comparison is already running"));
        g_task_return_error(task, error);
        return;
    }
    self->busy = TRUE;
    g_clear_pointer(&self->context, g_main_context_unref);
    self->context = g_main_context_ref_thread_default();
    mamuto_task_run_in_thread(task, func);
}

/**
 * mamuto_comparison_plan_async:
 * @self: a comparison
 * @cancellable: (nullable): cancels the planning
 * @callback: called when the planning has ended
 * @user_data: data for @callback
 *
 * Calls the function with a few rows to measure the time of a row, and plans the comparison. The
 * program can then show the number of calls and the duration before the comparison runs.
 */
void
mamuto_comparison_plan_async(MamutoComparison *self, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data)
{
    g_return_if_fail(MAMUTO_IS_COMPARISON(self));
    g_return_if_fail(!self->planned);
    begin(self, mamuto_comparison_plan_async, plan_in_thread, cancellable, callback, user_data);
}

/**
 * mamuto_comparison_plan_finish:
 * @self: a comparison
 * @result: the result passed to the callback
 * @error: %MAMUTO_ERROR_NUMPY and %MAMUTO_ERROR_PYTHON if no Python on this computer can run the
 *   plain loop, %MAMUTO_ERROR_FUNCTION if the function cannot be imported, %MAMUTO_ERROR_ROW if it
 *   fails, %MAMUTO_ERROR_INVALID_ARGUMENT for a budget that is too small, %MAMUTO_ERROR_LENGTH for
 *   arrays with different numbers of rows, %G_IO_ERROR_CANCELLED
 *
 * Returns: whether the comparison can be run
 */
gboolean
mamuto_comparison_plan_finish(MamutoComparison *self, GAsyncResult *result, GError **error)
{
    g_return_val_if_fail(g_task_is_valid(result, self), FALSE);

    self->busy = FALSE;
    self->planned = g_task_propagate_boolean(G_TASK(result), error);
    return self->planned;
}

/**
 * mamuto_comparison_run_async:
 * @self: a comparison
 * @cancellable: (nullable): stops the comparison; mamuto_comparison_get_timings() then returns what
 *   was measured so far
 * @callback: called when the comparison has ended
 * @user_data: data for @callback
 *
 * Makes all measurements for which the time budget is sufficient. Plans the comparison if
 * mamuto_comparison_plan_async() was not called. A comparison can run only once.
 */
void
mamuto_comparison_run_async(MamutoComparison *self, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data)
{
    g_return_if_fail(MAMUTO_IS_COMPARISON(self));
    begin(self, mamuto_comparison_run_async, run_in_thread, cancellable, callback, user_data);
}

/**
 * mamuto_comparison_run_finish:
 * @self: a comparison
 * @result: the result passed to the callback
 * @error: as for mamuto_comparison_plan_finish() and mamuto_mapper_remap_finish(). A cluster that
 *   cannot be used is not an error but a note in the timings
 *
 * Returns: (transfer full): the measurements; %NULL on an error
 */
MamutoTimings *
mamuto_comparison_run_finish(MamutoComparison *self, GAsyncResult *result, GError **error)
{
    g_return_val_if_fail(g_task_is_valid(result, self), NULL);

    self->busy = FALSE;
    self->planned = FALSE;
    self->current_rows = 0;
    return g_task_propagate_boolean(G_TASK(result), error) ? g_object_ref(self->timings) : NULL;
}

/**
 * mamuto_comparison_get_timings:
 * @self: a comparison
 *
 * Returns: (transfer none): the measurements and notes so far
 */
MamutoTimings *
mamuto_comparison_get_timings(MamutoComparison *self)
{
    g_return_val_if_fail(MAMUTO_IS_COMPARISON(self), NULL);
    return self->timings;
}

/**
 * mamuto_comparison_get_planned_calls:
 * @self: a comparison that was planned
 *
 * Returns: the estimated number of calls of the function, summed over all contenders; in
 *   batch mode, the number of rows passed to these calls
 */
gint64
mamuto_comparison_get_planned_calls(MamutoComparison *self)
{
    g_return_val_if_fail(MAMUTO_IS_COMPARISON(self), 0);
    return self->run.plan.n_calls;
}

/**
 * mamuto_comparison_get_planned_seconds:
 * @self: a comparison that was planned
 *
 * Returns: the estimated duration in seconds
 */
double
mamuto_comparison_get_planned_seconds(MamutoComparison *self)
{
    g_return_val_if_fail(MAMUTO_IS_COMPARISON(self), 0);
    return self->run.plan.seconds;
}

/**
 * mamuto_comparison_get_largest_size:
 * @self: a comparison that was planned
 *
 * Returns: the largest number of rows that is measured
 */
gint64
mamuto_comparison_get_largest_size(MamutoComparison *self)
{
    const Plan *plan;

    g_return_val_if_fail(MAMUTO_IS_COMPARISON(self), 0);
    plan = &self->run.plan;
    return plan->n_sizes > 0 ? plan->sizes[plan->n_sizes - 1] : 0;
}

/**
 * mamuto_comparison_get_n_planned:
 * @self: a comparison that was planned
 *
 * Returns: the number of planned measurements
 */
guint
mamuto_comparison_get_n_planned(MamutoComparison *self)
{
    g_return_val_if_fail(MAMUTO_IS_COMPARISON(self), 0);
    return self->run.plan.n_measurements;
}

/**
 * mamuto_comparison_get_n_done:
 * @self: a comparison
 *
 * Returns: the number of planned measurements that were made or left out so far
 */
guint
mamuto_comparison_get_n_done(MamutoComparison *self)
{
    g_return_val_if_fail(MAMUTO_IS_COMPARISON(self), 0);
    return self->n_done;
}

/**
 * mamuto_comparison_get_current:
 * @self: a comparison
 * @rows: (out) (optional): the number of rows of the current measurement; 0 if none is running
 *
 * Returns: the contender that is being measured
 */
MamutoContender
mamuto_comparison_get_current(MamutoComparison *self, gint64 *rows)
{
    g_return_val_if_fail(MAMUTO_IS_COMPARISON(self), MAMUTO_CONTENDER_LOOP);

    if (rows != NULL)
        *rows = self->current_rows;
    return self->current;
}
