/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Decides which rows each host computes next. The schedule has no clock, I/O or locks. Callers pass
 * each event with its time, so that runs on 10,000 hosts can be simulated. The caller serialises
 * the calls.
 *
 * The life of a chunk: schedule_take() assigns the chunk to a host. If schedule_result() accepts
 * the result, the caller stores the result and calls schedule_stored(). Only one result of a chunk
 * is accepted. If the attempt ends without a result (schedule_failed(), schedule_remove_host()),
 * the rows are assigned to another host. A late chunk may also be assigned to another host as a
 * copy; then the first result is accepted. Rows that failed on one host may be tried a second time
 * on another (schedule_stored_except()). Every event costs at most O(log n) for n hosts. Times are
 * in µs from any fixed origin.
 *
 * After schedule_take() has returned FALSE for a host, the caller must call schedule_take() again
 * after each event of this host, and at the time that schedule_get_wakeup() returns.
 * schedule_failed(), schedule_refused(), schedule_cut(), schedule_returned() and
 * schedule_remove_host() may return rows to the queue. After such a call, the caller calls
 * schedule_take() for every host with an idle core as long as schedule_get_rows_waiting() > 0. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _Schedule Schedule;

/* Number of attempts of a chunk after which the run fails. Copies are not counted. */
#define SCHEDULE_MAX_TRIES 4
/* Maximum number of chunks per core that a host has at a time. Short second tries may exceed it. */
#define SCHEDULE_QUEUE_DEPTH 2

typedef struct {
    gint64 n_rows;
    gsize row_bytes_in; /* bytes of arguments sent for each row; 0: the hosts store all arguments */
    gsize row_bytes_out; /* estimated size of a row's result; 0: unknown, measured during the run */
    gsize max_chunk_bytes; /* maximum bytes of the input of a chunk, and of its estimated output */
    gint64 target_us;      /* intended compute time in µs of a chunk in the middle of a run */
} ScheduleConfig;

typedef struct {
    guint64 id;
    gint64 lo, hi;
    guint attempt;  /* number of this attempt of the chunk, from 1 */
    gboolean copy;  /* a copy of a late chunk */
    gboolean retry; /* an earlier attempt was lost, or the rows failed on another host */
} ScheduleChunk;

typedef struct {
    guint from;
    guint64 id;
    guint attempt;
} ScheduleRecall;

typedef enum {
    SCHEDULE_ACCEPT,    /* store the result, then call schedule_stored() or schedule_refused() */
    SCHEDULE_DUPLICATE, /* discard the result: it is no longer needed */
    SCHEDULE_UNKNOWN,   /* protocol error: this attempt was never assigned to this host */
} ScheduleVerdict;

Schedule *schedule_new(const ScheduleConfig *config);
void schedule_free(Schedule *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Schedule, schedule_free)

/* Adds a host and returns its number, counted from 0. @row_us: compute time of one row on one core
 * of this host in the previous run; 0: unknown. @credit_bytes: maximum number of bytes of all
 * chunks and results that the host stores at a time; 0: no limit. */
guint schedule_add_host(Schedule *self, guint cores, double row_us, gsize credit_bytes, gint64 now);
/* Tells the delay of the host in an earlier run, see schedule_get_delay_us(). If the delay was
 * short, as on this computer, the host gets smaller chunks at the end of a run, so that a run of a
 * fraction of a millisecond uses more than one core. */
void schedule_remember_delay(Schedule *self, guint host, double delay_us);
/* Tells the time in which the host answers a ping. It is used until a delay was measured. */
void schedule_set_round_trip(Schedule *self, guint host, gint64 round_trip_us);
/* Changes the number of cores of a host. If @cores is 0, the host finishes its chunks and gets no
 * new chunks. */
void schedule_set_cores(Schedule *self, guint host, guint cores, gint64 now);
/* Removes a lost host. Its chunks are assigned to other hosts. Returns FALSE if a chunk was given
 * up, so that the run cannot complete (see schedule_get_hopeless()). */
gboolean schedule_remove_host(Schedule *self, guint host, gint64 now);

/* Reports that a host stopped responding, or responds again. A silent host gets no chunks until it
 * responds; a result from it implies that it does. Near the end of the run its chunks are copied to
 * other hosts. Returns TRUE if idle cores may get copies now: the caller calls schedule_take() for
 * every host with an idle core. While rows wait, the hosts ask for rows anyway. */
gboolean schedule_set_silent(Schedule *self, guint host, gboolean silent, gint64 now);
/* Returns the time after which the next result of this host is late. If no frame arrives from the
 * host, the caller then asks the host whether it is alive. G_MAXINT64: never. */
gint64 schedule_get_due(Schedule *self, guint host);

/* Assigns the next chunk to this host. The caller repeats the call until the function returns
 * FALSE. If a waiting chunk has more rows than this host should get, the first rows of the chunk
 * are assigned as a new chunk with a new id. A host that has computed no rows yet, in this or an
 * earlier run, may still be starting. It gets none that other hosts are expected to compute before
 * it has started. */
gboolean schedule_take(Schedule *self, guint host, gint64 now, ScheduleChunk *chunk);
/* After schedule_take() has returned FALSE, the caller asks hosts for rows until this function
 * returns FALSE: the host @from of the attempt in @out shall give back the rows that it has not
 * begun, because a core of @host is idle, or because these rows are slow and other rows can wait.
 */
