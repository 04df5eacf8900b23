/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What is shown of a run at one moment: the way from what the hosts' threads have noted to the
 * job that the main context sees. */
#pragma once

#include "run-object.h"
#include "run.h"

G_BEGIN_DECLS

typedef struct {
    MamutoRun *object;
    guint n_hosts;
    RunCounts counts;
    GQueue logs; /* of RunLog */
    guint n_logs_dropped;
    GPtrArray *failures, *causes; /* new ones; NULL: none */
} RunSnapshot;

/* Copies what the threads have noted into the job, and tells nobody yet. @snapshot holds the job:
 * who is told may let go of it. */
void run_snapshot_take(RunSnapshot *snapshot, MamutoRun *object, Run *run);
/* Tells it. Whoever listens may change cores, cancel, or close the mapper: nothing of it is touched
 * here any more. */
void run_snapshot_tell(RunSnapshot *snapshot);

G_END_DECLS
