/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of the schedule, which distributes chunks (ranges of rows) to hosts: sizes of chunks,
 * second tries after failures, lost hosts, hosts with wrong results, and copies of late chunks
 * for other hosts. */
#include "../bench/sim.h"
#include "schedule-fixture.h"

static void
test_nothing(void)
{
    g_autoptr(Schedule) schedule = make(0);
    ScheduleChunk chunk;

    g_assert_true(schedule_is_done(schedule));
    schedule_add_host(schedule, 4, 0, 0, 0);
    g_assert_false(schedule_take(schedule, 0, 0, &chunk));
    g_assert_cmpint(schedule_get_wakeup(schedule, 0, 0), ==, G_MAXINT64);
    g_assert_cmpint(schedule_result(schedule, 0, 1, 1, 0, 0, 0, NULL), ==, SCHEDULE_UNKNOWN);
}

static void
test_one_row(void)
{
    g_autoptr(Schedule) schedule = make(1);
    ScheduleChunk chunk, other;

    schedule_add_host(schedule, 4, 0, 0, 0);
    schedule_add_host(schedule, 4, 0, 0, 0);
    g_assert_true(schedule_take(schedule, 0, 0, &chunk));
    g_assert_cmpint(chunk.lo, ==, 0);
    g_assert_cmpint(chunk.hi, ==, 1);
    g_assert_cmpint(chunk.attempt, ==, 1);
    g_assert_false(chunk.copy);
    g_assert_false(chunk.retry);
    g_assert_false(schedule_take(schedule, 0, 0, &other));
    g_assert_false(schedule_take(schedule, 1, 0, &other));
    g_assert_cmpint(schedule_get_n_at_host(schedule, 0), ==, 1);
    g_assert_cmpint(schedule_get_rows_waiting(schedule), ==, 0);
    finish(schedule, 0, &chunk, 5, 10);
    g_assert_true(schedule_is_done(schedule));
    g_assert_cmpint(schedule_get_rows_done(schedule), ==, 1);
    g_assert_cmpint(schedule_get_n_at_host(schedule, 0), ==, 0);
    g_assert_cmpfloat(schedule_get_row_us(schedule, 0), ==, 5);
}

static void
test_more_cores_than_rows(void)
{
    const double speeds[] = {0, 10000};

    for (guint s = 0; s < 2; s++) {
        g_autoptr(Schedule) schedule = make(5);
        ScheduleChunk chunk;
        guint n = 0;

        schedule_add_host(schedule, 16, speeds[s], 0, 0);
        while (schedule_take(schedule, 0, 0, &chunk)) {
            g_assert_cmpint(chunk.hi - chunk.lo, ==, 1);
            n++;
        }
        g_assert_cmpint(n, ==, 5);
    }
}

/* If a run is short and the speed of the cores is known, each core gets one chunk. */
static void
test_short_job(void)
{
    g_autoptr(Schedule) schedule = make(1000);
    ScheduleChunk a, b, c;

    schedule_add_host(schedule, 2, 4.4, 0, 0);
    g_assert_true(schedule_take(schedule, 0, 0, &a));
    g_assert_true(schedule_take(schedule, 0, 0, &b));
    g_assert_false(schedule_take(schedule, 0, 0, &c));
    g_assert_cmpint(a.hi - a.lo, ==, 500);
    g_assert_cmpint(b.hi - b.lo, ==, 500);
    g_assert_cmpint(b.lo, ==, 500);
}

/* In a short run, each core gets one chunk, even if the number of rows is not a multiple of the
 * number of cores. */
static void
test_short_job_uneven(void)
{
    for (gint64 n_rows = 900; n_rows < 1100; n_rows++)
        for (guint cores = 2; cores <= 8; cores++) {
            g_autoptr(Schedule) schedule = make(n_rows);
            ScheduleChunk chunk;
            guint n = 0;

            schedule_add_host(schedule, cores / 2, 4.4, 0, 0);
            schedule_add_host(schedule, cores - cores / 2, 4.4, 0, 0);
            for (guint host = 0; host < 2; host++)
                while (schedule_take(schedule, host, 0, &chunk))
                    n++;
            g_assert_cmpint(n, ==, cores);
            g_assert_cmpint(schedule_get_rows_waiting(schedule), ==, 0);
        }
}

/* Host 0 is four times as fast as host 1, so it must get four times as many rows. */
static void
test_short_job_unequal(void)
{
    g_autoptr(Schedule) schedule = make(1000);
    ScheduleChunk chunk;
    gint64 rows[2] = {0};

    schedule_add_host(schedule, 1, 4, 0, 0);
    schedule_add_host(schedule, 1, 16, 0, 0);
    for (guint host = 2; host-- > 0;)
        while (schedule_take(schedule, host, 0, &chunk))
            rows[host] += chunk.hi - chunk.lo;
    g_assert_cmpint(rows[0] + rows[1], ==, 1000);
    g_assert_cmpint(rows[1], ==, 200);
}

