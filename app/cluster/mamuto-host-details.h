/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What the selected hosts have of their own, or, where none is selected, what all share. */
#pragma once

#include <adwaita.h>

#include "mamuto-host-item.h"

#define MAMUTO_TYPE_HOST_DETAILS (mamuto_host_details_get_type())
/* Its buttons are actions of the page: cluster.check, cluster.use-found, cluster.remove,
 * cluster.unselect. */
G_DECLARE_FINAL_TYPE(MamutoHostDetails, mamuto_host_details, MAMUTO, HOST_DETAILS, AdwBin)

void mamuto_host_details_set_cluster(MamutoHostDetails *self, MamutoCluster *cluster);
/* @items: (element-type MamutoHostItem): the selected ones. */
void mamuto_host_details_set_items(MamutoHostDetails *self, GPtrArray *items);
/* Whether it stands in the list's place, with a way back. */
void mamuto_host_details_set_narrow(MamutoHostDetails *self, gboolean narrow);
