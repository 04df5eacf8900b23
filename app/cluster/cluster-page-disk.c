/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The cluster's file when another program has changed it: told, and then reloaded or not. */
#include "cluster-page-private.h"

void
cluster_page_watch_file(MamutoClusterPage *self)
{
    mamuto_disk_notice_watch(self->disk_notice,
                             mamuto_document_get_path(MAMUTO_DOCUMENT(self->document)));
}

void
cluster_page_reload(MamutoClusterPage *self)
{
    gtk_widget_activate_action(GTK_WIDGET(self), "win.reload-cluster", NULL);
}

void
cluster_page_keep_mine(MamutoClusterPage *self)
{
    mamuto_document_touch(MAMUTO_DOCUMENT(self->document));
}
