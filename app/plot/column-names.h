/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A list model of the names of an array's columns. Its items are GtkStringObjects. Each item is
 * created when it is requested, because an array may have millions of columns. */
#pragma once

#include <gtk/gtk.h>
#include <mamuto.h>

#define MAMUTO_TYPE_COLUMN_NAMES (mamuto_column_names_get_type())
G_DECLARE_FINAL_TYPE(MamutoColumnNames, mamuto_column_names, MAMUTO, COLUMN_NAMES, GObject)

/* Returns: (transfer full). */
GListModel *column_names_new(MamutoArray *array);
