/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * State shared by a mapper and the threads of its hosts, guarded by one mutex: the current run's
 * schedule and counts, and the facts about hosts. The lock is held for microseconds and never
 * during I/O: the state of files is determined before locking. The only system call made with the
 * lock held is the write to an eventfd that wakes another thread; it cannot block, and link_wake()
 * skips it while an earlier wake-up is pending.
 *
 * Lock order: session, then a connection's wake lock. The lock is a pthread mutex, because
 * ThreadSanitizer does not understand GMutex. */
#pragma once

#include <pthread.h>

#include "run-object.h"

G_BEGIN_DECLS

typedef struct _Run Run;

/* A host of the session. */
typedef struct {
    /* constant: */
    char *name;
    void (*wake)(gpointer data); /* any thread, with or without the lock */
    gpointer data;
    /* guarded by the lock: */
    HostFacts facts;
} SessionHost;

typedef struct {
    pthread_mutex_t lock;
    pthread_cond_t changed; /* signals a new run, its end, or closing; CLOCK_MONOTONIC */
    /* guarded by lock: */
    Run *run;        /* (owned) (nullable): the current run, or the last one */
    GThread *hasher; /* (nullable): hashes the kept arrays of the run */
    gboolean closing;
    /* constant once the threads of the hosts run: */
    SessionHost *hosts;
    guint n_hosts;
} Session;

Session *session_new(void);
/* Adds a host and returns its number in the session. Call before any thread uses the session. */
guint session_add_host(Session *self, const char *name, void (*wake)(gpointer data), gpointer data);
/* Wakes the threads of all hosts. Call with or without the lock. */
void session_wake_all(Session *self);
/* Whether kept arrays of the last run, which is over, are still being hashed. */
gboolean session_is_hashing(Session *self);
/* Waits for the hashing thread: at most for one read of a disk, because the end of a run cancels
 * hashing. */
void session_join_hasher(Session *self);
/* Makes @run the current run; the previous run must be over. Waits like session_join_hasher(). */
void session_set_run(Session *self, Run *run);
/* Asks the threads of the hosts to end; session_free() waits for the hashing thread. */
void session_close(Session *self);
/* Call once no thread of a host uses the session any more. */
void session_free(Session *self);

/* Call without the lock: */
void session_set_host_state(Session *self, guint host, MamutoHostState state, const char *message);
/* @state: LOST or FAILED, because of @error. */
void session_set_host_failed(Session *self, guint host, MamutoHostState state, const GError *error);

G_END_DECLS
