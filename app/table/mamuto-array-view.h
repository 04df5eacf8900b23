/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * An array as a table that scrolls smoothly through any number of rows: 50 million at a time, at
 * most 32 columns at once with a pager, and a field to go to a row. */
#pragma once

#include <gtk/gtk.h>
#include <mamuto.h>

#define MAMUTO_TYPE_ARRAY_VIEW (mamuto_array_view_get_type())
G_DECLARE_FINAL_TYPE(MamutoArrayView, mamuto_array_view, MAMUTO, ARRAY_VIEW, GtkWidget)

GtkWidget *mamuto_array_view_new(void);
/* @array: (nullable). */
void mamuto_array_view_set_array(MamutoArrayView *self, MamutoArray *array);
/* The array of a result, with the status of each row: (nullable). */
void mamuto_array_view_set_result(MamutoArrayView *self, MamutoResult *result);
/* Brings a row of the array into sight and selects it. */
void mamuto_array_view_go_to(MamutoArrayView *self, gint64 row);
