/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Processes the events of a run: added, changed and removed hosts, results, and attempts that end
 * without a result. A chunk is waiting, assigned (one attempt, or several if copies exist) or
 * accepted. A stored chunk is deleted. When the result of one attempt is accepted, the other
 * attempts of the chunk are remembered, because their results may still arrive. A result that was
 * never requested is a protocol error. */
#include "schedule-private.h"

/* Identifies an attempt whose result is no longer needed. */
typedef struct {
    guint64 chunk;
    guint attempt;
} LateKey;

static guint
late_hash(gconstpointer data)
{
    const LateKey *key = data;

    return (guint)(key->chunk * 31 + key->attempt);
}

static gboolean
late_equal(gconstpointer a, gconstpointer b)
{
    const LateKey *key_a = a, *key_b = b;

    return key_a->chunk == key_b->chunk && key_a->attempt == key_b->attempt;
}

static void
late_add(ScheduleHost *host, const Attempt *attempt)
{
    LateKey key = {attempt->chunk->id, attempt->number};

    if (!host->late)
        host->late = g_hash_table_new_full(late_hash, late_equal, g_free, NULL);
    g_hash_table_add(host->late, g_memdup2(&key, sizeof key));
}

static gboolean
late_take(ScheduleHost *host, guint64 chunk, guint attempt)
{
    LateKey key = {chunk, attempt};

    return host->late && g_hash_table_remove(host->late, &key);
}

static void
chunk_free(gpointer data)
{
    Chunk *chunk = data;

    for (guint i = 0; i < chunk->n_attempts; i++)
        g_free(chunk->attempts[i]);
    g_free(chunk);
}

static void
host_free(gpointer data)
{
    ScheduleHost *host = data;

    g_clear_pointer(&host->late, g_hash_table_unref);
    g_free(host);
}

Schedule *
schedule_new(const ScheduleConfig *config)
{
    Schedule *self = g_new0(Schedule, 1);

    self->config = *config;
    self->config.n_rows = MAX(config->n_rows, 0);
    self->config.target_us = MAX(config->target_us, 1);
    self->row_out = (double)config->row_bytes_out;
    self->chunks = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, chunk_free);
    self->hosts = g_ptr_array_new_with_free_func(host_free);
    chunk_heap_init(&self->soonest, 0, FALSE);
    chunk_heap_init(&self->latest, 1, TRUE);
    chunk_heap_init(&self->recall_soonest, 2, FALSE);
    chunk_heap_init(&self->recall_latest, 3, TRUE);
    return self;
}

void
schedule_free(Schedule *self)
{
    if (!self)
        return;
    g_hash_table_unref(self->chunks);
    g_ptr_array_unref(self->hosts);
    chunk_heap_clear(&self->soonest);
    chunk_heap_clear(&self->latest);
    chunk_heap_clear(&self->recall_soonest);
    chunk_heap_clear(&self->recall_latest);
    g_free(self);
}

ScheduleHost *
schedule_host(Schedule *self, guint host)
{
    return host < self->hosts->len ? self->hosts->pdata[host] : NULL;
}

guint
schedule_add_host(Schedule *self, guint cores, double row_us, gsize credit_bytes, gint64 now)
{
    ScheduleHost *host = g_new0(ScheduleHost, 1);

    if (!self->started) {
        self->started = TRUE;
        self->origin = self->last_take = now;
    }
    host->number = self->hosts->len;
    host->alive = TRUE;
    host->cores = cores;
    host->credit = credit_bytes;
    host->delay_us = -1;
    host->overhead_us = SCHEDULE_OVERHEAD_US;
    host->remembered = host->ready = row_us > 0;
    host->row_us = host->remembered ? row_us : 0;
    host->link.data = host;
    g_ptr_array_add(self->hosts, host);
    schedule_host_changed(self, host);
    return self->hosts->len - 1;
}

/* A part of the delay is the fixed cost of the chunk. In the rest of the delay other chunks are
 * sent and computed, so half of it is a cautious estimate. */
