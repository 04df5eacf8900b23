/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Reads rows of several arrays as one sequence of bytes, one array after another. The rows are
 * read only when they are sent to a host, because all rows together may not fit in memory. */
#pragma once

#include "mamuto-array.h"

G_BEGIN_DECLS

typedef struct _RowReader RowReader;

/* Creates a reader that returns rows [lo, hi) of the first array, then of the second array, and
 * so on. @numbers: for each array, the number of its argument, which errors name. Keeps
 * references to the arrays. Readers are reference counted, because all frames of
 * one blob share a reader. */
RowReader *row_reader_new(MamutoArray *const *arrays, const guint *numbers, guint n_arrays,
                          gint64 lo, gint64 hi);
/* Creates a reader that returns the contents of @bytes. */
RowReader *row_reader_new_for_bytes(GBytes *bytes);
RowReader *row_reader_ref(RowReader *self);
void row_reader_unref(gpointer self);
guint64 row_reader_get_size(RowReader *self);
/* Copies the next @size bytes of the rows to @buffer. This is a FramePayloadFunc. It ignores
 * @offset, because a frame requests its bytes in order. */
gboolean row_reader_read(guint64 offset, gpointer buffer, gsize size, gpointer reader,
                         GError **error);

G_END_DECLS
