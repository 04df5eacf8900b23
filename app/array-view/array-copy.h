/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Copies rows of an array as text for the clipboard. The text is created in a thread. */
#pragma once

#include <gtk/gtk.h>
#include <mamuto.h>

/* Maximum number of values that can be copied at once, because programs become slow if they paste
 * more text. */
#define ARRAY_COPY_MAX_VALUES 500000

/* Copies the rows at @positions. Position 0 is the row @first of @array. */
void array_copy_async(MamutoArray *array, GtkBitset *positions, gint64 first,
                      GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/* (transfer full) (nullable): the text; NULL if copying was cancelled. Sets @n_rows to the number
 * of copied rows. Sets @all to TRUE if all requested rows were copied. */
char *array_copy_finish(GAsyncResult *result, gint64 *n_rows, gboolean *all);
