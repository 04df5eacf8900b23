/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Silent hosts: they do not answer a question, but are not given up yet. A silent host gets no
 * chunk. A chunk whose attempts are all at silent hosts is stranded. Its rows count as rows that
 * must still be computed, and other hosts get copies of the chunk. Copies start only near the end
 * of the run, because a silent host often responds again after a short time. */
#include "schedule-private.h"

/* Minimum time in µs by which a result must be late before the host is asked whether it is alive.
 * While rows wait, the result must also be late by a quarter of the expected computing time,
 * because the computing time of rows varies, and the answer is not needed yet. */
#define LATE_US 50000
#define LATE_SHARE 4

void
schedule_enter_stranded(Schedule *self, Chunk *chunk)
{
    chunk->stranded_rows = chunk_rows(chunk);
    chunk->since = G_MININT64;
    for (guint i = 0; i < chunk->n_attempts; i++)
        chunk->since =
            MAX(chunk->since, schedule_host(self, chunk->attempts[i]->host)->silent_since);
    self->stranded_rows += chunk->stranded_rows;
    g_queue_push_tail_link(&self->stranded, &chunk->link);
}

void
schedule_leave_stranded(Schedule *self, Chunk *chunk)
{
    if (chunk->stranded_rows == 0)
        return;
    self->stranded_rows -= chunk->stranded_rows;
    chunk->stranded_rows = 0;
    g_queue_unlink(&self->stranded, &chunk->link);
}

/* Updates the load and the place of an attempt after its host became silent, or responded again
 * after @pause µs. */
static void
update_attempt(Schedule *self, Attempt *attempt, gint64 pause)
{
    attempt->finish += pause;
    if (attempt->running)
        schedule_load_running(self, attempt);
    else
        schedule_load_queued(self, attempt);
    schedule_requeue(self, attempt->chunk);
}

gboolean
schedule_set_silent(Schedule *self, guint number, gboolean silent, gint64 now)
{
    ScheduleHost *host = schedule_host(self, number);
    gint64 pause;

    if (!host || !host->alive || host->silent == silent)
        return FALSE;
    host->silent = silent;
    /* The results are expected later by the time of the silence. Otherwise they would all be
     * overdue after a pause of all hosts, and idle cores would compute them again. */
    pause = silent ? 0 : now - host->silent_since;
    host->silent_since = now;
    schedule_host_changed(self, host);
    for (GList *l = host->running.head; l; l = l->next)
        update_attempt(self, l->data, pause);
    for (GList *l = host->queued.head; l; l = l->next)
        update_attempt(self, l->data, pause);
    return silent && self->stranded.length > 0 && schedule_rows_waiting(self) == 0;
}

gint64
schedule_get_due(Schedule *self, guint number)
{
    ScheduleHost *host = schedule_host(self, number);
    const Attempt *first = host ? g_queue_peek_head(&host->running) : NULL;
    gint64 late = LATE_US;

    if (!first || !host->alive)
        return G_MAXINT64;
    if (schedule_rows_waiting(self) > 0)
        late = MAX(late, schedule_expect_us(self, host, chunk_rows(first->chunk)) / LATE_SHARE);
    return first->finish + late;
}

/* Returns a stranded chunk that this host should compute now, or NULL. A copy is needed only if the
 * silent host does not respond before the end of the run. Therefore no copy starts while the rows
 * that were never assigned need more than twice the time of the copy. A host that would need much
 * longer than the mean of all hosts waits for faster hosts, as long as the time that these would
 * save. While rows wait, only fast hosts take copies at once, because the others have other work.
 */
Chunk *
schedule_find_stranded(Schedule *self, const ScheduleHost *host, gint64 now, gint64 *again)
{
    double fresh = schedule_fresh_us(self);
    guint examined = 0;

    for (GList *c = self->stranded.head; c && examined++ < SCHEDULE_MAX_CANDIDATES; c = c->next) {
        Chunk *chunk = c->data;
        gint64 cost = schedule_copy_us(self, host, chunk, now), mean, start;

        if (cost == G_MAXINT64 || fresh > 2 * (double)cost)
            continue;
        mean = schedule_mean_us(self, chunk_rows(chunk)) + SCHEDULE_OVERHEAD_US;
        start = chunk->since + cost - (fresh > 0 ? mean * 3 / 4 : mean + mean / 4);
        if (start <= now)
            return chunk;
        *again = MIN(*again, start);
    }
    return NULL;
}
