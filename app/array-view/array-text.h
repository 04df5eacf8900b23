/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Arrays as tables of text. What lies in further dimensions stands in columns, in C order. */
#pragma once

#include <mamuto.h>

/* Elements of a row; 1 for plain values. */
gint64 array_text_count_columns(MamutoArray *array);
/* "Value", "[3]", "[0, 2]"; (transfer full). */
char *array_text_column_title(MamutoArray *array, gint64 column);
/* An element as it is shown, with the locale's decimal point; unless it is to be @exact, a float is
 * rounded to ten digits; (transfer full). */
char *array_text_cell(MamutoArray *array, gint64 row, gint64 column, gboolean exact);
/* An element for other programs: exact, independent of the locale; (transfer full). */
char *array_text_plain_cell(MamutoArray *array, gint64 row, gint64 column);
/* Characters that cells of the type take at most, as far as they should be given room. */
guint array_text_width(const MamutoDtype *dtype);
/* Whether it stands at the end of its cell. */
gboolean array_text_is_number(const MamutoDtype *dtype);