void
schedule_remember_delay(Schedule *self, guint number, double delay_us)
{
    ScheduleHost *host = schedule_host(self, number);

    if (host != NULL && delay_us >= 0)
        host->overhead_us = CLAMP(delay_us / 2, SCHEDULE_MIN_OVERHEAD_US, SCHEDULE_OVERHEAD_US);
}

void
schedule_set_round_trip(Schedule *self, guint number, gint64 round_trip_us)
{
    ScheduleHost *host = schedule_host(self, number);

    if (host != NULL)
        host->round_trip_us = (double)CLAMP(round_trip_us, 0, SCHEDULE_MAX_DELAY_US);
}

/* Marks queued attempts as running while the host has free cores, because the host starts its
 * queued chunks by itself. */
static void
promote(Schedule *self, ScheduleHost *host, gint64 now)
{
    while (host->alive && host->queued.length > 0 && host->running.length < host->cores) {
        Attempt *attempt = g_queue_pop_head_link(&host->queued)->data;
        gint64 delay = (gint64)schedule_delay_us(self, host, attempt->handed);
        gint64 start = MAX(now, attempt->handed + delay);

        attempt->running = TRUE;
        attempt->finish = start + schedule_expect_us(self, host, chunk_rows(attempt->chunk));
        g_queue_push_tail_link(&host->running, &attempt->link);
        schedule_load_running(self, attempt);
        schedule_requeue(self, attempt->chunk);
    }
}

void
schedule_set_cores(Schedule *self, guint number, guint cores, gint64 now)
{
    ScheduleHost *host = schedule_host(self, number);

    if (!host || !host->alive)
        return;
    host->cores = cores;
    schedule_host_changed(self, host);
    promote(self, host, now);
}

Chunk *
schedule_new_chunk(Schedule *self, gint64 lo, gint64 hi)
{
    Chunk *chunk = g_new0(Chunk, 1);

    chunk->id = ++self->last_id;
    chunk->lo = lo;
    chunk->hi = hi;
    chunk->link.data = chunk;
    g_hash_table_insert(self->chunks, &chunk->id, chunk);
    return chunk;
}

Chunk *
schedule_new_part(Schedule *self, const Chunk *chunk, gint64 lo, gint64 hi)
{
    Chunk *part = schedule_new_chunk(self, lo, hi);

    part->tries = chunk->tries;
    part->recalled = chunk->recalled;
    part->n_returned = chunk->n_returned;
    part->slow_us = chunk->slow_us;
    part->second = chunk->second;
    part->first = chunk->first;
    part->n_refused = chunk->n_refused;
    memcpy(part->refused, chunk->refused, sizeof part->refused);
    self->n_refused += part->n_refused > 0;
    return part;
}

void
schedule_hand_out(Schedule *self, Chunk *chunk, guint number, gboolean copy, gint64 now)
{
    ScheduleHost *host = schedule_host(self, number);
    Attempt *attempt = g_new0(Attempt, 1);

    attempt->chunk = chunk;
    attempt->host = number;
    attempt->number = ++chunk->n_handed;
    attempt->copy = copy;
    attempt->handed = now;
    attempt->finish = schedule_expect_finish(self, host, chunk_rows(chunk), now);
    attempt->bytes = schedule_bytes(self, chunk_rows(chunk));
    attempt->running = host->running.length < host->cores;
    schedule_start_handed(self, host, chunk_rows(chunk), now);
    host->bytes += attempt->bytes;
    attempt->link.data = attempt;
    g_queue_push_tail_link(attempt->running ? &host->running : &host->queued, &attempt->link);
    if (attempt->running)
        schedule_load_running(self, attempt);
    else
        schedule_load_queued(self, attempt);
    chunk->state = CHUNK_OUT;
    chunk->attempts[chunk->n_attempts++] = attempt;
    self->n_attempts++;
    schedule_requeue(self, chunk);
    if (!copy)
        self->last_take = now;
    if (host->ready)
        self->last_progress = now;
}

