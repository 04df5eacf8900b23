/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The page of the window that shows the cluster, which is the list of hosts on which jobs run. */
#pragma once

#include <adwaita.h>

#include "../documents/mamuto-job-document.h"

#define MAMUTO_TYPE_CLUSTER_PAGE (mamuto_cluster_page_get_type())
G_DECLARE_FINAL_TYPE(MamutoClusterPage, mamuto_cluster_page, MAMUTO, CLUSTER_PAGE, AdwBin)

/* Shows the cluster of @job. */
GtkWidget *mamuto_cluster_page_new(MamutoJobDocument *job, MamutoAsker *asker);
