/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Selects the next chunk of a host. The first choice is a chunk that another host did not complete.
 * The second choice is rows that were never assigned. If a core is idle, the third choice is a copy
 * of a chunk that this core is expected to finish before the hosts that already compute it. Near
 * the end of the run, copies of the chunks of silent hosts come first (schedule-silent.c). */
#include "schedule-private.h"

/* Maximum number of chunks per core, instead of SCHEDULE_QUEUE_DEPTH, while the chunks are second
 * tries that take less time than the fixed cost of a chunk. Failed rows are often single rows, so
 * their second tries are short chunks. With the usual depth, each of them would wait for a round
 * trip. */
#define SECOND_DEPTH 64

static gint64
fresh_rows(const Schedule *self)
{
    return self->config.n_rows - self->next;
}

/* Returns whether a core of the host is idle, or will soon begin another chunk, because its chunk
 * is not late. If no rows wait that were never assigned, the cores compute their last chunks, and
 * it is too late to correct a wrong estimate. */
static gboolean
begins_soon(const Schedule *self, const ScheduleHost *host, gint64 now)
{
    gboolean fresh = fresh_rows(self) > 0;

    if (host_has_idle_core(host))
        return TRUE;
    for (const GList *l = host->running.head; fresh && l; l = l->next)
        if (((const Attempt *)l->data)->finish > now)
            return TRUE;
    return FALSE;
}

/* Rows that a busy core gave back must not wait for another slow row. */
static gboolean
can_take(const Schedule *self, const Chunk *chunk, const ScheduleHost *host, gint64 now)
{
    return (!chunk->recalled || begins_soon(self, host, now)) &&
           !chunk_is_refused(chunk, host->number);
}

/* Returns a waiting chunk that this host may compute, or NULL. @from receives the number of the
 * host that failed to complete the chunk. */
static Chunk *
find_returned(Schedule *self, guint number, gint64 now, guint *from, gint64 *again)
{
    ScheduleHost *own = schedule_host(self, number);
    guint examined = 0;

    for (GList *h = self->returning.head; h && examined < SCHEDULE_MAX_CANDIDATES; h = h->next) {
        ScheduleHost *host = h->data;

        if (host == own)
            continue;
        for (GList *c = host->returned.head; c && examined++ < SCHEDULE_MAX_CANDIDATES; c = c->next)
            if (can_take(self, c->data, own, now)) {
                *from = host->number;
                return c->data;
            }
    }
    examined = 0;
    for (GList *c = own->returned.head; c && examined++ < SCHEDULE_MAX_CANDIDATES; c = c->next) {
        Chunk *chunk = c->data;
        gint64 since = chunk->since + schedule_own_retry_delay_us(self);

        if (!can_take(self, chunk, own, now))
            continue;
        *from = number;
        if (self->n_active == 1 || now >= since)
            return chunk;
        *again = MIN(*again, since);
        return NULL;
    }
    return NULL;
}

/* A possible assignment. */
typedef struct {
    Chunk *chunk; /* NULL: rows that were never assigned */
    gint64 rows;
    guint from; /* the host that failed to complete the chunk */
    gboolean copy;
} Offer;

/* Returns the largest number of rows for the next chunk, of rows that were given back. The
 * estimated time of these rows was wrong. */
static gint64
limit_recalled(Schedule *self, const ScheduleHost *host, const Chunk *chunk)
{
    gint64 rows = chunk_rows(chunk);
    gint64 own_idle = (gint64)host->cores - (gint64)host_n_at(host);
    gint64 n_idle = MAX(own_idle, (gint64)self->sum_cores - (gint64)self->n_attempts);
    double row_us = schedule_expect_row_us(self, host);
    double few = row_us > 0 ? SCHEDULE_SHORT_US / 2.0 / row_us : 0;

    /* If other rows wait, all cores will take some of these rows, which are probably as slow as
     * those that the host has kept. */
    if (fresh_rows(self) > 0 && chunk->slow_us > 0)
        return CLAMP((gint64)(SCHEDULE_SHORT_US / chunk->slow_us), 1,
                     (rows + self->sum_cores - 1) / self->sum_cores);
    if (own_idle <= 0)
        return rows;
    /* They are divided among the idle cores of all hosts, unless they are expected to take less
     * time than asking for them again. */
    return MAX((rows + n_idle - 1) / n_idle,
               MIN((rows + own_idle - 1) / own_idle, (gint64)MIN(few, (double)rows)));
}

