/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Decides which host computes which rows next. The schedule is pure: it has no clock, I/O or locks.
 * Callers pass each event with its time, so that runs on 10,000 hosts can be simulated. The owner
 * serialises the calls.
 *
 * The life of a chunk: schedule_take() assigns a chunk to a host. Either schedule_result() accepts
 * the result (once only; the caller stores the result and then calls schedule_stored()), or the
 * attempt ends without a result (schedule_failed(), schedule_remove_host()) and the rows go to
 * another host. A late chunk may be assigned again as a copy; the first result wins. Every event
 * costs O(log n) at most in the number of hosts. Times are in µs from any fixed origin.
 *
 * After schedule_take() returned FALSE for a host, the owner calls schedule_take() again after each
 * event of that host and at its wake-up time. schedule_failed(), schedule_refused() and
 * schedule_remove_host() may return rows to the schedule, so the owner then calls schedule_take()
 * for every host with an idle core while schedule_get_rows_waiting() > 0. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _Schedule Schedule;

/** SCHEDULE_MAX_TRIES: attempts per chunk before the run fails; copies and the isolation of rows do
 * not count */
#define SCHEDULE_MAX_TRIES 4
/** SCHEDULE_QUEUE_DEPTH: chunks per core at a host, including the chunk that the core computes */
#define SCHEDULE_QUEUE_DEPTH 2

typedef struct {
    gint64 n_rows;
    gsize row_bytes_in;    /* sent with each row; 0: the host has the bytes or a reference */
    gsize row_bytes_out;   /* estimated size of a row's result; 0: unknown, measured from results */
    gsize max_chunk_bytes; /* limit for the input and for the estimated output */
    gint64 target_us;      /* intended compute time of a chunk in the middle of a run */
} ScheduleConfig;

typedef struct {
    guint64 id;
    gint64 lo, hi;
    guint attempt;  /* from 1; identifies the assignment in frames, unique within the chunk */
    gboolean copy;  /* a duplicate of a late chunk */
    gboolean retry; /* an earlier attempt was lost */
} ScheduleChunk;

typedef enum {
    SCHEDULE_ACCEPT,    /* store the result, then call schedule_stored() or schedule_refused() */
    SCHEDULE_DUPLICATE, /* another attempt's result came first, or the host was removed: discard */
    SCHEDULE_UNKNOWN, /* this chunk and attempt were never assigned to this host: protocol error */
} ScheduleVerdict;

Schedule *schedule_new(const ScheduleConfig *config);
void schedule_free(Schedule *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Schedule, schedule_free)

/* Adds a host and returns its number, counted from 0. @row_us: compute time of one row on one core
 * of this host in the previous run, or 0. @credit_bytes: limit for the chunks and results that the
 * host holds; 0: no limit. */
guint schedule_add_host(Schedule *self, guint cores, double row_us, gsize credit_bytes, gint64 now);
/* @cores 0: the host finishes its chunks and gets no new ones. */
void schedule_set_cores(Schedule *self, guint host, guint cores, gint64 now);
/* The host is lost: its chunks go to other hosts. Returns FALSE if a chunk has now been tried
 * SCHEDULE_MAX_TRIES times, so that the run cannot complete (schedule_get_hopeless()). */
gboolean schedule_remove_host(Schedule *self, guint host, gint64 now);

/* Assigns the next chunk to this host; call until FALSE. A retry may have another id than the lost
 * chunk, because a chunk that is too large for this host is split. */
gboolean schedule_take(Schedule *self, guint host, gint64 now, ScheduleChunk *chunk);
/* The time at which to call schedule_take() again for this host even without an event, because a
 * late chunk may be due for a copy by then; G_MAXINT64: never. */
gint64 schedule_get_wakeup(Schedule *self, guint host, gint64 now);

/* Reports a result. @compute_us: compute time of the slot; @bytes_out: size of the result. @losers
 * (element-type guint; nullable) receives the hosts that hold other attempts of the chunk and may
 * drop them. Those attempts no longer count, so the hosts may get another chunk. */
ScheduleVerdict schedule_result(Schedule *self, guint host, guint64 chunk, guint attempt,
                                gint64 compute_us, gsize bytes_out, gint64 now, GArray *losers);
/* The accepted result is stored. */
void schedule_stored(Schedule *self, guint64 chunk);
/* The accepted result was rejected, because its shape disagrees with other results: another host
 * computes the chunk. FALSE: no other host is available, or the chunk has used up its tries. */
gboolean schedule_refused(Schedule *self, guint64 chunk, gint64 now);
/* The attempt ended without a result although the host is alive. FALSE: the chunk has used up its
 * tries. */
gboolean schedule_failed(Schedule *self, guint host, guint64 chunk, guint attempt, gint64 now);

/* Whether all rows are stored. */
gboolean schedule_is_done(Schedule *self);
/* Rows that were never assigned, or that were returned. */
gint64 schedule_get_rows_waiting(Schedule *self);
gint64 schedule_get_rows_done(Schedule *self);
/* Rows of the first chunk that used up its tries; FALSE if there is none. */
gboolean schedule_get_hopeless(Schedule *self, gint64 *lo, gint64 *hi);
/* For reports: measured compute time of a row on one core in µs (0: not measured yet), and the
 * number of chunks at the host now. */
double schedule_get_row_us(Schedule *self, guint host);
guint schedule_get_n_at_host(Schedule *self, guint host);

G_END_DECLS
