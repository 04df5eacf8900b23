/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Second tries: rows that failed on one host, perhaps because of this host, are computed once more
 * by another host. If no other host is left, the first failure counts, so these rows are taken out
 * of the queue. */
#include "schedule-private.h"

static gboolean
get_bit(const guint8 *bits, gint64 i)
{
    return bits[i / 8] >> (i % 8) & 1;
}

static Chunk *
find_accepted(Schedule *self, guint64 id)
{
    Chunk *chunk = g_hash_table_lookup(self->chunks, &id);

    return chunk && chunk->state == CHUNK_ACCEPTED ? chunk : NULL;
}

gboolean
schedule_is_second_try(Schedule *self, guint64 id, guint *first)
{
    const Chunk *chunk = find_accepted(self, id);

    if (!chunk || !chunk->second)
        return FALSE;
    *first = chunk->first;
    return TRUE;
}

gboolean
schedule_has_another_host(Schedule *self, guint64 id)
{
    const Chunk *chunk = find_accepted(self, id);
    guint excluded = 0;

    if (!chunk)
        return FALSE;
    for (guint i = 0; i < chunk->n_refused; i++)
        excluded += schedule_host(self, chunk->refused[i])->active;
    if (!chunk_is_refused(chunk, chunk->accepted_from))
        excluded += schedule_host(self, chunk->accepted_from)->active;
    return self->n_active > excluded;
}

static void
add_second_try(Schedule *self, const Chunk *chunk, gint64 lo, gint64 hi, gint64 now)
{
    Chunk *part = schedule_new_chunk(self, lo, hi);

    part->second = TRUE;
    part->first = chunk->accepted_from;
    /* A second try gets at least one attempt, because its rows would otherwise be given up although
     * they have a first failure to report. */
    part->tries = MIN(chunk->tries, SCHEDULE_MAX_TRIES - 1);
    for (guint i = 0; i < chunk->n_refused; i++)
        schedule_refuse(self, part, chunk->refused[i]);
    schedule_refuse(self, part, part->first);
    schedule_return_rows(self, part, part->first, now);
}

void
schedule_stored_except(Schedule *self, guint64 id, const guint8 *again, gint64 now)
{
    Chunk *chunk = find_accepted(self, id);
    gint64 n = chunk ? chunk_rows(chunk) : 0;

    for (gint64 i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && get_bit(again, end) == get_bit(again, i);)
            end++;
        if (get_bit(again, i))
            add_second_try(self, chunk, chunk->lo + i, chunk->lo + end, now);
        else
            self->rows_done += end - i;
    }
    if (chunk)
        schedule_forget_chunk(self, chunk);
}

gboolean
schedule_leave_to_others(Schedule *self, guint host, guint64 id, guint number, gint64 now)
{
    Chunk *chunk = g_hash_table_lookup(self->chunks, &id);
    Attempt *attempt = chunk ? chunk_find_attempt(chunk, host, number) : NULL;

    if (!attempt || chunk->n_attempts < 2 || chunk->second)
        return FALSE;
    chunk->second = TRUE;
    chunk->first = host;
    schedule_refuse(self, chunk, host);
    schedule_end_attempt(self, attempt, now);
    return TRUE;
}

gboolean
schedule_take_unconfirmed(Schedule *self, ScheduleChunk *out, guint *first)
{
    if (self->n_refused == 0 || self->n_active == 0)
        return FALSE;
    for (GList *h = self->returning.head; h; h = h->next) {
        ScheduleHost *host = h->data;

        for (GList *c = host->returned.head; c; c = c->next) {
            Chunk *chunk = c->data;

            if (!chunk->second || schedule_can_be_computed(self, chunk))
                continue;
            schedule_unreturn(self, host->number, chunk);
            chunk->state = CHUNK_ACCEPTED;
            chunk->accepted_from = *first = chunk->first;
            *out = (ScheduleChunk){.id = chunk->id, .lo = chunk->lo, .hi = chunk->hi};
            return TRUE;
        }
    }
    return FALSE;
}

void
schedule_set_former(Schedule *self, guint number, guint former)
{
    GHashTableIter iter;
    Chunk *chunk;

    g_hash_table_iter_init(&iter, self->chunks);
    while (g_hash_table_iter_next(&iter, NULL, (gpointer *)&chunk)) {
        for (guint i = 0; i < chunk->n_refused; i++)
            if (chunk->refused[i] == former)
                chunk->refused[i] = number;
        if (chunk->second && chunk->first == former)
            chunk->first = number;
        if (chunk->state == CHUNK_ACCEPTED && chunk->accepted_from == former)
            chunk->accepted_from = number;
    }
}
