/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The state of a run that all threads share, guarded by the session's lock. The functions assign
 * chunks, store results, record failed rows and lost hosts, and notify the mapper of the end.
 *
 * A run is over when all rows are stored, when the run was stopped, or when no host is left. A run
 * is complete when it is over and no thread is storing results any more. The mapper is notified
 * once, when the run is complete. */
#include "run.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "error-private.h"
#include "mamuto-error.h"
#include "run-private.h"
#include "thread.h"

/* Maximum number of log lines that wait until the main context emits them, and maximum size of all
 * these lines in bytes. If a limit is reached, further lines are dropped and counted. */
#define MAX_LOGS 10000
#define MAX_LOGS_SIZE (8u << 20)
/* Target computing time of a chunk in the middle of a run, in µs. Sending a chunk takes much less
 * time. With longer chunks, the progress would be updated less often, and more work would be lost
 * if a host failed. */
#define TARGET_US (500 * 1000)
/* Maximum number of bytes of the arguments of a chunk, unless it has only one row. The same limit
 * applies to the estimated size of its result. A result of this size is still in the cache of the
 * processor when it is copied, and the C library keeps its memory for the next chunk, while it
 * returns blocks of 32 MiB to the kernel, which clears their pages again. */
#define MAX_CHUNK_BYTES (8u << 20)

void
function_code_clear(gpointer data)
{
    FunctionCode *code = data;

    g_free(code->spec);
    g_free(code->language);
    g_free(code->module);
    g_free(code->name);
    g_free(code->bundle_hash);
    g_clear_pointer(&code->bundle, g_bytes_unref);
    g_clear_pointer(&code->files, sent_files_unref);
    g_free(code->places_here);
    g_free(code->places_elsewhere);
}

void
run_log_free(gpointer data)
{
    RunLog *log = data;

    g_free(log->text);
    g_free(log);
}

Run *
run_new(Session *session, guint32 number, RunArgument *arguments, guint n_arguments, gint64 n_rows)
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
    self->arguments = arguments;
    self->n_arguments = n_arguments;
    self->n_rows = n_rows;
    self->schedule = schedule_new(&config);
    self->scheduled_hosts = g_array_new(FALSE, FALSE, sizeof(guint));
    self->hosts = g_new0(RunHost, session->n_hosts);
    self->n_hosts = self->n_usable = session->n_hosts;
    for (guint i = 0; i < session->n_hosts; i++) {
        self->hosts[i].scheduled = self->hosts[i].former = -1;
        self->hosts[i].drops = g_array_new(FALSE, FALSE, sizeof(guint64));
        self->hosts[i].recalls = g_array_new(FALSE, FALSE, sizeof(ScheduleRecall));
        self->hosts[i].copies = g_array_new(FALSE, FALSE, sizeof(guint64));
    }
    self->failures = failure_log_new();
    self->unconfirmed = unconfirmed_new();
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
        g_array_unref(self->hosts[i].recalls);
        g_array_unref(self->hosts[i].copies);
        g_clear_error(&self->hosts[i].error);
        g_clear_pointer(&self->hosts[i].doubt, mamuto_row_failure_free);
    }
    g_free(self->hosts);
    run_arguments_free(self->arguments, self->n_arguments);
    if (self->code != NULL)
        g_atomic_rc_box_release_full(self->code, function_code_clear);
    g_array_unref(self->scheduled_hosts);
    schedule_free(self->schedule);
    g_clear_pointer(&self->store, result_store_free);
    g_clear_pointer(&self->failures, failure_log_free);
    unconfirmed_free(self->unconfirmed);
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

/* Wakes the main context, if the run has become complete, after the lock was released, because the
 * main context may run before this thread goes on, and would then wait for the lock. */
static void
unlock(Run *self)
{
    g_autoptr(GSource) announcement = g_steal_pointer(&self->announcement);

    pthread_mutex_unlock(&self->session->lock);
    if (announcement != NULL)
        g_source_attach(announcement, self->context);
}

static gboolean
on_complete(gpointer data)
{
    Run *self = data;

    if (self->complete != NULL)
        self->complete(self, self->data);
    return G_SOURCE_REMOVE;
}

/* All functions from here to the next line of dashes are called with the session's lock held. */

