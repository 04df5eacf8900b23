/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * One dialog for all unknown host keys. It accepts only the keys that the user ticks. */
#pragma once

#include <adwaita.h>
#include <mamuto.h>

#define MAMUTO_TYPE_HOST_KEYS (mamuto_host_keys_get_type())
/* Signal "answered" (): each key shown was accepted or declined; the dialog closes itself. */
G_DECLARE_FINAL_TYPE(MamutoHostKeys, mamuto_host_keys, MAMUTO, HOST_KEYS, AdwWindow)

/* Creates a dialog that shows the keys that wait now, and those that arrive while it is open. */
GtkWidget *mamuto_host_keys_new(GtkWindow *parent, MamutoAsker *asker);
