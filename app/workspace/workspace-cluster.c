/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The cluster as a document: whether it was changed, and that warm hosts are let go when it was. */
#include "workspace-private.h"

void
workspace_set_cluster_dirty(MamutoWorkspace *self, gboolean dirty)
{
    if (dirty || self->cluster_dirty)
        workspace_queue_drafts(self);
    if (self->cluster_dirty == dirty)
        return;
    self->cluster_dirty = dirty;
    workspace_notify(self, PROP_CLUSTER_DIRTY);
}

static void
on_changed(GObject *object, GParamSpec *pspec, MamutoWorkspace *self)
{
    self->mapper_stale = TRUE;
    workspace_set_cluster_dirty(self, TRUE);
}

static void
watch_hosts(MamutoWorkspace *self, guint position, guint removed, guint added)
{
    for (guint i = position; i < position + removed; i++)
        g_signal_handlers_disconnect_by_data(g_ptr_array_index(self->watched_hosts, i), self);
    if (removed > 0)
        g_ptr_array_remove_range(self->watched_hosts, position, removed);
    for (guint i = position; i < position + added; i++) {
        MamutoHost *host = mamuto_cluster_get_host(self->cluster, i);

        g_signal_connect(host, "notify", G_CALLBACK(on_changed), self);
        g_ptr_array_insert(self->watched_hosts, (int)i, g_object_ref(host));
    }
}

static void
on_items_changed(GListModel *model, guint position, guint removed, guint added,
                 MamutoWorkspace *self)
{
    watch_hosts(self, position, removed, added);
    on_changed(NULL, NULL, self);
}

void
workspace_set_cluster(MamutoWorkspace *self, MamutoCluster *cluster, const char *path)
{
    if (self->cluster)
        g_signal_handlers_disconnect_by_data(self->cluster, self);
    g_set_object(&self->cluster, cluster);
    watch_hosts(self, 0, self->watched_hosts->len,
                cluster ? mamuto_cluster_get_n_hosts(cluster) : 0);
    if (!cluster)
        return;
    g_signal_connect(cluster, "notify", G_CALLBACK(on_changed), self);
    g_signal_connect(cluster, "items-changed", G_CALLBACK(on_items_changed), self);
    self->mapper_stale = TRUE;
    workspace_notify(self, PROP_CLUSTER);
    if (g_strcmp0(self->cluster_path, path) != 0) {
        g_free(self->cluster_path);
        self->cluster_path = g_strdup(path);
        workspace_notify(self, PROP_CLUSTER_PATH);
    }
    workspace_set_cluster_dirty(self, FALSE);
}

MamutoCluster *
mamuto_workspace_get_cluster(MamutoWorkspace *self)
{
    return self->cluster;
}

const char *
mamuto_workspace_get_cluster_path(MamutoWorkspace *self)
{
    return self->cluster_path;
}

gboolean
mamuto_workspace_get_cluster_dirty(MamutoWorkspace *self)
{
    return self->cluster_dirty;
}

void
mamuto_workspace_new_cluster(MamutoWorkspace *self)
{
    g_autoptr(MamutoCluster) cluster = mamuto_cluster_new_local();

    workspace_set_cluster(self, cluster, NULL);
    mamuto_job_set_cluster(self->job, NULL);
}

gboolean
mamuto_workspace_open_cluster(MamutoWorkspace *self, const char *path, GError **error)
{
    g_autofree char *whole = g_canonicalize_filename(path, NULL);
    g_autoptr(MamutoCluster) cluster = mamuto_cluster_new_from_file(whole, error);

    if (!cluster)
        return FALSE;
    workspace_set_cluster(self, cluster, whole);
    mamuto_job_set_cluster(self->job, whole);
    return TRUE;
}

gboolean
mamuto_workspace_save_cluster(MamutoWorkspace *self, const char *path, GError **error)
{
    g_autofree char *whole = g_canonicalize_filename(path, NULL);

    if (!mamuto_cluster_save(self->cluster, whole, error))
        return FALSE;
    if (g_strcmp0(self->cluster_path, whole) != 0) {
        g_free(self->cluster_path);
        self->cluster_path = g_steal_pointer(&whole);
        workspace_notify(self, PROP_CLUSTER_PATH);
    }
    if (self->cluster_dirty)
        workspace_set_cluster_dirty(self, FALSE);
    else
        workspace_notify(self, PROP_CLUSTER_DIRTY); /* the file is another all the same */
    mamuto_job_set_cluster(self->job, self->cluster_path);
    return TRUE;
}

void
mamuto_workspace_touch_cluster(MamutoWorkspace *self)
{
    workspace_set_cluster_dirty(self, TRUE);
}

MamutoAsker *
mamuto_workspace_get_asker(MamutoWorkspace *self)
{
    return self->asker;
}
