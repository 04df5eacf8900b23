/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Writes an array as a text table: a header line, then one line for each row of the array. Each
 * element of a row is one cell. Reading the table gives the same values. Where the cells alone do
 * not suffice for that, a hint for the reader precedes the header (csv-hint.h). */
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "array-lines.h"
#include "array-private.h"
#include "csv-hint.h"
#include "csv-kind.h"
#include "dtype-convert.h"
#include "json-text.h"
#include "mamuto-error.h"
#include "output-file.h"

#define BLOCK_SIZE (256 * 1024)

/* The reader finds the header by the numbers in this many rows at the beginning of a table. */
#define HEAD_ROWS 50

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

/* Returns whether one of the first elements is a finite number. Without a number, the header of the
 * table could be taken for a row of texts. */
static gboolean
begins_with_number(MamutoArray *self, gint64 n_columns)
{
    const MamutoDtype wide = {'c', G_BYTE_ORDER == G_LITTLE_ENDIAN ? '<' : '>', 16};
    gint64 n = MIN(self->n_items, HEAD_ROWS * MIN(n_columns, BLOCK_SIZE));
    g_autofree guint8 *items = g_malloc((gsize)n * self->dtype.itemsize + 1);
    double value[2];

    if (!array_read_items(self, 0, n, items, NULL))
        return FALSE;
    for (gint64 i = 0; i < n; i++) {
        mamuto_dtype_convert(&self->dtype, items + i * self->dtype.itemsize, &wide, value, 1);
        if (isfinite(value[0]) && isfinite(value[1]))
            return TRUE;
    }
    return FALSE;
}

/* Notes in @options what the reader needs if it could otherwise take the header for data, or a text
 * for a number. */
static void
note_header(MamutoArray *self, gint64 n_columns, char separator, MamutoTableOptions *options)
{
    g_autoptr(GStrvBuilder) columns = g_strv_builder_new();
    gboolean is_text = mamuto_array_is_text(self);

    if (!is_text && begins_with_number(self, n_columns))
        return;
    options->header = MAMUTO_TABLE_YES;
    options->separator = separator;
    for (gint64 i = 0; is_text && i < n_columns; i++) {
        char number[24];

        g_snprintf(number, sizeof number, "%" G_GINT64_FORMAT, i);
        g_strv_builder_add(columns, number);
    }
    if (is_text)
        options->text = g_strv_builder_end(columns);
}

/* Appends a hint if the cells alone do not suffice for reading the same array. */
static gboolean
append_hint(GString *text, MamutoArray *self, gint64 n_columns, char separator, GError **error)
{
    g_autoptr(MamutoTableOptions) options = mamuto_table_options_new();

    note_header(self, n_columns, separator, options);
    if (!csv_kind_note(self, n_columns, options, error))
        return FALSE;
    if (options->header != MAMUTO_TABLE_AUTO || options->kind != NULL || options->shape != NULL)
        csv_append_hint(text, options);
    return TRUE;
}

/* Fails if an element of text contains what a table in UTF-8 cannot represent: a NUL before another
 * character, half of a surrogate pair, or bytes that are not UTF-8. */
static gboolean
check_text(const MamutoDtype *dtype, const guint8 *item, gint64 row, GError **error)
{
    gsize n = dtype->itemsize / (dtype->kind == 'U' ? 4 : 1);
    gboolean ok = TRUE, seen_nul = FALSE;
    gsize length = n;

    while (dtype->kind == 'S' && length > 0 && item[length - 1] == 0)
        length--;
    if (dtype->kind == 'S')
        ok = g_utf8_validate_len((const char *)item, length, NULL);
    for (gsize i = 0; dtype->kind == 'U' && i < n && ok; i++) {
        gunichar c;

        memcpy(&c, item + 4 * i, sizeof c);
        c = mamuto_dtype_is_swapped(dtype) ? GUINT32_SWAP_LE_BE(c) : c;
        ok = c == 0 || (!seen_nul && g_unichar_validate(c));
        seen_nul = seen_nul || c == 0;
    }
    if (!ok)
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_UNSUPPORTED,
                    _("row %'" PRId64 " has a text that a table cannot contain (not valid "
                      "Unicode, or with a NUL character); save the array as .npy"),
                    row);
    return ok;
}

static gboolean
is_special(char c)
{
    return (guint8)c <= ' ' || c == ',' || c == ';' || c == '|' || c == '"';
}

