/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * If another program changes the cluster file, the cluster page shows a notice. The user can then
 * reload the file or keep the cluster of the page. */
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
