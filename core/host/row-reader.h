/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The bytes of rows of some arrays, one array after another, read piece by piece while they are
 * written to a host, so that memory does not grow with the data. */
#pragma once

#include "mamuto-array.h"

G_BEGIN_DECLS

typedef struct _RowReader RowReader;

/* Reads rows [lo, hi) of each of @arrays and holds references to them. Reference counted, because a
 * blob sent in several frames is read by one reader. */
RowReader *row_reader_new(MamutoArray *const *arrays, guint n_arrays, gint64 lo, gint64 hi);
/* Hands out @bytes as the payload of a frame (wire.h, PUT). */
RowReader *row_reader_new_for_bytes(GBytes *bytes);
RowReader *row_reader_ref(RowReader *self);
void row_reader_unref(gpointer self);
guint64 row_reader_get_size(RowReader *self);
/* A FramePayloadFunc: the next @size bytes; @offset is unused, because frames request bytes in
 * order. */
gboolean row_reader_read(guint64 offset, gpointer buffer, gsize size, gpointer reader,
                         GError **error);

G_END_DECLS