/* Assigns all rows to two cores whose delay was @delay_us. Returns the number of chunks. */
static guint
count_chunks_after_delay(gint64 n_rows, double row_us, double delay_us)
{
    g_autoptr(Schedule) schedule = make(n_rows);
    ScheduleChunk chunk;
    gint64 largest = 0, next = 0;
    guint n = 0;

    schedule_add_host(schedule, 2, row_us, 0, 0);
    schedule_remember_delay(schedule, 0, delay_us);
    g_assert_cmpfloat(schedule_get_delay_us(schedule, 0), <, 0); /* not measured in this run */
    for (; schedule_take(schedule, 0, 0, &chunk); n++) {
        g_assert_cmpint(chunk.lo, ==, next);
        next = chunk.hi;
        largest = MAX(largest, chunk.hi - chunk.lo);
    }
    g_assert_cmpint(next, ==, n_rows);
    g_assert_cmpint(largest, <=, n == 1 ? n_rows : (n_rows + 1) / 2);
    return n;
}

/* A run of a fraction of a millisecond uses both cores if the delay of the host is short. */
static void
test_tiny_job(void)
{
    g_assert_cmpuint(count_chunks_after_delay(64, 3.7, -1), ==, 1);
    g_assert_cmpuint(count_chunks_after_delay(64, 3.7, 150), ==, 2);
    g_assert_cmpuint(count_chunks_after_delay(64, 3.7, 0), ==, 2);
    g_assert_cmpuint(count_chunks_after_delay(64, 3.7, 5000), ==, 1);
    g_assert_cmpuint(count_chunks_after_delay(64, 0.8, 150), ==, 1);
    g_assert_cmpuint(count_chunks_after_delay(1000, 3.7, 150), ==, 2);
}

static void
test_middle_job(void)
{
    SimHost host = {.cores = 2,
                    .speed = 1,
                    .latency_us = 200,
                    .overhead_us = 300,
                    .dies_at = SIM_NEVER,
                    .told_at = SIM_NEVER};
    SimSetup setup = {.n_rows = 100000,
                      .row_us = 4.4,
                      .known = TRUE,
                      .target_us = 500 * MS,
                      .hosts = &host,
                      .n_hosts = 1};
    SimOutcome outcome;
    gint64 before = G_MAXINT64;

    sim_run(&setup, FALSE, &outcome);
    g_assert_true(outcome.complete);
    g_assert_cmpint(outcome.sizes->len, >=, 8);
    g_assert_cmpint(outcome.sizes->len, <=, 16);
    /* The chunks must become smaller during the run. The last four chunks may differ, because
     * they contain the remaining rows. */
    for (guint i = 0; i + 4 < outcome.sizes->len; i++) {
        gint64 size = g_array_index(outcome.sizes, gint64, i);

        g_assert_cmpint(size, <=, before);
        before = size;
    }
    g_assert_cmpint(outcome.end_spread_us, ==, 0); /* the run has one host */
    g_assert_cmpfloat((double)outcome.makespan_us, <=, 1.02 * outcome.ideal_us);
    sim_outcome_clear(&outcome);
}

static void
test_growth(void)
{
    g_autoptr(Schedule) schedule = make(100000000);
    ScheduleChunk chunk;
    gint64 now = 0, before = 0;

    schedule_add_host(schedule, 1, 0, 0, 0);
    for (guint i = 0; i < 40; i++) {
        gint64 rows;

        g_assert_true(schedule_take(schedule, 0, now, &chunk));
        rows = chunk.hi - chunk.lo;
        if (before)
            g_assert_cmpint(rows, <=, 2 * before);
        else
            g_assert_cmpint(rows, <=, 16);
        before = rows;
        now += 10 * rows;
        finish(schedule, 0, &chunk, 10 * rows, now);
    }
    g_assert_cmpint(before, ==, 50000); /* 50,000 rows take 0.5 s, the usual time of a chunk */

    /* if the speed of a host is known, its first chunk may be large */
    schedule_add_host(schedule, 1, 10, 0, now);
    g_assert_true(schedule_take(schedule, 1, now, &chunk));
    g_assert_cmpint(chunk.hi - chunk.lo, ==, 50000);
}

