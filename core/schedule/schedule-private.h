/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Records and internal functions that the files of the schedule share.
 *
 * schedule.c       events: added and removed hosts, results, lost attempts
 * schedule-take.c  choice of a host's next chunk, copies of late chunks, wake-up times
 * schedule-size.c  estimates: speed, load, end of the run, rows of the next chunk
 * schedule-start.c hosts that have joined the run, but may not have started yet
 * schedule-queue.c assigned chunks, sorted by expected finish time
 * schedule-silent.c hosts that do not respond, and copies of their chunks
 * schedule-recall.c rows that a busy core has not begun and an idle core could compute
 * schedule-second.c second tries of rows that failed on one host */
#pragma once

#include "schedule.h"

G_BEGIN_DECLS

/* Fixed cost of a chunk in µs, in addition to the computing time of its rows. The value was
 * measured on a local network. The cost is the time to send the chunk and its result and to wake
 * the worker process. A slower network does not delay a core, because the next chunk of the core is
 * already queued on the host. */
#define SCHEDULE_OVERHEAD_US 300
/* Smallest value of ScheduleHost.overhead_us. A smaller one makes a run of 0.2 ms slower: the
 * chunks of several cores pass through the same threads. */
#define SCHEDULE_MIN_OVERHEAD_US 100
/* Minimum computing time of a chunk in µs, so that the fixed cost is at most 2 % of it. Chunks may
 * be shorter at the start and at the end of a run. The value is also the shortest delay
 * after which schedule_get_wakeup() lets a host ask for rows again. */
#define SCHEDULE_SHORT_US (50 * SCHEDULE_OVERHEAD_US)
/* Maximum number of rows in a chunk while the speed of the host is unknown. */
#define SCHEDULE_START_ROWS 16
/* Upper limit in µs for the measured delay of a host: the time from assignment to result, minus the
 * compute time. A longer delay was caused by a single event such as an import, and not by the
 * network. */
#define SCHEDULE_MAX_DELAY_US 100000
/* Maximum number of hosts that compute a chunk at the same time: the original and two copies.
 * Attempts at hosts that are silent, or not ready while others are, are not counted. */
#define SCHEDULE_MAX_ATTEMPTS 3
/* Maximum number of attempts of a chunk at the same time, at whatever hosts. */
#define SCHEDULE_MAX_ALL_ATTEMPTS 8
/* Maximum number of chunks that are examined for one assignment. The first chunk is usually
 * suitable. It is not suitable, for example, if the host already computes it. */
#define SCHEDULE_MAX_CANDIDATES 8

typedef struct _Chunk Chunk;

/* An assignment of a chunk to a host. */
typedef struct {
    Chunk *chunk;
    guint host;
    guint number;
    gboolean copy;
    /* Whether the host was asked to give rows back. asked_rows: if it has not answered yet, the
     * number of rows that it can give back; asked_for: the host that shall compute them. */
    gboolean asked;
    gboolean passed_over;  /* the host was not asked, because it did not answer another question */
    gboolean answers_late; /* it was passed over, and the host has answered since */
    gint64 asked_rows;
    guint asked_for;
    gboolean running; /* TRUE: a core probably computes the chunk; FALSE: it waits for a core */
    gint64 handed;    /* time of the assignment */
    gint64 finish;    /* expected arrival of the result */
    gsize bytes;
    GList link; /* link in ScheduleHost.running or ScheduleHost.queued */
    /* amounts that this attempt added to the sums of the same names in Schedule */
    gint64 load_rows;
    double load_rate, load_finish;
} Attempt;

typedef enum { CHUNK_WAITING, CHUNK_OUT, CHUNK_ACCEPTED } ChunkState;

