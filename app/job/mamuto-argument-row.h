/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The row for one argument of the job. The row contains the kind (file or single value), the file
 * and its part, or the value, and the option to keep the data on the hosts. The row also shows a
 * description of the content and the problem, if there is one. */
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
