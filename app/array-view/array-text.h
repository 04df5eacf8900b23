/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Converts arrays to tables of text. Each element of a row has its own column. If a row has several
 * dimensions, the last index changes fastest from column to column. */
#pragma once

#include <mamuto.h>

/* Returns the number of elements in a row; 1 if a row is a single value. */
gint64 array_text_count_columns(MamutoArray *array);
/* (transfer full): the title of a column: its name in the table from which the array was loaded. If
 * it has none: "Value" if each row is a single value, otherwise the
 * index of the element in its row, for example "[3]" or "[0, 2]". */
char *array_text_column_title(MamutoArray *array, gint64 column);
/* (transfer full): formats an element for display, with the decimal point of the locale. Rounds
 * floats to ten digits if @exact is FALSE. */
char *array_text_cell(MamutoArray *array, gint64 row, gint64 column, gboolean exact);
/* (transfer full): formats an element for other programs. Writes all digits, and writes the decimal
 * point as "." in every locale. */
char *array_text_plain_cell(MamutoArray *array, gint64 row, gint64 column);
/* Returns the width in characters of a column for values of type @dtype. Longer values are cut off.
 */
guint array_text_width(const MamutoDtype *dtype);
/* Returns TRUE for a numeric type. The table aligns numbers at the end of their cells. */
gboolean array_text_is_number(const MamutoDtype *dtype);
