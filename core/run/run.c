/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The common part of a run: the schedule behind the session's lock, results on their way into
 * the store, failed rows, hosts that drop out, and the one announcement of its end.
 *
 * It is over when all rows are stored, when it was stopped, or when no host is left; it is
 * complete, and announced, when besides no thread is storing any more. */
#include "run.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "error-private.h"
#include "host-run.h"
#include "mamuto-error.h"
#include "result-private.h"

/* Log lines that wait for the main context; more are dropped, and counted. */
#define MAX_LOGS 10000
#define MAX_LOGS_SIZE (8u << 20)
/* What a chunk should take in the middle of a run: long against the cost of sending one, short
 * against a person's patience and against what is lost with a host. */
#define TARGET_US (500 * 1000)
/* In or estimated out: half of what a frame may bear, so that an estimate may be wrong. */
#define MAX_CHUNK_BYTES (32u << 20)

void
function_code_clear(gpointer data)
{
    FunctionCode *code = data;

    g_free(code->spec);
    g_free(code->module);
    g_free(code->name);
    g_free(code->bundle_hash);
    g_clear_pointer(&code->bundle, g_bytes_unref);
}

void
run_log_free(gpointer data)
{
    RunLog *log = data;

    g_free(log->text);
    g_free(log);
}

Run *
run_new(Session *session, guint32 number, FunctionCode *code, RunArgument *arguments,
        guint n_arguments, gint64 n_rows, ResultStore *store)
{
    Run *self = g_atomic_rc_box_new0(Run);
    const ScheduleConfig config = {
        .n_rows = n_rows,
        .row_bytes_in = run_arguments_row_bytes(arguments, n_arguments),
        .max_chunk_bytes = MAX_CHUNK_BYTES,
        .target_us = TARGET_US,
    };

    self->session = session;
    self->number = number;
    self->code = code;
    self->arguments = arguments;
    self->n_arguments = n_arguments;
    self->n_rows = n_rows;
    self->store = store;
    self->schedule = schedule_new(&config);
    self->scheduled_hosts = g_array_new(FALSE, FALSE, sizeof(guint));
    self->hosts = g_new0(RunHost, session->n_hosts);
    self->n_hosts = self->n_usable = session->n_hosts;
    for (guint i = 0; i < session->n_hosts; i++) {
        self->hosts[i].scheduled = -1;
        self->hosts[i].drops = g_array_new(FALSE, FALSE, sizeof(guint64));
        self->hosts[i].copies = g_array_new(FALSE, FALSE, sizeof(guint64));
    }
    self->failures = failure_log_new();
    self->trace = mamuto_trace_new(0);
    self->hashing = g_cancellable_new();
    g_queue_init(&self->logs);
    return self;
}

Run *
run_ref(Run *self)
{
    return g_atomic_rc_box_acquire(self);
}

static void
run_clear(gpointer data)
{
    Run *self = data;

    for (guint i = 0; i < self->n_hosts; i++) {
        g_array_unref(self->hosts[i].drops);
        g_array_unref(self->hosts[i].copies);
        g_clear_error(&self->hosts[i].error);
    }
    g_free(self->hosts);
    run_arguments_free(self->arguments, self->n_arguments);
    g_atomic_rc_box_release_full(self->code, function_code_clear);
    g_array_unref(self->scheduled_hosts);
    schedule_free(self->schedule);
    g_clear_pointer(&self->store, result_store_free);
    g_clear_pointer(&self->failures, failure_log_free);
    g_queue_clear_full(&self->logs, run_log_free);
    g_clear_object(&self->trace);
    g_clear_object(&self->hashing);
    g_clear_error(&self->error);
    g_clear_pointer(&self->context, g_main_context_unref);
}

void
run_unref(Run *self)
{
    g_atomic_rc_box_release_full(self, run_clear);
}

static void
lock(Run *self)
{
    pthread_mutex_lock(&self->session->lock);
}

static void
unlock(Run *self)
{
    pthread_mutex_unlock(&self->session->lock);
}

static gboolean
on_complete(gpointer data)
{
    Run *self = data;

    if (self->complete != NULL)
        self->complete(self, self->data);
    return G_SOURCE_REMOVE;
}

/* Everything below down to the next ruler is called with the lock held. */

