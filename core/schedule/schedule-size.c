/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Computes the size of the next chunk. In the middle of a run, a chunk has the rows that a core of
 * the host computes in the target time (target_us). Towards the end of the run, chunks become
 * smaller, because all cores should finish at the same time. The remaining time is estimated as the
 * number of waiting and assigned rows, divided by the sum of all speeds. A chunk has a third of the
 * rows that its core can compute in the remaining time, but takes at least the minimum time of a
 * chunk. Two thirds are left for later chunks, whose sizes correct the errors of the estimate. If
 * the remaining time of a core is at most twice the minimum time of a chunk, all rows that the core
 * can compute in this time are one chunk. */
#include "schedule-private.h"

#include <math.h>

/* The mean compute time of a row is a weighted mean over the chunks of a host. Each new chunk
 * multiplies the weights of the previous chunks by this factor. One unusual chunk changes the mean
 * by about an eighth. If the speed of a host changes, the mean follows after about eight chunks. */
#define FADING (7.0 / 8)
/* Lower limit for the time of a row in µs. A host may report 0, but the number of rows in a chunk
 * is a time divided by this value. */
#define MIN_ROW_US 1e-4
/* Upper limit for computed numbers of rows, because a double is converted to gint64. */
#define MAX_ROWS 1e15

void
schedule_host_changed(Schedule *self, ScheduleHost *host)
{
    gboolean active = host->alive && host->cores > 0;
    guint cores = active && !host->silent ? host->cores : 0;

    self->n_active += (guint)active - (guint)host->active;
    host->active = active;
    self->sum_cores += cores - host->sum_cores;
    self->ready_cores += (host->ready ? cores : 0) - host->ready_cores;
    self->sum_known -= host->sum_rate > 0 ? host->sum_cores : 0;
    self->sum_rate -= host->sum_rate;
    self->sum_delay -= host->sum_delay;
    self->sum_delayed -= host->sum_delayed;

    host->sum_cores = cores;
    host->ready_cores = host->ready ? cores : 0;
    host->sum_rate = host->row_us > 0 ? cores / host->row_us : 0;
    host->sum_delayed = host->delay_us >= 0 ? cores : 0;
    host->sum_delay = host->sum_delayed * MAX(host->delay_us, 0);

    self->sum_known += host->sum_rate > 0 ? cores : 0;
    self->sum_rate += host->sum_rate;
    self->sum_delay += host->sum_delay;
    self->sum_delayed += host->sum_delayed;
    if (self->sum_known == 0)
        self->sum_rate = 0;
}

double
schedule_mean_row_us(Schedule *self)
{
    return self->sum_known > 0 ? self->sum_known / self->sum_rate : 0;
}

static double
mean_delay_us(Schedule *self)
{
    return self->sum_delayed > 0 ? self->sum_delay / self->sum_delayed : 0;
}

double
schedule_expect_row_us(Schedule *self, const ScheduleHost *host)
{
    return host->row_us > 0 ? host->row_us : schedule_mean_row_us(self);
}

/* Returns the expected compute time of @rows rows on one core in µs, without delays. If no speed is
 * known, returns the target time of a chunk. This estimate is high, because the first chunks are
 * small. */
gint64
schedule_expect_us(Schedule *self, const ScheduleHost *host, gint64 rows)
{
    double row_us = schedule_expect_row_us(self, host);

    if (row_us == 0)
        return self->config.target_us;
    return (gint64)MIN(ceil((double)rows * row_us), MAX_ROWS);
}

/* Suppose that a new chunk is sent to this host now. Returns the running attempt that must end
 * before the new chunk can start, or NULL if a core is free. The function assumes that the attempts
 * end in the order of their assignment, and that the chunks already queued start first. */
static const Attempt *
predecessor(const ScheduleHost *host)
{
    guint turn = MIN(host->queued.length, host->running.length - 1);

    if (host_n_at(host) < host->cores || host->running.length == 0)
        return NULL;
    return g_queue_peek_nth((GQueue *)&host->running, turn);
}

/* Returns the time at which the result of a chunk is expected if the chunk is assigned to this host
 * now. */
gint64
schedule_expect_finish(Schedule *self, const ScheduleHost *host, gint64 rows, gint64 now)
{
    const Attempt *before = predecessor(host);
    gint64 start = now + (gint64)schedule_delay_us(self, host, now);

    if (before)
        start = MAX(start, before->finish);
    return start + schedule_expect_us(self, host, rows);
}

