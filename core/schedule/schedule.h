/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Who computes which rows next. Pure: no clock, no I/O, no locks; events come in with the time they
 * happened, so that it can be simulated with 10,000 hosts. Its owner serialises the calls.
 *
 * The life of a chunk: schedule_take() hands it to a host; its result is either accepted by
 * schedule_result() (once only, then stored by the caller, who says schedule_stored()), or the
 * attempt ends without one (schedule_failed(), schedule_remove_host()) and the rows go to another
 * host. A chunk that is late may be handed out again as a copy; the first result wins. Every event
 * costs O(log n) at most, however many hosts there are. Times in µs, any fixed origin.
 *
 * Whoever got FALSE from schedule_take() is asked again after its own events and at its wake-up;
 * and, as rows may have come back, hosts with an idle core are after schedule_failed(),
 * schedule_refused() and schedule_remove_host(), as long as schedule_get_rows_waiting() > 0. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _Schedule Schedule;

/** SCHEDULE_MAX_TRIES: how often a chunk is tried (copies and isolation of rows are no tries) */
#define SCHEDULE_MAX_TRIES 4
/** SCHEDULE_QUEUE_DEPTH: chunks at a host for each of its cores, the one it computes included */
#define SCHEDULE_QUEUE_DEPTH 2

typedef struct {
    gint64 n_rows;
    gsize row_bytes_in;    /* that travel with each row (0: the host has them or a reference) */
    gsize row_bytes_out;   /* estimate of a row's result; 0: not known, measured as results come */
    gsize max_chunk_bytes; /* in, or estimated out */
    gint64 target_us;      /* what a chunk should take in the middle of a run */
} ScheduleConfig;

typedef struct {
    guint64 id;
    gint64 lo, hi;
    guint attempt;  /* from 1; names this handing-out in frames, unique for the chunk */
    gboolean copy;  /* of a straggler */
    gboolean retry; /* an attempt before this one was lost */
} ScheduleChunk;

typedef enum {
    SCHEDULE_ACCEPT,    /* store it, then call schedule_stored() or schedule_refused() */
    SCHEDULE_DUPLICATE, /* another attempt's result came first, or the host was removed: throw it
                           away */
    SCHEDULE_UNKNOWN,   /* never handed out like this to this host: the host is not to be trusted */
} ScheduleVerdict;

Schedule *schedule_new(const ScheduleConfig *config);
void schedule_free(Schedule *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Schedule, schedule_free)

/* @row_us: what one row took on one core of this host the last time, or 0. @credit_bytes: how many
 * bytes of chunks and results it may hold (0: no limit). Hosts are numbered from 0. */
guint schedule_add_host(Schedule *self, guint cores, double row_us, gsize credit_bytes, gint64 now);
/* 0: what it has is finished, nothing new is given (left out of the run). */
void schedule_set_cores(Schedule *self, guint host, guint cores, gint64 now);
/* The host is gone: what it had is handed to others. Returns FALSE if some chunk has now been tried
 * SCHEDULE_MAX_TRIES times: the run cannot be completed (schedule_get_hopeless()). */
gboolean schedule_remove_host(Schedule *self, guint host, gint64 now);

/* The next chunk for this host, if it should have one now. Call until FALSE. A retry may have
 * another id than the chunk that was lost: it is cut anew if it is too large for this host. */
gboolean schedule_take(Schedule *self, guint host, gint64 now, ScheduleChunk *chunk);
/* When to call schedule_take() again for this host though no event came (a straggler may deserve a
 * copy by then); G_MAXINT64: never. */
gint64 schedule_get_wakeup(Schedule *self, guint host, gint64 now);

/* A result came. @compute_us: of its slot; @bytes_out: of the result. @losers (element-type guint;
 * nullable) receives the hosts that still hold other attempts of the chunk and may drop them: those
 * do not count as theirs any more, so they may have another chunk. */
ScheduleVerdict schedule_result(Schedule *self, guint host, guint64 chunk, guint attempt,
                                gint64 compute_us, gsize bytes_out, gint64 now, GArray *losers);
/* The accepted result stands in the store. */
void schedule_stored(Schedule *self, guint64 chunk);
/* The accepted result could not be believed (its shape disagrees): another host shall compute it.
 * FALSE: no other host is there, or it was tried often enough. */
gboolean schedule_refused(Schedule *self, guint64 chunk, gint64 now);
/* This attempt ended without a result though the host lives. FALSE: tried often enough. */
gboolean schedule_failed(Schedule *self, guint host, guint64 chunk, guint attempt, gint64 now);

/* All rows are stored. */
gboolean schedule_is_done(Schedule *self);
/* Rows not yet handed out at all, or given back. */
gint64 schedule_get_rows_waiting(Schedule *self);
gint64 schedule_get_rows_done(Schedule *self);
/* Rows of a chunk that was tried often enough; FALSE if there is none. */
gboolean schedule_get_hopeless(Schedule *self, gint64 *lo, gint64 *hi);
/* Which host computes what, to be asked for reports: µs per row on one core as measured, 0 if not
 * yet; and chunks at the host now. */
double schedule_get_row_us(Schedule *self, guint host);
guint schedule_get_n_at_host(Schedule *self, guint host);

G_END_DECLS
