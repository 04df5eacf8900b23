/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Simulates complete runs and compares their duration with the shortest possible duration. In
 * some runs, hosts stop responding. */
#include "../bench/sim.h"

#define MS 1000

static void
assert_run(const SimSetup *setup, double at_most)
{
    SimOutcome outcome;

    sim_run(setup, FALSE, &outcome);
    g_assert_true(outcome.complete);
    g_test_message("%.4f of the ideal, %d chunks", (double)outcome.makespan_us / outcome.ideal_us,
                   (int)outcome.chunks);
    g_assert_cmpfloat((double)outcome.makespan_us, <=, at_most * outcome.ideal_us);
    sim_outcome_clear(&outcome);
}

static void
test_makespan(void)
{
    for (guint32 seed = 0; seed < 100; seed++) {
        g_autofree SimHost *hosts = sim_make_hosts(8, seed);
        SimSetup setup = {.n_rows = 2000 + 50 * (gint64)seed,
                          .row_us = 10 * MS,
                          .seed = seed,
                          .known = seed % 2 == 1,
                          .target_us = 500 * MS,
                          .hosts = hosts,
                          .n_hosts = 8};

        assert_run(&setup, 1.05);
        setup.cost = SIM_VARIED;
        assert_run(&setup, 1.05);
    }
}

static void
test_makespan_many_cores(void)
{
    for (guint32 seed = 0; seed < 20; seed++) {
        g_autofree SimHost *hosts = sim_make_hosts(8, seed);
        SimSetup setup = {.n_rows = 40000,
                          .row_us = 10 * MS,
                          .target_us = 500 * MS,
                          .hosts = hosts,
                          .n_hosts = 8};

        for (guint i = 0; i < 8; i++)
            hosts[i].cores = 1 + 3 * i;
        assert_run(&setup, 1.05);
    }
}

/* As many rows as cores take 200 times as long as the others. Each core computes one of them,
 * although the first chunk contains several. */
static void
test_makespan_dear_rows(void)
{
    for (guint latency = 1; latency <= 20; latency++) {
        SimHost hosts[4];
        SimSetup setup = {.n_rows = 204,
                          .row_us = 5 * MS,
                          .n_dear = 4,
                          .known = latency % 2 == 1,
                          .target_us = 500 * MS,
                          .cost = SIM_DEAR_FIRST,
                          .hosts = hosts,
                          .n_hosts = 4};

        for (guint i = 0; i < 4; i++)
            hosts[i] = (SimHost){.cores = 1,
                                 .speed = 1,
                                 .latency_us = latency * 100,
                                 .overhead_us = 100,
                                 .dies_at = SIM_NEVER,
                                 .told_at = SIM_NEVER};
        assert_run(&setup, 1.1);
        setup.cost = SIM_DEAR_LAST;
        assert_run(&setup, 1.1);
    }
}

/* The first chunks contain all dear rows. Their host is asked for the rows that have not begun
 * while other rows wait. If it were asked only when a core is idle, the last dear row would begin
 * later. In a later run, the schedule remembers the usual time of a row, so the first chunks are
 * larger. */
static void
test_makespan_slow_chunks(void)
{
    static const struct {
        gint64 latency_us;
        gboolean known;
        double at_most;
    } runs[] = {{200, FALSE, 1.06},    {200, TRUE, 1.02},      {20 * MS, FALSE, 1.06},
                {20 * MS, TRUE, 1.04}, {50 * MS, FALSE, 1.08}, {50 * MS, TRUE, 1.05}};

    for (guint i = 0; i < G_N_ELEMENTS(runs); i++) {
        SimHost host = {.cores = 4,
                        .speed = 1,
                        .latency_us = runs[i].latency_us,
                        .overhead_us = 100,
                        .dies_at = SIM_NEVER,
                        .told_at = SIM_NEVER};
        SimSetup setup = {.n_rows = 208,
                          .row_us = 5 * MS,
                          .n_dear = 8,
                          .known = runs[i].known,
                          .target_us = 500 * MS,
                          .cost = SIM_DEAR_FIRST,
                          .hosts = &host,
                          .n_hosts = 1};
        SimOutcome outcome;

        sim_run(&setup, FALSE, &outcome);
        g_assert_true(outcome.complete);
        g_test_message("%.4f of the list schedule",
                       (double)outcome.makespan_us / sim_list_us(&setup));
        g_assert_cmpfloat((double)outcome.makespan_us, <=, runs[i].at_most * sim_list_us(&setup));
        sim_outcome_clear(&outcome);
    }
}

/* Compares runs on hosts that join at different times with the list schedule. The first chunk
 * of the first host contains all dear rows, or the last hosts get them. @pause: time between two
 * hosts. Adds the ratios of both runs to @sum. */
