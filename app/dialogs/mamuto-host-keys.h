/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * One dialog for all unknown host keys. The dialog accepts only the keys that the user ticks. */
#pragma once

#include <adwaita.h>
#include <mamuto.h>

#define MAMUTO_TYPE_HOST_KEYS (mamuto_host_keys_get_type())
/* Signal "answered" (): all shown keys are accepted or declined. The dialog then closes itself. */
G_DECLARE_FINAL_TYPE(MamutoHostKeys, mamuto_host_keys, MAMUTO, HOST_KEYS, AdwWindow)

/* Creates a dialog with the host keys that the user must accept or decline. If more keys arrive
 * while the dialog is open, they are added to it. */
GtkWidget *mamuto_host_keys_new(GtkWindow *parent, MamutoAsker *asker);
