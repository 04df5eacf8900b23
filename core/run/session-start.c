/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Limits how many hosts of the same machine start Python at the same time. Several hosts are on one
 * machine if they are containers, for example. If more hosts than processors start Python, all of
 * them are slow, and the first result is late. Hosts on different machines never wait for each
 * other. */
#include "session.h"

/* A host that needs longer than this time in µs to start Python no longer makes others wait. It may
 * wait for a slow disk. */
#define LONGEST_START_US (5 * G_USEC_PER_SEC)

static gboolean
is_on_same_machine(const SessionHost *a, const SessionHost *b)
{
    return a->boot_id != NULL && g_strcmp0(a->boot_id, b->boot_id) == 0;
}

gboolean
session_begin_start(Session *self, guint host, guint n_cores, gint64 now, gint64 *again)
{
    SessionHost *own = &self->hosts[host];
    gint64 end = G_MAXINT64;
    guint n = 0;

    pthread_mutex_lock(&self->lock);
    for (guint i = 0; i < self->n_hosts; i++) {
        const SessionHost *other = &self->hosts[i];

        if (i == host || other->starts_until <= now || !is_on_same_machine(own, other))
            continue;
        end = MIN(end, other->starts_until);
        n++;
    }
    own->waits_to_start = n >= n_cores;
    if (own->waits_to_start)
        *again = end;
    else
        own->starts_until = now + LONGEST_START_US;
    pthread_mutex_unlock(&self->lock);
    return n < n_cores;
}

void
session_end_start(Session *self, guint host)
{
    SessionHost *own = &self->hosts[host];
    gboolean started;

    pthread_mutex_lock(&self->lock);
    started = own->starts_until != 0;
    own->starts_until = 0;
    own->waits_to_start = FALSE;
    for (guint i = 0; started && i < self->n_hosts; i++) {
        SessionHost *other = &self->hosts[i];

        if (!other->waits_to_start || !is_on_same_machine(own, other))
            continue;
        other->waits_to_start = FALSE;
        other->wake(other->data);
        break;
    }
    pthread_mutex_unlock(&self->lock);
}
