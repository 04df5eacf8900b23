/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A set contains one Host for each enabled host of a cluster. All hosts of the set start together
 * and end together. */
#pragma once

#include "host.h"
#include "mamuto-asker.h"

G_BEGIN_DECLS

typedef struct _HostSet HostSet;

/* Creates a Host with its own connection for each enabled host of @cluster, in the order of the
 * cluster, and adds it to @session. Starts the threads of the connections, which sleep until
 * there is a run. Fails if no host is enabled. */
HostSet *host_set_new(Session *session, MamutoCluster *cluster, MamutoAsker *asker, GError **error);
/* @host: number of the host in the session, from 0. */
Host *host_set_get(HostSet *self, guint host);
/* Closes the session, interrupts threads that are connecting, and waits until all threads have
 * ended, which takes about a second at most. */
void host_set_end(HostSet *self);
void host_set_free(HostSet *self);

G_END_DECLS
