/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A host in the list of a run: its state, cores and rate. Columns are aligned across rows, and less
 * important columns are hidden in a narrow list. A row never requests a new size when its texts
 * change, so that 200 rows are updated cheaply. */
#pragma once

#include <gtk/gtk.h>
#include <mamuto.h>

#define MAMUTO_TYPE_HOST_ROW (mamuto_host_row_get_type())
G_DECLARE_FINAL_TYPE(MamutoHostRow, mamuto_host_row, MAMUTO, HOST_ROW, GtkWidget)

GtkWidget *mamuto_host_row_new(void);
/* The column titles above the list. */
GtkWidget *mamuto_host_row_new_header(void);
/* @status: (nullable). */
void mamuto_host_row_set_status(MamutoHostRow *self, MamutoHostStatus *status);
MamutoHostStatus *mamuto_host_row_get_status(MamutoHostRow *self);
/* Shows the current status. @most_rows: rows done by the host that has done the most; its bar is
 * full. */
void mamuto_host_row_update(MamutoHostRow *self, gint64 most_rows);
