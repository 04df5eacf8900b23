/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See array-text.h. */
#include "array-text.h"

#include <glib/gi18n.h>
#include <string.h>

#include "../app-text.h"

/* Maximum width in characters of text in the table. Longer text is cut off. */
#define WIDEST_TEXT 40

/* Width of a number in the table, in characters: ten digits with sign and decimal point. */
#define NUMBER_WIDTH 12

gint64
array_text_count_columns(MamutoArray *array)
{
    guint n_dims;
    const gint64 *shape = mamuto_array_get_shape(array, &n_dims);
    gint64 n = 1;

    for (guint i = 1; i < n_dims; i++)
        n *= shape[i];
    return n;
}

/* Converts a row and a column to an array index, which has one number for each dimension. */
static void
find_index(MamutoArray *array, gint64 row, gint64 column, gint64 *index)
{
    guint n_dims;
    const gint64 *shape = mamuto_array_get_shape(array, &n_dims);

    for (guint i = n_dims; i-- > 1;) {
        index[i] = column % shape[i];
        column /= shape[i];
    }
    index[0] = row;
}

/* (transfer full) (nullable): the name of a column of a table that has a header. */
static char *
find_name(MamutoArray *array, gint64 column)
{
    const MamutoTable *table = mamuto_array_get_table(array);
    g_autofree char *name = NULL;

    if (!table || !table->names || column >= table->n_chosen ||
        !*table->names[table->chosen[column]])
        return NULL;
    name = mamuto_text_escape(table->names[table->chosen[column]], FALSE);
    if (g_utf8_strlen(name, -1) <= WIDEST_TEXT)
        return g_steal_pointer(&name);
    *g_utf8_offset_to_pointer(name, WIDEST_TEXT) = '\0';
    return g_strconcat(name, "…", NULL);
}

char *
array_text_column_title(MamutoArray *array, gint64 column)
{
    guint n_dims = mamuto_array_get_n_dims(array);
    char *name = find_name(array, column);
    gint64 index[MAMUTO_ARRAY_MAX_DIMS];
    GString *title;

    if (name)
        return name;
    if (n_dims < 2)
        return g_strdup(_("Value"));
    find_index(array, 0, column, index);
    title = g_string_new("[");
    for (guint i = 1; i < n_dims; i++)
        g_string_append_printf(title, "%s%" G_GINT64_FORMAT, i > 1 ? ", " : "", index[i]);
    g_string_append_c(title, ']');
    return g_string_free(title, FALSE);
}

char *
array_text_plain_cell(MamutoArray *array, gint64 row, gint64 column)
{
    gint64 index[MAMUTO_ARRAY_MAX_DIMS];

    if (mamuto_array_is_json(array)) {
        char *text = mamuto_array_is_text(array) ? mamuto_array_read_text(array, row, NULL)
                                                 : mamuto_array_read_json(array, row, NULL);

        return text ? text : g_strdup("");
    }
    find_index(array, row, column, index);
    return mamuto_array_format_element(array, index);
}

/* Rounds the number in @text to ten significant digits, because more digits would make the table
 * too wide. */
static char *
shorten(const char *text)
{
    return g_strdup_printf("%.10g", g_ascii_strtod(text, NULL));
}

char *
array_text_cell(MamutoArray *array, gint64 row, gint64 column, gboolean exact)
{
    gint64 index[MAMUTO_ARRAY_MAX_DIMS];
    g_autofree char *text = NULL;
    MamutoDtype dtype;

    find_index(array, row, column, index);
    text = mamuto_array_format_element(array, index);
    mamuto_array_get_dtype(array, &dtype);
    if (strchr("USJ", dtype.kind))
        return mamuto_text_escape(text, FALSE);
    if (!exact && dtype.kind == 'f' && strlen(text) > NUMBER_WIDTH)
        return shorten(text);
    return strchr("fc", dtype.kind) ? app_text_number(text) : g_steal_pointer(&text);
}

guint
array_text_width(const MamutoDtype *dtype)
{
    switch (dtype->kind) {
    case 'b':
        return 6;
    case 'i':
    case 'u':
        return dtype->itemsize == 8 ? 20 : dtype->itemsize == 4 ? 11 : 6;
    case 'f':
        return dtype->itemsize > 2 ? NUMBER_WIDTH + 2 : 9;
    case 'c':
        return dtype->itemsize == 16 ? WIDEST_TEXT : 28;
    case 'U':
        return CLAMP(dtype->itemsize / 4, 6, WIDEST_TEXT);
    case 'J':
        return WIDEST_TEXT;
    default:
        return CLAMP(dtype->itemsize, 6, WIDEST_TEXT);
    }
}

gboolean
array_text_is_number(const MamutoDtype *dtype)
{
    return strchr("biufc", dtype->kind) != NULL;
}
