/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A host at work: one thread, one link, one agent, for as long as the session lasts. The thread
 * connects when the first run asks for it, prepares the function, takes chunks from the schedule,
 * brings results to the store, and connects anew for a later run if the host was lost. */
#pragma once

#include "mamuto-asker.h"
#include "mamuto-cluster.h"
#include "session.h"

G_BEGIN_DECLS

typedef struct _Host Host;

/* The same for all hosts of a session; constant once their threads run. */
typedef struct {
    MamutoAsker *asker; /* (owned) (nullable) */
    guint n_ssh;        /* how many of them are reached by ssh */
} HostShared;

/* Adds it to the session; everything the thread needs of the cluster is copied. */
Host *host_new(Session *session, const HostShared *shared, MamutoCluster *cluster,
               MamutoHost *host);
/* Once all hosts of the session are made. */
void host_start(Host *self);
/* Any thread. */
void host_wake(Host *self);
/* Main context: so many cores from now on. */
void host_set_cores(Host *self, guint cores);
/* After session->closing was set and all were woken: ends what it waits for; joins the thread. */
void host_cancel(Host *self);
void host_join(Host *self);
void host_free(Host *self);

G_END_DECLS
