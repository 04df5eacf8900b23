/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A connection: one ssh session, or this computer without ssh. Its thread opens the streams that
 * the connection's hosts need, dispatches frames to hosts by node, gives each host its turn, and
 * waits for all streams at once. A stream carries one or more hosts, each with its own node. If a
 * stream fails, all hosts on it fail; if the session fails, all its streams fail. */
#pragma once

#include "host.h"
#include "mamuto-asker.h"

G_BEGIN_DECLS

typedef struct _Connection Connection;

/* Shared by all connections of a session; constant once their threads run. */
typedef struct {
    MamutoAsker *asker; /* (owned) (nullable) */
    guint n_ssh;        /* number of connections by ssh */
} ConnectionShared;

/* Copies the settings of @host, so that the thread uses no object of the main context. */
Connection *connection_new(Session *session, const ConnectionShared *shared, MamutoHost *host);
/* Adds the host @name to the session, reached as @node on stream number @stream (from 0). Each
 * stream starts its own agent; only agents that relay use nodes other than 0. Call before
 * connection_start(). */
Host *connection_add_host(Connection *self, guint stream, guint32 node, const char *name,
                          MamutoCluster *cluster, MamutoHost *host);
/* Starts the thread. Call once all hosts have been added to the session. */
void connection_start(Connection *self);
/* Cancels a blocking connection attempt. Call after session_close(), then connection_join(). */
void connection_cancel(Connection *self);
void connection_join(Connection *self);
/* Joins the thread and frees the hosts, too. */
void connection_free(Connection *self);

G_END_DECLS
