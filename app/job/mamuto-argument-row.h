/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The list row for one argument of the job. In this row the user chooses a file or a part of a
 * file, or enters a single value. The user also decides whether the hosts keep the data for later
 * runs. The row shows a description of the argument, or the problem if the argument is not valid.
 */
#pragma once

#include <adwaita.h>

#include "../documents/mamuto-job-document.h"

#define MAMUTO_TYPE_ARGUMENT_ROW (mamuto_argument_row_get_type())
G_DECLARE_FINAL_TYPE(MamutoArgumentRow, mamuto_argument_row, MAMUTO, ARGUMENT_ROW, AdwExpanderRow)

GtkWidget *mamuto_argument_row_new(MamutoJobDocument *document, guint position);
/* Copies the values of the job to the widgets. */
void mamuto_argument_row_update(MamutoArgumentRow *self);
/* Moves the focus to the widget for the file or the value. */
void mamuto_argument_row_focus(MamutoArgumentRow *self);
