/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The functions of Session that need the structure Run. They are not in session.c, because run.c
 * depends on session.c. */
#include "run.h"

gboolean
session_is_hashing(Session *self)
{
    gboolean hashing;

    pthread_mutex_lock(&self->lock);
    hashing = self->hasher != NULL && self->run != NULL && !self->run->hashed;
    pthread_mutex_unlock(&self->lock);
    return hashing;
}

void
session_set_run(Session *self, Run *run)
{
    Run *old;

    session_join_hasher(self);
    pthread_mutex_lock(&self->lock);
    old = self->run;
    self->run = run_ref(run);
    pthread_mutex_unlock(&self->lock);
    /* After the lock was released, because a woken thread may run before this one goes on, and
     * would then wait for the lock. */
    session_wake_all(self);
    g_clear_pointer(&old, run_unref);
}

void
session_free(Session *self)
{
    session_join_hasher(self);
    g_clear_pointer(&self->run, run_unref);
    for (guint i = 0; i < self->n_hosts; i++) {
        host_facts_clear(&self->hosts[i].facts);
        g_free(self->hosts[i].boot_id);
        g_free(self->hosts[i].name);
    }
    pthread_cond_destroy(&self->changed);
    pthread_mutex_destroy(&self->lock);
    g_free(self->hosts);
    g_free(self);
}
