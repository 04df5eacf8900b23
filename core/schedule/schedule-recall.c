/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Rows that a busy core has not begun and another core could compute. If no row waits and a core is
 * idle, the schedule asks the host of another chunk to give such rows back: of the chunk that is
 * overdue for the longest time, else of the chunk that is expected to need the most time. While
 * rows wait, it asks for the rows of a chunk that is expected to end after all waiting rows are
 * computed. The host answers which rows have begun. A host is asked once for each attempt, because
 * its answer covers all rows. */
#include "schedule-private.h"

/* A chunk that is not overdue is asked for only if its remaining time is this multiple of the cost
 * of asking, so that the ends of even runs are not disturbed. */
#define WORTH 2
/* Maximum number of times that rows are given back before any of them has begun. Hosts that do not
 * compute yet, for example because they import, would otherwise pass chunks on without end. */
#define MAX_RETURNED 8

/* Returns (nullable): the attempt whose host can be asked for rows of the chunk, because it may not
 * have begun all of them. A chunk with copies is not asked for, because the copies end if rows are
 * given back. An exception is a chunk that was copied because its host had not answered an earlier
 * question, if the host has answered since. */
static Attempt *
find_recallable(Schedule *self, const Chunk *chunk)
{
    Attempt *attempt = NULL;

    for (guint i = 0; i < chunk->n_attempts && !attempt; i++)
        if (chunk->n_attempts == 1 || chunk->attempts[i]->answers_late)
            attempt = chunk->attempts[i];
    if (!attempt || attempt->asked || attempt->passed_over || chunk->n_returned >= MAX_RETURNED ||
        schedule_host(self, attempt->host)->silent || (attempt->running && chunk_rows(chunk) < 2))
        return NULL;
    return attempt;
}

/* Returns the expected time of a round trip to the host in µs. */
static gint64
link_us(const ScheduleHost *host)
{
    return (gint64)(host->delay_us >= 0 ? host->delay_us : host->round_trip_us);
}

/* Updates the position of a chunk in the heaps of this file. */
void
schedule_recall_update(Schedule *self, Chunk *chunk)
{
    if (!self->has_recall)
        return;
    if (find_recallable(self, chunk)) {
        chunk_heap_update(&self->recall_soonest, chunk);
        chunk_heap_update(&self->recall_latest, chunk);
    } else {
        chunk_heap_remove(&self->recall_soonest, chunk);
        chunk_heap_remove(&self->recall_latest, chunk);
    }
}

/* Fills the heaps. They are needed only while cores are idle, so they are empty before. */
static void
fill_heaps(Schedule *self)
{
    GHashTableIter iter;
    gpointer chunk;

    if (self->has_recall)
        return;
    self->has_recall = TRUE;
    g_hash_table_iter_init(&iter, self->chunks);
    while (g_hash_table_iter_next(&iter, NULL, &chunk))
        schedule_recall_update(self, chunk);
}

/* Lets idle cores ask the host again for the rows of attempts for which it was not asked, because
 * it had not answered an earlier question in time. */
static void
allow_questions(Schedule *self, const GQueue *attempts)
{
    for (GList *l = attempts->head; l; l = l->next) {
        Attempt *attempt = l->data;

        if (!attempt->passed_over)
            continue;
        attempt->passed_over = FALSE;
        attempt->answers_late = TRUE;
        schedule_recall_update(self, attempt->chunk);
    }
}

/* Called when a host has answered, and when an attempt ends. */
void
schedule_recall_answered(Schedule *self, Attempt *attempt)
{
    ScheduleHost *from = schedule_host(self, attempt->host);

    if (attempt->asked_rows == 0)
        return;
    schedule_host(self, attempt->asked_for)->asked_rows -= attempt->asked_rows;
    attempt->asked_rows = 0;
    self->n_asked--;
    if (--from->n_unanswered > 0)
        return;
    allow_questions(self, &from->running);
    allow_questions(self, &from->queued);
}

/* Returns the time in µs by which a chunk must be late before its host is asked for rows that @host
 * computes. An unnecessary question costs only a message, but an idle core waits for a late one, so
 * the time is only half of the longer round trip, or the time that @host still needs to start. The
 * lower limit keeps short runs from being disturbed. */
static gint64
cost_us(Schedule *self, const ScheduleHost *host, const Chunk *chunk, gint64 now)
{
    const ScheduleHost *from = schedule_host(self, find_recallable(self, chunk)->host);
    gint64 start = host->ready ? 0 : (gint64)schedule_delay_us(self, host, now);
    gint64 late = MAX(start, MAX(link_us(host), link_us(from)) / 2);

    return MAX(SCHEDULE_OVERHEAD_US + late, SCHEDULE_SHORT_US / 2);
}

