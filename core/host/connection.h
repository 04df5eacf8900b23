/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A connection reaches its hosts through one ssh session, or starts agents on this computer
 * without ssh. Each connection has a thread. The thread opens the streams that the hosts need,
 * passes each received frame to its host, calls host_turn() for each host, and waits for all
 * streams together. A stream carries the frames of one or more hosts. Each frame contains a node
 * number, which is the number of its host within the stream. If a stream fails, all its hosts fail.
 * If the ssh session fails, all its streams fail.
 */
#pragma once

#include "host.h"
#include "mamuto-asker.h"

G_BEGIN_DECLS

typedef struct _Connection Connection;

/* Settings that all connections of a session share. They are not changed after the threads have
 * been started. */
typedef struct {
    MamutoAsker *asker; /* (owned) (nullable) */
    guint n_ssh;        /* number of connections that use ssh */
    /* (nullable): NULL: host_default_times. Tests use shorter times */
    const HostTimes *times;
} ConnectionShared;

/* Copies the settings of @host, because the connection has its own thread, and @host may be
 * used only in the main context. */
Connection *connection_new(Session *session, const ConnectionShared *shared, MamutoHost *host);
/* Adds a host with the name @name to the connection and to the session. @stream: number of the
 * stream that carries the host's frames, from 0. @node: number of the host on this stream; 0
 * unless the agent forwards frames to other agents. Call this function before
 * connection_start(). */
Host *connection_add_host(Connection *self, guint stream, guint32 node, const char *name,
                          MamutoCluster *cluster, MamutoHost *host);
/* Starts the thread. Fails if the system allows no more threads. Call this function after all hosts
 * have been added to the session, because adding a host may move the session's array of hosts. */
gboolean connection_start(Connection *self, GError **error);
/* Interrupts the thread if it is blocked while connecting. Call this function after
 * session_close() and before connection_join(). */
void connection_cancel(Connection *self);
void connection_join(Connection *self);
/* Waits for the end of the thread, then frees the connection and its hosts. */
void connection_free(Connection *self);

G_END_DECLS
