/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A run in simulated time: agents with cores, speeds, latencies and deaths on one side, the real
 * schedule on the other. The same seed gives the same run. */
#pragma once

#include "schedule.h"

#define SIM_NEVER G_MAXINT64

typedef struct {
    guint cores;
    double speed;       /* rows take row_us / speed */
    gint64 latency_us;  /* there and back */
    gint64 overhead_us; /* of a core for each chunk */
    gint64 dies_at;     /* from then on nothing comes from it */
    gint64 told_at;     /* when the schedule hears of that */
} SimHost;

typedef enum { SIM_EQUAL, SIM_VARIED, SIM_HEAVY_TAIL } SimCost;

typedef struct {
    gint64 n_rows;
    double row_us; /* the mean */
    SimCost cost;
    guint32 seed;
    gboolean known; /* the speeds are remembered from a run before */
    gint64 target_us;
    SimHost *hosts;
    guint n_hosts;
} SimSetup;

typedef struct {
    gboolean complete; /* each row was stored once */
    gint64 makespan_us;
    double ideal_us;
    guint64 chunks, copies, duplicates, calls, wakeups;
    GArray *sizes;       /* of gint64: rows of each chunk in order of handing out, without copies */
    double cpu_chunk_us; /* processor time of the schedule alone, for each chunk */
    gint64 end_spread_us; /* between the first core and the last that ran out of work for good */
} SimOutcome;

/* @timed: also measure cpu_chunk_us, by replaying the calls of the run. */
void sim_run(const SimSetup *setup, gboolean timed, SimOutcome *outcome);
void sim_outcome_clear(SimOutcome *outcome);

/* Hosts of one core with speeds from 1 to 4, latencies from 0.1 to 50 ms, 0.3 ms a chunk. */
SimHost *sim_make_hosts(guint n, guint32 seed);