static void
announce_if_complete(Run *self)
{
    GSource *source;

    if (!self->over || self->n_storing > 0 || self->posted)
        return;
    self->posted = TRUE;
    /* g_main_context_invoke() cannot be used, because it may call on_complete() at once, while the
     * lock is held. */
    source = g_idle_source_new();
    g_source_set_priority(source, G_PRIORITY_DEFAULT);
    g_source_set_callback(source, on_complete, run_ref(self), (GDestroyNotify)run_unref);
    self->announcement = source;
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

void
run_end_for(Run *self, GError *error)
{
    end(self, error);
    g_error_free(error);
}

/* Returns the error of a run that a failed row ends. The host may have listed none of the failed
 * rows. The error has no traceback, because the failures of the result contain the traceback. */
static GError *
describe_failure(Run *self, guint host, const RunResult *result)
{
    const guint8 *failed = result->block->failed;
    const char *name = self->session->hosts[host].name, *cause = _("the host did not say why");
    const guint8 *again = result->block->again;
    gint64 row = result->block->lo;
    GError *error;

    if (result->errors->len > 0) {
        const MamutoRowFailure *first = g_ptr_array_index(result->errors, 0);

        row = first->row;
        name = first->host;
        cause = first->cause;
    } else if (failed != NULL) {
        for (gint64 i = 0; row < result->block->hi - 1; i++, row++)
            if (((failed[i / 8] & ~(again != NULL ? again[i / 8] : 0)) >> (i % 8) & 1) != 0)
                break;
    }
    error =
        g_error_new(MAMUTO_ERROR, MAMUTO_ERROR_ROW, _("row %'" PRId64 " failed: %s"), row, cause);
    error_set_host(error, name);
    return error;
}

/* Counts the failed rows of a stored result. Rows that the store has set aside count as failed, but
 * which of them have failed is known only at the end. */
static void
count_failures(Run *self, guint host, const RunResult *result)
{
    gint64 n_failed = result->n_failed - result_block_count_in_parts(result->block);
    gint64 n_aside = result_store_get_n_aside(self->store);

    self->counts.rows_failed += n_failed + n_aside - self->n_aside;
    self->n_aside = n_aside;
    self->hosts[host].counts.rows_failed += n_failed;
    failure_log_add(self->failures, result->errors, n_failed);
    if (n_failed > 0 && (self->flags & MAMUTO_MAP_CONTINUE) == 0)
        run_end_for(self, describe_failure(self, host, result));
}

/* @n_rows: number of stored rows. */
static void
count_result(Run *self, guint host, gint64 n_rows)
{
    HostCounts *counts = &self->hosts[host].counts;

    self->counts.rows_done += n_rows;
    counts->rows_done += n_rows;
    counts->chunks_done += n_rows > 0;
}

/* Called for a result whose shape or type differs from the stored results. Another host computes
 * the rows again, because it is unknown which result is wrong. */
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
        /* A copy of a chunk is not counted as lost if the original finishes first. An original is
         * counted as lost if its copy finishes first, because the host of the original was too
         * slow. */
        if (!was_copy(&self->hosts[host], chunk))
            self->hosts[host].counts.n_lost++;
        self->session->hosts[host].wake(self->session->hosts[host].data);
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
        run_argument_name_in(&error, i);
    }
    lock(self);
    if (error != NULL)
        run_end_for(self, run_reason_of_input(error));
    self->hashed = TRUE;
    session_wake_all(self->session);
    unlock(self);
    return NULL;
}

/* Called with the session's lock held. */
static void
start_hasher(Run *self)
{
    GError *error = NULL;

    self->session->hasher = thread_start("mamuto-hash", hash_kept, run_ref(self), &error);
    if (self->session->hasher != NULL)
        return;
    run_end_for(self, error);
    run_unref(self);
}

gboolean
run_hash_kept(Run *self)
{
    gboolean hashed;

    lock(self);
    hashed = self->hashed;
    if (!hashed && !self->over && self->session->hasher == NULL)
        start_hasher(self);
    unlock(self);
    return hashed;
}

