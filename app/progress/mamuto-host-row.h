/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A row in the list of a run's hosts: the host's state, cores and rate. Columns are aligned across
 * rows. In a narrow list, less important columns are hidden. A change of text never changes a row's
 * size, so that updating 200 rows is cheap. */
#pragma once

#include <gtk/gtk.h>
#include <mamuto.h>

#define MAMUTO_TYPE_HOST_ROW (mamuto_host_row_get_type())
G_DECLARE_FINAL_TYPE(MamutoHostRow, mamuto_host_row, MAMUTO, HOST_ROW, GtkWidget)

GtkWidget *mamuto_host_row_new(void);
/* Creates the column titles above the list. */
GtkWidget *mamuto_host_row_new_header(void);
/* @status: (nullable): NULL while the row is not in use. */
void mamuto_host_row_set_status(MamutoHostRow *self, MamutoHostStatus *status);
MamutoHostStatus *mamuto_host_row_get_status(MamutoHostRow *self);
/* Shows the current status. @most_rows: the greatest number of rows that a host of the run has
 * computed. The bar in a row is full if its host has computed that many. */
void mamuto_host_row_update(MamutoHostRow *self, gint64 most_rows);