/* The last cell in @text starts at position @start. Encloses this cell in quotes if the quotes are
 * necessary to read the same cell from the file. All characters that separate the cells of any
 * table are quoted, not only the separator of this one, and so are those that begin a comment. */
static void
quote(GString *text, gsize start)
{
    const char *cell = text->str + start;
    gboolean special = start == text->len || *cell == '#' || *cell == '%';

    for (gsize i = start; i < text->len && !special; i++)
        special = is_special(text->str[i]);
    if (!special)
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
    gboolean texts = mamuto_array_is_text(self);
    gint64 column = 0;

    for (gint64 done = 0; done < self->n_items; done += block_items) {
        gint64 n = MIN(block_items, self->n_items - done);

        if (!array_read_items(self, done, n, items, error))
            return FALSE;
        for (gint64 i = 0; i < n; i++) {
            gsize start = text->len;

            if (texts &&
                !check_text(&self->dtype, items + i * itemsize, (done + i) / n_columns, error))
                return FALSE;
            array_append_element(text, &self->dtype, items + i * itemsize);
            if (texts)
                quote(text, start);
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

/* Appends the cell of a text that is stored as a JSON string. A row without a value has "null", and
 * its cell is empty, as in a table of an array of text. */
static gboolean
append_json_text(GString *text, const GString *json, gint64 row, GError **error)
{
    g_autofree gunichar *decoded = NULL;
    g_autofree char *cell = NULL;
    gsize n, start = text->len;
    gboolean ok = TRUE;

    if (!json_is_text(json->str, json->len)) {
        /* the empty cell of a row without a value */
    } else if (memchr(json->str, '\\', json->len) == NULL) {
        g_string_append_len(text, json->str + 1, (gssize)json->len - 2);
    } else {
        decoded = g_new(gunichar, json->len);
        n = json_text_decode(json->str, json->len, decoded);
        for (gsize i = 0; i < n && ok; i++)
            ok = decoded[i] != 0 && g_unichar_validate(decoded[i]);
        if (ok)
            cell = g_ucs4_to_utf8(decoded, (glong)n, NULL, NULL, NULL);
    }
    if (!ok) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_UNSUPPORTED,
                    _("row %'" PRId64 " has a text that a table cannot contain (not valid "
                      "Unicode, or with a NUL character); save the texts as .jsonl"),
                    row);
        return FALSE;
    }
    if (cell != NULL)
        g_string_append(text, cell);
    quote(text, start);
    g_string_append_c(text, '\n');
    return TRUE;
}

static gboolean
write_json_texts(MamutoArray *self, OutputFile *file, GString *text, GError **error)
{
    g_autoptr(GString) json = g_string_new(NULL);

    for (gint64 row = 0; row < self->n_items; row++) {
        g_string_truncate(json, 0);
        if (!array_lines_append_row(self, row, G_MAXSSIZE / 2, json, error) ||
            !append_json_text(text, json, row, error))
            return FALSE;
        if (text->len >= BLOCK_SIZE) {
            if (!output_file_write(file, text->str, text->len, error))
                return FALSE;
            g_string_truncate(text, 0);
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
 * "inf", bools as True and False. mamuto_array_load() reads the same array from the table, in
 * native byte order. If the cells alone do not suffice for that, as for texts such as "007",
 * numbers other than 64-bit ones, or more than two axes, the first line is a comment that begins
 * with '#' and tells the reader the kind and the shape. JSON values are written only if all of them
 * are texts; see mamuto_array_is_text(). The file is replaced atomically. Can be called from any
 * thread.
 *
 * Returns: %FALSE with %MAMUTO_ERROR_FAILED if the file cannot be written,
 *   %MAMUTO_ERROR_UNSUPPORTED if the rows have no elements or if a text is not valid Unicode,
 *   %MAMUTO_ERROR_INVALID_FILE if the file that contains the array can no longer be read
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

    if (!self->is_text && array_lines_refuse(self, path, error))
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
    if (!append_hint(text, self, n_columns, separator, error))
        return FALSE;
    append_header(text, self, n_columns, separator);
    file = output_file_open(path, error);
    return file != NULL &&
           (self->is_text ? write_json_texts(self, file, text, error)
                          : write_rows(self, n_columns, separator, file, text, error)) &&
           output_file_commit(file, error);
}
