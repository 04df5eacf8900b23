/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See host-set.h. */
#include "host-set.h"

#include <glib/gi18n-lib.h>
#include <sys/resource.h>

#include "connection.h"
#include "mamuto-error.h"

#define MAX_FILES 65536

struct _HostSet {
    Session *session;
    ConnectionShared shared;
    GPtrArray *connections; /* elements: Connection */
    GPtrArray *hosts;       /* elements: Host, ordered by their numbers in the session */
};

/* Raises the limit of open files of the process, because each host needs several. Programs often
 * start with a limit of 1,024, although the system allows more. */
static void
raise_file_limit(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= MAX_FILES)
        return;
    limit.rlim_cur = MIN(limit.rlim_max, MAX_FILES);
    setrlimit(RLIMIT_NOFILE, &limit);
}

HostSet *
host_set_new(Session *session, MamutoCluster *cluster, MamutoAsker *asker, GError **error)
{
    HostSet *self = g_new0(HostSet, 1);

    self->session = session;
    self->shared.asker = asker != NULL ? g_object_ref(asker) : NULL;
    self->hosts = g_ptr_array_new();
    self->connections = g_ptr_array_new_with_free_func((GDestroyNotify)connection_free);
    for (guint i = 0; i < mamuto_cluster_get_n_hosts(cluster); i++) {
        MamutoHost *host = mamuto_cluster_get_host(cluster, i);
        Connection *connection;

        if (!mamuto_host_get_enabled(host))
            continue;
        self->shared.n_ssh += !mamuto_host_is_local(host);
        connection = connection_new(session, &self->shared, host);
        g_ptr_array_add(self->connections, connection);
        g_ptr_array_add(
            self->hosts,
            connection_add_host(connection, 0, 0, mamuto_host_get_name(host), cluster, host));
    }
    if (self->hosts->len == 0) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                    _("the cluster has no enabled host; add one, or enable one"));
        host_set_free(self);
        return NULL;
    }
    raise_file_limit();
    for (guint i = 0; i < self->connections->len; i++)
        if (!connection_start(g_ptr_array_index(self->connections, i), error)) {
            host_set_end(self);
            host_set_free(self);
            return NULL;
        }
    return self;
}

Host *
host_set_get(HostSet *self, guint host)
{
    return g_ptr_array_index(self->hosts, host);
}

void
host_set_end(HostSet *self)
{
    session_close(self->session);
    for (guint i = 0; i < self->connections->len; i++)
        connection_cancel(g_ptr_array_index(self->connections, i));
    for (guint i = 0; i < self->connections->len; i++)
        connection_join(g_ptr_array_index(self->connections, i));
}

void
host_set_free(HostSet *self)
{
    session_join_hasher(self->session); /* the thread wakes the hosts when it has finished */
    g_ptr_array_unref(self->connections);
    g_ptr_array_unref(self->hosts);
    g_clear_object(&self->shared.asker);
    g_free(self);
}
