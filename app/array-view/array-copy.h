/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Copies rows of an array as text for the clipboard. The text is created in a thread. */
#pragma once

#include <gtk/gtk.h>
#include <mamuto.h>

/* Maximum number of values in one copy, because larger copies slow down clipboards and the programs
 * that paste the text. */
#define ARRAY_COPY_MAX_VALUES 500000

/* @positions: positions of rows in the model. @first: the row of the array at position 0. */
void array_copy_async(MamutoArray *array, GtkBitset *positions, gint64 first,
                      GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/* (transfer full) (nullable): the text; NULL if the copy was cancelled. @n_rows: the number of
 * copied rows; @all: TRUE if all requested rows were copied. */
char *array_copy_finish(GAsyncResult *result, gint64 *n_rows, gboolean *all);