static void
test_bytes(void)
{
    ScheduleConfig config = {.n_rows = 1000000,
                             .row_bytes_in = 1000,
                             .row_bytes_out = 4000,
                             .max_chunk_bytes = 1000000,
                             .target_us = 500 * MS};
    g_autoptr(Schedule) schedule = schedule_new(&config);
    ScheduleChunk chunk;
    guint n = 0;

    schedule_add_host(schedule, 1, 1, 0, 0);
    g_assert_true(schedule_take(schedule, 0, 0, &chunk));
    g_assert_cmpint(chunk.hi - chunk.lo, ==, 250);
    /* The result of each row has 100,000 bytes, although 4000 were expected. Therefore the next
     * chunk must have fewer rows. */
    g_assert_cmpint(schedule_result(schedule, 0, chunk.id, 1, 250, 250 * 100000, 1000, NULL), ==,
                    SCHEDULE_ACCEPT);
    g_assert_true(schedule_take(schedule, 0, 2000, &chunk));
    g_assert_cmpint(chunk.hi - chunk.lo, ==, 10);
    /* The host accepts only 1000 bytes, less than a single row needs. It must nevertheless get
     * one row at a time. */
    schedule_add_host(schedule, 8, 1, 1000, 2000);
    while (schedule_take(schedule, 1, 2000, &chunk)) {
        g_assert_cmpint(chunk.hi - chunk.lo, ==, 1);
        n++;
    }
    g_assert_cmpint(n, ==, 1);
    /* The host may store at most 2,020,000 bytes of unfinished chunks and their results. A row
     * needs 101,000 bytes. */
    schedule_add_host(schedule, 4, 1, 2020000, 2000);
    gint64 rows = 0;
    for (n = 0; schedule_take(schedule, 2, 2000, &chunk); n++)
        rows += chunk.hi - chunk.lo;
    g_assert_cmpint(rows * 101000, <=, 2020000);
    g_assert_cmpint(n, ==, 8);
}

static void
test_queue_depth(void)
{
    g_autoptr(Schedule) schedule = make(1000000);
    ScheduleChunk chunk;
    guint n = 0;

    schedule_add_host(schedule, 3, 1000, 0, 0);
    while (schedule_take(schedule, 0, 0, &chunk))
        n++;
    g_assert_cmpint(n, ==, 3 * SCHEDULE_QUEUE_DEPTH);
    g_assert_cmpint(schedule_get_n_at_host(schedule, 0), ==, n);
    schedule_set_cores(schedule, 0, 4, 0);
    while (schedule_take(schedule, 0, 0, &chunk))
        n++;
    g_assert_cmpint(n, ==, 4 * SCHEDULE_QUEUE_DEPTH);
}

/* A host that is no longer used has 0 cores. It must finish its chunks, but it gets no new
 * chunk. */
static void
test_drain(void)
{
    g_autoptr(Schedule) schedule = make(100000);
    ScheduleChunk chunk, other;

    schedule_add_host(schedule, 1, 100, 0, 0);
    g_assert_true(schedule_take(schedule, 0, 0, &chunk));
    schedule_set_cores(schedule, 0, 0, 10);
    g_assert_false(schedule_take(schedule, 0, 10, &other));
    g_assert_cmpint(schedule_get_wakeup(schedule, 0, 10), ==, G_MAXINT64);
    finish(schedule, 0, &chunk, 100, 1000);
    g_assert_false(schedule_take(schedule, 0, 1000, &other));
    schedule_set_cores(schedule, 0, 1, 1000);
    g_assert_true(schedule_take(schedule, 0, 1000, &other));
}

static void
test_lost_host(void)
{
    g_autoptr(Schedule) schedule = make(100);
    ScheduleChunk chunk, again;
    gint64 rows = 0;

    schedule_add_host(schedule, 1, 1000, 0, 0);
    g_assert_true(schedule_take(schedule, 0, 0, &chunk));
    while (schedule_take(schedule, 0, 0, &again))
        ;
    schedule_add_host(schedule, 1, 1000, 0, 0);
    g_assert_true(schedule_remove_host(schedule, 0, 5));
    g_assert_cmpint(schedule_get_rows_waiting(schedule), ==, 100);
    g_assert_cmpint(schedule_result(schedule, 0, chunk.id, chunk.attempt, 1, 1, 6, NULL), ==,
                    SCHEDULE_DUPLICATE);
    while (!schedule_is_done(schedule)) {
        g_assert_true(schedule_take(schedule, 1, rows, &again));
        rows += again.hi - again.lo;
        finish(schedule, 1, &again, 1000, rows);
    }
    g_assert_cmpint(rows, ==, 100);
    g_assert_true(again.retry || again.attempt == 1);
}

/* Hosts compute only the first row of each chunk, many times more often than a chunk may be tried.
 * The other rows return to the queue at once, for the same host too. Each row is stored once. */
static void
test_cut(void)
{
    g_autoptr(Schedule) schedule = make(100);
    gboolean stored[100] = {FALSE};
    ScheduleChunk chunk, copy;

    schedule_add_host(schedule, 1, 1000, 0, 0);
    schedule_add_host(schedule, 1, 1000, 0, 0);
    g_assert_true(schedule_take(schedule, 0, 0, &chunk));
    g_assert_cmpint(chunk.hi - chunk.lo, >, 1);
    g_assert_false(schedule_cut(schedule, 1, chunk.id, chunk.attempt, chunk.lo + 1, 0));
    g_assert_false(schedule_cut(schedule, 0, chunk.id, chunk.attempt + 1, chunk.lo + 1, 0));
    g_assert_false(schedule_cut(schedule, 0, chunk.id, chunk.attempt, chunk.hi, 0));
    g_assert_false(schedule_cut(schedule, 0, chunk.id, chunk.attempt, chunk.lo, 0));
    for (gint64 now = 1000; !schedule_is_done(schedule); now += 1000) {
        gint64 waiting = schedule_get_rows_waiting(schedule), left = chunk.hi - chunk.lo - 1;

        g_assert_cmpint(schedule_cut(schedule, 0, chunk.id, chunk.attempt, chunk.lo + 1, now), ==,
                        left > 0);
        g_assert_cmpint(schedule_get_rows_waiting(schedule), ==, waiting + left);
        chunk.hi = chunk.lo + 1;
        g_assert_false(stored[chunk.lo]);
        stored[chunk.lo] = TRUE;
        finish(schedule, 0, &chunk, 1000, now);
        g_assert_cmpint(schedule_get_rows_done(schedule), ==, now / 1000);
        if (schedule_get_rows_waiting(schedule) > 0) {
            g_assert_true(schedule_take(schedule, 0, now, &chunk));
            g_assert_false(chunk.retry);
        }
    }
    g_assert_false(schedule_take(schedule, 1, 200000, &copy));
}

