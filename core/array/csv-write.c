/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Writes an array as a text table: a header line, then one line for each row of the array. Each
 * element of a row is one cell. */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "array-lines.h"
#include "array-private.h"
#include "mamuto-error.h"
#include "output-file.h"

#define BLOCK_SIZE (256 * 1024)

/* Appends a line of column names such as "value_1_2". The numbers are the indices of the column's
 * elements along all dimensions except the first. */
static void
append_header(GString *text, MamutoArray *self, gint64 n_columns, char separator)
{
    for (gint64 column = 0; column < n_columns; column++) {
        gint64 below = n_columns, rest = column;

        if (column > 0)
            g_string_append_c(text, separator);
        g_string_append(text, "value");
        for (guint i = 1; i < self->n_dims; i++) {
            below /= self->shape[i];
            g_string_append_printf(text, "_%" G_GINT64_FORMAT, rest / below);
            rest %= below;
        }
    }
    g_string_append_c(text, '\n');
}

/* The last cell in @text starts at position @start. Encloses this cell in quotes if the quotes are
 * necessary to read the same cell from the file. */
static void
quote(GString *text, gsize start, char separator)
{
    const char special[] = {separator, '"', '\n', '\r', '\0'};
    const char *cell = text->str + start;
    gsize length = text->len - start;

    if (length > 0 && strcspn(cell, special) == length && *cell != ' ' && *cell != '\t' &&
        *cell != '#' && cell[length - 1] != ' ' && cell[length - 1] != '\t')
        return;
    for (gsize i = start; i < text->len; i++)
        if (text->str[i] == '"')
            g_string_insert_c(text, (gssize)i++, '"');
    g_string_insert_c(text, (gssize)start, '"');
    g_string_append_c(text, '"');
}

static gboolean
write_rows(MamutoArray *self, gint64 n_columns, char separator, OutputFile *file, GString *text,
           GError **error)
{
    gint64 itemsize = self->dtype.itemsize;
    gint64 block_items = MAX(BLOCK_SIZE / MAX(itemsize, 1), 1);
    g_autofree guint8 *items = g_malloc0((gsize)(block_items * MAX(itemsize, 1)));
    gboolean is_text = self->dtype.kind == 'S' || self->dtype.kind == 'U';
    gint64 column = 0;

    for (gint64 done = 0; done < self->n_items; done += block_items) {
        gint64 n = MIN(block_items, self->n_items - done);

        if (!array_read_items(self, done, n, items, error))
            return FALSE;
        for (gint64 i = 0; i < n; i++) {
            gsize start = text->len;

            array_append_element(text, &self->dtype, items + i * itemsize);
            if (is_text)
                quote(text, start, separator);
            column = column + 1 < n_columns ? column + 1 : 0;
            g_string_append_c(text, column == 0 ? '\n' : separator);
            if (text->len >= BLOCK_SIZE) {
                if (!output_file_write(file, text->str, text->len, error))
                    return FALSE;
                g_string_truncate(text, 0);
            }
        }
    }
    return output_file_write(file, text->str, text->len, error);
}

/**
 * mamuto_array_save_csv:
 * @self: an array
 * @path: the file to write or replace. The separator is a tab for ".tsv", else a comma
 * @error: return location for a #GError
 *
 * Writes a table with a header. The header is "value", or, if a row has several elements,
 * "value_0", "value_1", … Floats have the shortest digits that parse to the same value. Floats
 * without a fraction are written as "1.0", as in Python and pandas; special values as "nan" and
 * "inf", bools as True and False. The file is replaced atomically. Can be called from any thread.
 *
 * Returns: %FALSE with %MAMUTO_ERROR_FAILED if the file cannot be written,
 *   %MAMUTO_ERROR_UNSUPPORTED if the rows have no elements, %MAMUTO_ERROR_INVALID_FILE if the file
 *   that contains the array can no longer be read
 */
gboolean
mamuto_array_save_csv(MamutoArray *self, const char *path, GError **error)
{
    g_autoptr(OutputFile) file = NULL;
    g_autoptr(GString) text = g_string_new(NULL);
    g_autofree char *folded = NULL;
    gint64 n_columns = 1;
    char separator;

    g_return_val_if_fail(MAMUTO_IS_ARRAY(self) && path != NULL, FALSE);

    if (array_lines_refuse(self, path, error))
        return FALSE;
    for (guint i = 1; i < self->n_dims; i++)
        n_columns *= self->shape[i];
    if (n_columns == 0) {
        g_autofree char *shown = g_filename_display_name(path);

        g_set_error(
            error, MAMUTO_ERROR, MAMUTO_ERROR_UNSUPPORTED,
            _("%s: rows without a value cannot be stored in a table; save the array as .npy"),
            shown);
        return FALSE;
    }
    folded = g_ascii_strdown(path, -1);
    separator = g_str_has_suffix(folded, ".tsv") ? '\t' : ',';
    append_header(text, self, n_columns, separator);
    file = output_file_open(path, error);
    return file != NULL && write_rows(self, n_columns, separator, file, text, error) &&
           output_file_commit(file, error);
}
