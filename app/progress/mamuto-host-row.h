/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A host in the list of a run: what it does, its cores, how fast it is. Columns stand below each
 * other, and those that matter less go where there is no room. Never asks for another size when its
 * texts change, so that 200 of them cost little. */
#pragma once

#include <gtk/gtk.h>
#include <mamuto.h>

#define MAMUTO_TYPE_HOST_ROW (mamuto_host_row_get_type())
G_DECLARE_FINAL_TYPE(MamutoHostRow, mamuto_host_row, MAMUTO, HOST_ROW, GtkWidget)

GtkWidget *mamuto_host_row_new(void);
/* What the columns are, for the top of the list. */
GtkWidget *mamuto_host_row_new_header(void);
/* @status: (nullable). */
void mamuto_host_row_set_status(MamutoHostRow *self, MamutoHostStatus *status);
MamutoHostStatus *mamuto_host_row_get_status(MamutoHostRow *self);
/* Shows what it is now. @most_rows: of the host that has done the most, which fills its bar. */
void mamuto_host_row_update(MamutoHostRow *self, gint64 most_rows);