/* After a failure, a chunk goes to another host if there is one. After SCHEDULE_MAX_TRIES
 * failures, the schedule gives the chunk up. */
static void
test_tries(void)
{
    g_autoptr(Schedule) schedule = make(1);
    ScheduleChunk chunk;
    gint64 lo = -1, hi = -1;

    schedule_add_host(schedule, 1, 0, 0, 0);
    schedule_add_host(schedule, 1, 0, 0, 0);
    g_assert_true(schedule_take(schedule, 0, 0, &chunk));
    for (guint i = 1; i < SCHEDULE_MAX_TRIES; i++) {
        guint from = (i + 1) % 2;

        g_assert_true(schedule_failed(schedule, from, chunk.id, chunk.attempt, i));
        g_assert_cmpint(schedule_result(schedule, from, chunk.id, chunk.attempt, 1, 1, i, NULL), ==,
                        SCHEDULE_UNKNOWN);
        g_assert_false(schedule_take(schedule, from, i, &chunk));
        g_assert_cmpint(schedule_get_wakeup(schedule, from, i), <, G_MAXINT64);
        g_assert_true(schedule_take(schedule, 1 - from, i, &chunk));
        g_assert_cmpint(chunk.attempt, ==, i + 1);
        g_assert_true(chunk.retry);
        g_assert_false(schedule_get_hopeless(schedule, &lo, &hi));
    }
    g_assert_false(schedule_failed(schedule, 1, chunk.id, chunk.attempt, 10));
    g_assert_true(schedule_get_hopeless(schedule, &lo, &hi));
    g_assert_cmpint(lo, ==, 0);
    g_assert_cmpint(hi, ==, 1);
    g_assert_false(schedule_take(schedule, 0, 11, &chunk));
    g_assert_false(schedule_is_done(schedule));
}

static void
test_tries_of_lost_hosts(void)
{
    g_autoptr(Schedule) schedule = make(1);
    ScheduleChunk chunk;
    gint64 lo, hi;

    for (guint i = 0; i < SCHEDULE_MAX_TRIES; i++) {
        schedule_add_host(schedule, 1, 0, 0, i);
        g_assert_true(schedule_take(schedule, i, i, &chunk));
        g_assert_true(schedule_remove_host(schedule, i, i) == (i + 1 < SCHEDULE_MAX_TRIES));
    }
    g_assert_true(schedule_get_hopeless(schedule, &lo, &hi));
}

/* If there is only one host, it gets its failed chunk again at once. If there is a second host
 * that does not request the chunk, the first host gets it again after a delay. */
static void
test_same_host_again(void)
{
    g_autoptr(Schedule) schedule = make(1);
    ScheduleChunk chunk;
    gint64 wake;

    schedule_add_host(schedule, 1, 0, 0, 0);
    g_assert_true(schedule_take(schedule, 0, 0, &chunk));
    g_assert_true(schedule_failed(schedule, 0, chunk.id, chunk.attempt, 1));
    g_assert_true(schedule_take(schedule, 0, 1, &chunk));
    schedule_add_host(schedule, 1, 0, 0, 1);
    g_assert_true(schedule_failed(schedule, 0, chunk.id, chunk.attempt, 2));
    g_assert_false(schedule_take(schedule, 0, 2, &chunk));
    wake = schedule_get_wakeup(schedule, 0, 2);
    g_assert_cmpint(wake, >, 500 * MS);
    g_assert_cmpint(wake, <, G_MAXINT64);
    g_assert_true(schedule_take(schedule, 0, wake, &chunk));
}