static void
announce_if_complete(Run *self)
{
    g_autoptr(GSource) source = NULL;

    if (!self->over || self->n_storing > 0 || self->posted)
        return;
    self->posted = TRUE;
    /* Not g_main_context_invoke(), which may call at once, with the lock held. */
    source = g_idle_source_new();
    g_source_set_priority(source, G_PRIORITY_DEFAULT);
    g_source_set_callback(source, on_complete, run_ref(self), (GDestroyNotify)run_unref);
    g_source_attach(source, self->context);
}

static void
end(Run *self, const GError *error)
{
    if (self->over)
        return;
    self->over = TRUE;
    self->error = error != NULL ? g_error_copy(error) : NULL;
    g_cancellable_cancel(self->hashing);
    session_wake_all(self->session);
    announce_if_complete(self);
}

/* Takes @error over. */
static void
end_for(Run *self, GError *error)
{
    end(self, error);
    g_error_free(error);
}

static void
end_done(Run *self)
{
    g_autoptr(GError) changed = NULL;

    run_arguments_check_unchanged(self->arguments, self->n_arguments, &changed);
    end(self, changed);
}

static void
count_failures(Run *self, guint host, const struct wire_result *result, GPtrArray *errors)
{
    self->counts.rows_failed += (gint64)result->n_failed;
    self->hosts[host].counts.rows_failed += (gint64)result->n_failed;
    failure_log_add(self->failures, errors, (gint64)result->n_failed);
    if (errors->len > 0 && (self->flags & MAMUTO_MAP_CONTINUE) == 0) {
        const MamutoRowFailure *first = g_ptr_array_index(errors, 0);

        /* its traceback stands among the result's failures */
        end_for(self,
                g_error_new(MAMUTO_ERROR, MAMUTO_ERROR_ROW, _("row %'" PRId64 " failed on %s: %s"),
                            first->row, first->host, first->cause));
    }
}

static void
count_result(Run *self, guint host, const struct wire_result *result)
{
    HostCounts *counts = &self->hosts[host].counts;
    gint64 n = (gint64)(result->hi - result->lo);

    self->counts.rows_done += n;
    counts->rows_done += n;
    counts->chunks_done++;
}

/* The block's shape or type disagrees with what is there: another host is asked before anyone is
 * believed. */
static void
refuse(Run *self, guint64 chunk, const GError *why)
{
    if (schedule_refused(self->schedule, chunk, g_get_monotonic_time()))
        session_wake_all(self->session);
    else
        end(self, why);
}

static gboolean
was_copy(const RunHost *host, guint64 chunk)
{
    for (guint i = 0; i < host->copies->len; i++)
        if (g_array_index(host->copies, guint64, i) == chunk)
            return TRUE;
    return FALSE;
}

static void
drop_losers(Run *self, guint64 chunk, GArray *losers)
{
    for (guint i = 0; i < losers->len; i++) {
        guint host = g_array_index(self->scheduled_hosts, guint, g_array_index(losers, guint, i));

        g_array_append_val(self->hosts[host].drops, chunk);
        /* A copy that came too late is nothing special; a chunk that was overtaken by its copy is
         * what one sees of a host that has slowed down or fallen silent. */
        if (!was_copy(&self->hosts[host], chunk))
            self->hosts[host].counts.n_lost++;
        host_run_wake(self->session->hosts[host]);
    }
}

/* ---------------------------------------------------------------------------------------------- */

gboolean
run_is_over(Run *self)
{
    gboolean over;

    lock(self);
    over = self->over;
    unlock(self);
    return over;
}

void
run_stop(Run *self, const GError *error)
{
    lock(self);
    end(self, error);
    unlock(self);
}

static gpointer
hash_kept(gpointer data)
{
    g_autoptr(Run) self = data;
    g_autoptr(GError) error = NULL;

    for (guint i = 0; i < self->n_arguments && error == NULL; i++) {
        MamutoArray *array = mamuto_argument_get_array(self->arguments[i].argument);

        if (array != NULL && self->arguments[i].kept)
            mamuto_array_hash(array, self->hashing, &error);
    }
    lock(self);
    if (error != NULL)
        end(self, error);
    self->hashed = TRUE;
    session_wake_all(self->session);
    unlock(self);
    return NULL;
}