struct _Chunk {
    guint64 id;
    gint64 lo, hi;
    ChunkState state;
    guint tries;
    guint n_handed; /* number of attempts so far; also the number of the last attempt */
    guint accepted_from;
    /* TRUE: all rows failed on host `first`, and another host tries them */
    gboolean second;
    guint first;
    /* The hosts that may not compute the chunk: those whose results were refused, and the host
     * `first`. */
    guint n_refused;
    guint refused[SCHEDULE_MAX_TRIES + 1];
    /* Whether a host has given these rows back, and how often it had begun none of them. Such rows
     * wait for an idle core. */
    gboolean recalled;
    guint n_returned;
    double slow_us; /* time of a row in µs, estimated from the rows that the host kept; 0: none */
    gint64 since;   /* time at which the chunk began to wait, or became stranded */
    GList link;     /* link in ScheduleHost.returned, Schedule.overdue or Schedule.stranded */
    Attempt *attempts[SCHEDULE_MAX_ALL_ATTEMPTS];
    guint n_attempts;
    gint64 due; /* earliest expected finish of the attempts at hosts that are not silent */
    /* The indices in the heaps Schedule.soonest, latest, recall_soonest and recall_latest. They
     * begin at 1. If the chunk is not in the heap, the index is 0. */
    guint position[4];
    gboolean overdue;
    gint64 stranded_rows; /* rows counted in Schedule.stranded_rows; 0: not in Schedule.stranded */
};

/* A heap of chunks, ordered by `due`. The top is the chunk with the smallest `due`, or with the
 * largest `due` if last_first is TRUE. */
typedef struct {
    GArray *nodes;
    guint which;
    gboolean last_first;
} ChunkHeap;

typedef struct {
    guint number;
    gboolean alive;
    gboolean silent; /* TRUE: the host does not respond, but was not removed */
    gint64 silent_since;
    gboolean active; /* TRUE: the host is included in Schedule.n_active */
    guint cores;
    gsize credit, bytes;
    double row_us; /* time of a row on one core, measured in this or the previous run; 0: unknown */
    gboolean remembered;
    /* Compute time in µs and number of rows, both summed over the chunks that this host has
     * computed. Recent chunks have more weight. */
    double spent_us, spent_rows;
    gint64 largest;  /* rows of the largest chunk measured on this host */
    double delay_us; /* shortest measured delay (see SCHEDULE_MAX_DELAY_US); < 0: none measured */
    double round_trip_us;   /* time of an answer before a delay was measured; 0: unknown */
    double overhead_us;     /* fixed cost of a chunk in µs, like SCHEDULE_OVERHEAD_US */
    GQueue running, queued; /* elements are Attempt, in order of assignment */
    GQueue returned;        /* waiting chunks that this host did not complete */
    GList link;             /* link in Schedule.returning */
    gint64 asked_rows;      /* sum over the attempts with rows that this host shall compute */
    guint n_unanswered;     /* number of questions for rows that this host has not answered */
    gint64 answer_by;       /* time at which a host that is alive has answered */
    GHashTable *late;       /* keys: LateKey; attempts whose results are no longer needed */
    gboolean ready; /* the host has computed rows in this or an earlier run, so it has started */
    /* Until then, start_rows: number of rows of the first chunk that the host has; 0: it has none.
     * start_since: time of its assignment in µs after `origin`. start_us: time until the first
     * result, or until the host had no chunk any more. */
    gint64 start_rows;
    double start_since, start_us;
    /* amounts that this host added to the sums of the same names in Schedule */
    guint sum_cores, ready_cores, sum_delayed;
    double sum_rate, sum_delay;
} ScheduleHost;

struct _Schedule {
    ScheduleConfig config;
    double row_out; /* estimated bytes of a row's result; 0: unknown */
    gint64 origin;  /* load_finish uses times since `origin`, so that the double stays precise */
    gboolean started;

    gint64 next;          /* first row that was never assigned */
    gint64 rows_returned; /* number of rows in the chunks that wait for another attempt */
    gint64 rows_done;
    gint64 last_take;     /* time of the last assignment that was not a copy */
    gint64 last_progress; /* last time at which a ready host got a chunk, or rows were returned */
    guint64 last_id;
    GHashTable *chunks; /* key: id; value: a Chunk whose result is not stored yet */
    guint n_refused;    /* number of chunks that some host may not compute (Chunk.refused) */

    GPtrArray *hosts;
    GQueue returning; /* elements: ScheduleHost; the hosts with chunks in ScheduleHost.returned */
    guint n_active;   /* number of hosts that are alive and have cores */

