/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The hosts of a mapper. They are created from the enabled hosts of a cluster, and started and
 * ended together. */
#pragma once

#include "host.h"
#include "mamuto-asker.h"

G_BEGIN_DECLS

typedef struct _HostSet HostSet;

/* Adds the cluster's enabled hosts to @session, in the cluster's order. Each host has its own
 * connection. Starts the threads of the connections, which sleep until there is a run. Fails if no
 * host is enabled. */
HostSet *host_set_new(Session *session, MamutoCluster *cluster, MamutoAsker *asker, GError **error);
/* @host: number of the host in the session. */
Host *host_set_get(HostSet *self, guint host);
/* Closes the session and ends the threads, which takes at most about a second. */
void host_set_end(HostSet *self);
void host_set_free(HostSet *self);

G_END_DECLS
