/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What is shown of a remap at one moment: the way from what the hosts' threads have noted to the
 * job that the main context sees. */
#pragma once

#include "job-private.h"
#include "remap.h"

G_BEGIN_DECLS

typedef struct {
    MamutoJob *job;
    guint n_hosts;
    JobCounts counts;
    GQueue logs; /* of RemapLog */
    guint n_logs_dropped;
    GPtrArray *failures, *causes; /* new ones; NULL: none */
} JobSnapshot;

/* Copies what the threads have noted into the job, and tells nobody yet. @snapshot holds the job:
 * who is told may let go of it. */
void job_snapshot_take(JobSnapshot *snapshot, MamutoJob *job, Remap *remap);
/* Tells it. Whoever listens may change cores, cancel, or close the mapper: nothing of it is touched
 * here any more. */
void job_snapshot_tell(JobSnapshot *snapshot);

G_END_DECLS
