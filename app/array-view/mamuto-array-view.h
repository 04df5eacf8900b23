/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * An array as a table that stays smooth whatever its size: rows are made as they come into sight,
 * at most 32 columns stand there at a time, and beyond 50 million rows a part of them. */
#pragma once

#include <gtk/gtk.h>
#include <mamuto.h>

#define MAMUTO_TYPE_ARRAY_VIEW (mamuto_array_view_get_type())
/* Signal "copied" (gint64 rows, gboolean all): that many are on the clipboard; FALSE: those that
 * were asked for are more than fit there.
 * Actions: array.copy (also Ctrl+C), array.next-columns, array.previous-columns, array.next-rows,
 * array.previous-rows. */
G_DECLARE_FINAL_TYPE(MamutoArrayView, mamuto_array_view, MAMUTO, ARRAY_VIEW, GtkWidget)

GtkWidget *mamuto_array_view_new(void);
/* @array: (nullable). */
void mamuto_array_view_set_array(MamutoArrayView *self, MamutoArray *array);
/* The array of a result, with what became of each row; (nullable). */
void mamuto_array_view_set_result(MamutoArrayView *self, MamutoResult *result);
/* Brings a row into sight and selects it; beyond the last one: that. */
void mamuto_array_view_go_to(MamutoArrayView *self, gint64 row);
/* Puts the selected rows, or all, on the clipboard: tabs between values, a line for each row. */
void mamuto_array_view_copy(MamutoArrayView *self);
