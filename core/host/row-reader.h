/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Reads rows of several arrays as one sequence of bytes, one array after another, or one whole
 * array. They are read only when they are sent to a host, because all rows together may not fit in
 * memory. */
#pragma once

#include "mamuto-argument.h"

G_BEGIN_DECLS

typedef struct _RowReader RowReader;

/* Creates a reader that returns rows [lo, hi) of the array of the first argument, then of the
 * second, and so on. @numbers: for each argument, its number, which errors name. Keeps references
 * to the arguments. Readers are reference counted, because all frames of one blob share a reader.
 */
RowReader *row_reader_new(MamutoArgument *const *arguments, const guint *numbers, guint n_arguments,
                          gint64 lo, gint64 hi);
/* Creates a reader that returns all elements of an array, in Fortran order if they are stored in
 * Fortran order, otherwise in C order. @number: the number of the argument. */
RowReader *row_reader_new_whole(MamutoArgument *argument, guint number);
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
