/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The row for one argument of the job: a file (and the part of it) or a single value, whether hosts
 * keep the data, a description of the content, and the problem if there is one. */
#pragma once

#include <adwaita.h>

#include "../documents/mamuto-job-document.h"

#define MAMUTO_TYPE_ARGUMENT_ROW (mamuto_argument_row_get_type())
G_DECLARE_FINAL_TYPE(MamutoArgumentRow, mamuto_argument_row, MAMUTO, ARGUMENT_ROW, AdwExpanderRow)

GtkWidget *mamuto_argument_row_new(MamutoJobDocument *document, guint position);
/* Updates the widgets from the job. */
void mamuto_argument_row_update(MamutoArgumentRow *self);
/* Moves the focus to the widget in which the user sets the argument. */
void mamuto_argument_row_focus(MamutoArgumentRow *self);