static void
test_refused(void)
{
    g_autoptr(Schedule) schedule = make(1);
    ScheduleChunk chunk, other;
    gint64 lo, hi;

    schedule_add_host(schedule, 1, 0, 0, 0);
    schedule_add_host(schedule, 1, 0, 0, 0);
    g_assert_true(schedule_take(schedule, 0, 0, &chunk));
    g_assert_cmpint(schedule_result(schedule, 0, chunk.id, 1, 1, 1, 1, NULL), ==, SCHEDULE_ACCEPT);
    g_assert_true(schedule_refused(schedule, chunk.id, 1));
    g_assert_false(schedule_take(schedule, 0, 1, &other));
    g_assert_false(schedule_take(schedule, 0, 100000 * MS, &other));
    g_assert_true(schedule_take(schedule, 1, 1, &chunk));
    /* The chunk fails on host 1 as well. Host 0 must not get it again, because a result of host
     * 0 was refused as invalid. */
    g_assert_true(schedule_failed(schedule, 1, chunk.id, chunk.attempt, 2));
    g_assert_false(schedule_take(schedule, 0, 3, &other));
    g_assert_true(schedule_take(schedule, 1, 2000 * MS, &chunk));
    /* Without host 1, only host 0 is left, which must not get the chunk. Therefore the chunk is
     * hopeless. */
    g_assert_false(schedule_remove_host(schedule, 1, 3000 * MS));
    g_assert_true(schedule_get_hopeless(schedule, &lo, &hi));
}

static void
test_refused_alone(void)
{
    g_autoptr(Schedule) schedule = make(10);
    ScheduleChunk chunk;

    schedule_add_host(schedule, 1, 0, 0, 0);
    g_assert_true(schedule_take(schedule, 0, 0, &chunk));
    g_assert_cmpint(schedule_result(schedule, 0, chunk.id, 1, 1, 1, 1, NULL), ==, SCHEDULE_ACCEPT);
    g_assert_false(schedule_refused(schedule, chunk.id, 1));
}

/* The host 0 is in its first row when a core of host 1 is idle. Host 1 gets rows that host 0 has
 * not begun, and no host gets rows that have begun or that wait for an idle core. */
static void
test_recall(void)
{
    g_autoptr(Schedule) schedule = make(200);
    ScheduleChunk slow, chunk, rest;
    ScheduleRecall recall;

    schedule_add_host(schedule, 1, 100, 0, 0);
    schedule_add_host(schedule, 1, 100, 0, 0);
    g_assert_true(schedule_take(schedule, 0, 0, &slow));
    g_assert_true(schedule_take(schedule, 1, 0, &chunk));
    g_assert_cmpint(slow.hi - slow.lo, ==, 100);
    g_assert_false(schedule_recall(schedule, 1, 0, &recall)); /* its core is busy */
    finish(schedule, 1, &chunk, 10 * MS, 10 * MS);
    g_assert_false(schedule_take(schedule, 1, 25 * MS, &rest));
    g_assert_true(schedule_recall(schedule, 1, 25 * MS, &recall));
    g_assert_cmpint(recall.from, ==, 0);
    g_assert_cmpint(recall.id, ==, slow.id);
    /* rows that do not exist, and an attempt that does not exist */
    g_assert_false(
        schedule_returned(schedule, 0, slow.id, slow.attempt, slow.lo - 1, 25 * MS, NULL));
    g_assert_false(schedule_returned(schedule, 0, slow.id, 2, slow.lo + 1, 25 * MS, NULL));
    g_assert_true(
        schedule_returned(schedule, 0, slow.id, slow.attempt, slow.lo + 1, 26 * MS, NULL));
    g_assert_cmpint(schedule_get_rows_waiting(schedule), ==, 99);
    g_assert_false(schedule_take(schedule, 0, 26 * MS, &rest)); /* its core is busy */
    g_assert_true(schedule_take(schedule, 1, 26 * MS, &rest));
    g_assert_false(rest.copy);
    g_assert_false(rest.retry);
    g_assert_cmpint(rest.lo, ==, slow.lo + 1);
    slow.hi = slow.lo + 1;
    finish(schedule, 0, &slow, 30 * MS, 30 * MS);
    finish(schedule, 1, &rest, 5 * MS, 31 * MS);
    for (gint64 now = 31 * MS; !schedule_is_done(schedule); now += 10 * MS) {
        g_assert_cmpint(now, <, 1000 * MS);
        while (schedule_take(schedule, 0, now, &chunk))
            finish(schedule, 0, &chunk, 10, now);
    }
    g_assert_cmpint(schedule_get_rows_done(schedule), ==, 200);
}

/* A host that has begun no row of a chunk gives back the whole chunk, which is no lost attempt.
 * Hosts that never begin pass the rows on only a limited number of times. */
