/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The cluster's file when another program has changed it: told, and then reloaded or not. What
 * counts is what stands in the file, as its own saving changes it too. */
#include <glib/gi18n.h>

#include "../window/mamuto-window.h"
#include "cluster-page-private.h"

/* (nullable): of the file as it is now. */
static char *
hash_file(const char *path)
{
    g_autofree char *data = NULL;
    gsize length;

    if (!path || !g_file_get_contents(path, &data, &length, NULL))
        return NULL;
    return g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)data, length);
}

static void
on_file_changed(GFileMonitor *monitor, GFile *file, GFile *other, GFileMonitorEvent event,
                MamutoClusterPage *self)
{
    g_autofree char *now = hash_file(mamuto_workspace_get_cluster_path(self->workspace));

    /* a file that is gone is written again by Save, and nothing is lost */
    gtk_revealer_set_reveal_child(self->disk_notice, now && g_strcmp0(now, self->file_hash) != 0);
}

void
cluster_page_watch_file(MamutoClusterPage *self)
{
    const char *path = mamuto_workspace_get_cluster_path(self->workspace);
    g_autoptr(GFile) file = path ? g_file_new_for_path(path) : NULL;

    g_free(self->file_hash);
    self->file_hash = hash_file(path);
    gtk_revealer_set_reveal_child(self->disk_notice, FALSE);
    if (self->monitor)
        g_signal_handlers_disconnect_by_data(self->monitor, self);
    g_clear_object(&self->monitor);
    if (!file)
        return;
    self->monitor = g_file_monitor_file(file, G_FILE_MONITOR_WATCH_MOVES, NULL, NULL);
    if (self->monitor)
        g_signal_connect(self->monitor, "changed", G_CALLBACK(on_file_changed), self);
}

void
cluster_page_reload(MamutoClusterPage *self)
{
    g_autofree char *path = g_strdup(mamuto_workspace_get_cluster_path(self->workspace));
    g_autoptr(GError) error = NULL;
    GtkRoot *root = gtk_widget_get_root(GTK_WIDGET(self));

    if (path && !mamuto_workspace_open_cluster(self->workspace, path, &error))
        mamuto_window_tell_error(MAMUTO_WINDOW(root), _("The Cluster Could Not Be Opened"), error);
}

void
cluster_page_keep_mine(MamutoClusterPage *self)
{
    g_free(self->file_hash);
    self->file_hash = hash_file(mamuto_workspace_get_cluster_path(self->workspace));
    gtk_revealer_set_reveal_child(self->disk_notice, FALSE);
    mamuto_workspace_touch_cluster(self->workspace);
}
