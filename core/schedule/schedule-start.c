/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Hosts that have joined the run, but may still be starting the processes for their cores. On a
 * machine whose cores are all busy, this takes seconds, and no message tells when a host has
 * started. A host is ready when it has computed rows in this or an earlier run. The time that the
 * others need is estimated from the times that hosts of this run needed until their first result,
 * or have waited for it so far. If the ready hosts are expected to compute all rows in this time,
 * the other hosts get no rows, and rows that they have already are asked for. */
#include "schedule-private.h"

/* If the ready hosts need longer than this time in µs, every host gets a first chunk. Asking for
 * its rows at the end of the run, if the host has not begun them, takes a small part of this time.
 */
#define WORTH_A_TRY_US 1000000
/* If the ready hosts take no rows for this time in µs, hosts that are not ready may get copies. */
#define LONG_US 200000

/* Called before a host gets a chunk. */
void
schedule_start_handed(Schedule *self, ScheduleHost *host, gint64 rows, gint64 now)
{
    if (host->ready || host_n_at(host) > 0)
        return;
    /* A host that gave its rows back before has waited longer. */
    self->sum_start_us -= host->start_us;
    host->start_since = (double)(now - self->origin) - host->start_us;
    host->start_rows = rows;
    self->sum_start_since += host->start_since;
    self->sum_start_rows += rows;
    self->n_starting++;
}

static void
stop_waiting(Schedule *self, ScheduleHost *host)
{
    self->sum_start_since -= host->start_since;
    self->sum_start_rows -= host->start_rows;
    host->start_rows = 0;
    if (--self->n_starting == 0)
        self->sum_start_since = 0;
}

static void
note_start(Schedule *self, ScheduleHost *host, double start_us)
{
    host->start_us = MAX(start_us, 0);
    self->sum_start_us += host->start_us;
}

/* Called when the last chunk of a host has ended without a result. */
void
schedule_start_ended(Schedule *self, ScheduleHost *host, gint64 now)
{
    if (host->start_rows == 0)
        return;
    stop_waiting(self, host);
    if (host->alive)
        note_start(self, host, (double)(now - self->origin) - host->start_since);
}

/* Updates the load and the place of an attempt after its host became ready. */
static void
update_attempt(Schedule *self, Attempt *attempt, gint64 now)
{
    const ScheduleHost *host = schedule_host(self, attempt->host);

    if (attempt->running) {
        gint64 us = schedule_expect_us(self, host, chunk_rows(attempt->chunk));

        attempt->finish = MIN(attempt->finish, now + us);
        schedule_load_running(self, attempt);
    }
    schedule_requeue(self, attempt->chunk);
}

static void
become_ready(Schedule *self, ScheduleHost *host, gint64 now)
{
    host->ready = TRUE;
    schedule_host_changed(self, host);
    for (GList *l = host->running.head; l; l = l->next)
        update_attempt(self, l->data, now);
    for (GList *l = host->queued.head; l; l = l->next)
        update_attempt(self, l->data, now);
}

/* Called when a result has arrived. */
void
schedule_start_answered(Schedule *self, ScheduleHost *host, gint64 compute_us, gint64 now)
{
    if (host->ready)
        return;
    if (host->start_rows > 0) {
        stop_waiting(self, host);
        note_start(self, host,
                   (double)(now - self->origin) - host->start_since - (double)compute_us);
    }
    self->n_answered++;
    become_ready(self, host, now);
}

/* Called when the host has told that it computes rows. It has started, but it is not known when,
 * because the first of these rows may take long. */
void
schedule_start_begun(Schedule *self, ScheduleHost *host, gint64 now)
{
    if (host->ready)
        return;
    if (host->start_rows > 0) {
        stop_waiting(self, host);
        host->start_us = 0;
    }
    become_ready(self, host, now);
}

/* The estimate is the sum of all times, divided by the number of hosts that became ready. It would
 * be too low if the hosts that still wait were divided by as well, because their times have not
 * ended.
 */
double
schedule_start_us(Schedule *self, gint64 now)
{
    double waited = self->n_starting * (double)(now - self->origin) - self->sum_start_since -
                    (double)self->sum_start_rows * schedule_mean_row_us(self);

    return (self->sum_start_us + MAX(waited, 0)) / MAX(self->n_answered, 1);
}

/* Returns the time after which the ready hosts are expected to have taken more rows, or to have
 * computed all. If they have not, the estimates are wrong, for example because a row takes very
 * long. The other hosts then get rows and copies as if they had started. */
static gint64
end_of_patience(Schedule *self, gint64 now)
{
    gint64 alone = (gint64)(schedule_work_us(self, now) / self->ready_cores);

    return self->last_progress + MAX(alone, SCHEDULE_SHORT_US);
}

/* Returns the expected time in µs from the assignment of a chunk to its result, minus the compute
 * time. */
double
schedule_delay_us(Schedule *self, const ScheduleHost *host, gint64 now)
{
    if (host->ready || self->ready_cores == 0 || now >= end_of_patience(self, now) + LONG_US)
        return MAX(host->delay_us, 0);
    return schedule_start_us(self, now);
}

gboolean
schedule_ready_are_enough(Schedule *self, gint64 now)
{
    double alone;

    if (self->ready_cores == 0 || schedule_mean_row_us(self) == 0)
        return FALSE;
    alone = schedule_work_us(self, now) / self->ready_cores;
    return alone <= MIN(schedule_start_us(self, now), WORTH_A_TRY_US);
}

/* Returns TRUE if the host gets no rows, because the ready hosts will compute them earlier. Lowers
 * *@again to the time at which the caller tries again. If no ready host takes rows for the time
 * that the ready hosts need, the estimate was wrong. */
gboolean
schedule_leaves_to_ready(Schedule *self, const ScheduleHost *host, gint64 now, gint64 *again)
{
    gint64 end;

    if (host->ready || !schedule_ready_are_enough(self, now))
        return FALSE;
    end = end_of_patience(self, now);
    if (now >= end)
        return FALSE;
    *again = MIN(*again, MIN(end, now + MAX((end - self->last_progress) / 4, SCHEDULE_SHORT_US)));
    return TRUE;
}

gboolean
schedule_may_take(Schedule *self, guint number, gint64 now)
{
    const ScheduleHost *host = schedule_host(self, number);
    gint64 again = G_MAXINT64;

    return host && host->alive && !host->silent && host_has_idle_core(host) &&
           (self->n_refused > 0 || !schedule_leaves_to_ready(self, host, now, &again));
}
