/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The hosts of a run, one per row; if there are few hosts, the timeline below. */
#pragma once

#include <adwaita.h>
#include <mamuto.h>

#include "../chart/mamuto-timeline-store.h"

#define MAMUTO_TYPE_HOSTS_VIEW (mamuto_hosts_view_get_type())
/* Signals: "cores" (uint host, uint cores): the user has requested this number of cores; "show-log"
 * (uint host). */
G_DECLARE_FINAL_TYPE(MamutoHostsView, mamuto_hosts_view, MAMUTO, HOSTS_VIEW, GtkWidget)

/* @store: (nullable): of the run to show. */
void mamuto_hosts_view_set_store(MamutoHostsView *self, MamutoTimelineStore *store);
/* Shows the current status in the visible rows. */
void mamuto_hosts_view_update(MamutoHostsView *self);
