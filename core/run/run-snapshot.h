/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A snapshot of a run: copies the state that the hosts' threads recorded to the public MamutoRun.
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
    GPtrArray *failures, *causes; /* (nullable): added since the last snapshot */
} RunSnapshot;

/* Copies the recorded state to @object without emitting signals. The snapshot holds a reference to
 * @object, because a signal handler may drop the mapper's reference. */
void run_snapshot_take(RunSnapshot *snapshot, MamutoRun *object, Run *run);
/* Emits the signals for the snapshot. Signal handlers may change cores, cancel the run, or close
 * the mapper, so this function uses only the snapshot. */
void run_snapshot_tell(RunSnapshot *snapshot);

G_END_DECLS
