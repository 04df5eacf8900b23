/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Shows the hosts of a run, one per row. If the run has few hosts, the timeline is shown below. */
#pragma once

#include <adwaita.h>
#include <mamuto.h>

#include "../chart/mamuto-timeline-store.h"

#define MAMUTO_TYPE_HOSTS_VIEW (mamuto_hosts_view_get_type())
/* Signal "cores" (uint host, uint cores): the user has requested this number of cores. Signal
 * "show-log" (uint host): the user wants to read the host's log. */
G_DECLARE_FINAL_TYPE(MamutoHostsView, mamuto_hosts_view, MAMUTO, HOSTS_VIEW, GtkWidget)

/* @store: (nullable): the timeline of the run to show. */
void mamuto_hosts_view_set_store(MamutoHostsView *self, MamutoTimelineStore *store);
/* Shows the current status in all visible rows. */
void mamuto_hosts_view_update(MamutoHostsView *self);
