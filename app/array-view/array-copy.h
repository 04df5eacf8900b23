/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Rows as text for the clipboard, made in a thread. */
#pragma once

#include <gtk/gtk.h>
#include <mamuto.h>

/* Values that are copied at most: what a clipboard and who pastes it still take. */
#define ARRAY_COPY_MAX_VALUES 500000

/* @first: the row that position 0 of @positions is. */
void array_copy_async(MamutoArray *array, GtkBitset *positions, gint64 first,
                      GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/* (transfer full) (nullable): it was cancelled. @n_rows: as many as are in it; @all: whether those
 * are all. */
char *array_copy_finish(GAsyncResult *result, gint64 *n_rows, gboolean *all);
