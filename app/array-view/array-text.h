/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Arrays as tables of text. Columns are the elements of a row in C order, over all further
 * dimensions. */
#pragma once

#include <mamuto.h>

/* Number of elements in a row; 1 if the rows are scalars. */
gint64 array_text_count_columns(MamutoArray *array);
/* "Value", "[3]", "[0, 2]"; (transfer full). */
char *array_text_column_title(MamutoArray *array, gint64 column);
/* An element for display, with the locale's decimal point. Floats are rounded to ten digits unless
 * @exact is set. (transfer full). */
char *array_text_cell(MamutoArray *array, gint64 row, gint64 column, gboolean exact);
/* An element for other programs: exact and independent of the locale; (transfer full). */
char *array_text_plain_cell(MamutoArray *array, gint64 row, gint64 column);
/* Characters to reserve for a cell of this type; longer values are cut. */
guint array_text_width(const MamutoDtype *dtype);
/* Whether values are aligned at the end of their cells. */
gboolean array_text_is_number(const MamutoDtype *dtype);