gboolean schedule_recall(Schedule *self, guint host, gint64 now, ScheduleRecall *out);
/* Reports that the rows of the attempt from @hi on were given back; none if @hi is the end of the
 * chunk. If @hi is its first row, the attempt has ended. They return to the queue, and the attempt
 * does not count as lost. If the attempt continues, copies of the chunk end; @losers is as for
 * schedule_result(). Returns whether rows returned to the queue. */
gboolean schedule_returned(Schedule *self, guint host, guint64 chunk, guint attempt, gint64 hi,
                           gint64 now, GArray *losers);
/* Returns the time at which the caller must call schedule_take() again for this host, even if no
 * event occurs before. At this time the host may get a copy of a late chunk. G_MAXINT64: never. */
gint64 schedule_get_wakeup(Schedule *self, guint host, gint64 now);

/* Reports a result. @compute_us: compute time of the chunk, as the host measured it. @bytes_out:
 * size of the result. @losers (element-type guint; nullable) receives the numbers of the hosts that
 * have other attempts of the chunk. The caller may tell these hosts to cancel the attempts. The
 * attempts no longer count, so the hosts may get other chunks. */
ScheduleVerdict schedule_result(Schedule *self, guint host, guint64 chunk, guint attempt,
                                gint64 compute_us, gsize bytes_out, gint64 now, GArray *losers);
/* Reports that the host computed only the rows of the chunk before the row @hi, because their
 * results are large. The other rows return to the queue, where every host may take them, and this
 * is no lost attempt. Then call schedule_result() for the rows before @hi. Returns whether rows
 * returned to the queue. */
gboolean schedule_cut(Schedule *self, guint host, guint64 chunk, guint attempt, gint64 hi,
                      gint64 now);
/* Reports that the accepted result is stored. */
void schedule_stored(Schedule *self, guint64 chunk);

/* A second try. Rows that failed on one host, perhaps because of this host, are assigned once more,
 * to any other host. */

/* Returns TRUE if the rows of the accepted result are a second try. @first receives the host on
 * which they failed before. */
gboolean schedule_is_second_try(Schedule *self, guint64 chunk, guint *first);
/* Returns TRUE if a host with cores exists that has sent no result of these rows. The result must
 * be accepted. */
gboolean schedule_has_another_host(Schedule *self, guint64 chunk);
/* Like schedule_stored(), but without the rows whose bit is 1 in @again (bit i % 8 of byte i / 8
 * for row i of the chunk). Each range of these rows becomes a chunk for a second try. */
void schedule_stored_except(Schedule *self, guint64 chunk, const guint8 *again, gint64 now);
/* Call instead of schedule_result() if all rows failed, perhaps because of this host. If other
 * hosts have attempts of the chunk, ends this attempt, makes the other attempts the second try, and
 * returns TRUE. Otherwise does nothing. */
gboolean schedule_leave_to_others(Schedule *self, guint host, guint64 chunk, guint attempt,
                                  gint64 now);
/* Takes a waiting chunk for a second try that no host with cores may compute. The chunk is then
 * accepted, as if @first had sent the result just now. Returns FALSE if there is none, or if no
 * host has cores. */
gboolean schedule_take_unconfirmed(Schedule *self, ScheduleChunk *chunk, guint *first);
/* Reports that the host with the number @host was in the schedule before as number @former. It gets
 * no chunk that @former may not compute. */
void schedule_set_former(Schedule *self, guint host, guint former);

/* Reports that the accepted result cannot be stored, because its shape differs from other results.
 * Another host computes the chunk. Returns FALSE if no other host is available or the chunk has
 * been tried SCHEDULE_MAX_TRIES times. */
gboolean schedule_refused(Schedule *self, guint64 chunk, gint64 now);
/* Reports that an attempt ended without a result although the host is alive. Returns FALSE if the
 * chunk has been tried SCHEDULE_MAX_TRIES times. */
gboolean schedule_failed(Schedule *self, guint host, guint64 chunk, guint attempt, gint64 now);

/* Returns whether all rows are stored. */
gboolean schedule_is_done(Schedule *self);
/* Returns whether a core of the host is idle and may get rows that have just returned to the queue.
 * The caller need not call schedule_take() for the other hosts. */
gboolean schedule_may_take(Schedule *self, guint host, gint64 now);
/* Returns the number of rows that are not computed and not assigned to a host. */
gint64 schedule_get_rows_waiting(Schedule *self);
gint64 schedule_get_rows_done(Schedule *self);
/* Gets the rows @lo to @hi - 1 of the first chunk that was given up. A chunk is given up after
 * SCHEDULE_MAX_TRIES attempts, or if no remaining host may compute it. Returns FALSE if no chunk
 * was given up. */
gboolean schedule_get_hopeless(Schedule *self, gint64 *lo, gint64 *hi);
/* Returns the measured compute time of a row on one core in µs; 0: not measured. */
double schedule_get_row_us(Schedule *self, guint host);
/* Returns the shortest time from the assignment of a chunk to its result, minus the compute time,
 * in µs; < 0: not measured. */
double schedule_get_delay_us(Schedule *self, guint host);
guint schedule_get_n_at_host(Schedule *self, guint host);

G_END_DECLS
