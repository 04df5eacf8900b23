/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Shows the settings of the selected hosts. If no host is selected, shows the shared settings of
 * the cluster. */
#pragma once

#include <adwaita.h>

#include "mamuto-host-item.h"

#define MAMUTO_TYPE_HOST_DETAILS (mamuto_host_details_get_type())
/* The buttons of this widget activate actions of the cluster page: cluster.check,
 * cluster.use-found, cluster.remove and cluster.unselect. */
G_DECLARE_FINAL_TYPE(MamutoHostDetails, mamuto_host_details, MAMUTO, HOST_DETAILS, AdwBin)

void mamuto_host_details_set_cluster(MamutoHostDetails *self, MamutoCluster *cluster);
/* @items: (element-type MamutoHostItem): the selected hosts. */
void mamuto_host_details_set_items(MamutoHostDetails *self, GPtrArray *items);
/* @narrow: TRUE if the details cover the list of hosts. The details then show a Back button. */
void mamuto_host_details_set_narrow(MamutoHostDetails *self, gboolean narrow);
