/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The state of a run that all threads share, guarded by the session's lock: its beginning, the
 * hosts that join and leave, and its end, of which the mapper is notified.
 *
 * A run is over when all rows are stored, when the run was stopped, or when no host is left. A run
 * is complete when it is over and no thread is storing results any more. The mapper is notified
 * once, when the run is complete. */
#include "run-private.h"
#include "thread.h"

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

void
run_lock(Run *self)
{
    pthread_mutex_lock(&self->session->lock);
}

void
run_unlock(Run *self)
{
    g_autoptr(GSource) announcement = g_steal_pointer(&self->announcement);

    pthread_mutex_unlock(&self->session->lock);
    if (announcement != NULL)
        g_source_attach(announcement, self->context);
}

gboolean
run_has_host(const Run *self, const RunHost *host)
{
    return !self->over && !host->gone && host->scheduled >= 0;
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

void
run_announce_if_complete(Run *self)
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

void
run_end(Run *self, const GError *error)
{
    if (self->over)
        return;
    self->over = TRUE;
    self->error = error != NULL ? g_error_copy(error) : NULL;
    g_cancellable_cancel(self->hashing);
    session_wake_all(self->session);
    run_announce_if_complete(self);
}

void
run_end_for(Run *self, GError *error)
{
    run_end(self, error);
    g_error_free(error);
}

/* ---------------------------------------------------------------------------------------------- */

gboolean
run_is_over(Run *self)
{
    gboolean over;

    run_lock(self);
    over = self->over;
    run_unlock(self);
    return over;
}

void
run_stop(Run *self, const GError *error)
{
    run_lock(self);
    run_end(self, error);
    run_unlock(self);
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
        run_argument_name_in(&error, self->arguments[i].argument, self->arguments[i].number);
    }
    run_lock(self);
    if (error != NULL)
        run_end_for(self, run_reason_of_input(error));
    self->hashed = TRUE;
    session_wake_all(self->session);
    run_unlock(self);
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

static gboolean
knows_hashes(const Run *self)
{
    for (guint i = 0; i < self->n_arguments; i++) {
        MamutoArray *array = mamuto_argument_get_array(self->arguments[i].argument);

        if (array != NULL && self->arguments[i].kept && !mamuto_array_has_hash(array))
            return FALSE;
    }
    return TRUE;
}

gboolean
run_hash_kept(Run *self)
{
    gboolean hashed;

    run_lock(self);
    /* in a program that calls the function again and again, the hashes are known from the last run,
     * and the start of a thread would slow each run down */
    hashed = self->hashed = self->hashed || knows_hashes(self);
    if (!hashed && !self->over && self->session->hasher == NULL)
        start_hasher(self);
    run_unlock(self);
    return hashed;
}

void
run_host_ready(Run *self, guint host, guint cores, double row_us, gsize credit)
{
    RunHost *at = &self->hosts[host];

    run_lock(self);
    if (!at->gone && at->scheduled < 0) {
        at->scheduled =
            (int)schedule_add_host(self->schedule, cores, row_us, credit, g_get_monotonic_time());
        g_array_append_val(self->scheduled_hosts, host);
        if (at->former >= 0)
            schedule_set_former(self->schedule, (guint)at->scheduled, (guint)at->former);
        at->former = at->scheduled;
    }
    run_unlock(self);
    run_believe_unconfirmed(self);
}

void
run_host_remember_delay(Run *self, guint host, double delay_us, gint64 round_trip_us)
{
    run_lock(self);
    if (self->hosts[host].scheduled >= 0) {
        guint number = (guint)self->hosts[host].scheduled;

        schedule_remember_delay(self->schedule, number, delay_us);
        schedule_set_round_trip(self->schedule, number, round_trip_us);
    }
    run_unlock(self);
}

void
run_host_set_cores(Run *self, guint host, guint cores)
{
    run_lock(self);
    if (self->hosts[host].scheduled >= 0) {
        schedule_set_cores(self->schedule, (guint)self->hosts[host].scheduled, cores,
                           g_get_monotonic_time());
        session_wake_all(self->session);
    }
    run_unlock(self);
    run_believe_unconfirmed(self);
}

void
run_host_set_busy(Run *self, guint host, guint n_busy)
{
    run_lock(self);
    self->hosts[host].counts.n_busy = n_busy;
    run_unlock(self);
}

void
run_host_set_silent(Run *self, guint host, gboolean silent)
{
    const RunHost *at = &self->hosts[host];

    run_lock(self);
    if (run_has_host(self, at) &&
        schedule_set_silent(self->schedule, (guint)at->scheduled, silent, g_get_monotonic_time()))
        session_wake_all(self->session);
    run_unlock(self);
}

void
run_end_hopeless(Run *self, const GError *last)
{
    g_autoptr(GError) error = NULL;
    gint64 lo = 0, hi = 0;

    run_lock(self);
    schedule_get_hopeless(self->schedule, &lo, &hi);
    run_unlock(self);
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

    run_lock(self);
    if (!at->gone) {
        hopeful = run_release_chunks(self, host);
        at->scheduled = -1;
        at->counts.n_busy = 0;
        g_array_set_size(at->drops, 0);
        g_array_set_size(at->recalls, 0);
    }
    run_unlock(self);
    if (!hopeful)
        run_end_hopeless(self, error);
    run_believe_unconfirmed(self);
}

void
run_host_gone(Run *self, guint host, const GError *error)
{
    RunHost *gone = &self->hosts[host];
    gboolean hopeful = TRUE;

    run_lock(self);
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
    run_unlock(self);
    if (!hopeful)
        run_end_hopeless(self, error);
    run_believe_unconfirmed(self);
}

void
run_count_bytes(Run *self, guint host, guint64 sent, guint64 received)
{
    run_lock(self);
    self->hosts[host].counts.bytes_sent += sent;
    self->hosts[host].counts.bytes_received += received;
    run_unlock(self);
}

double
run_get_row_us(Run *self, guint host)
{
    double row_us = 0;

    run_lock(self);
    if (self->hosts[host].scheduled >= 0)
        row_us = schedule_get_row_us(self->schedule, (guint)self->hosts[host].scheduled);
    run_unlock(self);
    return row_us;
}

double
run_get_delay_us(Run *self, guint host)
{
    double delay_us = -1;

    run_lock(self);
    if (self->hosts[host].scheduled >= 0)
        delay_us = schedule_get_delay_us(self->schedule, (guint)self->hosts[host].scheduled);
    run_unlock(self);
    return delay_us;
}