static void
test_recall_whole(void)
{
    g_autoptr(Schedule) schedule = make(100);
    g_autoptr(GHashTable) begins = g_hash_table_new(g_direct_hash, g_direct_equal);
    ScheduleChunk chunk;
    ScheduleRecall recall;
    guint n_returned = 0;
    gint64 lo;

    schedule_add_host(schedule, 1, 100, 0, 0);
    for (gint64 now = 0; now < 100000 * MS; now += 100 * MS) {
        if (now == 100 * MS) /* all rows are at host 0 */
            schedule_add_host(schedule, 1, 100, 0, now);
        guint host = (guint)(now / (100 * MS) % 2);

        while (schedule_take(schedule, host, now, &chunk)) {
            g_assert_false(chunk.retry);
            if (!chunk.copy)
                g_hash_table_insert(begins, GSIZE_TO_POINTER(chunk.id), GSIZE_TO_POINTER(chunk.lo));
        }
        if (!schedule_recall(schedule, host, now, &recall))
            continue;
        g_assert_cmpint(recall.from, ==, 1 - host);
        lo = (gint64)GPOINTER_TO_SIZE(g_hash_table_lookup(begins, GSIZE_TO_POINTER(recall.id)));
        g_assert_true(
            schedule_returned(schedule, recall.from, recall.id, recall.attempt, lo, now, NULL));
        n_returned++;
    }
    g_assert_cmpint(n_returned, >, 0);
    g_assert_cmpint(n_returned, <=, 8 * g_hash_table_size(begins));
    g_assert_false(schedule_get_hopeless(schedule, &lo, &lo));
}

/* A chunk was lost as often as the run allows while a host computes a copy of it. If this host
 * gives the rows back, no attempt was lost, so they wait for the next host. */
static void
test_recall_after_last_try(void)
{
    g_autoptr(Schedule) schedule = make(2);
    ScheduleChunk chunk, copy;
    ScheduleRecall recall;
    gint64 lo, hi, now = 0;

    schedule_add_host(schedule, 1, 100, 0, 0);
    for (guint i = 1; i < SCHEDULE_MAX_TRIES; i++) {
        g_assert_true(schedule_take(schedule, 0, 0, &chunk));
        g_assert_true(schedule_failed(schedule, 0, chunk.id, chunk.attempt, 0));
    }
    g_assert_true(schedule_take(schedule, 0, 0, &chunk));
    g_assert_cmpint(chunk.hi - chunk.lo, ==, 2);
    schedule_add_host(schedule, 1, 100, 0, 0);
    schedule_set_silent(schedule, 0, TRUE, 0);
    g_assert_true(schedule_take(schedule, 1, 1000 * MS, &copy));
    g_assert_true(copy.copy);
    g_assert_true(schedule_remove_host(schedule, 0, 1001 * MS));
    schedule_add_host(schedule, 1, 100, 0, 1001 * MS);
    for (now = 1001 * MS; !schedule_recall(schedule, 2, now, &recall); now += MS)
        g_assert_cmpint(now, <, 2000 * MS);
    g_assert_cmpint(recall.id, ==, copy.id);
    g_assert_true(schedule_returned(schedule, 1, copy.id, copy.attempt, copy.lo, now, NULL));
    g_assert_false(schedule_get_hopeless(schedule, &lo, &hi));
    g_assert_cmpint(schedule_get_rows_waiting(schedule), ==, 2);
    while (schedule_get_rows_waiting(schedule) > 0) {
        g_assert_true(schedule_take(schedule, 2, now, &chunk));
        finish(schedule, 2, &chunk, 100, now);
    }
    g_assert_true(schedule_is_done(schedule));
}

/* Host 0 does not answer in time when it is asked for the rows of one of its chunks, so both are
 * copied. After the late answer, host 0 is asked for the other chunk too, although it was copied,
 * and the copy ends. */
static void
test_recall_after_late_answer(void)
{
    g_autoptr(Schedule) schedule = make(200);
    g_autoptr(GArray) losers = g_array_new(FALSE, FALSE, sizeof(guint));
    ScheduleChunk held[2], copies[2], chunk;
    ScheduleRecall recall;
    guint asked, other, n = 0;
    gint64 now = 0, end;

    schedule_add_host(schedule, 1, 10 * MS, 0, 0);
    g_assert_true(schedule_take(schedule, 0, now, &held[0]));
    g_assert_true(schedule_take(schedule, 0, now, &held[1]));
    schedule_add_host(schedule, 2, 10 * MS, 0, 0);
    while (schedule_take(schedule, 1, now, &chunk))
        finish(schedule, 1, &chunk, 10 * MS, now += 10 * MS);
    g_assert_cmpint(schedule_get_rows_waiting(schedule), ==, 0);
    for (; !schedule_recall(schedule, 1, now, &recall); now += MS)
        g_assert_false(schedule_take(schedule, 1, now, &chunk));
    asked = recall.id == held[1].id;
    other = 1 - asked;
    g_assert_cmpint(recall.id, ==, held[asked].id);
    for (end = now + 5000 * MS; n < 2; now += MS) {
        g_assert_cmpint(now, <, end);
        n += schedule_take(schedule, 1, now, &copies[n]);
        g_assert_false(schedule_recall(schedule, 1, now, &recall));
    }
    g_assert_true(copies[0].copy && copies[1].copy);
    g_assert_false(schedule_returned(schedule, 0, held[asked].id, held[asked].attempt,
                                     held[asked].hi, now, losers));
    schedule_add_host(schedule, 1, 10 * MS, 0, now);
    for (end = now + 5000 * MS; !schedule_recall(schedule, 2, now, &recall); now += MS)
        g_assert_cmpint(now, <, end);
    g_assert_cmpint(recall.from, ==, 0);
    g_assert_cmpint(recall.id, ==, held[other].id);
    g_assert_true(schedule_returned(schedule, 0, held[other].id, held[other].attempt,
                                    held[other].lo + 1, now, losers));
    g_assert_cmpint(losers->len, ==, 1);
    g_assert_cmpint(g_array_index(losers, guint, 0), ==, 1);
    g_assert_true(schedule_take(schedule, 2, now, &chunk));
    g_assert_cmpint(chunk.lo, ==, held[other].lo + 1);
}

