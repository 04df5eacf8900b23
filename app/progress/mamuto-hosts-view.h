/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The hosts of a run, a row each; with few of them, the timeline below. */
#pragma once

#include <adwaita.h>
#include <mamuto.h>

#include "../chart/mamuto-timeline-store.h"

#define MAMUTO_TYPE_HOSTS_VIEW (mamuto_hosts_view_get_type())
/* Signals: "cores" (uint host, uint cores): a person wants so many from now on; "show-log" (uint
 * host). */
G_DECLARE_FINAL_TYPE(MamutoHostsView, mamuto_hosts_view, MAMUTO, HOSTS_VIEW, GtkWidget)

/* @store: (nullable): of the job that is shown from now on. */
void mamuto_hosts_view_set_store(MamutoHostsView *self, MamutoTimelineStore *store);
/* Shows what the hosts are now, in the rows that are in sight. */
void mamuto_hosts_view_update(MamutoHostsView *self);