Attempt *
chunk_find_attempt(const Chunk *chunk, guint host, guint number)
{
    for (guint i = 0; i < chunk->n_attempts; i++)
        if (chunk->attempts[i]->host == host && chunk->attempts[i]->number == number)
            return chunk->attempts[i];
    return NULL;
}

/* Removes an attempt from its host and from its chunk. If the chunk has no attempt left, the caller
 * then puts the chunk back into the queue or deletes the chunk. */
void
schedule_end_attempt(Schedule *self, Attempt *attempt, gint64 now)
{
    ScheduleHost *host = schedule_host(self, attempt->host);
    Chunk *chunk = attempt->chunk;

    for (guint i = 0; i < chunk->n_attempts; i++)
        if (chunk->attempts[i] == attempt) {
            chunk->attempts[i] = chunk->attempts[--chunk->n_attempts];
            break;
        }
    self->n_attempts--;
    schedule_load_clear(self, attempt);
    schedule_recall_answered(self, attempt);
    host->bytes -= attempt->bytes;
    g_queue_unlink(attempt->running ? &host->running : &host->queued, &attempt->link);
    if (host_n_at(host) == 0)
        schedule_start_ended(self, host, now);
    g_free(attempt);
    schedule_requeue(self, chunk);
    promote(self, host, now);
}

gboolean
chunk_is_refused(const Chunk *chunk, guint host)
{
    for (guint i = 0; i < chunk->n_refused; i++)
        if (chunk->refused[i] == host)
            return TRUE;
    return FALSE;
}

/* Prevents the chunk from being assigned to the host. */
void
schedule_refuse(Schedule *self, Chunk *chunk, guint host)
{
    self->n_refused += chunk->n_refused == 0;
    chunk->refused[chunk->n_refused++] = host;
}

void
schedule_forget_chunk(Schedule *self, Chunk *chunk)
{
    self->n_refused -= chunk->n_refused > 0;
    g_hash_table_remove(self->chunks, &chunk->id);
}

static void
give_up(Schedule *self, Chunk *chunk)
{
    if (!self->hopeless) {
        self->hopeless = TRUE;
        self->hopeless_lo = chunk->lo;
        self->hopeless_hi = chunk->hi;
    }
    schedule_forget_chunk(self, chunk);
}

/* Puts the chunk back into the queue, whatever the number of its tries. */
void
schedule_requeue_rows(Schedule *self, Chunk *chunk, guint from, gint64 since, gint64 now)
{
    ScheduleHost *host = schedule_host(self, from);

    chunk->state = CHUNK_WAITING;
    chunk->since = since;
    self->rows_returned += chunk_rows(chunk);
    self->last_progress = now;
    if (g_queue_is_empty(&host->returned))
        g_queue_push_tail_link(&self->returning, &host->link);
    g_queue_push_tail_link(&host->returned, &chunk->link);
}

/* Puts the chunk back into the queue. Hosts other than @from are preferred for the next attempt.
 * Returns FALSE if the chunk has been tried SCHEDULE_MAX_TRIES times. */
gboolean
schedule_return_rows(Schedule *self, Chunk *chunk, guint from, gint64 now)
{
    if (chunk->tries >= SCHEDULE_MAX_TRIES) {
        give_up(self, chunk);
        return FALSE;
    }
    schedule_requeue_rows(self, chunk, from, now, now);
    return TRUE;
}

/* Removes the chunk from the queue. @number: the host that did not complete the chunk. */
void
schedule_unreturn(Schedule *self, guint number, Chunk *chunk)
{
    ScheduleHost *host = schedule_host(self, number);

    self->rows_returned -= chunk_rows(chunk);
    g_queue_unlink(&host->returned, &chunk->link);
    if (g_queue_is_empty(&host->returned))
        g_queue_unlink(&self->returning, &host->link);
}

/* Ends an attempt without a result. A lost copy does not count as a try, because it was an
 * additional attempt. Returns FALSE if the chunk has been tried SCHEDULE_MAX_TRIES times. */