/* Returns a time in µs in which a host answers that is alive. */
static gint64
answer_us(const ScheduleHost *from)
{
    return SCHEDULE_SHORT_US + link_us(from);
}

static gboolean
is_silent(const ScheduleHost *host, gint64 now)
{
    return host->n_unanswered > 0 && now >= host->answer_by;
}

/* Returns the attempt, or NULL if its host has perhaps not received the chunk yet or this host may
 * not compute it. In the first case lowers *@ask_at to the time at which the host can be asked. */
static Attempt *
find_begun(Schedule *self, const ScheduleHost *host, Attempt *attempt, gint64 now, gint64 *ask_at)
{
    gint64 begun =
        attempt->handed + SCHEDULE_OVERHEAD_US + link_us(schedule_host(self, attempt->host));

    if (chunk_is_refused(attempt->chunk, host->number))
        return NULL;
    if (now >= begun)
        return attempt;
    *ask_at = MIN(*ask_at, begun);
    return NULL;
}

/* Returns TRUE if enough rows were asked for, so that the idle cores of @host wait for them. The
 * rows of hosts that are not ready are all asked for at once if the ready hosts will compute them.
 */
static gboolean
has_asked(Schedule *self, const ScheduleHost *host, const Attempt *attempt, gint64 now)
{
    gint64 n_idle = (gint64)host->cores - (gint64)host_n_at(host);

    if (host->asked_rows < n_idle || now >= self->asked_until)
        return FALSE;
    return schedule_host(self, attempt->host)->ready || !schedule_ready_are_enough(self, now);
}

/* Like find_attempt() while rows wait. An overdue chunk is expected to need as much time again as
 * it is late. If this is longer than the time for the waiting rows, the cores that compute them
 * should begin the rows of the chunk first. No later call depends on the time, because the cores
 * that compute waiting rows ask after each chunk. */
static Attempt *
find_slow(Schedule *self, const ScheduleHost *host, gint64 now)
{
    double fresh = schedule_fresh_us(self);
    gint64 ask_at = G_MAXINT64;
    guint examined = 0;

    /* Rows that were given back are computed first. */
    if (self->rows_returned > 0 || fresh == 0)
        return NULL;
    for (GList *l = self->overdue.head; l && examined++ < SCHEDULE_MAX_CANDIDATES; l = l->next) {
        Chunk *chunk = l->data;
        Attempt *attempt = find_recallable(self, chunk);

        if ((double)(now - chunk->due) <= fresh)
            return NULL;
        if (attempt && now - chunk->due > cost_us(self, host, chunk, now) &&
            !is_silent(schedule_host(self, attempt->host), now) &&
            find_begun(self, host, attempt, now, &ask_at))
            return attempt;
    }
    return NULL;
}

/* Returns the attempt whose host should be asked now for rows that @host computes, or NULL. Lowers
 * *@ask_at to the time at which this may change. */
static Attempt *
find_attempt(Schedule *self, const ScheduleHost *host, gint64 now, gint64 *ask_at)
{
    Chunk *chunk;

    if (schedule_rows_waiting(self) > 0)
        return find_slow(self, host, now);
    if (!host_has_idle_core(host))
        return NULL;
    fill_heaps(self);
    while (chunk_heap_peek(&self->recall_latest, &chunk, 1) > 0) {
        Attempt *attempt = find_recallable(self, chunk);

        if (has_asked(self, host, attempt, now))
            return NULL;
        if (chunk->due - now <= WORTH * cost_us(self, host, chunk, now)) {
            chunk_heap_peek(&self->recall_soonest, &chunk, 1);
            if (now - chunk->due <= cost_us(self, host, chunk, now)) {
                *ask_at = MIN(*ask_at, chunk->due + cost_us(self, host, chunk, now) + 1);
                return NULL;
            }
        }
        attempt = find_recallable(self, chunk);
        if (!is_silent(schedule_host(self, attempt->host), now))
            return find_begun(self, host, attempt, now, ask_at);
        /* It would not answer this question either. */
        attempt->passed_over = TRUE;
        schedule_recall_update(self, chunk);
    }
    return NULL;
}

/* Returns TRUE if an idle core of the host should wait for rows of another chunk, and not begin a
 * copy: a host was asked for rows, or will be soon. A copy of a chunk with a single slow row would
 * keep the core busy while other rows come back. The wait is short: a chunk that needs longer than
 * a few times the cost of asking is asked for at once. After a time without an answer, chunks of
 * this host are copied. */
