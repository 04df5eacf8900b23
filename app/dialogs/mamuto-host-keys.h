/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A dialog that lists all unknown host keys. The user ticks the keys to accept. */
#pragma once

#include <adwaita.h>
#include <mamuto.h>

#define MAMUTO_TYPE_HOST_KEYS (mamuto_host_keys_get_type())
/* Signal "answered" (): the user has accepted or declined the keys. After the signal, the dialog
 * closes itself. */
G_DECLARE_FINAL_TYPE(MamutoHostKeys, mamuto_host_keys, MAMUTO, HOST_KEYS, AdwWindow)

/* Creates a dialog with the unknown host keys of @asker. If @asker gets more keys while the dialog
 * is open, the dialog adds them. */
GtkWidget *mamuto_host_keys_new(GtkWindow *parent, MamutoAsker *asker);
