/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A snapshot of a run. The threads of the hosts record the state of the run. The functions copy
 * this state to the public MamutoRun.
 */
#pragma once

#include "run-object.h"
#include "run.h"

G_BEGIN_DECLS

typedef struct {
    MamutoRun *object;
    guint n_hosts;
    RunCounts counts;
    GQueue logs; /* elements: RunLog */
    guint n_logs_dropped;
    GPtrArray *failures, *causes; /* (nullable): the new failures, and the causes of all failures */
} RunSnapshot;

/* Copies the recorded state to @object without emitting signals. The snapshot keeps a reference to
 * @object, because a signal handler may release the last other reference. */
void run_snapshot_take(RunSnapshot *snapshot, MamutoRun *object, Run *run);
/* Emits the signals for the snapshot. The function uses no data outside the snapshot, because a
 * signal handler may close the mapper. */
void run_snapshot_tell(RunSnapshot *snapshot);

G_END_DECLS