static void
assert_joining(gint64 latency_us, gint64 pause, gboolean all_at_once, guint n_dear, double at_most,
               double *sum)
{
    for (SimCost cost = SIM_DEAR_FIRST; cost <= SIM_DEAR_LAST; cost++) {
        SimHost hosts[4];
        SimSetup setup = {.n_rows = 200 + n_dear,
                          .row_us = 5 * MS,
                          .n_dear = n_dear,
                          .dear = n_dear == 8 ? 200 : 600,
                          .target_us = 500 * MS,
                          .cost = cost,
                          .hosts = hosts,
                          .n_hosts = 4};
        SimOutcome outcome;
        double list_us;

        for (guint i = 0; i < 4; i++)
            hosts[i] = (SimHost){.cores = 1,
                                 .speed = 1,
                                 .latency_us = latency_us,
                                 .overhead_us = 100,
                                 .dies_at = SIM_NEVER,
                                 .told_at = SIM_NEVER,
                                 .joins_at = (all_at_once ? MIN(i, 1) : i) * pause};
        sim_run(&setup, FALSE, &outcome);
        list_us = sim_list_us(&setup);
        g_assert_true(outcome.complete);
        g_assert_cmpfloat((double)outcome.makespan_us, <=, at_most * list_us);
        *sum += (double)outcome.makespan_us / list_us;
        sim_outcome_clear(&outcome);
    }
}

/* A host that joins after another host has returned results gets no rows while the ready hosts are
 * expected to compute all of them. With dear rows, this expectation is wrong, so the time is longer
 * if the third host joins late. */
static void
test_makespan_joining(void)
{
    static const struct {
        gint64 latency_us;
        double at_most, mean;
    } links[] = {
        {200, 1.11, 1.025}, {2 * MS, 1.11, 1.025}, {20 * MS, 1.18, 1.045}, {50 * MS, 1.25, 1.085}};

    for (guint i = 0; i < G_N_ELEMENTS(links); i++) {
        double sum = 0;
        guint n = 0;

        for (gint64 pause = 0; pause <= 1500 * MS; pause += 25 * MS)
            for (guint n_dear = 4; n_dear <= 8; n_dear += 4) {
                double at_most = links[i].at_most;

                assert_joining(links[i].latency_us, pause, TRUE, n_dear,
                               at_most + (pause > 1000 * MS ? 0.02 : 0), &sum);
                assert_joining(links[i].latency_us, pause / 3, FALSE, n_dear,
                               at_most + (pause > 1200 * MS ? 0.03 : 0), &sum);
                n += 4;
            }
        g_test_message("%.4f of the ideal on average", sum / n);
        g_assert_cmpfloat(sum / n, <=, links[i].mean);
    }
}

/* Two of eight hosts stop responding. The schedule learns this only after 30 s. */
static void
test_makespan_silent(void)
{
    for (guint32 seed = 0; seed < 50; seed++) {
        g_autofree SimHost *hosts = sim_make_hosts(8, seed);
        SimSetup setup = {.n_rows = 10000,
                          .row_us = 10 * MS,
                          .target_us = 500 * MS,
                          .hosts = hosts,
                          .n_hosts = 8};

        for (guint i = 0; i < 2; i++) {
            hosts[i].dies_at = (i + 1) * 1000 * MS + 10 * MS * seed;
            hosts[i].told_at = hosts[i].dies_at + 30000 * MS;
        }
        assert_run(&setup, 1.35);
    }
}

/* One of eight hosts never responds, so the schedule cannot estimate its speed. No event reports
 * the host's failure. */
static void
test_makespan_never_answers(void)
{
    g_autofree SimHost *hosts = sim_make_hosts(8, 3);
    SimSetup setup = {
        .n_rows = 10000, .row_us = 10 * MS, .target_us = 500 * MS, .hosts = hosts, .n_hosts = 8};

    hosts[0].dies_at = 0;
    assert_run(&setup, 1.1);
}

/* Simulates a run on @n_ready hosts that begin at once, and on 60 hosts that join one after
 * another,
 * @step µs apart, and begin their first chunk a second later. @starved: until then they do not even
 * answer. Returns the duration in µs. */
static gint64
run_with_starting(SimSetup *setup, guint n_ready, guint n_starting, gint64 step, gboolean starved)
{
    g_autofree SimHost *hosts = g_new0(SimHost, n_ready + n_starting);
    SimOutcome outcome;

    for (guint i = 0; i < n_ready + n_starting; i++) {
        SimHost *host = &hosts[i];

        *host = (SimHost){.cores = 1,
                          .speed = 1,
                          .latency_us = 2 * MS,
                          .overhead_us = 300,
                          .dies_at = SIM_NEVER,
                          .told_at = SIM_NEVER};
        if (i < n_ready)
            continue;
        host->joins_at = step * (i - n_ready + 1);
        host->begins_at = host->joins_at + 1000 * MS;
        if (starved) {
            host->pauses_at = host->joins_at + 1;
            host->resumes_at = host->begins_at;
        }
    }
    setup->hosts = hosts;
    setup->n_hosts = n_ready + n_starting;
    sim_run(setup, FALSE, &outcome);
    g_assert_true(outcome.complete);
    sim_outcome_clear(&outcome);
    return outcome.makespan_us;
}