void
run_host_ready(Run *self, guint host, guint cores, double row_us, gsize credit)
{
    RunHost *at = &self->hosts[host];

    lock(self);
    if (!at->gone && at->scheduled < 0) {
        at->scheduled =
            (int)schedule_add_host(self->schedule, cores, row_us, credit, g_get_monotonic_time());
        g_array_append_val(self->scheduled_hosts, host);
        if (at->former >= 0)
            schedule_set_former(self->schedule, (guint)at->scheduled, (guint)at->former);
        at->former = at->scheduled;
    }
    unlock(self);
    run_believe_unconfirmed(self);
}

void
run_host_remember_delay(Run *self, guint host, double delay_us)
{
    lock(self);
    if (self->hosts[host].scheduled >= 0)
        schedule_remember_delay(self->schedule, (guint)self->hosts[host].scheduled, delay_us);
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
    run_believe_unconfirmed(self);
}

void
run_host_set_busy(Run *self, guint host, guint n_busy)
{
    lock(self);
    self->hosts[host].counts.n_busy = n_busy;
    unlock(self);
}

void
run_host_set_silent(Run *self, guint host, gboolean silent)
{
    const RunHost *at = &self->hosts[host];

    lock(self);
    if (!self->over && !at->gone && at->scheduled >= 0 &&
        schedule_set_silent(self->schedule, (guint)at->scheduled, silent, g_get_monotonic_time()))
        session_wake_all(self->session);
    unlock(self);
}

void
run_end_hopeless(Run *self, const GError *last)
{
    g_autoptr(GError) error = NULL;
    gint64 lo = 0, hi = 0;

    lock(self);
    schedule_get_hopeless(self->schedule, &lo, &hi);
    unlock(self);
    error = run_reason_hopeless(self, lo, hi, last);
    run_stop(self, error);
}

gboolean
run_release_chunks(Run *self, guint host)
{
    RunHost *at = &self->hosts[host];
    gboolean hopeful;

    if (at->scheduled < 0 || self->over)
        return TRUE;
    at->counts.n_lost += schedule_get_n_at_host(self->schedule, (guint)at->scheduled);
    hopeful = schedule_remove_host(self->schedule, (guint)at->scheduled, g_get_monotonic_time());
    session_wake_all(self->session);
    return hopeful || self->n_usable == 0;
}

void
run_host_away(Run *self, guint host, const GError *error)
{
    RunHost *at = &self->hosts[host];
    gboolean hopeful = TRUE;

    lock(self);
    if (!at->gone) {
        hopeful = run_release_chunks(self, host);
        at->scheduled = -1;
        at->counts.n_busy = 0;
        g_array_set_size(at->drops, 0);
    }
    unlock(self);
    if (!hopeful)
        run_end_hopeless(self, error);
    run_believe_unconfirmed(self);
}

void
run_host_gone(Run *self, guint host, const GError *error)
{
    RunHost *gone = &self->hosts[host];
    gboolean hopeful = TRUE;

    lock(self);
    if (!gone->gone) {
        gone->gone = TRUE;
        gone->error = run_reason_of_host(error);
        self->n_usable--;
        hopeful = run_release_chunks(self, host);
        /* Ends the run with an error only if rows are missing. If all rows are stored, the thread
         * that stored the last row ends the run. */
        if (self->n_usable == 0 && !self->over && !schedule_is_done(self->schedule))
            run_end_for(self, run_reason_without_hosts(self));
    }
    unlock(self);
    if (!hopeful)
        run_end_hopeless(self, error);
    run_believe_unconfirmed(self);
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
    /* A drop of an earlier attempt would also end the new attempt, because DROP names chunks. */
    for (guint i = at->drops->len; taken && i > 0; i--)
        if (g_array_index(at->drops, guint64, i - 1) == chunk->id)
            g_array_remove_index_fast(at->drops, i - 1);
    unlock(self);
    return taken;
}

gboolean
run_take_drops(Run *self, guint host, GArray *drops, GError **error)
{
    RunHost *at = &self->hosts[host];
    gboolean left_out;

    lock(self);
    g_array_append_vals(drops, at->drops->data, at->drops->len);
    g_array_set_size(at->drops, 0);
    left_out = at->left_out;
    unlock(self);
    /* The error of a host that is gone does not change any more. */
    if (left_out)
        g_propagate_error(error, g_error_copy(at->error));
    return !left_out;
}

