/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A connection: one ssh session, or this computer without ssh. The thread of the connection opens
 * the streams that the hosts need, passes each frame to the host with the frame's node number,
 * calls host_turn() for each host, and waits for all streams at once. A stream carries one or more
 * hosts; each host has its own node number. If a stream fails, all hosts on the stream fail; if the
 * ssh session fails, all its streams fail. */
#pragma once

#include "host.h"
#include "mamuto-asker.h"

G_BEGIN_DECLS

typedef struct _Connection Connection;

/* Shared by all connections of a session. Not changed after the threads have been started. */
typedef struct {
    MamutoAsker *asker; /* (owned) (nullable) */
    guint n_ssh;        /* number of connections by ssh */
} ConnectionShared;

/* Copies the settings of @host, so that the thread does not use objects of the main context. */
Connection *connection_new(Session *session, const ConnectionShared *shared, MamutoHost *host);
/* Adds the host @name to the session. The host is reached as node @node on stream number @stream
 * (from 0). Each stream starts its own agent; only agents that relay use node numbers other than 0.
 * Call before connection_start(). */
Host *connection_add_host(Connection *self, guint stream, guint32 node, const char *name,
                          MamutoCluster *cluster, MamutoHost *host);
/* Starts the thread. Call after all hosts have been added to the session. */
void connection_start(Connection *self);
/* Cancels a blocking connection attempt. Call after session_close() and before connection_join().
 */
void connection_cancel(Connection *self);
void connection_join(Connection *self);
/* Joins the thread and frees the connection and its hosts. */
void connection_free(Connection *self);

G_END_DECLS