    /* Sums over active hosts that are not silent. sum_cores: number of cores. ready_cores: number
     * of cores of hosts that are ready. sum_known: number of cores of known speed. sum_rate: rows
     * per µs of the cores of known speed. sum_delayed: number of cores of hosts whose delay was
     * measured. sum_delay: sum of the delay_us of these cores. */
    guint sum_cores, ready_cores, sum_known, sum_delayed;
    guint n_attempts; /* attempts of all chunks at all hosts */
    double sum_rate, sum_delay;
    /* Sums of the members of ScheduleHost with these names. n_starting: number of hosts with
     * start_rows. n_answered: number of hosts that became ready with their first result, so that
     * the time of their start is known. */
    guint n_starting, n_answered;
    gint64 sum_start_rows;
    double sum_start_us, sum_start_since;
    /* Sums over attempts. load_rows: rows of the queued attempts. load_finish and load_rate give
     * the estimated number of rows of the running attempts that are not computed yet: load_finish -
     * load_rate × t at the time t µs after `origin`. */
    gint64 load_rows;
    double load_rate, load_finish;

    ChunkHeap soonest, latest;
    gboolean has_latest; /* whether the heap `latest` is in use; only find_copy() needs it */
    /* Chunks with rows that may not have begun. The heaps are in use if has_recall is TRUE. */
    ChunkHeap recall_soonest, recall_latest;
    gboolean has_recall;
    guint n_asked;      /* number of attempts whose host was asked for rows and has not answered */
    gint64 asked_until; /* time after which idle cores do not wait for these answers any more */
    GQueue overdue;     /* chunks past their due time; the longest overdue first */
    /* Chunks whose attempts are all at silent hosts, and that may be copied; and their rows. */
    GQueue stranded;
    gint64 stranded_rows;

    gboolean hopeless;
    gint64 hopeless_lo, hopeless_hi;
};

/* schedule-queue.c */
void chunk_heap_init(ChunkHeap *heap, guint which, gboolean last_first);
void chunk_heap_clear(ChunkHeap *heap);
/* Moves a chunk to its place after its `due` has changed, or inserts the chunk. */
void chunk_heap_update(ChunkHeap *heap, Chunk *chunk);
void chunk_heap_remove(ChunkHeap *heap, Chunk *chunk);
guint chunk_heap_peek(const ChunkHeap *heap, Chunk **chunks, guint n);
void schedule_requeue(Schedule *self, Chunk *chunk);
void schedule_sweep(Schedule *self, gint64 now);
void schedule_need_latest(Schedule *self);

/* schedule-recall.c */
void schedule_recall_update(Schedule *self, Chunk *chunk);
void schedule_recall_answered(Schedule *self, Attempt *attempt);
gboolean schedule_can_recall(Schedule *self, guint host, gint64 now);
gboolean schedule_waits_for_rows(Schedule *self, const ScheduleHost *host, gint64 now,
                                 gint64 *again);

/* schedule-size.c */
void schedule_host_changed(Schedule *self, ScheduleHost *host);
void schedule_measure(Schedule *self, Attempt *attempt, gint64 compute_us, gsize bytes_out,
                      gint64 now);
void schedule_load_clear(Schedule *self, Attempt *attempt);
void schedule_load_queued(Schedule *self, Attempt *attempt);
void schedule_load_running(Schedule *self, Attempt *attempt);
double schedule_expect_row_us(Schedule *self, const ScheduleHost *host);
gint64 schedule_expect_us(Schedule *self, const ScheduleHost *host, gint64 rows);
gint64 schedule_expect_finish(Schedule *self, const ScheduleHost *host, gint64 rows, gint64 now);
gsize schedule_bytes(Schedule *self, gint64 rows);
gboolean schedule_fits(Schedule *self, const ScheduleHost *host, gint64 rows);
gint64 schedule_size(Schedule *self, const ScheduleHost *host, gint64 available, gint64 now,
                     gint64 *again);
/* Returns the mean time of a row over all cores of known speed, in µs. Returns 0 if no speed is
 * known. */