/* @leave: the host gets only rows that ready hosts may not compute. */
static gboolean
find_rows(Schedule *self, ScheduleHost *host, gboolean leave, gint64 now, Offer *offer,
          gint64 *again)
{
    gint64 fresh = fresh_rows(self);
    gint64 available;
    gboolean recalled;

    offer->chunk = find_returned(self, host->number, now, &offer->from, again);
    if (leave && (!offer->chunk || offer->chunk->n_refused == 0))
        return FALSE;
    available = offer->chunk ? chunk_rows(offer->chunk) : fresh;
    recalled = offer->chunk && offer->chunk->recalled;
    if (recalled)
        available = limit_recalled(self, host, offer->chunk);
    offer->rows = schedule_size(self, host, available, now, again);
    /* Such a chunk begins at once, even if it is expected to delay the end. */
    if (recalled && offer->rows == 0 && schedule_fits(self, host, 1))
        offer->rows = 1;
    return offer->rows > 0;
}

/* Finds a second try that takes less time than the fixed cost of a chunk. */
static gboolean
find_short_second(Schedule *self, const ScheduleHost *host, gint64 now, Offer *offer)
{
    double row_us = schedule_expect_row_us(self, host);
    gint64 again = G_MAXINT64;
    Chunk *chunk;

    if (self->n_refused == 0 || row_us <= 0 || host_n_at(host) >= (gsize)SECOND_DEPTH * host->cores)
        return FALSE;
    chunk = find_returned(self, host->number, now, &offer->from, &again);
    if (!chunk || !chunk->second || (double)chunk_rows(chunk) * row_us > SCHEDULE_OVERHEAD_US ||
        !schedule_fits(self, host, chunk_rows(chunk)))
        return FALSE;
    offer->chunk = chunk;
    offer->rows = chunk_rows(chunk);
    return TRUE;
}

static gboolean
is_held_by(const Chunk *chunk, guint host)
{
    for (guint i = 0; i < chunk->n_attempts; i++)
        if (chunk->attempts[i]->host == host)
            return TRUE;
    return FALSE;
}

/* Returns the time in µs until a copy at this host would finish. Returns G_MAXINT64 if the host
 * cannot have a copy. */
gint64
schedule_copy_us(Schedule *self, const ScheduleHost *host, const Chunk *chunk, gint64 now)
{
    if (is_held_by(chunk, host->number) || chunk_is_refused(chunk, host->number) ||
        !schedule_fits(self, host, chunk_rows(chunk)))
        return G_MAXINT64;
    return schedule_expect_finish(self, host, chunk_rows(chunk), now) - now + SCHEDULE_OVERHEAD_US;
}

/* Returns a chunk that an idle core of this host is expected to finish before the hosts that
 * already compute it, or NULL. An overdue chunk is expected to need as much time again as it is
 * late. A host that does not respond therefore delays the run by at most about twice the time of a
 * chunk. A chunk that is not overdue is copied only if the time saved is more than a quarter of the
 * time of the copy. */
