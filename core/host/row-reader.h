/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Reads the rows of several arrays as bytes, one array after another. Rows are read piece by piece
 * while they are sent to a host, so that memory use does not grow with the data. */
#pragma once

#include "mamuto-array.h"

G_BEGIN_DECLS

typedef struct _RowReader RowReader;

/* Creates a reader of rows [lo, hi) of each of @arrays. The reader holds references to the arrays
 * and is reference counted, because all frames of one blob use the same reader. */
RowReader *row_reader_new(MamutoArray *const *arrays, guint n_arrays, gint64 lo, gint64 hi);
/* Creates a reader that supplies @bytes instead of rows of arrays. */
RowReader *row_reader_new_for_bytes(GBytes *bytes);
RowReader *row_reader_ref(RowReader *self);
void row_reader_unref(gpointer self);
guint64 row_reader_get_size(RowReader *self);
/* A FramePayloadFunc that returns the next @size bytes. @offset is unused, because frames request
 * bytes in order. */
gboolean row_reader_read(guint64 offset, gpointer buffer, gsize size, gpointer reader,
                         GError **error);

G_END_DECLS