/* Host 0 stops responding. Another host must get a copy of its chunk. The copy is made after the
 * chunk's expected end plus the expected duration of the copy. */
static void
test_copy(void)
{
    g_autoptr(Schedule) schedule = make(200);
    g_autoptr(GArray) losers = g_array_new(FALSE, FALSE, sizeof(guint));
    ScheduleChunk silent, chunk, other;
    ScheduleRecall recall;
    gint64 wake;

    schedule_add_host(schedule, 1, 100, 0, 0);
    schedule_add_host(schedule, 1, 100, 0, 0);
    schedule_add_host(schedule, 1, 100, 0, 0);
    schedule_set_cores(schedule, 2, 0, 0);
    g_assert_true(schedule_take(schedule, 0, 0, &silent));
    g_assert_true(schedule_take(schedule, 1, 0, &chunk));
    g_assert_cmpint(silent.hi - silent.lo, ==, 100);
    g_assert_cmpint(chunk.hi - chunk.lo, ==, 100);
    g_assert_false(schedule_take(schedule, 1, 10 * MS, &other)); /* host 1 has no free core */
    finish(schedule, 1, &chunk, 10 * MS, 10 * MS);
    g_assert_false(schedule_take(schedule, 1, 10 * MS, &other));
    /* Host 0 must not get a copy of its own chunk. */
    g_assert_false(schedule_take(schedule, 0, 1000 * MS, &other));
    /* Before that, it is asked for rows, and does not answer. */
    wake = schedule_get_wakeup(schedule, 1, 10 * MS);
    g_assert_cmpint(wake, >=, 10 * MS);
    g_assert_cmpint(wake, <=, 30 * MS);
    g_assert_false(schedule_take(schedule, 1, wake, &chunk));
    g_assert_true(schedule_recall(schedule, 1, wake, &recall));
    g_assert_cmpint(recall.from, ==, 0);
    g_assert_cmpint(recall.id, ==, silent.id);
    g_assert_cmpint(recall.attempt, ==, silent.attempt);
    g_assert_false(schedule_recall(schedule, 1, wake, &recall));
    g_assert_false(schedule_take(schedule, 1, wake, &chunk));
    wake = schedule_get_wakeup(schedule, 1, wake);
    g_assert_cmpint(wake, >=, 20 * MS);
    g_assert_cmpint(wake, <=, 60 * MS);
    g_assert_true(schedule_take(schedule, 1, wake, &chunk));
    g_assert_true(chunk.copy);
    g_assert_false(chunk.retry);
    g_assert_cmpint(chunk.id, ==, silent.id);
    g_assert_cmpint(chunk.attempt, ==, 2);
    /* Host 1 must not get the same chunk twice. */
    g_assert_false(schedule_take(schedule, 1, 100 * MS, &other));
    /* If host 1 does not respond either, a third host gets a copy. A fourth host gets none. */
    schedule_set_cores(schedule, 2, 1, 200 * MS);
    g_assert_true(schedule_take(schedule, 2, 200 * MS, &other));
    g_assert_cmpint(other.attempt, ==, 3);
    schedule_add_host(schedule, 1, 100, 0, 200 * MS);
    g_assert_false(schedule_take(schedule, 3, 100000 * MS, &other));
    g_assert_cmpint(schedule_get_wakeup(schedule, 3, 100000 * MS), ==, G_MAXINT64);

    g_assert_cmpint(
        schedule_result(schedule, 1, chunk.id, chunk.attempt, 10 * MS, 1, 300 * MS, losers), ==,
        SCHEDULE_ACCEPT);
    g_assert_cmpint(losers->len, ==, 2);
    schedule_stored(schedule, chunk.id);
    g_assert_true(schedule_is_done(schedule));
    g_assert_cmpint(schedule_get_n_at_host(schedule, 0), ==, 0);
    /* The chunk is stored already, so the late result of host 0 is a duplicate. If host 0 sends
     * this result twice, the second one is unknown. */
    g_assert_cmpint(schedule_result(schedule, 0, silent.id, 1, 1, 1, 400 * MS, losers), ==,
                    SCHEDULE_DUPLICATE);
    g_assert_cmpint(schedule_result(schedule, 0, silent.id, 1, 1, 1, 400 * MS, losers), ==,
                    SCHEDULE_UNKNOWN);
    g_assert_true(schedule_failed(schedule, 2, silent.id, 3, 400 * MS));
    g_assert_cmpint(schedule_result(schedule, 2, silent.id, 3, 1, 1, 400 * MS, losers), ==,
                    SCHEDULE_UNKNOWN);
}