void
schedule_measure(Schedule *self, Attempt *attempt, gint64 compute_us, gsize bytes_out, gint64 now)
{
    ScheduleHost *host = schedule_host(self, attempt->host);
    gint64 rows = chunk_rows(attempt->chunk);
    double per_row = (double)bytes_out / (double)rows;
    double delay;

    /* Corrects a reported compute time that is longer than the time since the assignment. */
    compute_us = CLAMP(compute_us, 0, MAX(now - attempt->handed, 0));
    host->spent_us = host->spent_us * FADING + (double)compute_us;
    host->spent_rows = host->spent_rows * FADING + (double)rows;
    host->row_us = MAX(host->spent_us / host->spent_rows, MIN_ROW_US);
    host->largest = MAX(host->largest, rows);

    /* The measured delay may include time that the chunk waited for a core, so the smallest delay
     * is the best estimate. */
    delay = (double)MIN(now - attempt->handed - compute_us, SCHEDULE_MAX_DELAY_US);
    if (host->delay_us < 0 || delay < host->delay_us)
        host->delay_us = MAX(delay, 0);

    /* The estimate of the result size increases at once and decreases slowly, because chunks would
     * be too large if the estimate were too low. */
    if (per_row > self->row_out)
        self->row_out = per_row;
    else
        self->row_out -= (self->row_out - per_row) * (1 - FADING);
    schedule_host_changed(self, host);
}

void
schedule_load_clear(Schedule *self, Attempt *attempt)
{
    self->load_rows -= attempt->load_rows;
    self->load_rate -= attempt->load_rate;
    self->load_finish -= attempt->load_finish;
    attempt->load_rows = 0;
    attempt->load_rate = attempt->load_finish = 0;
}

void
schedule_load_queued(Schedule *self, Attempt *attempt)
{
    schedule_load_clear(self, attempt);
    if (schedule_host(self, attempt->host)->silent)
        return;
    attempt->load_rows = chunk_rows(attempt->chunk);
    self->load_rows += attempt->load_rows;
}

void
schedule_load_running(Schedule *self, Attempt *attempt)
{
    const ScheduleHost *host = schedule_host(self, attempt->host);
    double row_us = schedule_expect_row_us(self, host);

    /* It is not known when the host begins these rows. */
    if (!host->ready && self->ready_cores > 0) {
        schedule_load_queued(self, attempt);
        return;
    }
    schedule_load_clear(self, attempt);
    if (row_us == 0 || host->silent)
        return;
    attempt->load_rate = 1 / row_us;
    attempt->load_finish = (double)(attempt->finish - self->origin) / row_us;
    self->load_rate += attempt->load_rate;
    self->load_finish += attempt->load_finish;
}

double
schedule_work_us(Schedule *self, gint64 now)
{
    double running = self->load_finish - self->load_rate * (double)(now - self->origin);
    double rows = (double)(schedule_rows_waiting(self) + self->load_rows + self->stranded_rows);

    return (rows + MAX(running, 0)) * schedule_mean_row_us(self);
}

/* Returns the time until the end of the run in µs, assuming that all cores finish together. The
 * cores of hosts that are not ready begin later, or not before the end. */
static double
remaining_us(Schedule *self, gint64 now)
{
    double work = schedule_work_us(self, now), start;
    guint starting = self->sum_cores - self->ready_cores;

    if (self->ready_cores == 0 || starting == 0)
        return work / self->sum_cores;
    start = schedule_start_us(self, now);
    if (work <= start * self->ready_cores)
        return work / self->ready_cores;
    return (work + start * starting) / self->sum_cores;
}

double
schedule_fresh_us(Schedule *self)
{
    return (double)schedule_rows_waiting(self) * schedule_mean_row_us(self) / self->sum_cores;
}

gint64
schedule_mean_us(Schedule *self, gint64 rows)
{
    return (gint64)MIN((double)rows * schedule_mean_row_us(self), MAX_ROWS);
}

/* Returns the time in µs until this host could start another chunk. If all cores are busy, this is
 * the time until the end of the attempt after which the new chunk can start. If this attempt is
 * already late, the remaining time is assumed to be as long as the delay so far. If a core is free,
 * the result is the part of the host's delay that exceeds the mean delay of all hosts. The mean
 * delay is not counted, because the caller compares the result with remaining_us(), which does not
 * count it either. */
static double
wait_us(Schedule *self, const ScheduleHost *host, gint64 now)
{
    const Attempt *before = predecessor(host);

    if (before)
        return fabs((double)(before->finish - now));
    return MAX(schedule_delay_us(self, host, now) - mean_delay_us(self), 0);
}

gsize
schedule_bytes(Schedule *self, gint64 rows)
{
    double each = (double)self->config.row_bytes_in + self->row_out;

    return (gsize)MIN((double)rows * each, MAX_ROWS);
}

/* Returns whether a chunk of @rows rows fits in the memory that the host offers (its credit). A
 * host without chunks may always get one chunk. */
