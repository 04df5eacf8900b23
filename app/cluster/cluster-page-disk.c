/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Handles changes of the cluster's file by other programs. The user can reload the file or keep the
 * edits. */
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
