/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The state that a mapper and the threads of its hosts share: the current run's schedule and
 * counts, and the facts about hosts. One mutex guards this state. The lock is held for microseconds
 * and never during file I/O. A thread that holds the lock may wake other threads, because the write
 * to their eventfd cannot block.
 *
 * A thread that holds a connection's wake lock must not wait for the session's lock. The lock is a
 * pthread mutex, because the race detector ThreadSanitizer does not understand GMutex. */
#pragma once

#include <pthread.h>

#include "run-object.h"

G_BEGIN_DECLS

typedef struct _Run Run;

typedef struct {
    /* constant: */
    char *name;
    /* Wakes the thread of the host. Called in any thread, with or without the lock. */
    void (*wake)(gpointer data);
    gpointer data;
    /* guarded by the lock: */
    HostFacts facts;
    /* (nullable): identifies the machine of the host since the machine was started; NULL: unknown
     */
    char *boot_id;
    gint64 starts_until; /* until this time the host counts as starting Python; 0: it does not */
    gboolean waits_to_start;
} SessionHost;

typedef struct {
    pthread_mutex_t lock;
    /* session_wake_all() signals this condition. Timed waits use CLOCK_MONOTONIC. */
    pthread_cond_t changed;
    /* guarded by `lock`: */
    Run *run;        /* (owned) (nullable): the current run, or the last run if none is current */
    GThread *hasher; /* (nullable): hashes the arrays of `run` that the hosts store */
    gboolean closing;
    /* not changed after the threads of the hosts have been started: */
    SessionHost *hosts;
    guint n_hosts;
} Session;

Session *session_new(void);
/* Adds a host and returns its number in the session. Call before any thread uses the session. */
guint session_add_host(Session *self, const char *name, void (*wake)(gpointer data), gpointer data);
/* Wakes the threads of all hosts. Call with or without the lock. */
void session_wake_all(Session *self);
/* Returns whether a thread is still hashing the arrays of Session.run that the hosts store. */
gboolean session_is_hashing(Session *self);
/* Waits for the hashing thread. After the end of a run the wait is short, because the thread then
 * stops after its current read from the disk. */
void session_join_hasher(Session *self);
/* Makes @run the current run. The previous run must be over. Waits for the hashing thread of the
 * previous run. */
void session_set_run(Session *self, Run *run);
/* Tells the threads of the hosts to end, but does not wait for them. */
void session_close(Session *self);
/* Frees the session. All threads of the hosts must have ended. */
void session_free(Session *self);

/* Call the following functions without the lock. */
void session_set_host_state(Session *self, guint host, MamutoHostState state, const char *message);
/* @state: LOST or FAILED. @error: why the host has this state. */
void session_set_host_failed(Session *self, guint host, MamutoHostState state, const GError *error);

/* Returns TRUE if the host may start Python now. The caller calls session_end_start() as soon as
 * Python has started. Returns FALSE if as many other hosts on the same machine start Python at the
 * moment as the machine has cores (@n_cores). In this case the session wakes the host later, and
 * *@again receives a time at which the caller tries again in any case. */
gboolean session_begin_start(Session *self, guint host, guint n_cores, gint64 now, gint64 *again);
/* Reports that Python was started, or that the host does not start it any more. */
void session_end_start(Session *self, guint host);

G_END_DECLS
