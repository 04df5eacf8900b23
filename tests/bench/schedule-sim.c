/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Simulates complete runs on 1 to 10,000 hosts, to test the algorithm that distributes the rows.
 * Prints a table. It contains the duration of each run divided by the shortest possible
 * duration, and the processor time that the algorithm needs per chunk (range of rows for one
 * core). With --check, prints whether these numbers stay below their limits. The exit status is
 * 0 if all of them do. */
#include <stdio.h>
#include <string.h>

#include "sim.h"

typedef struct {
    const char *name;
    guint n_hosts;
    gint64 rows_per_host;
    double row_us;
    SimCost cost;
    gboolean known;
    double lost;    /* fraction of the hosts that fail, from 0 to 1 */
    gint64 silent;  /* µs from the failure of a host until the schedule is told about it */
    double at_most; /* limit of the duration, as a multiple of the shortest possible; 0: none */
    guint n_late;   /* number of hosts that join 5 ms one after another and start for a second */
} Case;

static const Case cases[] = {
    {"1 host", 1, 2000, 10000, SIM_EQUAL, FALSE, 0, 0, 1.05},
    {"8 hosts, 2,000 rows", 8, 250, 10000, SIM_EQUAL, FALSE, 0, 0, 1.05},
    {"8 hosts, speeds remembered", 8, 250, 10000, SIM_EQUAL, TRUE, 0, 0, 1.05},
    {"8 hosts, 20,000 rows", 8, 2500, 10000, SIM_EQUAL, FALSE, 0, 0, 1.05},
    {"8 hosts, costs vary", 8, 2500, 10000, SIM_VARIED, FALSE, 0, 0, 1.05},
    {"8 hosts, heavy tail", 8, 2500, 10000, SIM_HEAVY_TAIL, FALSE, 0, 0, 1.10},
    {"8 hosts, 2 lost, told at once", 8, 2500, 10000, SIM_EQUAL, FALSE, 0.25, 50000, 1.10},
    {"8 hosts, 1 silent for 30 s", 8, 2500, 10000, SIM_EQUAL, FALSE, 0.125, 30000000, 1.15},
    {"4 cores, dear rows first", 4, 50, 5000, SIM_DEAR_FIRST, FALSE, 0, 0, 1.25},
    {"4 cores, dear rows last", 4, 50, 5000, SIM_DEAR_LAST, FALSE, 0, 0, 1.25},
    {"8 hosts, dear rows first", 8, 2500, 1000, SIM_DEAR_FIRST, FALSE, 0, 0, 1.05},
    {"8 hosts, dear rows last", 8, 2500, 1000, SIM_DEAR_LAST, FALSE, 0, 0, 1.05},
    {"64 hosts, 60 of them start", 64, 10, 1000, SIM_EQUAL, FALSE, 0, 0, 1.50, 60},
    {"100 hosts", 100, 1000, 10000, SIM_EQUAL, FALSE, 0, 0, 0},
    {"100 hosts, costs vary", 100, 1000, 10000, SIM_VARIED, FALSE, 0, 0, 0},
    {"100 hosts, 10 lost", 100, 1000, 10000, SIM_EQUAL, FALSE, 0.1, 50000, 0},
    {"100 hosts, 10 silent for 30 s", 100, 1000, 10000, SIM_EQUAL, FALSE, 0.1, 30000000, 1.08},
    {"10,000 hosts", 10000, 1000, 10000, SIM_EQUAL, FALSE, 0, 0, 0},
    {"10,000 hosts, costs vary", 10000, 1000, 10000, SIM_VARIED, FALSE, 0, 0, 0},
    {"10,000 hosts, 1,000 lost", 10000, 1000, 10000, SIM_EQUAL, FALSE, 0.1, 50000, 0},
    {"10,000 hosts, 1,000 silent", 10000, 1000, 10000, SIM_EQUAL, FALSE, 0.1, 30000000, 1.10},
};

static void
run_case(const Case *c, SimOutcome *outcome)
{
    g_autofree SimHost *hosts = sim_make_hosts(c->n_hosts, 42);
    g_autoptr(GRand) rand = g_rand_new_with_seed(7);
    SimSetup setup = {.n_rows = c->rows_per_host * c->n_hosts,
                      .row_us = c->row_us,
                      .cost = c->cost,
                      .seed = 1,
                      .known = c->known,
                      .target_us = 500000,
                      .hosts = hosts,
                      .n_hosts = c->n_hosts};
    double run_us = (double)c->rows_per_host * c->row_us / 2.5;

    for (guint i = 0; i < (guint)(c->lost * c->n_hosts); i++) {
        hosts[i].dies_at = (gint64)(run_us * g_rand_double_range(rand, 0.1, 0.9));
        hosts[i].told_at = hosts[i].dies_at + c->silent;
    }
    for (guint i = c->n_hosts - c->n_late; i < c->n_hosts; i++) {
        hosts[i].joins_at = 5000 * (gint64)(i - c->n_hosts + c->n_late + 1);
        hosts[i].begins_at = hosts[i].joins_at + 1000000;
    }
    sim_run(&setup, TRUE, outcome);
}

static gboolean
check(gboolean holds, const char *what, double value, double limit)
{
    printf("%s: %s: %.3f, at most %.3f\n", holds ? "pass" : "FAIL", what, value, limit);
    return holds;
}

int
main(int argc, char **argv)
{
    gboolean checking = argc > 1 && strcmp(argv[1], "--check") == 0;
    gboolean good = TRUE;
    double cpu_100 = 0, cpu_10000 = 0;

    if (argc > 2 || (argc == 2 && !checking)) {
        fprintf(stderr, "usage: schedule-sim [--check]\n");
        return 2;
    }
    if (!checking)
        printf("%-32s %10s %10s %8s %9s %8s %8s %8s %9s\n", "", "s", "ideal s", "over", "chunks",
               "copies", "recalls", "wake-ups", "µs/chunk");
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        const Case *c = &cases[i];
        SimOutcome outcome;
        double over;

        if (checking && c->at_most == 0 && !strstr(c->name, "hosts"))
            continue;
        run_case(c, &outcome);
        over = (double)outcome.makespan_us / outcome.ideal_us;
        if (strcmp(c->name, "100 hosts") == 0)
            cpu_100 = outcome.cpu_chunk_us;
        if (strcmp(c->name, "10,000 hosts") == 0)
            cpu_10000 = outcome.cpu_chunk_us;
        if (!outcome.complete) {
            printf("FAIL: %s: rows are missing or were stored twice\n", c->name);
            good = FALSE;
        } else if (!checking) {
            printf("%-32s %10.3f %10.3f %8.3f %9" G_GUINT64_FORMAT " %8" G_GUINT64_FORMAT
                   " %8" G_GUINT64_FORMAT " %8" G_GUINT64_FORMAT " %9.2f\n",
                   c->name, (double)outcome.makespan_us / 1e6, outcome.ideal_us / 1e6, over,
                   outcome.chunks, outcome.copies, outcome.recalls, outcome.wakeups,
                   outcome.cpu_chunk_us);
        } else if (c->at_most > 0) {
            good &= check(over <= c->at_most, c->name, over, c->at_most);
        }
        sim_outcome_clear(&outcome);
    }
    if (checking)
        good &= check(cpu_10000 <= 2.5 * cpu_100, "processor time per chunk, 10,000 hosts over 100",
                      cpu_10000 / cpu_100, 2.5);
    return good ? 0 : 1;
}
