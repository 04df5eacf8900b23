/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * One dialog for all host keys that are not known: only those that a person ticks are accepted. */
#pragma once

#include <adwaita.h>
#include <mamuto.h>

#define MAMUTO_TYPE_HOST_KEYS (mamuto_host_keys_get_type())
/* Signal "answered" (): every question that it showed was accepted or declined; it closes. */
G_DECLARE_FINAL_TYPE(MamutoHostKeys, mamuto_host_keys, MAMUTO, HOST_KEYS, AdwWindow)

/* Shows the keys that wait now, and those that come while it is open. */
GtkWidget *mamuto_host_keys_new(GtkWindow *parent, MamutoAsker *asker);
