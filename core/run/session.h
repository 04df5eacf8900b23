/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What a mapper and the threads of its hosts share. One mutex guards it all: the schedule of the
 * run that runs, the counts, the facts about hosts. It is held for microseconds, never over I/O:
 * what depends on the state of files is found out before it is taken. The one system
 * call made while it is held is the write to an eventfd that wakes another thread; it cannot block,
 * and link_wake() leaves it out while the thread has not yet seen the wake-up before.
 * Lock order: session, then a connection's wake lock.
 * pthread primitives, since ThreadSanitizer does not see into GMutex. */
#pragma once

#include <pthread.h>

#include "run-object.h"

G_BEGIN_DECLS

typedef struct _Run Run;

/* What the session knows of a host. */
typedef struct {
    /* constant: */
    char *name;
    void (*wake)(gpointer data); /* any thread, with the lock held or not */
    gpointer data;
    /* guarded by the lock: */
    HostFacts facts;
} SessionHost;

typedef struct {
    pthread_mutex_t lock;
    pthread_cond_t changed; /* another run, its end, or closing; by CLOCK_MONOTONIC */
    /* guarded by lock: */
    Run *run;        /* (owned) (nullable): the one that runs, or ran last */
    GThread *hasher; /* (nullable): hashes the kept arrays of the run */
    gboolean closing;
    /* constant once the threads of the hosts run: */
    SessionHost *hosts;
    guint n_hosts;
} Session;

Session *session_new(void);
/* Before any thread works on the session. The number of the host in it. */
guint session_add_host(Session *self, const char *name, void (*wake)(gpointer data), gpointer data);
/* With the lock held or not. */
void session_wake_all(Session *self);
/* Whether the run before, which is over, still hashes its kept arrays. */
gboolean session_is_hashing(Session *self);
/* Waits until that has ended: at most for the disk, since the run is over. */
void session_join_hasher(Session *self);
/* The run to work on from now on; the one before is over. Waits as session_join_hasher(). */
void session_set_run(Session *self, Run *run);
/* Asks the threads of the hosts to end; session_free() waits for its own. */
void session_close(Session *self);
/* Once no thread of a host works on it any more. */
void session_free(Session *self);

/* Without the lock: */
void session_set_host_state(Session *self, guint host, MamutoHostState state, const char *message);
/* LOST or FAILED, and why. */
void session_set_host_failed(Session *self, guint host, MamutoHostState state, const GError *error);

G_END_DECLS
