/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Shows an array as a table. Scrolling is fast for large arrays, because the widgets of a row are
 * created when the row becomes visible. The table shows at most 32 columns and 50 million rows. The
 * user can change to the next or previous columns and rows. */
#pragma once

#include <gtk/gtk.h>
#include <mamuto.h>

#define MAMUTO_TYPE_ARRAY_VIEW (mamuto_array_view_get_type())
/* Signal "copied" (gint64 rows, gboolean all): rows were copied to the clipboard. @all is FALSE if
 * some requested rows were not copied because of ARRAY_COPY_MAX_VALUES.
 * Actions: array.copy (also Ctrl+C), array.next-columns, array.previous-columns, array.next-rows
 * and array.previous-rows. */
G_DECLARE_FINAL_TYPE(MamutoArrayView, mamuto_array_view, MAMUTO, ARRAY_VIEW, GtkWidget)

GtkWidget *mamuto_array_view_new(void);
/* @array: (nullable): the array to show. */
void mamuto_array_view_set_array(MamutoArrayView *self, MamutoArray *array);
/* Shows the array of a result and the status of each row. @result: (nullable). */
void mamuto_array_view_set_result(MamutoArrayView *self, MamutoResult *result);
/* Scrolls to a row and selects it. If @row is greater than the last row, selects the last row. */
void mamuto_array_view_go_to(MamutoArrayView *self, gint64 row);
/* Copies the selected rows to the clipboard, or all rows if no row is selected. Each row is a line;
 * tabs separate the values. */
void mamuto_array_view_copy(MamutoArrayView *self);