void
run_recall(Run *self, guint host, gint64 now)
{
    RunHost *at = &self->hosts[host];
    ScheduleRecall recall;

    lock(self);
    while (!self->over && !at->gone && at->scheduled >= 0 &&
           schedule_recall(self->schedule, (guint)at->scheduled, now, &recall)) {
        guint from = g_array_index(self->scheduled_hosts, guint, recall.from);

        g_array_append_val(self->hosts[from].recalls, recall);
        self->session->hosts[from].wake(self->session->hosts[from].data);
    }
    unlock(self);
}

void
run_take_recalls(Run *self, guint host, GArray *recalls)
{
    RunHost *at = &self->hosts[host];

    lock(self);
    g_array_append_vals(recalls, at->recalls->data, at->recalls->len);
    g_array_set_size(at->recalls, 0);
    unlock(self);
}

void
run_returned(Run *self, guint host, guint64 chunk, guint attempt, gint64 hi)
{
    g_autoptr(GArray) losers = g_array_new(FALSE, FALSE, sizeof(guint));
    RunHost *at = &self->hosts[host];

    lock(self);
    if (!self->over && !at->gone && at->scheduled >= 0 &&
        schedule_returned(self->schedule, (guint)at->scheduled, chunk, attempt, hi,
                          g_get_monotonic_time(), losers)) {
        drop_losers(self, chunk, losers);
        session_wake_all(self->session);
    }
    unlock(self);
}

gint64
run_get_wakeup(Run *self, guint host, gint64 now, gint64 *due)
{
    RunHost *at = &self->hosts[host];
    gint64 wakeup = G_MAXINT64;

    *due = G_MAXINT64;
    lock(self);
    if (!self->over && !at->gone && at->scheduled >= 0) {
        wakeup = schedule_get_wakeup(self->schedule, (guint)at->scheduled, now);
        *due = schedule_get_due(self->schedule, (guint)at->scheduled);
    }
    unlock(self);
    return wakeup;
}

/* Called with the lock held after a result could not be stored. If the result is wrong, the rows
 * are computed again. Any other error ends the run. */
static void
note_refusal(Run *self, guint host, guint64 chunk, GError *why)
{
    if (g_error_matches(why, MAMUTO_ERROR, MAMUTO_ERROR_PROTOCOL) ||
        g_error_matches(why, MAMUTO_ERROR, MAMUTO_ERROR_RESULT)) {
        error_set_host(why, self->session->hosts[host].name);
        refuse(self, chunk, why);
    } else {
        end(self, why); /* the result is not to blame; for example, the local disk is full */
    }
}

gboolean
run_check_files_unchanged(Run *self, GError **error)
{
    if (!run_arguments_check_unchanged(self->arguments, self->n_arguments, error))
        return FALSE;
    return self->code->files == NULL || g_atomic_int_get(&self->reads_files) == 0 ||
           sent_files_check_unchanged(self->code->files, error);
}

/* Ends a run whose rows are all stored. The run fails if one of its files was modified during the
 * run. Run.n_storing, the number of threads that are storing a result, is decremented
 * only after this check. Otherwise the run could become complete before the check. */
static void
end_done(Run *self)
{
    g_autoptr(GError) changed = NULL;

    run_check_files_unchanged(self, &changed);
    lock(self);
    self->n_storing--;
    end(self, changed);
    announce_if_complete(self);
    unlock(self);
}

/* Updates the counts and the schedule after a result was stored. Called with the lock held. Returns
 * TRUE if the caller must call run_believe_unconfirmed(). */
static gboolean
note_stored(Run *self, guint host, const RunResult *result)
{
    gint64 n_rows = result->block->hi - result->block->lo;
    int useless;

    if (result->block->again != NULL) {
        gboolean believe;
        g_autoptr(GPtrArray) others = NULL;
        RunResult rest = *result;

        believe = run_doubt_rows(self, host, result, &others);
        rest.errors = others;
        rest.n_failed -= result->n_suspect;
        count_result(self, host, n_rows - result->n_suspect);
        count_failures(self, host, &rest);
        return believe;
    }
    useless = run_compare_tries(self, host, result);
    schedule_stored(self->schedule, result->chunk);
    count_result(self, host, n_rows);
    count_failures(self, host, result);
    if (useless >= 0)
        run_leave_out(self, (guint)useless);
    return useless >= 0;
}

