/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The rows of an array as a GListModel. The model does not store the items; it creates an item when
 * a view requests the item. */
#pragma once

#include <mamuto.h>

/* Maximum number of rows in the list. GTK stores the scroll position in pixels as a 32-bit int. 50
 * million rows with a height of 32 pixels are 1.6e9 pixels, which is near the maximum of an int. */
#define MAMUTO_ARRAY_MODEL_MAX_ROWS 50000000

#define MAMUTO_TYPE_ARRAY_ROW (mamuto_array_row_get_type())
G_DECLARE_FINAL_TYPE(MamutoArrayRow, mamuto_array_row, MAMUTO, ARRAY_ROW, GObject)

/* Returns the number of the row in the array; the first row is 0. */
gint64 mamuto_array_row_get_row(MamutoArrayRow *self);

#define MAMUTO_TYPE_ARRAY_MODEL (mamuto_array_model_get_type())
G_DECLARE_FINAL_TYPE(MamutoArrayModel, mamuto_array_model, MAMUTO, ARRAY_MODEL, GObject)

MamutoArrayModel *mamuto_array_model_new(void);
/* @array: (nullable). The list contains at most MAMUTO_ARRAY_MODEL_MAX_ROWS rows, beginning with
 * row @first. */
void mamuto_array_model_set_array(MamutoArrayModel *self, MamutoArray *array, gint64 first);
MamutoArray *mamuto_array_model_get_array(MamutoArrayModel *self);
gint64 mamuto_array_model_get_first(MamutoArrayModel *self);
