/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The life of a session: its hosts' threads from their start to their end. */
#include "session.h"

#include <glib/gi18n-lib.h>

#include "host-run.h"
#include "mamuto-error.h"
#include "run.h"

Session *
session_new(MamutoCluster *cluster, MamutoAsker *asker, GError **error)
{
    guint n = mamuto_cluster_get_n_hosts(cluster);
    Session *self = g_new0(Session, 1);
    pthread_condattr_t attributes;

    pthread_mutex_init(&self->lock, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&self->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    self->hosts = g_new0(HostRun *, MAX(n, 1));
    self->asker = asker != NULL ? g_object_ref(asker) : NULL;
    for (guint i = 0; i < n; i++) {
        MamutoHost *host = mamuto_cluster_get_host(cluster, i);

        if (!mamuto_host_get_enabled(host))
            continue;
        self->n_ssh += !mamuto_host_is_local(host);
        self->hosts[self->n_hosts] = host_run_new(self, self->n_hosts, cluster, host);
        self->n_hosts++;
    }
    if (self->n_hosts == 0) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                    _("the cluster has no enabled host; add one, or enable one"));
        session_free(self);
        return NULL;
    }
    for (guint i = 0; i < self->n_hosts; i++)
        host_run_start(self->hosts[i]);
    return self;
}

void
session_wake_all(Session *self)
{
    pthread_cond_broadcast(&self->changed);
    for (guint i = 0; i < self->n_hosts; i++)
        host_run_wake(self->hosts[i]);
}

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
session_join_hasher(Session *self)
{
    GThread *hasher;

    pthread_mutex_lock(&self->lock);
    hasher = g_steal_pointer(&self->hasher);
    pthread_mutex_unlock(&self->lock);
    if (hasher != NULL)
        g_thread_join(hasher);
}

void
session_set_run(Session *self, Run *run)
{
    Run *old;

    session_join_hasher(self);
    pthread_mutex_lock(&self->lock);
    old = self->run;
    self->run = run_ref(run);
    session_wake_all(self);
    pthread_mutex_unlock(&self->lock);
    g_clear_pointer(&old, run_unref);
}

void
session_end(Session *self)
{
    pthread_mutex_lock(&self->lock);
    self->closing = TRUE;
    session_wake_all(self);
    pthread_mutex_unlock(&self->lock);
    for (guint i = 0; i < self->n_hosts; i++)
        host_run_cancel(self->hosts[i]);
    for (guint i = 0; i < self->n_hosts; i++)
        host_run_join(self->hosts[i]);
    session_join_hasher(self);
}

void
session_free(Session *self)
{
    g_clear_pointer(&self->run, run_unref);
    for (guint i = 0; i < self->n_hosts; i++)
        host_run_free(self->hosts[i]);
    g_clear_object(&self->asker);
    pthread_cond_destroy(&self->changed);
    pthread_mutex_destroy(&self->lock);
    g_free(self->hosts);
    g_free(self);
}
