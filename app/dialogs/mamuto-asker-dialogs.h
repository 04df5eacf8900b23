/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Shows the questions of hosts during the login. One dialog shows all unknown host keys. Each
 * password or other secret has its own dialog, and these dialogs are shown one after the other. */
#pragma once

#include <gtk/gtk.h>

#include "../runner/mamuto-runner.h"

#define MAMUTO_TYPE_ASKER_DIALOGS (mamuto_asker_dialogs_get_type())
G_DECLARE_FINAL_TYPE(MamutoAskerDialogs, mamuto_asker_dialogs, MAMUTO, ASKER_DIALOGS, GObject)

MamutoAskerDialogs *mamuto_asker_dialogs_new(MamutoRunner *runner, GtkWindow *parent);