gboolean
schedule_waits_for_rows(Schedule *self, const ScheduleHost *host, gint64 now, gint64 *again)
{
    gint64 ask_at = G_MAXINT64;

    if (find_attempt(self, host, now, &ask_at))
        return TRUE;
    *again = MIN(*again, ask_at);
    if (ask_at < G_MAXINT64)
        return TRUE;
    if (self->n_asked == 0 || now >= self->asked_until)
        return FALSE;
    *again = MIN(*again, self->asked_until);
    return TRUE;
}

gboolean
schedule_can_recall(Schedule *self, guint number, gint64 now)
{
    const ScheduleHost *host = schedule_host(self, number);
    gint64 again = G_MAXINT64;

    return host && host->alive && !host->silent && host->cores > 0 &&
           !schedule_leaves_to_ready(self, host, now, &again) &&
           find_attempt(self, host, now, &again) != NULL;
}

gboolean
schedule_recall(Schedule *self, guint number, gint64 now, ScheduleRecall *out)
{
    ScheduleHost *host = schedule_host(self, number);
    gint64 again = G_MAXINT64;
    ScheduleHost *from;
    Attempt *attempt;

    if (!schedule_can_recall(self, number, now))
        return FALSE;
    attempt = find_attempt(self, host, now, &again);
    attempt->asked = TRUE;
    attempt->asked_rows = MAX(chunk_rows(attempt->chunk) - attempt->running, 1);
    attempt->asked_for = number;
    host->asked_rows += attempt->asked_rows;
    self->n_asked++;
    from = schedule_host(self, attempt->host);
    from->n_unanswered++;
    from->answer_by = now + answer_us(from);
    self->asked_until = MAX(self->asked_until, from->answer_by);
    schedule_recall_update(self, attempt->chunk);
    *out = (ScheduleRecall){attempt->host, attempt->chunk->id, attempt->number};
    return TRUE;
}

/* The host had begun no row. */
static void
return_whole(Schedule *self, Attempt *attempt, gint64 now)
{
    Chunk *chunk = attempt->chunk;
    guint from = attempt->host;

    chunk->n_returned++;
    /* These rows have to wait for an idle core, unless the host was starting and all of its rows
     * are computed by hosts that are ready. */
    chunk->recalled = schedule_host(self, from)->ready || !schedule_ready_are_enough(self, now);
    schedule_end_attempt(self, attempt, now);
    if (chunk->n_attempts == 0)
        schedule_requeue_rows(self, chunk, from, now - schedule_own_retry_delay_us(self), now);
}

/* Some rows have begun, and the host keeps these. */
static void
return_rest(Schedule *self, Attempt *attempt, gint64 hi, gint64 now)
{
    Chunk *chunk = attempt->chunk;
    ScheduleHost *host = schedule_host(self, attempt->host);
    gint64 saved = schedule_expect_us(self, host, chunk->hi - hi);
    gint64 row = schedule_expect_us(self, host, 1);
    Chunk *rest = schedule_split(self, chunk, attempt->host, hi, now);

    rest->recalled = TRUE;
    rest->n_returned = 0;
    rest->slow_us = (double)(now - attempt->handed) / (double)(hi - chunk->lo);
    attempt->finish = MAX(attempt->finish - saved, now + row);
    if (attempt->running)
        schedule_load_running(self, attempt);
    else
        schedule_load_queued(self, attempt);
    schedule_requeue(self, chunk);
}

gboolean
schedule_returned(Schedule *self, guint number, guint64 id, guint attempt_number, gint64 hi,
                  gint64 now, GArray *losers)
{
    ScheduleHost *host = schedule_host(self, number);
    Chunk *chunk = g_hash_table_lookup(self->chunks, &id);
    Attempt *attempt = chunk ? chunk_find_attempt(chunk, number, attempt_number) : NULL;

    schedule_set_silent(self, number, FALSE, now);
    if (!host || !host->alive || !attempt || !attempt->asked || hi < chunk->lo)
        return FALSE;
    schedule_recall_answered(self, attempt);
    if (hi > chunk->lo)
        schedule_start_begun(self, host, now);
    if (hi >= chunk->hi)
        return FALSE;
    if (hi == chunk->lo) {
        return_whole(self, attempt, now);
        return TRUE;
    }
    /* A copy was begun because the host did not answer in time. The copy contains the rows that
     * were given back, so it would compute one row after the other. */
    schedule_end_others(self, chunk, attempt, losers, now);
    return_rest(self, attempt, hi, now);
    return TRUE;
}