/* Hosts that are still starting do not delay a run that the other hosts compute earlier. The 0.15 s
 * are for the rows that they got before the first result, and that they give back one after another
 * or that are copied. */
static void
test_makespan_starting(void)
{
    const gint64 steps[] = {300, 5 * MS, 50 * MS};
    SimSetup jobs[] = {{.n_rows = 200, .row_us = 5 * MS, .target_us = 500 * MS},
                       {.n_rows = 1000, .row_us = 100, .target_us = 500 * MS},
                       {.n_rows = 1000, .row_us = 4, .target_us = 500 * MS}};

    for (guint job = 0; job < G_N_ELEMENTS(jobs); job++)
        for (guint n_ready = 1; n_ready <= 4; n_ready *= 2)
            for (guint step = 0; step < G_N_ELEMENTS(steps); step++) {
                gint64 alone = run_with_starting(&jobs[job], n_ready, 0, 0, FALSE);

                for (gboolean starved = FALSE; starved <= TRUE; starved++)
                    g_assert_cmpint(
                        run_with_starting(&jobs[job], n_ready, 60, steps[step], starved), <=,
                        alone * 11 / 10 + 150 * MS);
            }
}

/* Hosts that start in a short time compute as many rows as hosts that were ready. */
static void
test_makespan_starting_soon(void)
{
    for (gint64 step = 0; step <= 20 * MS; step += 5 * MS) {
        g_autofree SimHost *hosts = sim_make_hosts(32, 4);
        SimSetup setup = {.n_rows = 20000,
                          .row_us = 10 * MS,
                          .target_us = 500 * MS,
                          .hosts = hosts,
                          .n_hosts = 32};

        for (guint i = 0; i < 32; i++) {
            hosts[i].joins_at = step * i;
            hosts[i].begins_at = hosts[i].joins_at + 20 * MS;
        }
        assert_run(&setup, 1.05);
    }
}

static void
test_same_again(void)
{
    g_autofree SimHost *hosts = sim_make_hosts(50, 9);
    SimSetup setup = {.n_rows = 20000,
                      .row_us = 10 * MS,
                      .cost = SIM_HEAVY_TAIL,
                      .target_us = 500 * MS,
                      .hosts = hosts,
                      .n_hosts = 50};
    SimOutcome a, b;

    hosts[3].dies_at = 1000 * MS;
    hosts[3].told_at = 1500 * MS;
    sim_run(&setup, FALSE, &a);
    sim_run(&setup, FALSE, &b);
    g_assert_true(a.complete);
    g_assert_cmpint(a.makespan_us, ==, b.makespan_us);
    g_assert_cmpmem(a.sizes->data, a.sizes->len * sizeof(gint64), b.sizes->data,
                    b.sizes->len * sizeof(gint64));
    sim_outcome_clear(&a);
    sim_outcome_clear(&b);
}

/* A host without rows gets a timer for its next request. Thousands of such hosts must not cause
 * too many timer events. */
static void
test_wakeups(void)
{
    g_autofree SimHost *hosts = sim_make_hosts(2000, 9);
    SimSetup setup = {.n_rows = 20000,
                      .row_us = 100 * MS,
                      .cost = SIM_HEAVY_TAIL,
                      .target_us = 500 * MS,
                      .hosts = hosts,
                      .n_hosts = 2000};
    SimOutcome outcome;

    sim_run(&setup, FALSE, &outcome);
    g_assert_true(outcome.complete);
    g_assert_cmpint(outcome.wakeups, <, 2000 * 50);
    sim_outcome_clear(&outcome);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/schedule/makespan", test_makespan);
    g_test_add_func("/schedule/makespan-many-cores", test_makespan_many_cores);
    g_test_add_func("/schedule/makespan-dear-rows", test_makespan_dear_rows);
    g_test_add_func("/schedule/makespan-slow-chunks", test_makespan_slow_chunks);
    g_test_add_func("/schedule/makespan-joining", test_makespan_joining);
    g_test_add_func("/schedule/makespan-silent", test_makespan_silent);
    g_test_add_func("/schedule/makespan-never-answers", test_makespan_never_answers);
    g_test_add_func("/schedule/makespan-starting", test_makespan_starting);
    g_test_add_func("/schedule/makespan-starting-soon", test_makespan_starting_soon);
    g_test_add_func("/schedule/same-again", test_same_again);
    g_test_add_func("/schedule/wakeups", test_wakeups);
    return g_test_run();
}
