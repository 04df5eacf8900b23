/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The public object of a run: totals and a status for each host, updated in the main context. */
#include "run-object.h"

/* The remaining time is estimated only after ETA_MIN_SECONDS have passed and ETA_MIN_SHARE of the
 * rows are done. */
#define ETA_MIN_SECONDS 3.0
#define ETA_MIN_SHARE 0.02
/* ETA_INTERVAL: minimum time in µs between two changes of the estimated remaining time.
 * RATE_SECONDS: time constant in seconds for smoothing the rate (rows per second), from which the
 * remaining time is estimated. */
#define ETA_INTERVAL (1 * G_USEC_PER_SEC)
#define RATE_SECONDS 3.0

struct _MamutoRun {
    GObject parent_instance;
    char *function;
    gint64 n_rows;
    GListStore *hosts;
    MamutoTrace *trace;
    MamutoResult *result;
    GPtrArray *failures, *causes;
    MamutoRunState state;
    RunCounts counts;
    gint64 begin, end, updated;
    double interval; /* seconds between the last two updates */
    double measured; /* seconds since the first result */
    double rows_per_second, eta;
    gint64 eta_at;
};

G_DEFINE_FINAL_TYPE(MamutoRun, mamuto_run, G_TYPE_OBJECT)

enum { SIGNAL_UPDATED, SIGNAL_LOG, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
mamuto_run_finalize(GObject *object)
{
    MamutoRun *self = MAMUTO_RUN(object);

    g_clear_object(&self->hosts);
    g_clear_object(&self->trace);
    g_clear_object(&self->result);
    g_ptr_array_unref(self->failures);
    g_ptr_array_unref(self->causes);
    g_free(self->function);
    G_OBJECT_CLASS(mamuto_run_parent_class)->finalize(object);
}

static void
mamuto_run_class_init(MamutoRunClass *klass)
{
    G_OBJECT_CLASS(klass)->finalize = mamuto_run_finalize;

    /**
     * MamutoRun::updated:
     * @self: a run
     *
     * Emitted in the main context of the mapper after the values of the run were updated. This
     * happens at most 10 times a second, and at the end of the run.
     */
    signals[SIGNAL_UPDATED] = g_signal_new("updated", MAMUTO_TYPE_RUN, G_SIGNAL_RUN_LAST, 0, NULL,
                                           NULL, NULL, G_TYPE_NONE, 0);
    /**
     * MamutoRun::log:
     * @self: a run
     * @host: the position of the host in mamuto_run_get_hosts()
     * @slot: the number of the worker process on the host, or -1 for the interpreter that imports
     *   the function
     * @stream: 1 for stdout, 2 for stderr
     * @text: whole lines printed by user code, valid UTF-8. The text is from the host: escape it
     *   before printing it to a terminal.
     */
    signals[SIGNAL_LOG] =
        g_signal_new("log", MAMUTO_TYPE_RUN, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 4,
                     G_TYPE_UINT, G_TYPE_INT, G_TYPE_UINT, G_TYPE_STRING);
}

static void
mamuto_run_init(MamutoRun *self)
{
    self->hosts = g_list_store_new(MAMUTO_TYPE_HOST_STATUS);
    self->begin = self->updated = g_get_monotonic_time();
    self->eta = -1;
    self->failures = g_ptr_array_new_with_free_func((GDestroyNotify)mamuto_row_failure_free);
    self->causes = g_ptr_array_new_with_free_func((GDestroyNotify)mamuto_failure_cause_free);
}

MamutoRun *
run_object_new(const char *function, gint64 n_rows, const char *const *host_names, guint n_hosts,
               MamutoTrace *trace)
{
    MamutoRun *self = g_object_new(MAMUTO_TYPE_RUN, NULL);

    self->function = g_strdup(function);
    self->n_rows = n_rows;
    self->trace = g_object_ref(trace);
    for (guint i = 0; i < n_hosts; i++) {
        g_autoptr(MamutoHostStatus) host = host_status_new(host_names[i]);

        g_list_store_append(self->hosts, host);
    }
    return self;
}

double
run_object_begin_update(MamutoRun *self)
{
    gint64 now = g_get_monotonic_time();

    self->interval = (double)MAX(now - self->updated, 1) / G_USEC_PER_SEC;
    self->updated = now;
    return self->interval;
}

MamutoHostStatus *
run_object_get_host(MamutoRun *self, guint host)
{
    g_autoptr(MamutoHostStatus) status = g_list_model_get_item(G_LIST_MODEL(self->hosts), host);

    return status; /* the list store holds a reference, so the returned object stays valid */
}

/* Updates the rate of rows. In the first RATE_SECONDS after the first result, the rate is a mean.
 * Later it is smoothed over RATE_SECONDS. The time before the first result is excluded, because the
 * rate would be too low while hosts are still connecting. */
static void
update_rate(MamutoRun *self, gint64 new_rows)
{
    double rate = (double)new_rows / self->interval;

    if (self->counts.rows_done == 0)
        return;
    self->measured += self->interval;
    self->rows_per_second +=
        (rate - self->rows_per_second) * self->interval / MIN(self->measured, RATE_SECONDS);
}

static void
update_eta(MamutoRun *self)
{
    gint64 left = self->n_rows - self->counts.rows_done;

    if (mamuto_run_get_elapsed(self) < ETA_MIN_SECONDS ||
        (double)self->counts.rows_done < ETA_MIN_SHARE * (double)self->n_rows ||
        self->rows_per_second <= 0)
        return;
    if (self->eta >= 0 && self->updated - self->eta_at < ETA_INTERVAL)
        return;
    self->eta = (double)left / self->rows_per_second;
    self->eta_at = self->updated;
}

void
run_object_update(MamutoRun *self, const RunCounts *counts)
{
    gint64 new_rows = counts->rows_done - self->counts.rows_done;

    self->counts = *counts;
    update_rate(self, new_rows);
    update_eta(self);
    g_signal_emit(self, signals[SIGNAL_UPDATED], 0);
}

void
run_object_end(MamutoRun *self, MamutoRunState state, gint64 end, MamutoResult *result,
               const RunCounts *counts)
{
    self->state = state;
    self->end = end;
    self->result = result != NULL ? g_object_ref(result) : NULL;
    self->eta = 0;
    self->counts = *counts;
    self->rows_per_second =
        (double)counts->rows_done * G_USEC_PER_SEC / (double)MAX(end - self->begin, 1);
    for (guint i = 0; i < g_list_model_get_n_items(G_LIST_MODEL(self->hosts)); i++)
        host_status_end(run_object_get_host(self, i),
                        (double)MAX(end - self->begin, 1) / G_USEC_PER_SEC);
    g_signal_emit(self, signals[SIGNAL_UPDATED], 0);
}

void
run_object_add_failures(MamutoRun *self, GPtrArray *failures, GPtrArray *causes)
{
    g_ptr_array_extend_and_steal(self->failures, failures);
    if (causes == NULL)
        return;
    g_ptr_array_unref(self->causes);
    self->causes = causes;
}

void
run_object_log(MamutoRun *self, guint host, int slot, guint stream, const char *text)
{
    g_signal_emit(self, signals[SIGNAL_LOG], 0, host, slot, stream, text);
}

/**
 * mamuto_run_get_elapsed:
 * @self: a run
 *
 * Returns: seconds since the start; after the end, the wall time of the whole run
 */
double
mamuto_run_get_elapsed(MamutoRun *self)
{
    gint64 until;

    g_return_val_if_fail(MAMUTO_IS_RUN(self), 0);
    until = self->state == MAMUTO_RUN_RUNNING ? g_get_monotonic_time() : self->end;
    return (double)(until - self->begin) / G_USEC_PER_SEC;
}

/**
 * mamuto_run_get_rows_per_second:
 * @self: a run
 *
 * Returns: rows per second: during the run smoothed over about 3 seconds, after the end the mean of
 *   the whole run
 */
double
mamuto_run_get_rows_per_second(MamutoRun *self)
{
    g_return_val_if_fail(MAMUTO_IS_RUN(self), 0);
    return self->rows_per_second;
}

/**
 * mamuto_run_get_eta:
 * @self: a run
 *
 * Returns: the estimated remaining time in seconds, recalculated once a second; negative while
 *   unknown. It is unknown until 3 s have passed and 2 % of the rows are done.
 */
double
mamuto_run_get_eta(MamutoRun *self)
{
    g_return_val_if_fail(MAMUTO_IS_RUN(self), -1);
    if (self->eta <= 0)
        return self->eta;
    return MAX(0, self->eta - (double)(g_get_monotonic_time() - self->eta_at) / G_USEC_PER_SEC);
}

/**
 * mamuto_run_get_state:
 * @self: a run
 *
 * Returns: the state of the run
 */
MamutoRunState
mamuto_run_get_state(MamutoRun *self)
{
    g_return_val_if_fail(MAMUTO_IS_RUN(self), MAMUTO_RUN_FAILED);
    return self->state;
}

/**
 * mamuto_run_get_function:
 * @self: a run
 *
 * Returns: the spec of the run's function, as for mamuto_function_new()
 */
const char *
mamuto_run_get_function(MamutoRun *self)
{
    g_return_val_if_fail(MAMUTO_IS_RUN(self), NULL);
    return self->function;
}

/**
 * mamuto_run_get_n_rows:
 * @self: a run
 *
 * Returns: the number of rows of the run
 */
gint64
mamuto_run_get_n_rows(MamutoRun *self)
{
    g_return_val_if_fail(MAMUTO_IS_RUN(self), 0);
    return self->n_rows;
}

/**
 * mamuto_run_get_rows_done:
 * @self: a run
 *
 * Returns: rows that are done, failed rows included
 */
gint64
mamuto_run_get_rows_done(MamutoRun *self)
{
    g_return_val_if_fail(MAMUTO_IS_RUN(self), 0);
    return self->counts.rows_done;
}

/**
 * mamuto_run_get_rows_failed:
 * @self: a run
 *
 * Returns: the number of rows that failed so far
 */
gint64
mamuto_run_get_rows_failed(MamutoRun *self)
{
    g_return_val_if_fail(MAMUTO_IS_RUN(self), 0);
    return self->counts.rows_failed;
}

/**
 * mamuto_run_get_failures:
 * @self: a run
 *
 * Returns: (transfer none) (element-type MamutoRowFailure): the first %MAMUTO_MAX_LISTED_FAILURES
 *   failed rows so far, in order of arrival; sorted by row after the end
 */
GPtrArray *
mamuto_run_get_failures(MamutoRun *self)
{
    g_return_val_if_fail(MAMUTO_IS_RUN(self), NULL);
    return self->result ? mamuto_result_get_failures(self->result) : self->failures;
}

/**
 * mamuto_run_get_causes:
 * @self: a run
 *
 * Returns: (transfer none) (element-type MamutoFailureCause): the causes of all failed rows so far,
 *   in the form of mamuto_result_get_causes()
 */
GPtrArray *
mamuto_run_get_causes(MamutoRun *self)
{
    g_return_val_if_fail(MAMUTO_IS_RUN(self), NULL);
    return self->result ? mamuto_result_get_causes(self->result) : self->causes;
}

/**
 * mamuto_run_get_begin:
 * @self: a run
 *
 * Returns: g_get_monotonic_time() at the start, in µs
 */
gint64
mamuto_run_get_begin(MamutoRun *self)
{
    g_return_val_if_fail(MAMUTO_IS_RUN(self), 0);
    return self->begin;
}

/**
 * mamuto_run_get_end:
 * @self: a run
 *
 * Returns: g_get_monotonic_time() at the end, in µs; 0 before the end
 */
gint64
mamuto_run_get_end(MamutoRun *self)
{
    g_return_val_if_fail(MAMUTO_IS_RUN(self), 0);
    return self->end;
}

/**
 * mamuto_run_get_hosts:
 * @self: a run
 *
 * Returns: (transfer none): a #GListModel of #MamutoHostStatus. The spans of mamuto_run_get_trace()
 *   refer to a host by its position in this model.
 */
GListModel *
mamuto_run_get_hosts(MamutoRun *self)
{
    g_return_val_if_fail(MAMUTO_IS_RUN(self), NULL);
    return G_LIST_MODEL(self->hosts);
}

/**
 * mamuto_run_get_trace:
 * @self: a run
 *
 * Returns: (transfer none): the time spans that were recorded during the run
 */
MamutoTrace *
mamuto_run_get_trace(MamutoRun *self)
{
    g_return_val_if_fail(MAMUTO_IS_RUN(self), NULL);
    return self->trace;
}

/**
 * mamuto_run_get_result:
 * @self: a run
 *
 * Returns: (transfer none) (nullable): the results, which are incomplete if the run ended early;
 *   %NULL before the end of the run, or if the results could not be stored
 */
MamutoResult *
mamuto_run_get_result(MamutoRun *self)
{
    g_return_val_if_fail(MAMUTO_IS_RUN(self), NULL);
    return self->result;
}
