/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The cluster page: the hosts that a job may use. */
#pragma once

#include <adwaita.h>

#include "../documents/mamuto-cluster-document.h"

#define MAMUTO_TYPE_CLUSTER_PAGE (mamuto_cluster_page_get_type())
G_DECLARE_FINAL_TYPE(MamutoClusterPage, mamuto_cluster_page, MAMUTO, CLUSTER_PAGE, AdwBin)

GtkWidget *mamuto_cluster_page_new(MamutoClusterDocument *document, MamutoAsker *asker);
