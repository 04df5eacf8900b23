/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The window in which the user adds hosts to a cluster: types them, pastes them, or chooses them
 * from a list. */
#pragma once

#include <adwaita.h>
#include <mamuto.h>

#define MAMUTO_TYPE_ADD_HOSTS (mamuto_add_hosts_get_type())
/* Signal "add" (GPtrArray of MamutoHost): the user has chosen to add these hosts. After the signal,
 * the window closes itself. */
G_DECLARE_FINAL_TYPE(MamutoAddHosts, mamuto_add_hosts, MAMUTO, ADD_HOSTS, AdwWindow)

GtkWidget *mamuto_add_hosts_new(GtkWindow *parent, MamutoCluster *cluster);