static Chunk *
find_copy(Schedule *self, const ScheduleHost *host, gint64 now, gint64 *again)
{
    Chunk *chunks[SCHEDULE_MAX_CANDIDATES];
    guint examined = 0, n;

    for (GList *c = self->overdue.head; c && examined++ < SCHEDULE_MAX_CANDIDATES; c = c->next) {
        Chunk *chunk = c->data;
        gint64 cost = schedule_copy_us(self, host, chunk, now);

        if (cost < now - chunk->due)
            return chunk;
        if (cost < G_MAXINT64)
            *again = MIN(*again, chunk->due + cost + 1);
    }
    schedule_need_latest(self);
    n = chunk_heap_peek(&self->latest, chunks, SCHEDULE_MAX_CANDIDATES);
    for (guint i = 0; i < n; i++) {
        gint64 cost = schedule_copy_us(self, host, chunks[i], now);

        if (cost < G_MAXINT64 && cost + cost / 4 < chunks[i]->due - now)
            return chunks[i];
    }
    n = chunk_heap_peek(&self->soonest, chunks, SCHEDULE_MAX_CANDIDATES);
    for (guint i = 0; i < n; i++) {
        gint64 cost = schedule_copy_us(self, host, chunks[i], now);

        if (cost < G_MAXINT64)
            *again = MIN(*again, chunks[i]->due + cost + 1);
    }
    return NULL;
}

/* Finds the next assignment for a host. Returns FALSE if there is none now; the caller tries again
 * at *@again. */
static gboolean
find_offer(Schedule *self, guint number, gint64 now, Offer *offer, gint64 *again)
{
    ScheduleHost *host = schedule_host(self, number);
    gboolean leave;

    *offer = (Offer){0};
    *again = G_MAXINT64;
    if (!host || !host->alive || host->cores == 0 || host->silent)
        return FALSE;
    if (find_short_second(self, host, now, offer))
        return TRUE;
    if (host_n_at(host) >= (gsize)SCHEDULE_QUEUE_DEPTH * host->cores)
        return FALSE;
    schedule_sweep(self, now);
    leave = schedule_leaves_to_ready(self, host, now, again);
    if (self->stranded.length > 0 && !leave &&
        (offer->chunk = schedule_find_stranded(self, host, now, again)) != NULL) {
        offer->copy = TRUE;
        return TRUE;
    }
    if (schedule_rows_waiting(self) > 0 && find_rows(self, host, leave, now, offer, again))
        return TRUE;
    if (leave || !host_has_idle_core(host))
        return FALSE;
    offer->chunk = find_copy(self, host, now, again);
    if (schedule_waits_for_rows(self, host, now, again))
        return FALSE;
    offer->copy = TRUE;
    return offer->chunk != NULL;
}

/* Removes the offered rows from the queue. If the offer does not contain all rows of the chunk, the
 * other rows stay in the queue. */
static Chunk *
cut(Schedule *self, const Offer *offer)
{
    Chunk *chunk = offer->chunk, *part;

    if (!chunk) {
        self->next += offer->rows;
        return schedule_new_chunk(self, self->next - offer->rows, self->next);
    }
    if (offer->rows == chunk_rows(chunk)) {
        schedule_unreturn(self, offer->from, chunk);
        return chunk;
    }
    part = schedule_new_part(self, chunk, chunk->lo, chunk->lo + offer->rows);
    chunk->lo += offer->rows;
    self->rows_returned -= offer->rows;
    return part;
}

gboolean
schedule_take(Schedule *self, guint number, gint64 now, ScheduleChunk *out)
{
    Offer offer;
    gint64 again;
    Chunk *chunk;

    if (!find_offer(self, number, now, &offer, &again))
        return FALSE;
    chunk = offer.copy ? offer.chunk : cut(self, &offer);
    schedule_hand_out(self, chunk, number, offer.copy, now);
    out->id = chunk->id;
    out->lo = chunk->lo;
    out->hi = chunk->hi;
    out->attempt = chunk->n_handed;
    out->copy = offer.copy;
    out->retry = chunk->tries > 0 || chunk->second;
    return TRUE;
}

/* If the host cannot get a chunk now, the returned time is at least SCHEDULE_SHORT_US after @now.
 * Shorter waits would cause too many wake-ups, because many idle hosts may wait for the same late
 * chunks. */
gint64
schedule_get_wakeup(Schedule *self, guint number, gint64 now)
{
    Offer offer;
    gint64 again;

    if (find_offer(self, number, now, &offer, &again) || schedule_can_recall(self, number, now))
        return now;
    return again == G_MAXINT64 ? again : MAX(again, now + SCHEDULE_SHORT_US);
}
