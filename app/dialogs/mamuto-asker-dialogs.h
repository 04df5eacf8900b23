/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Shows dialogs for the questions that hosts ask during the login. One dialog shows all unknown
 * host keys. For each password or other secret, a separate dialog is shown. At most one dialog is
 * open at a time. */
#pragma once

#include <gtk/gtk.h>

#include "../runner/mamuto-runner.h"

#define MAMUTO_TYPE_ASKER_DIALOGS (mamuto_asker_dialogs_get_type())
G_DECLARE_FINAL_TYPE(MamutoAskerDialogs, mamuto_asker_dialogs, MAMUTO, ASKER_DIALOGS, GObject)

MamutoAskerDialogs *mamuto_asker_dialogs_new(MamutoRunner *runner, GtkWindow *parent);
