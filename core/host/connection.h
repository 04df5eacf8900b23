/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A connection: one ssh session, or this computer. Its thread opens the byte streams that its hosts
 * need, hands the frames that come to the host whose node they bear, has each host do its part, and
 * waits for all of them at once. A stream carries one or more hosts, each with a node of its own; a
 * stream that is lost loses the hosts on it, a session that is lost loses all its streams. */
#pragma once

#include "host.h"
#include "mamuto-asker.h"

G_BEGIN_DECLS

typedef struct _Connection Connection;

/* The same for all connections of a session; constant once their threads run. */
typedef struct {
    MamutoAsker *asker; /* (owned) (nullable) */
    guint n_ssh;        /* how many of them go by ssh */
} ConnectionShared;

/* To the computer that @host names. What the thread needs of it is copied. */
Connection *connection_new(Session *session, const ConnectionShared *shared, MamutoHost *host);
/* Before the start: a host that is reached as @node of the stream with that number, counted from 0.
 * Each stream starts an agent of its own; only agents that relay carry more nodes than 0. Adds the
 * host, as @name, to the session. */
Host *connection_add_host(Connection *self, guint stream, guint32 node, const char *name,
                          MamutoCluster *cluster, MamutoHost *host);
/* Once all hosts of the session are made. */
void connection_start(Connection *self);
/* After session_close(): ends what the thread waits for; joins it. */
void connection_cancel(Connection *self);
void connection_join(Connection *self);
/* Frees its hosts, too. */
void connection_free(Connection *self);

G_END_DECLS
