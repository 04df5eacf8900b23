/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Which chunk a host gets: one that came back from another host, else rows that nobody had yet, and
 * when there is neither, and a core is idle, a copy of a chunk that this core should finish sooner
 * than those that have it. */
#include "schedule-private.h"

/* How many chunks are looked at for one that this host may take or copy. The first fits nearly
 * always; the others are for what the host itself holds. */
#define LOOK_AT 8

/* Rows that this host failed to compute are for others; when none of them came for so long though
 * they should have, it may try again itself. */
static gint64
patience_us(Schedule *self)
{
    return 2 * self->config.target_us;
}

/* A chunk that came back and that this host may have; @from: the host that it came back from. */
static Chunk *
find_returned(Schedule *self, guint number, gint64 now, guint *from, gint64 *again)
{
    Host *own = schedule_host(self, number);
    guint looked = 0;

    for (GList *h = self->returning.head; h && looked < LOOK_AT; h = h->next) {
        Host *host = h->data;

        if (host == own)
            continue;
        for (GList *c = host->returned.head; c && looked++ < LOOK_AT; c = c->next)
            if (!chunk_is_refused(c->data, number)) {
                *from = host->number;
                return c->data;
            }
    }
    looked = 0;
    for (GList *c = own->returned.head; c && looked++ < LOOK_AT; c = c->next) {
        Chunk *chunk = c->data;
        gint64 since = chunk->since + patience_us(self);

        if (chunk_is_refused(chunk, number))
            continue;
        *from = number;
        if (self->n_active == 1 || now >= since)
            return chunk;
        *again = MIN(*again, since);
        return NULL;
    }
    return NULL;
}

/* What a host may have now. */
typedef struct {
    Chunk *chunk; /* NULL: rows that nobody had yet */
    gint64 rows;
    guint from; /* where the chunk came back from */
    gboolean copy;
} Offer;

static gboolean
find_rows(Schedule *self, Host *host, gint64 now, Offer *offer, gint64 *again)
{
    gint64 fresh = self->config.n_rows - self->next;
    gint64 available;

    offer->chunk = find_returned(self, host->number, now, &offer->from, again);
    available = offer->chunk ? chunk_rows(offer->chunk) : fresh;
    offer->rows = schedule_size(self, host, available, now, again);
    return offer->rows > 0;
}

static gboolean
is_held_by(const Chunk *chunk, guint host)
{
    for (guint i = 0; i < chunk->n_attempts; i++)
        if (chunk->attempts[i]->host == host)
            return TRUE;
    return FALSE;
}

/* What a copy at this host would take; G_MAXINT64: it cannot be made. */
static gint64
copy_us(Schedule *self, const Host *host, const Chunk *chunk, gint64 now)
{
    if (is_held_by(chunk, host->number) || chunk_is_refused(chunk, host->number) ||
        !schedule_fits(self, host, chunk_rows(chunk)))
        return G_MAXINT64;
    return schedule_expect_finish(self, host, chunk_rows(chunk), now) - now + SCHEDULE_OVERHEAD_US;
}

/* A chunk that an idle core here should finish sooner than its holders. One that is overdue is
 * thought to need as long again as it is late, so a host that fell silent loses at most twice the
 * time of a chunk; one that is not must be clearly slower, or the copy would be for nothing. */
static Chunk *
find_copy(Schedule *self, const Host *host, gint64 now, gint64 *again)
{
    Chunk *chunks[LOOK_AT];
    guint looked = 0, n;

    for (GList *c = self->overdue.head; c && looked++ < LOOK_AT; c = c->next) {
        Chunk *chunk = c->data;
        gint64 cost = copy_us(self, host, chunk, now);

        if (cost < now - chunk->due)
            return chunk;
        if (cost < G_MAXINT64)
            *again = MIN(*again, chunk->due + cost + 1);
    }
    schedule_need_latest(self);
    n = chunk_heap_peek(&self->latest, chunks, LOOK_AT);
    for (guint i = 0; i < n; i++) {
        gint64 cost = copy_us(self, host, chunks[i], now);

        if (cost < G_MAXINT64 && cost + cost / 4 < chunks[i]->due - now)
            return chunks[i];
    }
    n = chunk_heap_peek(&self->soonest, chunks, LOOK_AT);
    for (guint i = 0; i < n; i++) {
        gint64 cost = copy_us(self, host, chunks[i], now);

        if (cost < G_MAXINT64)
            *again = MIN(*again, chunks[i]->due + cost + 1);
    }
    return NULL;
}

/* What this host may have now; if nothing, *@again tells when to look again. */
static gboolean
look(Schedule *self, guint number, gint64 now, Offer *offer, gint64 *again)
{
    Host *host = schedule_host(self, number);

    *offer = (Offer){0};
    *again = G_MAXINT64;
    if (!host || !host->alive || host->cores == 0)
        return FALSE;
    if (host_n_at(host) >= (gsize)SCHEDULE_QUEUE_DEPTH * host->cores)
        return FALSE;
    schedule_sweep(self, now);
    if (schedule_rows_waiting(self) > 0 && find_rows(self, host, now, offer, again))
        return TRUE;
    if (host_n_at(host) >= host->cores)
        return FALSE;
    offer->chunk = find_copy(self, host, now, again);
    offer->copy = TRUE;
    return offer->chunk != NULL;
}

/* The chunk that was offered, cut and not waiting any more. What is left of one that came back
 * stays where it is. */
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
    part = schedule_new_chunk(self, chunk->lo, chunk->lo + offer->rows);
    part->tries = chunk->tries;
    part->n_refused = chunk->n_refused;
    memcpy(part->refused, chunk->refused, sizeof part->refused);
    self->n_refused += part->n_refused > 0;
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

    if (!look(self, number, now, &offer, &again))
        return FALSE;
    chunk = offer.copy ? offer.chunk : cut(self, &offer);
    schedule_hand_out(self, chunk, number, offer.copy, now);
    out->id = chunk->id;
    out->lo = chunk->lo;
    out->hi = chunk->hi;
    out->attempt = chunk->n_handed;
    out->copy = offer.copy;
    out->retry = chunk->tries > 0;
    return TRUE;
}

/* Not sooner than a short chunk takes: with many idle hosts each looks at the same stragglers. */
gint64
schedule_get_wakeup(Schedule *self, guint number, gint64 now)
{
    Offer offer;
    gint64 again;

    if (look(self, number, now, &offer, &again))
        return now;
    return again == G_MAXINT64 ? again : MAX(again, now + SCHEDULE_SHORT_US);
}
