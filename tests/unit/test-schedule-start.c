/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of the schedule with hosts that have joined the run, but have not started yet: they get no
 * rows that other hosts compute earlier, and give rows back that they have. */
#include "schedule-fixture.h"

typedef struct {
    Schedule *schedule;
    ScheduleChunk held[64];
    guint n_held, n_finished; /* chunks of host 0 */
    gint64 now;
} Work;

/* Host 0 takes as many chunks as it may. */
static void
take(Work *work)
{
    while (schedule_take(work->schedule, 0, work->now, &work->held[work->n_held]))
        work->n_held++;
}

/* Host 0 needs 1 ms for each row. Computes its chunks until @end, or until it gets no more. */
static void
compute(Work *work, gint64 end)
{
    take(work);
    while (work->now < end && work->n_finished < work->n_held) {
        const ScheduleChunk *chunk = &work->held[work->n_finished++];
        gint64 compute_us = (chunk->hi - chunk->lo) * MS;

        work->now += compute_us;
        finish(work->schedule, 0, chunk, compute_us, work->now);
        take(work);
    }
}

/* Host 0 is ready. Host 1 gets rows, but does not begin. Host 2 joins when host 0 can compute all
 * rows in a shorter time than host 1 has waited. @given: receives two chunks of host 1. */
static Work
begin(ScheduleChunk given[2])
{
    Work work = {.schedule = make(180)};

    schedule_add_host(work.schedule, 1, 1 * MS, 0, 0);
    schedule_add_host(work.schedule, 1, 0, 0, 0);
    take(&work);
    g_assert_true(schedule_take(work.schedule, 1, 0, &given[0]));
    g_assert_true(schedule_take(work.schedule, 1, 0, &given[1]));
    compute(&work, 100 * MS);
    g_assert_cmpint(schedule_get_rows_waiting(work.schedule), >, 0);
    schedule_add_host(work.schedule, 1, 0, 0, work.now);
    return work;
}

static void
test_left_to_ready(void)
{
    ScheduleChunk given[2], chunk;
    Work work = begin(given);
    g_autoptr(Schedule) schedule = work.schedule;
    ScheduleRecall recall;
    gint64 wakeup;

    g_assert_false(schedule_take(schedule, 2, work.now, &chunk));
    g_assert_false(schedule_may_take(schedule, 2, work.now));
    wakeup = schedule_get_wakeup(schedule, 2, work.now);
    g_assert_cmpint(wakeup, >, work.now);
    g_assert_cmpint(wakeup, <, work.now + 100 * MS);

    compute(&work, G_MAXINT64);
    g_assert_cmpint(schedule_get_rows_waiting(schedule), ==, 0);
    /* The rows of host 1 are all asked for at once. */
    for (guint i = 0; i < 2; i++) {
        g_assert_true(schedule_recall(schedule, 0, work.now, &recall));
        g_assert_cmpint(recall.from, ==, 1);
    }
    for (guint i = 0; i < 2; i++)
        g_assert_true(schedule_returned(schedule, 1, given[i].id, given[i].attempt, given[i].lo,
                                        work.now, NULL));
    g_assert_true(schedule_may_take(schedule, 0, work.now));
    for (guint host = 1; host < 3; host++) {
        g_assert_false(schedule_may_take(schedule, host, work.now));
        g_assert_false(schedule_take(schedule, host, work.now, &chunk));
        g_assert_false(schedule_recall(schedule, host, work.now, &recall));
    }
    compute(&work, G_MAXINT64);
    g_assert_true(schedule_is_done(schedule));
}

/* If the ready host takes no rows any more, the others get them, although no event is reported. */
static void
test_ready_stops(void)
{
    ScheduleChunk given[2], chunk;
    Work work = begin(given);
    g_autoptr(Schedule) schedule = work.schedule;
    guint n_wakeups = 0;

    while (!schedule_take(schedule, 2, work.now, &chunk)) {
        g_assert_cmpint(++n_wakeups, <, 10);
        work.now = schedule_get_wakeup(schedule, 2, work.now);
    }
    g_assert_cmpint(work.now, <, 300 * MS);
}

/* Rows that the ready host may not compute are not left to it. */
static void
test_refused(void)
{
    ScheduleChunk given[2], chunk;
    Work work = begin(given);
    g_autoptr(Schedule) schedule = work.schedule;
    ScheduleChunk *refused = &work.held[work.n_finished];

    g_assert_cmpint(work.n_finished, <, work.n_held);
    g_assert_cmpint(
        schedule_result(schedule, 0, refused->id, refused->attempt, 1 * MS, 8, work.now, NULL), ==,
        SCHEDULE_ACCEPT);
    g_assert_true(schedule_refused(schedule, refused->id, work.now));
    g_assert_true(schedule_may_take(schedule, 2, work.now));
    if (!schedule_take(schedule, 2, work.now, &chunk)) {
        work.now = schedule_get_wakeup(schedule, 2, work.now);
        g_assert_cmpint(work.now, <, 150 * MS);
        g_assert_true(schedule_take(schedule, 2, work.now, &chunk));
    }
    g_assert_true(chunk.retry);
    g_assert_cmpint(chunk.lo, ==, refused->lo);
}

/* A host is ready when it has returned a result, and then gets rows at once. */
static void
test_becomes_ready(void)
{
    ScheduleChunk given[2], chunk;
    Work work = begin(given);
    g_autoptr(Schedule) schedule = work.schedule;

    finish(schedule, 1, &given[0], 6 * MS, work.now);
    g_assert_true(schedule_take(schedule, 1, work.now, &chunk));
    g_assert_false(chunk.copy);
}

/* A host that gives back only a part of a chunk has begun the chunk, so it has started. */
static void
test_begins_to_compute(void)
{
    ScheduleChunk given[2], chunk;
    Work work = begin(given);
    g_autoptr(Schedule) schedule = work.schedule;
    ScheduleRecall recall;

    compute(&work, G_MAXINT64);
    for (guint i = 0; i < 2; i++)
        g_assert_true(schedule_recall(schedule, 0, work.now, &recall));
    schedule_set_cores(schedule, 1, 2, work.now);
    g_assert_true(
        schedule_returned(schedule, 1, given[1].id, given[1].attempt, given[1].lo, work.now, NULL));
    g_assert_false(schedule_may_take(schedule, 1, work.now));
    g_assert_true(schedule_returned(schedule, 1, given[0].id, given[0].attempt, given[0].lo + 1,
                                    work.now, NULL));
    g_assert_true(schedule_may_take(schedule, 1, work.now));
    g_assert_true(schedule_take(schedule, 1, work.now, &chunk));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/schedule/left-to-ready", test_left_to_ready);
    g_test_add_func("/schedule/ready-stops", test_ready_stops);
    g_test_add_func("/schedule/refused-by-ready", test_refused);
    g_test_add_func("/schedule/becomes-ready", test_becomes_ready);
    g_test_add_func("/schedule/begins-to-compute", test_begins_to_compute);
    return g_test_run();
}
