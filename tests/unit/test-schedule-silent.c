/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of the schedule with hosts that stop responding without being lost: when their chunks are
 * copied, and that a short pause or slow hosts cause few copies. */
#include "../bench/sim.h"
#include "schedule-fixture.h"

/* Assigns the 20 rows to the two cores of host 0. Host 1 has no rows and is so slow that it gets no
 * copies while host 0 is expected to send its results. */
static void
assign_all_to_host_0(Schedule *schedule, ScheduleChunk *held)
{
    schedule_add_host(schedule, 2, 1 * MS, 0, 0);
    g_assert_true(schedule_take(schedule, 0, 0, &held[0]));
    g_assert_true(schedule_take(schedule, 0, 0, &held[1]));
    g_assert_cmpint(schedule_get_rows_waiting(schedule), ==, 0);
    schedule_add_host(schedule, 2, 10 * MS, 0, 0);
}

/* The chunks of a silent host are copied at once, before they are late. The silent host gets no
 * rows. The first result of a chunk is accepted, and the other one is a duplicate. */
static void
test_copied_at_once(void)
{
    g_autoptr(Schedule) schedule = make(20);
    ScheduleChunk held[2], copy, other;

    assign_all_to_host_0(schedule, held);
    g_assert_false(schedule_take(schedule, 1, 5 * MS, &copy));
    g_assert_true(schedule_set_silent(schedule, 0, TRUE, 6 * MS));
    g_assert_false(schedule_set_silent(schedule, 0, TRUE, 6 * MS));
    g_assert_cmpint(schedule_get_wakeup(schedule, 0, 6 * MS), ==, G_MAXINT64);
    g_assert_true(schedule_take(schedule, 1, 6 * MS, &copy));
    g_assert_true(copy.copy);
    g_assert_false(copy.retry);
    g_assert_cmpint(copy.id, ==, held[0].id);
    g_assert_true(schedule_take(schedule, 1, 6 * MS, &other));
    g_assert_cmpint(other.id, ==, held[1].id);
    finish(schedule, 1, &copy, 1 * MS, 8 * MS);
    g_assert_false(schedule_take(schedule, 0, 8 * MS, &copy));
    /* Host 0 responds: one of its results is late, and the other one is the first of its chunk. */
    g_assert_cmpint(schedule_result(schedule, 0, held[0].id, 1, 1, 8, 9 * MS, NULL), ==,
                    SCHEDULE_DUPLICATE);
    finish(schedule, 0, &held[1], 1 * MS, 9 * MS);
    g_assert_true(schedule_is_done(schedule));
    g_assert_cmpint(schedule_result(schedule, 1, other.id, other.attempt, 1, 8, 9 * MS, NULL), ==,
                    SCHEDULE_DUPLICATE);
}

/* While many rows wait, a silent host may still respond before its chunks are needed. */
static void
test_not_copied_early(void)
{
    g_autoptr(Schedule) schedule = make(100000);
    ScheduleChunk chunk;
    gint64 now = 0, first_copy = 0;
    guint n_copies = 0;

    schedule_add_host(schedule, 1, 1 * MS, 0, 0);
    schedule_add_host(schedule, 1, 1 * MS, 0, 0);
    while (schedule_take(schedule, 0, 0, &chunk))
        ;
    schedule_set_silent(schedule, 0, TRUE, 1 * MS);
    while (!schedule_is_done(schedule)) {
        g_assert_true(schedule_take(schedule, 1, now, &chunk));
        if (chunk.copy) {
            n_copies++;
            first_copy = first_copy ? first_copy : schedule_get_rows_done(schedule);
        }
        now += MS * (chunk.hi - chunk.lo);
        finish(schedule, 1, &chunk, MS * (chunk.hi - chunk.lo), now);
    }
    g_assert_cmpint(n_copies, ==, 2);
    g_assert_cmpint(first_copy, >, 95000);
    /* the copies start before the other rows end, so that they do not delay the end */
    g_assert_cmpint(first_copy, <, 99000);
}

/* A host that responds again has as much time for its chunks as before. Idle cores do not copy
 * them because of the pause. */
static void
test_responds_again(void)
{
    g_autoptr(Schedule) schedule = make(20);
    ScheduleChunk held[2], copy;

    assign_all_to_host_0(schedule, held);
    schedule_set_silent(schedule, 0, TRUE, 6 * MS);
    g_assert_false(schedule_set_silent(schedule, 0, FALSE, 3000 * MS));
    g_assert_false(schedule_take(schedule, 1, 3000 * MS, &copy));
    g_assert_cmpint(schedule_get_due(schedule, 0), >, 3000 * MS);
    finish(schedule, 0, &held[0], 1 * MS, 3001 * MS);
    finish(schedule, 0, &held[1], 1 * MS, 3001 * MS);
    g_assert_true(schedule_is_done(schedule));
}

/* If all hosts of a chunk are silent, the next host gets a copy, up to a limit. Lost copies are no
 * tries, so the run continues. */