gboolean
schedule_fits(Schedule *self, const ScheduleHost *host, gint64 rows)
{
    gsize bytes = schedule_bytes(self, rows);

    return host->credit == 0 || host_n_at(host) == 0 ||
           (bytes <= host->credit && host->bytes <= host->credit - bytes);
}

/* Returns the largest number of rows for a chunk of this host, at least 1. The size of a chunk in
 * bytes is limited. A chunk has at most twice the rows of the largest chunk that was measured on
 * this host. */
static gint64
limit_rows(Schedule *self, const ScheduleHost *host)
{
    const ScheduleConfig *config = &self->config;
    double widest = MAX((double)config->row_bytes_in, self->row_out);
    double both = (double)config->row_bytes_in + self->row_out;
    double limit = MAX_ROWS;

    if (widest > 0 && config->max_chunk_bytes > 0)
        limit = MIN(limit, (double)config->max_chunk_bytes / widest);
    if (both > 0 && host->credit > 0)
        limit = MIN(limit, (double)host->credit / (SCHEDULE_QUEUE_DEPTH * host->cores) / both);
    if (host->largest > 0 && !host->remembered) {
        limit = MIN(limit, 2.0 * (double)host->largest);
    } else if (host->row_us == 0) {
        /* If each core got one chunk of the size `share`, these chunks would be a sixteenth of all
         * rows. While the speed of the host is unknown, each core gets at most two chunks. So all
         * chunks that are assigned before a speed is known have at most about an eighth of all
         * rows. */
        double share = ceil((double)config->n_rows / (16.0 * self->sum_cores));

        limit = MIN(limit, MIN(share, SCHEDULE_START_ROWS));
    }
    return MAX((gint64)limit, 1);
}

/* Returns the number of rows that the next free core of this host can compute before the estimated
 * end of the run. Returns 0 if even the smallest useful chunk on this core would delay the end.
 * An idle core is an exception: it gets such a chunk after a waiting time in which no host has
 * taken rows, because the estimate was then probably wrong. During the waiting time the function
 * returns 0 and lowers *@again, the time at which the caller tries again, to the end of the waiting
 * time. */
static gint64
last_share(Schedule *self, const ScheduleHost *host, double remaining, double wait, gint64 now,
           gint64 *again)
{
    double row_us = schedule_expect_row_us(self, host);
    /* Number of rows in the smallest useful chunk: as many as a core can compute in
     * the fixed cost of a chunk, but at least one row. */
    double grain = MAX(1, floor(host->overhead_us / row_us));
    double end = remaining + MAX(schedule_mean_row_us(self), host->overhead_us) * (1 + 1e-9);
    double rows = MAX(ceil((remaining - wait) / row_us - 1e-6), grain);
    gboolean busy = host_n_at(host) >= host->cores;

    /* The host gets no rows if all its cores are busy until the estimated end of the run. The 1 µs
     * allows for rounding errors. */
    if (busy && wait + 1 > remaining)
        return 0;
    if (wait + rows * row_us > end)
        rows = floor((end - wait) / row_us);
    if (rows < grain) {
        double late = wait + grain * row_us - end;
        gint64 doubt = self->last_take + (gint64)MIN(late, grain * row_us);

        if (busy)
            return 0;
        if (now < doubt) {
            *again = MIN(*again, doubt);
            return 0;
        }
        rows = grain;
    }
    return (gint64)MIN(rows, MAX_ROWS);
}

/* Returns the number of rows in the next chunk for this host, at most @available. Returns 0 if the
 * host gets no chunk now. In this case the function may lower *@again, the time at which the caller
 * tries again. */
gint64
schedule_size(Schedule *self, const ScheduleHost *host, gint64 available, gint64 now, gint64 *again)
{
    gint64 limit = limit_rows(self, host);
    gint64 waiting = schedule_rows_waiting(self);
    double row_us = schedule_expect_row_us(self, host);
    gint64 rows = limit;

    if (row_us > 0) {
        double remaining = remaining_us(self, now);
        double wait = wait_us(self, host, now);
        double shortest = MIN(MAX(SCHEDULE_SHORT_US, host->delay_us), self->config.target_us);
        double share = remaining - wait;

        rows = last_share(self, host, remaining, wait, now, again);
        if (rows > 0 && share > 2 * shortest) {
            double aim = CLAMP(share / 3, shortest, self->config.target_us);

            rows = MIN(rows, MAX((gint64)MIN(aim / row_us, MAX_ROWS), 1));
        }
        /* If the other waiting rows would be too few for a separate chunk, they are added to this
         * chunk. */
        if (rows > 0 && (double)(waiting - rows) * row_us < host->overhead_us)
            rows = waiting;
    }
    rows = MIN(MIN(rows, limit), available);
    return rows > 0 && schedule_fits(self, host, rows) ? rows : 0;
}
