/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Simulates a complete run, to test the algorithm that distributes rows to hosts (schedule.h).
 * The hosts are simulated, with their number of cores, speed, network latency and failures. The
 * same seed always leads to the same run. */
#pragma once

#include "schedule.h"

#define SIM_NEVER G_MAXINT64

typedef struct {
    guint cores;
    /* Time at which the host can get chunks, and time at which it begins the first of them. A host
     * answers in between, but its slots are not started yet. If hosts join later than at 0, they
     * must be sorted by `joins_at`. */
    gint64 joins_at, begins_at;
    double speed;       /* relative speed of a core; a row takes row_us / speed */
    gint64 latency_us;  /* duration of a round trip to the host */
    gint64 overhead_us; /* fixed time for each chunk, which is added to the time for the rows */
    gint64 dies_at;     /* time at which the host fails; no result arrives after this time */
    gint64 told_at;     /* time at which the schedule is told about the failure */
    gint64 pauses_at, resumes_at; /* between these times the host does nothing; both 0: no pause */
    double slower;                /* factor by which the host is slower than `speed`; 0: none */
} SimHost;

/* SIM_DEAR_FIRST, SIM_DEAR_LAST: some rows take longer than the others, see n_dear */
typedef enum { SIM_EQUAL, SIM_VARIED, SIM_HEAVY_TAIL, SIM_DEAR_FIRST, SIM_DEAR_LAST } SimCost;

typedef struct {
    gint64 n_rows;
    double row_us; /* mean time that one row takes at speed 1 */
    SimCost cost;
    gint64 n_dear; /* number of dear rows; 0: a twentieth of all rows */
    double dear;   /* the time of a dear row, divided by that of the others; 0: 200 */
    guint32 seed;
    gboolean known; /* TRUE if the schedule knows the speeds of the hosts at the beginning */
    gint64 target_us;
    SimHost *hosts;
    guint n_hosts;
} SimSetup;

typedef struct {
    gboolean complete; /* TRUE if each row was stored exactly once */
    gint64 makespan_us;
    double ideal_us;
    guint64 recalls; /* number of times a host was asked to give rows back */
    guint64 chunks, copies, duplicates, calls, wakeups, questions;
    GArray *sizes;        /* of gint64: number of rows of each chunk, without copies of chunks */
    double cpu_chunk_us;  /* processor time that the schedule needs per chunk */
    gint64 end_spread_us; /* time from the first to the last host that ends its work */
} SimOutcome;

/* Simulates a run and stores its properties in @outcome. @timed: measure outcome->cpu_chunk_us
 * as well. */
void sim_run(const SimSetup *setup, gboolean timed, SimOutcome *outcome);
void sim_outcome_clear(SimOutcome *outcome);
/* Returns the duration in µs of the list schedule of this run: each core that is free gets the next
 * row at once. Hosts do not fail. Takes time in proportion to rows × cores. */
double sim_list_us(const SimSetup *setup);

/* Creates @n random hosts. Each host has one core, a speed from 1 to 4, a latency from 0.1 to 50
 * ms, and an overhead of 0.3 ms per chunk. Returns: (transfer full). */
SimHost *sim_make_hosts(guint n, guint32 seed);