static gboolean
lose_attempt(Schedule *self, Attempt *attempt, gint64 now)
{
    Chunk *chunk = attempt->chunk;
    guint from = attempt->host;

    chunk->tries += !attempt->copy;
    schedule_end_attempt(self, attempt, now);
    return chunk->n_attempts > 0 || schedule_return_rows(self, chunk, from, now);
}

gboolean
schedule_can_be_computed(Schedule *self, const Chunk *chunk)
{
    guint refusing = 0;

    for (guint i = 0; i < chunk->n_refused; i++)
        refusing += schedule_host(self, chunk->refused[i])->active;
    return self->n_active > refusing;
}

/* Gives up each waiting chunk for which every remaining host has already sent a result that was
 * refused. Second tries are not given up, because their rows have a result: the first failure
 * (schedule_take_unconfirmed()). Returns FALSE if a chunk was given up. A linear search is fast
 * enough, because the search is needed only if few hosts are left. If no host is left, the chunks
 * wait for a new host. */
static gboolean
drop_impossible(Schedule *self)
{
    gboolean all_possible = TRUE;

    if (self->n_refused == 0 || self->n_active == 0 || self->n_active > SCHEDULE_MAX_TRIES)
        return TRUE;
    for (GList *h = self->returning.head, *next_host; h; h = next_host) {
        ScheduleHost *host = h->data;

        next_host = h->next;
        for (GList *c = host->returned.head, *next; c; c = next) {
            Chunk *chunk = c->data;

            next = c->next;
            if (chunk->second || schedule_can_be_computed(self, chunk))
                continue;
            self->rows_returned -= chunk_rows(chunk);
            g_queue_unlink(&host->returned, &chunk->link);
            give_up(self, chunk);
            all_possible = FALSE;
        }
        if (g_queue_is_empty(&host->returned))
            g_queue_unlink(&self->returning, &host->link);
    }
    return all_possible;
}

gboolean
schedule_remove_host(Schedule *self, guint number, gint64 now)
{
    ScheduleHost *host = schedule_host(self, number);
    gboolean hope = TRUE;

    if (!host || !host->alive)
        return TRUE;
    host->alive = FALSE;
    schedule_host_changed(self, host);
    while (host->running.length > 0)
        hope &= lose_attempt(self, host->running.head->data, now);
    while (host->queued.length > 0)
        hope &= lose_attempt(self, host->queued.head->data, now);
    g_clear_pointer(&host->late, g_hash_table_unref);
    return drop_impossible(self) && hope;
}

/* Ends all attempts of the chunk except @kept (nullable), and remembers that their results may
 * still arrive. */
void
schedule_end_others(Schedule *self, Chunk *chunk, const Attempt *kept, GArray *losers, gint64 now)
{
    for (guint i = chunk->n_attempts; i-- > 0;) {
        Attempt *loser = chunk->attempts[i];

        if (loser == kept)
            continue;
        if (losers)
            g_array_append_val(losers, loser->host);
        late_add(schedule_host(self, loser->host), loser);
        schedule_end_attempt(self, loser, now);
    }
}

ScheduleVerdict
schedule_result(Schedule *self, guint number, guint64 id, guint attempt_number, gint64 compute_us,
                gsize bytes_out, gint64 now, GArray *losers)
{
    ScheduleHost *host = schedule_host(self, number);
    Chunk *chunk = g_hash_table_lookup(self->chunks, &id);
    Attempt *attempt = chunk ? chunk_find_attempt(chunk, number, attempt_number) : NULL;

    if (!host)
        return SCHEDULE_UNKNOWN;
    /* A removed host may still send results of chunks that were assigned before its removal. */
    if (!host->alive)
        return SCHEDULE_DUPLICATE;
    schedule_set_silent(self, number, FALSE, now);
    if (!attempt) {
        if (!late_take(host, id, attempt_number))
            return SCHEDULE_UNKNOWN;
        schedule_start_answered(self, host, compute_us, now);
        return SCHEDULE_DUPLICATE;
    }

    schedule_measure(self, attempt, compute_us, bytes_out, now);
    schedule_start_answered(self, host, compute_us, now);
    chunk->state = CHUNK_ACCEPTED;
    chunk->accepted_from = number;
    schedule_end_attempt(self, attempt, now);
    schedule_end_others(self, chunk, NULL, losers, now);
    return SCHEDULE_ACCEPT;
}

