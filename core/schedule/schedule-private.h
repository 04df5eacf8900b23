/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What the files of the schedule share: its records, and who may call what.
 *
 * schedule.c       events: hosts come and go, results, attempts that end
 * schedule-take.c  which chunk a host gets, copies of stragglers, when to ask again
 * schedule-size.c  estimates: speed, load, when the run would end, how many rows to cut
 * schedule-queue.c chunks that are out, in order of when they should be back */
#pragma once

#include "schedule.h"

G_BEGIN_DECLS

/* What a chunk costs beside its rows: 0.3 ms measured on a local link (a frame each way, a wake-up,
 * the slot's loop set up). Farther links hide it behind their queue. */
#define SCHEDULE_OVERHEAD_US 300
/* A chunk of this length loses 2 % to its overhead; shorter ones are cut only if the whole rest of
 * the run is shorter. Also the least time after which an idle host asks again. */
#define SCHEDULE_SHORT_US (50 * SCHEDULE_OVERHEAD_US)
/* Rows of the first chunk of a host whose speed is not known. */
#define SCHEDULE_START_ROWS 16
/* More than this between a chunk's leaving and its result, its computing left out, is no network's
 * round trip but a wait for something that will not happen again (an import). */
#define SCHEDULE_MAX_DELAY_US 100000
/* A copy for each of two idle cores at most, beside the attempt that it copies. */
#define SCHEDULE_MAX_ATTEMPTS 3

typedef struct _Chunk Chunk;

/* A chunk at a host. */
typedef struct {
    Chunk *chunk;
    guint host;
    guint number;
    gboolean copy;
    gboolean running; /* on a core, as far as can be told from here */
    gint64 handed;    /* when it was given out */
    gint64 finish;    /* when its result should be here */
    gsize bytes;
    GList link; /* in one of its host's queues */
    /* its share in the sums of Schedule */
    gint64 load_rows;
    double load_rate, load_finish;
} Attempt;

typedef enum { CHUNK_WAITING, CHUNK_OUT, CHUNK_ACCEPTED } ChunkState;

struct _Chunk {
    guint64 id;
    gint64 lo, hi;
    ChunkState state;
    guint tries;
    guint n_handed; /* attempts so far */
    guint accepted_from;
    guint n_refused;
    guint refused[SCHEDULE_MAX_TRIES];
    gint64 since; /* waiting */
    GList link;   /* in a host's returned list, or the overdue list */
    Attempt *attempts[SCHEDULE_MAX_ATTEMPTS];
    guint n_attempts;
    gint64 due;        /* when the first of its results should be here */
    guint position[2]; /* in the heaps, from 1; 0: not there */
    gboolean overdue;
};

/* A heap of chunks by `due`: the first or the last on top. */
typedef struct {
    GArray *nodes;
    guint which;
    gboolean last_first;
} ChunkHeap;

typedef struct {
    guint number;
    gboolean alive;
    guint cores;
    gsize credit, bytes;
    double row_us; /* remembered or measured; 0: neither */
    gboolean remembered;
    double spent_us, spent_rows; /* recent chunks, older ones fading */
    gint64 largest;              /* rows of the largest chunk measured here */
    double delay_us;             /* the least seen; <0: none */
    GQueue running, queued;      /* of Attempt, in order of handing out */
    GQueue returned;             /* chunks that came back from here and wait */
    GList link;                  /* in Schedule.returning */
    GHashTable *late;            /* attempts whose results are not needed any more */
    /* its share in the sums of Schedule */
    guint sum_cores;
    double sum_rate, sum_delay;
} Host;

struct _Schedule {
    ScheduleConfig config;
    double row_out; /* bytes of a row's result; 0: not known */
    gint64 origin;  /* times in sums are relative to it, so that they keep their digits */
    gboolean started;

    gint64 next;          /* rows from here on were never handed out */
    gint64 rows_returned; /* in chunks that wait */
    gint64 rows_done;
    gint64 last_take; /* when rows that waited were last handed out */
    guint64 last_id;
    GHashTable *chunks; /* by id, those that are not stored */
    guint n_refused;    /* chunks among them that some host may not compute */

    GPtrArray *hosts;
    GQueue returning; /* hosts with chunks that came back from them */
    guint n_active;   /* alive, with cores */

    /* Sums over active hosts: all cores; those of known speed and their rows per µs; delays. */
    guint sum_cores, sum_known;
    double sum_rate, sum_delay;
    /* Sums over attempts: rows queued; running ones do rate × (finish - now) rows more. */
    gint64 load_rows;
    double load_rate, load_finish;

    ChunkHeap soonest, latest;
    gboolean has_latest; /* kept only when copies were thought of */
    GQueue overdue;      /* chunks past their due, the longest first */

    gboolean hopeless;
    gint64 hopeless_lo, hopeless_hi;
};

/* schedule-queue.c */
void chunk_heap_init(ChunkHeap *heap, guint which, gboolean last_first);
void chunk_heap_clear(ChunkHeap *heap);
void chunk_heap_update(ChunkHeap *heap, Chunk *chunk); /* puts it in if it is not there */
void chunk_heap_remove(ChunkHeap *heap, Chunk *chunk);
guint chunk_heap_peek(const ChunkHeap *heap, Chunk **chunks, guint n);
void schedule_requeue(Schedule *self, Chunk *chunk);
void schedule_sweep(Schedule *self, gint64 now);
void schedule_need_latest(Schedule *self);

/* schedule-size.c */
void schedule_host_changed(Schedule *self, Host *host);
void schedule_measure(Schedule *self, Attempt *attempt, gint64 compute_us, gsize bytes_out,
                      gint64 now);
void schedule_load_clear(Schedule *self, Attempt *attempt);
void schedule_load_queued(Schedule *self, Attempt *attempt);
void schedule_load_running(Schedule *self, Attempt *attempt);
double schedule_expect_row_us(Schedule *self, const Host *host);
gint64 schedule_expect_us(Schedule *self, const Host *host, gint64 rows);
gint64 schedule_expect_finish(Schedule *self, const Host *host, gint64 rows, gint64 now);
gsize schedule_bytes(Schedule *self, gint64 rows);
gboolean schedule_fits(Schedule *self, const Host *host, gint64 rows);
gint64 schedule_size(Schedule *self, const Host *host, gint64 available, gint64 now, gint64 *again);

/* schedule.c */
Host *schedule_host(Schedule *self, guint host);
void schedule_hand_out(Schedule *self, Chunk *chunk, guint host, gboolean copy, gint64 now);
Chunk *schedule_new_chunk(Schedule *self, gint64 lo, gint64 hi);
void schedule_unreturn(Schedule *self, guint host, Chunk *chunk);
gboolean chunk_is_refused(const Chunk *chunk, guint host);

static inline gint64
chunk_rows(const Chunk *chunk)
{
    return chunk->hi - chunk->lo;
}

static inline guint
host_n_at(const Host *host)
{
    return host->running.length + host->queued.length;
}

static inline gint64
schedule_rows_waiting(const Schedule *self)
{
    return self->config.n_rows - self->next + self->rows_returned;
}

G_END_DECLS
