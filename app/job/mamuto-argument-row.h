/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * One argument of the job: a file (and which part of it) or a single value, whether it stays on the
 * hosts, what it holds, and what is wrong with it. */
#pragma once

#include <adwaita.h>

#include "../documents/mamuto-job-document.h"

#define MAMUTO_TYPE_ARGUMENT_ROW (mamuto_argument_row_get_type())
G_DECLARE_FINAL_TYPE(MamutoArgumentRow, mamuto_argument_row, MAMUTO, ARGUMENT_ROW, AdwExpanderRow)

GtkWidget *mamuto_argument_row_new(MamutoJobDocument *document, guint position);
/* Shows the argument as it is now. */
void mamuto_argument_row_update(MamutoArgumentRow *self);
/* Gives the focus to what a person has to set. */
void mamuto_argument_row_focus(MamutoArgumentRow *self);