Chunk *
schedule_split(Schedule *self, Chunk *chunk, guint number, gint64 hi, gint64 now)
{
    ScheduleHost *host = schedule_host(self, number);
    Chunk *rest = schedule_new_part(self, chunk, hi, chunk->hi);

    chunk->hi = hi;
    /* The host may take these rows at once, because it did not fail to compute them. */
    schedule_requeue_rows(self, rest, number, now - schedule_own_retry_delay_us(self), now);
    /* These rows are put first, because only the first chunks of a queue are searched for one that
     * a host may compute. */
    g_queue_unlink(&host->returned, &rest->link);
    g_queue_push_head_link(&host->returned, &rest->link);
    return rest;
}

gboolean
schedule_cut(Schedule *self, guint number, guint64 id, guint attempt_number, gint64 hi, gint64 now)
{
    ScheduleHost *host = schedule_host(self, number);
    Chunk *chunk = g_hash_table_lookup(self->chunks, &id);

    schedule_set_silent(self, number, FALSE, now);
    if (!host || !host->alive || !chunk || !chunk_find_attempt(chunk, number, attempt_number) ||
        hi <= chunk->lo || hi >= chunk->hi)
        return FALSE;
    schedule_split(self, chunk, number, hi, now);
    return TRUE;
}

void
schedule_stored(Schedule *self, guint64 id)
{
    Chunk *chunk = g_hash_table_lookup(self->chunks, &id);

    if (!chunk || chunk->state != CHUNK_ACCEPTED)
        return;
    self->rows_done += chunk_rows(chunk);
    schedule_forget_chunk(self, chunk);
}

gboolean
schedule_refused(Schedule *self, guint64 id, gint64 now)
{
    Chunk *chunk = g_hash_table_lookup(self->chunks, &id);

    if (!chunk || chunk->state != CHUNK_ACCEPTED)
        return TRUE;
    schedule_refuse(self, chunk, chunk->accepted_from);
    chunk->tries++;
    if (schedule_can_be_computed(self, chunk))
        return schedule_return_rows(self, chunk, chunk->accepted_from, now);
    give_up(self, chunk);
    return FALSE;
}

gboolean
schedule_failed(Schedule *self, guint number, guint64 id, guint attempt_number, gint64 now)
{
    ScheduleHost *host = schedule_host(self, number);
    Chunk *chunk = g_hash_table_lookup(self->chunks, &id);
    Attempt *attempt = chunk ? chunk_find_attempt(chunk, number, attempt_number) : NULL;

    if (attempt)
        return lose_attempt(self, attempt, now);
    if (host && host->alive)
        late_take(host, id, attempt_number);
    return TRUE;
}

gboolean
schedule_is_done(Schedule *self)
{
    return self->rows_done == self->config.n_rows;
}

gint64
schedule_get_rows_waiting(Schedule *self)
{
    return schedule_rows_waiting(self);
}

gint64
schedule_get_rows_done(Schedule *self)
{
    return self->rows_done;
}

gboolean
schedule_get_hopeless(Schedule *self, gint64 *lo, gint64 *hi)
{
    if (!self->hopeless)
        return FALSE;
    *lo = self->hopeless_lo;
    *hi = self->hopeless_hi;
    return TRUE;
}

double
schedule_get_row_us(Schedule *self, guint number)
{
    ScheduleHost *host = schedule_host(self, number);

    return host && host->largest > 0 ? host->row_us : 0;
}

double
schedule_get_delay_us(Schedule *self, guint number)
{
    ScheduleHost *host = schedule_host(self, number);

    return host != NULL ? host->delay_us : -1;
}

guint
schedule_get_n_at_host(Schedule *self, guint number)
{
    ScheduleHost *host = schedule_host(self, number);

    return host ? host_n_at(host) : 0;
}
