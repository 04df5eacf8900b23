/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * An array as a table that scrolls smoothly at any size: rows are created as they become visible,
 * at most 32 columns are shown at a time, and of more than 50 million rows a part. */
#pragma once

#include <gtk/gtk.h>
#include <mamuto.h>

#define MAMUTO_TYPE_ARRAY_VIEW (mamuto_array_view_get_type())
/* Signal "copied" (gint64 rows, gboolean all): rows were copied to the clipboard; @all FALSE:
 * more rows were requested than ARRAY_COPY_MAX_VALUES allows.
 * Actions: array.copy (also Ctrl+C), array.next-columns, array.previous-columns, array.next-rows,
 * array.previous-rows. */
G_DECLARE_FINAL_TYPE(MamutoArrayView, mamuto_array_view, MAMUTO, ARRAY_VIEW, GtkWidget)

GtkWidget *mamuto_array_view_new(void);
/* @array: (nullable). */
void mamuto_array_view_set_array(MamutoArrayView *self, MamutoArray *array);
/* Shows a result's array with the status of each row; (nullable). */
void mamuto_array_view_set_result(MamutoArrayView *self, MamutoResult *result);
/* Scrolls to a row and selects it; rows after the last one select the last one. */
void mamuto_array_view_go_to(MamutoArrayView *self, gint64 row);
/* Copies the selected rows, or all rows if none is selected, to the clipboard: a line per row,
 * values separated by tabs. */
void mamuto_array_view_copy(MamutoArrayView *self);
