/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Creates a session, adds its hosts and updates their state. */
#include "session.h"

#include "error-private.h"

Session *
session_new(void)
{
    Session *self = g_new0(Session, 1);
    pthread_condattr_t attributes;

    pthread_mutex_init(&self->lock, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&self->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    return self;
}

guint
session_add_host(Session *self, const char *name, void (*wake)(gpointer data), gpointer data)
{
    self->hosts = g_renew(SessionHost, self->hosts, self->n_hosts + 1);
    self->hosts[self->n_hosts] = (SessionHost){.name = g_strdup(name), .wake = wake, .data = data};
    return self->n_hosts++;
}

void
session_wake_all(Session *self)
{
    pthread_cond_broadcast(&self->changed);
    for (guint i = 0; i < self->n_hosts; i++)
        self->hosts[i].wake(self->hosts[i].data);
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

/* Takes ownership of @message and @error. */
static void
set_host(Session *self, guint host, MamutoHostState state, char *message, GError *error)
{
    HostFacts *facts = &self->hosts[host].facts;
    g_autofree char *old_message = NULL;
    g_autoptr(GError) old_error = NULL;

    pthread_mutex_lock(&self->lock);
    facts->state = state;
    old_message = g_steal_pointer(&facts->message);
    facts->message = message;
    old_error = g_steal_pointer(&facts->error);
    facts->error = error;
    pthread_mutex_unlock(&self->lock);
}

void
session_set_host_state(Session *self, guint host, MamutoHostState state, const char *message)
{
    set_host(self, host, state, g_strdup(message), NULL);
}

void
session_set_host_failed(Session *self, guint host, MamutoHostState state, const GError *error)
{
    set_host(self, host, state, error_format_without_host(error, FALSE), g_error_copy(error));
}

void
session_close(Session *self)
{
    pthread_mutex_lock(&self->lock);
    self->closing = TRUE;
    session_wake_all(self);
    pthread_mutex_unlock(&self->lock);
}
