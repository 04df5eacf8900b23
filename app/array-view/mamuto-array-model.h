/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The rows of an array as a GListModel that stores no items: an item is created when a view
 * requests it. */
#pragma once

#include <mamuto.h>

/* GTK cannot scroll longer lists: 50 million rows of 32 pixels nearly fill a 31-bit position. */
#define MAMUTO_ARRAY_MODEL_MAX_ROWS 50000000

#define MAMUTO_TYPE_ARRAY_ROW (mamuto_array_row_get_type())
G_DECLARE_FINAL_TYPE(MamutoArrayRow, mamuto_array_row, MAMUTO, ARRAY_ROW, GObject)

/* The row's index in the array. */
gint64 mamuto_array_row_get_row(MamutoArrayRow *self);

#define MAMUTO_TYPE_ARRAY_MODEL (mamuto_array_model_get_type())
G_DECLARE_FINAL_TYPE(MamutoArrayModel, mamuto_array_model, MAMUTO, ARRAY_MODEL, GObject)

MamutoArrayModel *mamuto_array_model_new(void);
/* @array: (nullable). The list contains the rows from @first on, at most
 * MAMUTO_ARRAY_MODEL_MAX_ROWS. */
void mamuto_array_model_set_array(MamutoArrayModel *self, MamutoArray *array, gint64 first);
MamutoArray *mamuto_array_model_get_array(MamutoArrayModel *self);
gint64 mamuto_array_model_get_first(MamutoArrayModel *self);
