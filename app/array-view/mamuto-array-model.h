/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The rows of an array as a GListModel that holds none of them: an item is made when a view asks
 * for it. */
#pragma once

#include <mamuto.h>

/* A list of more rows than this is longer than GTK can scroll (rows of 32 pixels in 31 bits). */
#define MAMUTO_ARRAY_MODEL_MAX_ROWS 50000000

#define MAMUTO_TYPE_ARRAY_ROW (mamuto_array_row_get_type())
G_DECLARE_FINAL_TYPE(MamutoArrayRow, mamuto_array_row, MAMUTO, ARRAY_ROW, GObject)

/* Of the array, not of the window. */
gint64 mamuto_array_row_get_row(MamutoArrayRow *self);

#define MAMUTO_TYPE_ARRAY_MODEL (mamuto_array_model_get_type())
G_DECLARE_FINAL_TYPE(MamutoArrayModel, mamuto_array_model, MAMUTO, ARRAY_MODEL, GObject)

MamutoArrayModel *mamuto_array_model_new(void);
/* @array: (nullable). Shows rows from @first on, as many as a view can take. */
void mamuto_array_model_set_array(MamutoArrayModel *self, MamutoArray *array, gint64 first);
MamutoArray *mamuto_array_model_get_array(MamutoArrayModel *self);
gint64 mamuto_array_model_get_first(MamutoArrayModel *self);
