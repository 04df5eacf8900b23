/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The chunks of a run: which rows a host computes next, which rows it must give back, and which
 * chunks are not needed any more. */
#include "run-private.h"

static gboolean
was_copy(const RunHost *host, guint64 chunk)
{
    for (guint i = 0; i < host->copies->len; i++)
        if (g_array_index(host->copies, guint64, i) == chunk)
            return TRUE;
    return FALSE;
}

void
run_drop_losers(Run *self, guint64 chunk, GArray *losers)
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

gboolean
run_take(Run *self, guint host, gint64 now, ScheduleChunk *chunk)
{
    RunHost *at = &self->hosts[host];
    gboolean taken;

    run_lock(self);
    taken =
        run_has_host(self, at) && schedule_take(self->schedule, (guint)at->scheduled, now, chunk);
    if (taken && chunk->copy) {
        at->counts.n_copies++;
        g_array_append_val(at->copies, chunk->id);
    }
    /* A drop of an earlier attempt would also end the new attempt, because DROP names chunks. */
    for (guint i = at->drops->len; taken && i > 0; i--)
        if (g_array_index(at->drops, guint64, i - 1) == chunk->id)
            g_array_remove_index_fast(at->drops, i - 1);
    run_unlock(self);
    return taken;
}

gboolean
run_take_drops(Run *self, guint host, GArray *drops, GError **error)
{
    RunHost *at = &self->hosts[host];
    gboolean left_out;

    run_lock(self);
    g_array_append_vals(drops, at->drops->data, at->drops->len);
    g_array_set_size(at->drops, 0);
    left_out = at->left_out;
    run_unlock(self);
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

    run_lock(self);
    while (run_has_host(self, at) &&
           schedule_recall(self->schedule, (guint)at->scheduled, now, &recall)) {
        guint from = g_array_index(self->scheduled_hosts, guint, recall.from);

        g_array_append_val(self->hosts[from].recalls, recall);
        self->session->hosts[from].wake(self->session->hosts[from].data);
    }
    run_unlock(self);
}

void
run_take_recalls(Run *self, guint host, GArray *recalls)
{
    RunHost *at = &self->hosts[host];

    run_lock(self);
    g_array_append_vals(recalls, at->recalls->data, at->recalls->len);
    g_array_set_size(at->recalls, 0);
    run_unlock(self);
}

/* Lets the hosts with idle cores take rows that were given back. Many hosts may give rows back at
 * the same time, so the threads of the other hosts are not woken. */
static void
wake_idle(Run *self, gint64 now)
{
    for (guint i = 0; i < self->scheduled_hosts->len; i++) {
        const SessionHost *host =
            &self->session->hosts[g_array_index(self->scheduled_hosts, guint, i)];

        if (schedule_may_take(self->schedule, i, now))
            host->wake(host->data);
    }
}

void
run_returned(Run *self, guint host, guint64 chunk, guint attempt, gint64 hi)
{
    g_autoptr(GArray) losers = g_array_new(FALSE, FALSE, sizeof(guint));
    RunHost *at = &self->hosts[host];
    gint64 now = g_get_monotonic_time();

    run_lock(self);
    if (run_has_host(self, at) &&
        schedule_returned(self->schedule, (guint)at->scheduled, chunk, attempt, hi, now, losers)) {
        run_drop_losers(self, chunk, losers);
        wake_idle(self, now);
    }
    run_unlock(self);
}

gint64
run_get_wakeup(Run *self, guint host, gint64 now, gint64 *due)
{
    RunHost *at = &self->hosts[host];
    gint64 wakeup = G_MAXINT64;

    *due = G_MAXINT64;
    run_lock(self);
    if (run_has_host(self, at)) {
        wakeup = schedule_get_wakeup(self->schedule, (guint)at->scheduled, now);
        *due = schedule_get_due(self->schedule, (guint)at->scheduled);
    }
    run_unlock(self);
    return wakeup;
}

void
run_attempt_lost(Run *self, guint host, guint64 chunk, guint attempt, const GError *error)
{
    RunHost *at = &self->hosts[host];
    gboolean hopeful = TRUE;

    run_lock(self);
    if (run_has_host(self, at)) {
        at->counts.n_lost++;
        hopeful = schedule_failed(self->schedule, (guint)at->scheduled, chunk, attempt,
                                  g_get_monotonic_time());
        session_wake_all(self->session);
    }
    run_unlock(self);
    if (!hopeful)
        run_end_hopeless(self, error);
}
