/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The element type and the shape of a table that Mamuto has saved, as far as its cells do not show
 * them: a table of the numbers 1 and 2 may have been an array of 8-bit integers. They are in the
 * hint of the table (csv-hint.h). */
#pragma once

#include "csv.h"

G_BEGIN_DECLS

/* Sets the kind and the shape in @options, where reading the cells alone would give others.
 * @n_columns: number of columns of the table. Fails if @array can no longer be read. */
gboolean csv_kind_note(MamutoArray *array, gint64 n_columns, MamutoTableOptions *options,
                       GError **error);
/* Converts @array, as the cells of a table gave it, to the kind and the shape in @options. Frees
 * @array and returns the converted one (transfer full), or NULL with @error if a value would
 * change. @has_all_columns: whether the array consists of all columns of the table in order. */
MamutoArray *csv_kind_apply(MamutoArray *array, const MamutoTableOptions *options,
                            gboolean has_all_columns, GError **error);
/* Parses a shape such as "3x4" into the lengths of the axes after the first one. Returns the number
 * of these axes, or 0 if @text is no shape. */
guint csv_kind_parse_shape(const char *text, gint64 lengths[MAMUTO_ARRAY_MAX_DIMS]);

G_END_DECLS
