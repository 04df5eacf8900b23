/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The cluster's file when another program has changed it: told, and then reloaded or not. */
#include "../window/mamuto-window.h"
#include "cluster-page-private.h"

void
cluster_page_watch_file(MamutoClusterPage *self)
{
    mamuto_disk_notice_watch(self->disk_notice, mamuto_workspace_get_cluster_path(self->workspace));
}

/* What was not saved can be had back by the window's Undo. */
void
cluster_page_reload(MamutoClusterPage *self)
{
    const char *path = mamuto_workspace_get_cluster_path(self->workspace);
    g_autoptr(GFile) file = path ? g_file_new_for_path(path) : NULL;

    if (file)
        mamuto_window_open_cluster(MAMUTO_WINDOW(gtk_widget_get_root(GTK_WIDGET(self))), file);
}

void
cluster_page_keep_mine(MamutoClusterPage *self)
{
    mamuto_workspace_touch_cluster(self->workspace);
}
