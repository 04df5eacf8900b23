/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Copies rows as text for the clipboard, in a thread. */
#pragma once

#include <gtk/gtk.h>
#include <mamuto.h>

/* Most values copied at a time, because clipboards and the programs that paste slow down with more.
 */
#define ARRAY_COPY_MAX_VALUES 500000

/* @first: the array's row at position 0 of @positions. */
void array_copy_async(MamutoArray *array, GtkBitset *positions, gint64 first,
                      GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/* (transfer full) (nullable): cancelled. @n_rows: number of copied rows; @all: whether these are
 * all requested rows. */
char *array_copy_finish(GAsyncResult *result, gint64 *n_rows, gboolean *all);
