/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What a mapper and the threads of its hosts share. One mutex guards it all: the schedule of the
 * run that runs, the counts, the facts about hosts. It is held for microseconds, never over I/O.
 * A thread may wake others while it holds it (lock order: session, then a host's wake lock).
 * pthread primitives, since ThreadSanitizer does not see into GMutex. */
#pragma once

#include <pthread.h>

#include "mamuto-asker.h"
#include "mamuto-cluster.h"
#include "run-object.h"

G_BEGIN_DECLS

typedef struct _Run Run;
typedef struct _HostRun HostRun;

typedef struct {
    pthread_mutex_t lock;
    pthread_cond_t changed; /* another run, its end, or closing; by CLOCK_MONOTONIC */
    /* guarded by lock: */
    Run *run;        /* (owned) (nullable): the one that runs, or ran last */
    GThread *hasher; /* (nullable): hashes the kept arrays of the run */
    gboolean closing;
    MamutoAsker *asker; /* (owned) (nullable) */
    /* constant once the threads run: */
    HostRun **hosts;
    guint n_hosts;
    guint n_ssh; /* how many of them are reached by ssh */
} Session;

/* Starts a thread for each enabled host; they sleep until there is a run. Fails if there is none.
 */
Session *session_new(MamutoCluster *cluster, MamutoAsker *asker, GError **error);
/* With the lock held or not. */
void session_wake_all(Session *self);
/* Whether the run before, which is over, still hashes its kept arrays. */
gboolean session_is_hashing(Session *self);
/* Waits until that has ended: at most for the disk, since the run is over. */
void session_join_hasher(Session *self);
/* The run to work on from now on; the one before is over. Waits as session_join_hasher(). */
void session_set_run(Session *self, Run *run);
/* Ends the threads, within about a second; after that nothing of the session moves any more. */
void session_end(Session *self);
void session_free(Session *self);

G_END_DECLS
