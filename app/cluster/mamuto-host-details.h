/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The settings of the selected hosts, or the cluster's shared settings if none is selected. */
#pragma once

#include <adwaita.h>

#include "mamuto-host-item.h"

#define MAMUTO_TYPE_HOST_DETAILS (mamuto_host_details_get_type())
/* The buttons activate actions of the page: cluster.check, cluster.use-found, cluster.remove,
 * cluster.unselect. */
G_DECLARE_FINAL_TYPE(MamutoHostDetails, mamuto_host_details, MAMUTO, HOST_DETAILS, AdwBin)

void mamuto_host_details_set_cluster(MamutoHostDetails *self, MamutoCluster *cluster);
/* @items: (element-type MamutoHostItem): the selected items. */
void mamuto_host_details_set_items(MamutoHostDetails *self, GPtrArray *items);
/* Whether the details replace the list and need a Back button. */
void mamuto_host_details_set_narrow(MamutoHostDetails *self, gboolean narrow);
