/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Simulates a run: the real schedule, and simulated agents with cores, speeds, latencies and
 * failures. The same seed gives the same run. */
#pragma once

#include "schedule.h"

#define SIM_NEVER G_MAXINT64

typedef struct {
    guint cores;
    double speed;       /* relative speed: a row takes row_us / speed */
    gint64 latency_us;  /* duration of a round trip to the host */
    gint64 overhead_us; /* time that a core needs per chunk besides the time for the rows */
    gint64 dies_at;     /* time at which the host fails; results after this time are lost */
    gint64 told_at;     /* time at which the schedule is told about the failure */
} SimHost;

typedef enum { SIM_EQUAL, SIM_VARIED, SIM_HEAVY_TAIL } SimCost;

typedef struct {
    gint64 n_rows;
    double row_us; /* mean time that one row takes at speed 1 */
    SimCost cost;
    guint32 seed;
    gboolean known; /* the schedule knows the speeds of the hosts from an earlier run */
    gint64 target_us;
    SimHost *hosts;
    guint n_hosts;
} SimSetup;

typedef struct {
    gboolean complete; /* each row was stored exactly once */
    gint64 makespan_us;
    double ideal_us;
    guint64 chunks, copies, duplicates, calls, wakeups;
    GArray *sizes;        /* of gint64: number of rows of each chunk; copied chunks count once */
    double cpu_chunk_us;  /* processor time that the schedule needs per chunk */
    gint64 end_spread_us; /* time between the first and the last core to run out of work */
} SimOutcome;

/* Runs the simulation. @timed: also measures cpu_chunk_us, by repeating the recorded calls. */
void sim_run(const SimSetup *setup, gboolean timed, SimOutcome *outcome);
void sim_outcome_clear(SimOutcome *outcome);

/* Makes @n hosts of one core, with speeds from 1 to 4, latencies from 0.1 to 50 ms, and an overhead
 * of 0.3 ms per chunk. Returns: (transfer full). */
SimHost *sim_make_hosts(guint n, guint32 seed);
