/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Converts arrays to tables of text. Each element of a row is in its own column. If a row has
 * several dimensions, its elements are in C order. */
#pragma once

#include <mamuto.h>

/* The number of elements in a row; 1 if each row is a scalar. */
gint64 array_text_count_columns(MamutoArray *array);
/* (transfer full): the title of a column: "Value", "[3]" or "[0, 2]". */
char *array_text_column_title(MamutoArray *array, gint64 column);
/* (transfer full): an element for display, with the decimal point of the locale. Floats are rounded
 * to ten digits unless @exact is TRUE. */
char *array_text_cell(MamutoArray *array, gint64 row, gint64 column, gboolean exact);
/* (transfer full): an element for other programs, exact and independent of the locale. */
char *array_text_plain_cell(MamutoArray *array, gint64 row, gint64 column);
/* The width of the column for values of this type, in characters; longer values are cut. */
guint array_text_width(const MamutoDtype *dtype);
/* Returns TRUE for a numeric type. The table aligns numbers at the end of their cells. */
gboolean array_text_is_number(const MamutoDtype *dtype);
