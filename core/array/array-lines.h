/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Arrays of JSON values: rows of differing lengths, as lines of a file. Such a MamutoArray has the
 * dtype kind 'J' and one dimension. Its elements have no fixed size, so the functions that read
 * elements by their size refuse it. Row i is the bytes from offset i of the index to offset i + 1:
 * a JSON value in UTF-8 and the white space after it, such as the line break. The index has 8 bytes
 * for each row, and it is made when a row is first read. The lines are not kept in memory. */
#pragma once

#include "mamuto-array.h"

G_BEGIN_DECLS

/* From the row `row` on, `n_blank` blank lines of the file are before each row. */
typedef struct {
    gint64 row;
    guint64 n_blank;
} BlankLines;

/* @fd: (transfer full): a file of @n_rows lines without blank lines; closed even if this call
 * fails. */
MamutoArray *array_lines_new_for_fd(int fd, gint64 n_rows, GError **error);
/* Says what the JSON values of the array are. @kind: 'U': strings; 'S': objects with bytes, see
 * json_bytes_append(); 'J': of any kind. Rows without a value are null. */
void array_lines_set_kind(MamutoArray *self, char kind);
/* Returns (transfer none): n_rows + 1 offsets in the file. */
const guint64 *array_lines_get_index(MamutoArray *self, GError **error);
/* Returns (transfer none): the path of the file for messages, or NULL if the rows are not from a
 * file of the user. Sets @line to the number of the row's line in the file, from 1. */
const char *array_lines_find_line(MamutoArray *self, gint64 row, guint64 *line);
/* Appends the JSON text of a row without the white space at its end. A longer text than @max bytes
 * is cut there, and "…" is appended. */
gboolean array_lines_append_row(MamutoArray *self, gint64 row, gsize max, GString *text,
                                GError **error);
/* Returns the size in bytes of the rows [lo, hi) as a block of variable rows (see wire.h): hi - lo
 * + 1 offsets and then the bytes. The array must have an index. */
guint64 array_lines_get_block_size(MamutoArray *self, gint64 lo, gint64 hi);
/* Copies @size bytes of this block to @dest, from the byte @from on, which must be a multiple of
 * 8. */
gboolean array_lines_read_block(MamutoArray *self, gint64 lo, gint64 hi, guint64 from, gsize size,
                                guint8 *dest, GError **error);
/* Returns (transfer full): an array in memory with the rows whose numbers are in @rows. */
MamutoArray *array_lines_pick(MamutoArray *self, const gint64 *rows, gint64 n,
                              GCancellable *cancellable, GError **error);
/* Returns TRUE if the array contains JSON, and sets an error that names the way to save it. @path:
 * the file in which it cannot be saved. */
gboolean array_lines_refuse(MamutoArray *self, const char *path, GError **error);

G_END_DECLS