/* A fast host has no work while a slow host is still computing a chunk. The slow host is asked for
 * the rows that it has not begun. If it does not answer, the fast host must get a copy of the
 * chunk. */
static void
test_copy_of_slow(void)
{
    g_autoptr(Schedule) schedule = make(10);
    ScheduleChunk slow, chunk;
    ScheduleRecall recall;

    schedule_add_host(schedule, 1, 100 * MS, 0, 0);
    g_assert_true(schedule_take(schedule, 0, 0, &slow)); /* a third of the ten rows */
    while (schedule_take(schedule, 0, 0, &chunk))
        ;
    schedule_add_host(schedule, 1, 1 * MS, 0, 0);
    while (schedule_get_rows_waiting(schedule) > 0) {
        g_assert_true(schedule_take(schedule, 1, 0, &chunk));
        g_assert_false(chunk.copy);
        finish(schedule, 1, &chunk, MS * (chunk.hi - chunk.lo), 5 * MS);
    }
    g_assert_false(schedule_take(schedule, 1, 5 * MS, &chunk));
    while (schedule_recall(schedule, 1, 5 * MS, &recall))
        g_assert_cmpint(recall.from, ==, 0);
    g_assert_true(schedule_take(schedule, 1, 40 * MS, &chunk));
    g_assert_true(chunk.copy);
    /* Host 2 is almost as slow as host 0, so a copy on host 2 would not be finished earlier. */
    schedule_add_host(schedule, 1, 90 * MS, 0, 0);
    g_assert_false(schedule_take(schedule, 2, 45 * MS, &chunk));
}

/* At the end of a run, a slow host must not get rows that fast hosts can finish sooner. If the
 * fast hosts request no more rows, the slow host must get them. */
static void
test_slow_at_the_end(void)
{
    g_autoptr(Schedule) schedule = make(21);
    ScheduleChunk fast[3], chunk;
    gint64 wake;

    schedule_add_host(schedule, 1, 1 * MS, 0, 0);
    schedule_add_host(schedule, 1, 1 * MS, 0, 0);
    schedule_add_host(schedule, 1, 200 * MS, 0, 0);
    g_assert_false(schedule_take(schedule, 2, 0, &chunk));
    wake = schedule_get_wakeup(schedule, 2, 0);
    g_assert_cmpint(wake, >, 100 * MS);
    g_assert_cmpint(wake, <=, 201 * MS);
    g_assert_true(schedule_take(schedule, 0, 0, &fast[0]));
    g_assert_true(schedule_take(schedule, 1, 0, &fast[1]));
    g_assert_cmpint(fast[0].hi - fast[0].lo, ==, 11);
    g_assert_cmpint(fast[1].hi - fast[1].lo, ==, 10);
    g_assert_true(schedule_failed(schedule, 1, fast[1].id, 1, 1 * MS));
    g_assert_true(schedule_remove_host(schedule, 0, 1 * MS));
    g_assert_true(schedule_take(schedule, 1, 1 * MS, &fast[0]));
    g_assert_true(schedule_take(schedule, 2, 2000 * MS, &chunk));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/schedule/nothing", test_nothing);
    g_test_add_func("/schedule/one-row", test_one_row);
    g_test_add_func("/schedule/more-cores-than-rows", test_more_cores_than_rows);
    g_test_add_func("/schedule/short-job", test_short_job);
    g_test_add_func("/schedule/short-job-uneven", test_short_job_uneven);
    g_test_add_func("/schedule/short-job-unequal", test_short_job_unequal);
    g_test_add_func("/schedule/tiny-job", test_tiny_job);
    g_test_add_func("/schedule/middle-job", test_middle_job);
    g_test_add_func("/schedule/growth", test_growth);
    g_test_add_func("/schedule/bytes", test_bytes);
    g_test_add_func("/schedule/queue-depth", test_queue_depth);
    g_test_add_func("/schedule/drain", test_drain);
    g_test_add_func("/schedule/lost-host", test_lost_host);
    g_test_add_func("/schedule/cut", test_cut);
    g_test_add_func("/schedule/tries", test_tries);
    g_test_add_func("/schedule/tries-of-lost-hosts", test_tries_of_lost_hosts);
    g_test_add_func("/schedule/same-host-again", test_same_host_again);
    g_test_add_func("/schedule/refused", test_refused);
    g_test_add_func("/schedule/refused-alone", test_refused_alone);
    g_test_add_func("/schedule/recall", test_recall);
    g_test_add_func("/schedule/recall-whole", test_recall_whole);
    g_test_add_func("/schedule/recall-after-last-try", test_recall_after_last_try);
    g_test_add_func("/schedule/recall-after-late-answer", test_recall_after_late_answer);
    g_test_add_func("/schedule/copy", test_copy);
    g_test_add_func("/schedule/copy-of-slow", test_copy_of_slow);
    g_test_add_func("/schedule/slow-at-the-end", test_slow_at_the_end);
    return g_test_run();
}
