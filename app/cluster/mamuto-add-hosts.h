/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The window for adding hosts. The user types, pastes or chooses hosts. */
#pragma once

#include <adwaita.h>
#include <mamuto.h>

#define MAMUTO_TYPE_ADD_HOSTS (mamuto_add_hosts_get_type())
/* Signal "add" (GPtrArray of MamutoHost): the user wants to add these hosts. The window then closes
 * itself. */
G_DECLARE_FINAL_TYPE(MamutoAddHosts, mamuto_add_hosts, MAMUTO, ADD_HOSTS, AdwWindow)

GtkWidget *mamuto_add_hosts_new(GtkWindow *parent, MamutoCluster *cluster);