gboolean
run_hash_kept(Run *self)
{
    gboolean hashed;

    lock(self);
    hashed = self->hashed;
    if (!hashed && !self->over && self->session->hasher == NULL)
        self->session->hasher = g_thread_new("mamuto-hash", hash_kept, run_ref(self));
    unlock(self);
    return hashed;
}

void
run_host_ready(Run *self, guint host, guint cores, double row_us, gsize credit)
{
    lock(self);
    if (!self->hosts[host].gone && self->hosts[host].scheduled < 0) {
        self->hosts[host].scheduled =
            (int)schedule_add_host(self->schedule, cores, row_us, credit, g_get_monotonic_time());
        g_array_append_val(self->scheduled_hosts, host);
    }
    unlock(self);
}

void
run_host_set_cores(Run *self, guint host, guint cores)
{
    lock(self);
    if (self->hosts[host].scheduled >= 0) {
        schedule_set_cores(self->schedule, (guint)self->hosts[host].scheduled, cores,
                           g_get_monotonic_time());
        session_wake_all(self->session);
    }
    unlock(self);
}

/* What the host had goes to others. With the lock held. */
static void
take_away(Run *self, guint host, const GError *error)
{
    RunHost *at = &self->hosts[host];

    if (at->scheduled < 0 || self->over)
        return;
    at->counts.n_lost += schedule_get_n_at_host(self->schedule, (guint)at->scheduled);
    if (!schedule_remove_host(self->schedule, (guint)at->scheduled, g_get_monotonic_time()) &&
        self->n_usable > 0)
        end_for(self, run_reason_hopeless(self, error));
    session_wake_all(self->session);
}

void
run_host_away(Run *self, guint host, const GError *error)
{
    RunHost *at = &self->hosts[host];

    lock(self);
    if (!at->gone) {
        take_away(self, host, error);
        at->scheduled = -1;
        at->counts.n_busy = 0;
        g_array_set_size(at->drops, 0);
    }
    unlock(self);
}

void
run_host_gone(Run *self, guint host, const GError *error)
{
    RunHost *gone = &self->hosts[host];

    lock(self);
    if (!gone->gone) {
        gone->gone = TRUE;
        gone->error = run_reason_of_host(error);
        self->n_usable--;
        take_away(self, host, error);
        if (self->n_usable == 0 && !self->over)
            end_for(self, run_reason_without_hosts(self));
    }
    unlock(self);
}

gboolean
run_take(Run *self, guint host, gint64 now, ScheduleChunk *chunk)
{
    RunHost *at = &self->hosts[host];
    gboolean taken;

    lock(self);
    taken = !self->over && !at->gone && at->scheduled >= 0 &&
            schedule_take(self->schedule, (guint)at->scheduled, now, chunk);
    if (taken && chunk->copy) {
        at->counts.n_copies++;
        g_array_append_val(at->copies, chunk->id);
    }
    unlock(self);
    return taken;
}

void
run_take_drops(Run *self, guint host, GArray *drops)
{
    lock(self);
    g_array_append_vals(drops, self->hosts[host].drops->data, self->hosts[host].drops->len);
    g_array_set_size(self->hosts[host].drops, 0);
    unlock(self);
}

gint64
run_get_wakeup(Run *self, guint host, gint64 now)
{
    RunHost *at = &self->hosts[host];
    gint64 wakeup = G_MAXINT64;

    lock(self);
    if (!self->over && !at->gone && at->scheduled >= 0)
        wakeup = schedule_get_wakeup(self->schedule, (guint)at->scheduled, now);
    unlock(self);
    return wakeup;
}

/* Stores an accepted block, outside of the lock, and settles what follows from it. FALSE: the block
 * is not what a host may send. */
static gboolean
store(Run *self, guint host, const struct wire_header *header, const struct wire_result *result,
      const ResultBlock *block, GPtrArray *errors, GError **error)
{
    g_autoptr(GError) why = NULL;
    gboolean stored = result_store_put(self->store, block, &why);
    gboolean wrong = g_error_matches(why, MAMUTO_ERROR, MAMUTO_ERROR_PROTOCOL);

    lock(self);
    self->n_storing--;
    if (stored) {
        schedule_stored(self->schedule, header->chunk);
        count_result(self, host, result);
        count_failures(self, host, result, errors);
        if (schedule_is_done(self->schedule))
            end_done(self);
    } else {
        gboolean its_fault = wrong || g_error_matches(why, MAMUTO_ERROR, MAMUTO_ERROR_RESULT);

        /* a full disk is here */
        if (its_fault)
            error_set_host(why, host_run_get_name(self->session->hosts[host]));
        if (its_fault)
            refuse(self, header->chunk, why);
        else
            end(self, why);
    }
    announce_if_complete(self);
    unlock(self);
    if (wrong)
        g_propagate_error(error, g_steal_pointer(&why));
    return !wrong;
}