gboolean
run_store(Run *self, guint host, const RunResult *result, GError **error)
{
    g_autoptr(GError) why = NULL;
    g_autofree ResultPart *parts = NULL;
    gboolean stored = TRUE, wrong, done = FALSE, believe = FALSE;

    result->block->host = host;
    /* If a failed row ends the run, odd rows count as failed at once and are not set aside. */
    if ((self->flags & MAMUTO_MAP_CONTINUE) == 0 && result->block->n_parts > 0) {
        parts = g_memdup2(result->block->parts, result->block->n_parts * sizeof *parts);
        stored = result_block_fail_parts(result->block, parts, result->errors,
                                         self->session->hosts[host].name, &why);
    }
    stored = stored && result_store_put(self->store, result->block, &why);
    wrong = g_error_matches(why, MAMUTO_ERROR, MAMUTO_ERROR_PROTOCOL);

    lock(self);
    if (stored) {
        believe = note_stored(self, host, result);
        done = schedule_is_done(self->schedule);
    } else {
        note_refusal(self, host, result->chunk, why);
    }
    if (!done) {
        self->n_storing--;
        announce_if_complete(self);
    }
    unlock(self);
    if (done)
        end_done(self);
    if (believe)
        run_believe_unconfirmed(self);
    if (wrong)
        g_propagate_error(error, g_steal_pointer(&why));
    return !wrong;
}

gboolean
run_result(Run *self, guint host, const RunResult *result, GError **error)
{
    g_autoptr(GArray) losers = g_array_new(FALSE, FALSE, sizeof(guint));
    RunHost *at = &self->hosts[host];
    ScheduleVerdict verdict = SCHEDULE_DUPLICATE;

    lock(self);
    if (!self->over && !at->gone && at->scheduled < 0) {
        verdict = SCHEDULE_UNKNOWN;
    } else if (!self->over && !at->gone && !run_leave_to_others(self, host, result)) {
        if (schedule_cut(self->schedule, (guint)at->scheduled, result->chunk, result->attempt,
                         result->block->hi, g_get_monotonic_time()))
            session_wake_all(self->session);
        verdict =
            schedule_result(self->schedule, (guint)at->scheduled, result->chunk, result->attempt,
                            result->took_us, result->block->size, g_get_monotonic_time(), losers);
        if (verdict == SCHEDULE_ACCEPT) {
            self->n_storing++;
            drop_losers(self, result->chunk, losers);
            if (run_wants_second_try(self, result))
                result->block->again = result->suspect;
        }
    }
    unlock(self);

    if (verdict == SCHEDULE_ACCEPT)
        return run_store(self, host, result, error);
    if (verdict == SCHEDULE_DUPLICATE)
        return TRUE;
    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_PROTOCOL,
                _("the agent sent a result that was not requested (chunk %" PRIu64 ")"),
                result->chunk);
    return FALSE;
}

void
run_attempt_lost(Run *self, guint host, guint64 chunk, guint attempt, const GError *error)
{
    RunHost *at = &self->hosts[host];
    gboolean hopeful = TRUE;

    lock(self);
    if (!self->over && !at->gone && at->scheduled >= 0) {
        at->counts.n_lost++;
        hopeful = schedule_failed(self->schedule, (guint)at->scheduled, chunk, attempt,
                                  g_get_monotonic_time());
        session_wake_all(self->session);
    }
    unlock(self);
    if (!hopeful)
        run_end_hopeless(self, error);
}

void
run_add_log(Run *self, guint host, int slot, guint stream, const char *text, gsize len)
{
    if (self->logs.length < MAX_LOGS && self->logs_size + len <= MAX_LOGS_SIZE) {
        RunLog *log = g_new(RunLog, 1);

        *log = (RunLog){host, slot, stream, g_strndup(text, len)};
        g_queue_push_tail(&self->logs, log);
        self->logs_size += len;
    } else {
        self->n_logs_dropped++;
    }
}

void
run_log(Run *self, guint host, int slot, guint stream, const char *text, gsize len)
{
    lock(self);
    run_add_log(self, host, slot, stream, text, len);
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

double
run_get_delay_us(Run *self, guint host)
{
    double delay_us = -1;

    lock(self);
    if (self->hosts[host].scheduled >= 0)
        delay_us = schedule_get_delay_us(self->schedule, (guint)self->hosts[host].scheduled);
    unlock(self);
    return delay_us;
}