static void
test_silent_one_after_another(void)
{
    g_autoptr(Schedule) schedule = make(1);
    ScheduleChunk chunk, copy;
    gint64 now = 0;

    schedule_add_host(schedule, 1, 100, 0, 0);
    g_assert_true(schedule_take(schedule, 0, 0, &chunk));
    for (guint host = 1; host < 9; host++) {
        schedule_add_host(schedule, 1, 100, 0, now);
        g_assert_cmpint(schedule_get_due(schedule, host - 1), >, now);
        schedule_set_silent(schedule, host - 1, TRUE, now);
        now += 10 * MS;
        g_assert_cmpint(schedule_take(schedule, host, now, &copy), ==, host < 8);
        g_assert_cmpint(copy.id, ==, chunk.id);
    }
    for (guint host = 1; host < 8; host++) {
        g_assert_true(schedule_remove_host(schedule, host, now));
        g_assert_cmpint(schedule_get_due(schedule, host), ==, G_MAXINT64);
    }
    g_assert_true(schedule_take(schedule, 8, now, &copy));
    g_assert_true(copy.copy);
    g_assert_false(copy.retry);
    g_assert_true(schedule_remove_host(schedule, 0, now));
    finish(schedule, 8, &copy, 100, now);
    g_assert_true(schedule_is_done(schedule));
}

/* ---- complete runs ---- */

static SimSetup
usual(SimHost *hosts, guint n_hosts)
{
    return (SimSetup){.n_rows = 1000 * (gint64)n_hosts,
                      .row_us = 10 * MS,
                      .target_us = 500 * MS,
                      .hosts = hosts,
                      .n_hosts = n_hosts};
}

static void
run(const SimSetup *setup, double at_most, SimOutcome *outcome)
{
    sim_run(setup, FALSE, outcome);
    g_assert_true(outcome->complete);
    g_test_message("%.3f of the ideal, %d chunks, %d copies, %d questions",
                   (double)outcome->makespan_us / outcome->ideal_us, (int)outcome->chunks,
                   (int)outcome->copies, (int)outcome->questions);
    g_assert_cmpfloat((double)outcome->makespan_us, <=, at_most * outcome->ideal_us);
    sim_outcome_clear(outcome);
}

/* A tenth of the hosts stop responding at some time. */
static void
test_tenth_silent(void)
{
    for (guint32 seed = 0; seed < 20; seed++) {
        g_autofree SimHost *hosts = sim_make_hosts(100, seed);
        g_autoptr(GRand) rand = g_rand_new_with_seed(seed);
        SimSetup setup = usual(hosts, 100);
        SimOutcome outcome;

        for (guint i = 0; i < 10; i++)
            hosts[i].dies_at = g_rand_int_range(rand, 400 * MS, 3600 * MS);
        run(&setup, 1.08, &outcome);
        /* a silent host has at most two chunks; few of them need a second copy */
        g_assert_cmpint(outcome.copies, <, 40);
    }
}

/* All hosts pause for 3 s at the same time. When they respond again, their results are awaited. */
static void
test_all_pause(void)
{
    const gint64 begin[] = {1000 * MS, 3000 * MS, 3700 * MS};

    for (guint b = 0; b < G_N_ELEMENTS(begin); b++) {
        g_autofree SimHost *hosts = sim_make_hosts(100, 5);
        SimSetup setup = usual(hosts, 100);
        SimOutcome outcome;

        for (guint i = 0; i < 100; i++) {
            hosts[i].pauses_at = begin[b];
            hosts[i].resumes_at = begin[b] + 3000 * MS;
        }
        run(&setup, 2, &outcome);
        g_assert_cmpint(outcome.copies, <, 20);
    }
}

/* A tenth of the hosts pause for 3 s in the middle of a long run. Their chunks are not needed yet,
 * so they are not copied. */
static void
test_some_pause(void)
{
    g_autofree SimHost *hosts = sim_make_hosts(100, 5);
    SimSetup setup = usual(hosts, 100);
    SimOutcome outcome;

    setup.n_rows *= 5;
    for (guint i = 0; i < 10; i++) {
        hosts[i].pauses_at = 5000 * MS;
        hosts[i].resumes_at = 8000 * MS;
    }
    run(&setup, 1.05, &outcome);
    g_assert_cmpint(outcome.copies, <, 10);
}

/* All hosts are ten times slower than in the previous run, but respond. */
static void
test_all_slow(void)
{
    g_autofree SimHost *hosts = sim_make_hosts(100, 5);
    SimSetup setup = usual(hosts, 100);
    SimOutcome outcome;

    setup.known = TRUE;
    for (guint i = 0; i < 100; i++)
        hosts[i].slower = 10;
    run(&setup, 11, &outcome);
    g_assert_cmpint(outcome.copies, <, 30);
    g_assert_cmpint(outcome.questions, <, 10 * outcome.chunks);
}

/* One host of 100 is ten times slower than in the previous run. */
static void
test_one_slow(void)
{
    g_autofree SimHost *hosts = sim_make_hosts(100, 5);
    SimSetup setup = usual(hosts, 100);
    SimOutcome outcome;

    setup.known = TRUE;
    hosts[7].slower = 10;
    run(&setup, 1.2, &outcome);
    g_assert_cmpint(outcome.copies, <, 10);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/schedule-silent/copied-at-once", test_copied_at_once);
    g_test_add_func("/schedule-silent/not-copied-early", test_not_copied_early);
    g_test_add_func("/schedule-silent/responds-again", test_responds_again);
    g_test_add_func("/schedule-silent/one-after-another", test_silent_one_after_another);
    g_test_add_func("/schedule-silent/tenth-silent", test_tenth_silent);
    g_test_add_func("/schedule-silent/all-pause", test_all_pause);
    g_test_add_func("/schedule-silent/some-pause", test_some_pause);
    g_test_add_func("/schedule-silent/all-slow", test_all_slow);
    g_test_add_func("/schedule-silent/one-slow", test_one_slow);
    return g_test_run();
}