gboolean
run_result(Run *self, guint host, const struct wire_header *header,
           const struct wire_result *result, const ResultBlock *block, GPtrArray *errors,
           GError **error)
{
    g_autoptr(GArray) losers = g_array_new(FALSE, FALSE, sizeof(guint));
    RunHost *at = &self->hosts[host];
    ScheduleVerdict verdict = SCHEDULE_DUPLICATE;

    lock(self);
    if (!self->over && !at->gone) {
        verdict = at->scheduled < 0
                      ? SCHEDULE_UNKNOWN
                      : schedule_result(self->schedule, (guint)at->scheduled, header->chunk,
                                        header->attempt,
                                        (gint64)(result->finished_us - result->started_us),
                                        block->size, g_get_monotonic_time(), losers);
        if (verdict == SCHEDULE_ACCEPT) {
            self->n_storing++;
            drop_losers(self, header->chunk, losers);
        }
    }
    unlock(self);

    if (verdict == SCHEDULE_ACCEPT)
        return store(self, host, header, result, block, errors, error);
    if (verdict == SCHEDULE_DUPLICATE)
        return TRUE;
    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_PROTOCOL,
                _("sent a result that was not asked for (chunk %" PRIu64 ")"), header->chunk);
    return FALSE;
}

void
run_attempt_lost(Run *self, guint host, guint64 chunk, guint attempt, const GError *error)
{
    RunHost *at = &self->hosts[host];

    lock(self);
    if (!self->over && !at->gone && at->scheduled >= 0) {
        at->counts.n_lost++;
        if (!schedule_failed(self->schedule, (guint)at->scheduled, chunk, attempt,
                             g_get_monotonic_time()))
            end_for(self, run_reason_hopeless(self, error));
        session_wake_all(self->session);
    }
    unlock(self);
}

void
run_log(Run *self, guint host, int slot, guint stream, const char *text, gsize len)
{
    lock(self);
    if (self->logs.length < MAX_LOGS && self->logs_size + len <= MAX_LOGS_SIZE) {
        RunLog *log = g_new(RunLog, 1);

        *log = (RunLog){host, slot, stream, g_strndup(text, len)};
        g_queue_push_tail(&self->logs, log);
        self->logs_size += len;
    } else {
        self->n_logs_dropped++;
    }
    unlock(self);
}

void
run_steal_logs(Run *self, GQueue *logs, guint *n_dropped)
{
    *logs = self->logs;
    *n_dropped = self->n_logs_dropped;
    g_queue_init(&self->logs);
    self->logs_size = 0;
    self->n_logs_dropped = 0;
}

void
run_count_bytes(Run *self, guint host, guint64 sent, guint64 received)
{
    lock(self);
    self->hosts[host].counts.bytes_sent += sent;
    self->hosts[host].counts.bytes_received += received;
    unlock(self);
}

double
run_get_row_us(Run *self, guint host)
{
    double row_us = 0;

    lock(self);
    if (self->hosts[host].scheduled >= 0)
        row_us = schedule_get_row_us(self->schedule, (guint)self->hosts[host].scheduled);
    unlock(self);
    return row_us;
}

MamutoResult *
run_finish(Run *self, GError **error)
{
    g_autoptr(MamutoArray) array = NULL;
    g_autoptr(FailureLog) failures = NULL;
    gboolean all;

    /* Complete: no thread touches the store or the failures any more. */
    lock(self);
    all = self->error == NULL;
    failures = g_steal_pointer(&self->failures);
    self->failures = failure_log_new();
    unlock(self);
    array = all ? result_store_finish(self->store, NULL, error)
                : result_store_finish_unnamed(self->store, error);
    if (array == NULL) {
        /* What was begun of a file would stay as long as the session keeps its last run. */
        g_clear_pointer(&self->store, result_store_free);
        return NULL;
    }
    return result_new(array, result_store_get_status(self->store), g_steal_pointer(&failures));
}
