/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A run in simulated time: the real schedule, and agents with cores, speeds, latencies and deaths.
 * The same seed gives the same run. */
#pragma once

#include "schedule.h"

#define SIM_NEVER G_MAXINT64

typedef struct {
    guint cores;
    double speed;       /* a row takes row_us / speed */
    gint64 latency_us;  /* of a round trip */
    gint64 overhead_us; /* time a core needs per chunk, besides the rows */
    gint64 dies_at;     /* no results arrive from later times */
    gint64 told_at;     /* when the schedule learns of the death */
} SimHost;

typedef enum { SIM_EQUAL, SIM_VARIED, SIM_HEAVY_TAIL } SimCost;

typedef struct {
    gint64 n_rows;
    double row_us; /* the mean */
    SimCost cost;
    guint32 seed;
    gboolean known; /* the schedule knows the speeds from an earlier run */
    gint64 target_us;
    SimHost *hosts;
    guint n_hosts;
} SimSetup;

typedef struct {
    gboolean complete; /* each row was stored exactly once */
    gint64 makespan_us;
    double ideal_us;
    guint64 chunks, copies, duplicates, calls, wakeups;
    GArray *sizes;        /* of gint64: rows per chunk in order of hand-out, without copies */
    double cpu_chunk_us;  /* processor time of the schedule per chunk */
    gint64 end_spread_us; /* from the first core that ran out of work for good to the last */
} SimOutcome;

/* @timed: also measures cpu_chunk_us, by replaying the calls of the run. */
void sim_run(const SimSetup *setup, gboolean timed, SimOutcome *outcome);
void sim_outcome_clear(SimOutcome *outcome);

/* (transfer full): hosts of one core with speeds from 1 to 4, latencies from 0.1 to 50 ms, and an
 * overhead of 0.3 ms per chunk. */
SimHost *sim_make_hosts(guint n, guint32 seed);