double schedule_mean_row_us(Schedule *self);
/* Returns the time in µs that one core of mean speed needs for the rows that are not computed. */
double schedule_work_us(Schedule *self, gint64 now);
/* Returns the time until all waiting rows are computed, without the assigned rows, in µs. */
double schedule_fresh_us(Schedule *self);
/* Returns the mean computing time of @rows rows over all cores of known speed, in µs. */
gint64 schedule_mean_us(Schedule *self, gint64 rows);

/* schedule-start.c */
void schedule_start_handed(Schedule *self, ScheduleHost *host, gint64 rows, gint64 now);
void schedule_start_ended(Schedule *self, ScheduleHost *host, gint64 now);
void schedule_start_answered(Schedule *self, ScheduleHost *host, gint64 compute_us, gint64 now);
void schedule_start_begun(Schedule *self, ScheduleHost *host, gint64 now);
/* Returns the time in µs that a host which is not ready is expected to need for its start. */
double schedule_start_us(Schedule *self, gint64 now);
double schedule_delay_us(Schedule *self, const ScheduleHost *host, gint64 now);
/* Returns TRUE if the ready hosts are expected to compute all rows before the other hosts start. */
gboolean schedule_ready_are_enough(Schedule *self, gint64 now);
gboolean schedule_leaves_to_ready(Schedule *self, const ScheduleHost *host, gint64 now,
                                  gint64 *again);

/* schedule-take.c */
gint64 schedule_copy_us(Schedule *self, const ScheduleHost *host, const Chunk *chunk, gint64 now);

/* schedule-silent.c */
void schedule_enter_stranded(Schedule *self, Chunk *chunk);
void schedule_leave_stranded(Schedule *self, Chunk *chunk);
Chunk *schedule_find_stranded(Schedule *self, const ScheduleHost *host, gint64 now, gint64 *again);

/* schedule.c */
ScheduleHost *schedule_host(Schedule *self, guint host);
void schedule_hand_out(Schedule *self, Chunk *chunk, guint host, gboolean copy, gint64 now);
Chunk *schedule_new_chunk(Schedule *self, gint64 lo, gint64 hi);
/* Divides an assigned chunk at row @hi. The rows from @hi on return to the queue. */
Chunk *schedule_split(Schedule *self, Chunk *chunk, guint number, gint64 hi, gint64 now);
/* Creates a chunk of rows that belonged to @chunk, with the tries and refusals of @chunk. */
Chunk *schedule_new_part(Schedule *self, const Chunk *chunk, gint64 lo, gint64 hi);
void schedule_unreturn(Schedule *self, guint host, Chunk *chunk);
gboolean chunk_is_refused(const Chunk *chunk, guint host);
void schedule_refuse(Schedule *self, Chunk *chunk, guint host);
Attempt *chunk_find_attempt(const Chunk *chunk, guint host, guint number);
void schedule_end_attempt(Schedule *self, Attempt *attempt, gint64 now);
void schedule_end_others(Schedule *self, Chunk *chunk, const Attempt *kept, GArray *losers,
                         gint64 now);
void schedule_forget_chunk(Schedule *self, Chunk *chunk);
void schedule_requeue_rows(Schedule *self, Chunk *chunk, guint from, gint64 since, gint64 now);
gboolean schedule_return_rows(Schedule *self, Chunk *chunk, guint from, gint64 now);
gboolean schedule_can_be_computed(Schedule *self, const Chunk *chunk);

static inline gint64
chunk_rows(const Chunk *chunk)
{
    return chunk->hi - chunk->lo;
}

/* If a host fails to compute a chunk, the chunk is reserved for other hosts at first. Returns the
 * time in µs after which the same host may try again. */
static inline gint64
schedule_own_retry_delay_us(const Schedule *self)
{
    return 2 * self->config.target_us;
}

static inline guint
host_n_at(const ScheduleHost *host)
{
    return host->running.length + host->queued.length;
}

static inline gboolean
host_has_idle_core(const ScheduleHost *host)
{
    return host_n_at(host) < host->cores;
}

static inline gint64
schedule_rows_waiting(const Schedule *self)
{
    return self->config.n_rows - self->next + self->rows_returned;
}

G_END_DECLS
