/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Parses cells as numbers, bools or text, and stores the values in the array. Decides for each
 * column whether it consists of text. A text in any other column is an error. */
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "array-private.h"
#include "csv.h"
#include "mamuto-error.h"

/* Maximum number of characters in a cell. A longer cell is most likely caused by a quote that is
 * not closed. */
#define MAX_CHARS 65536

char *
csv_column_name(const CsvTable *table, guint column)
{
    const char *name = table->layout.names != NULL ? table->layout.names->pdata[column] : "";
    g_autofree char *shown = NULL;

    if (*name == '\0')
        return g_strdup_printf(_("column %u"), column);
    shown = array_show_text(name, strlen(name));
    return g_strdup_printf(_("column %s (number %u)"), shown, column);
}

static gboolean
ask_for(CsvRange *range, CsvKind kind)
{
    range->needed = MAX(range->needed, kind);
    return FALSE;
}

static void
put(CsvRange *range, guint place, gconstpointer item)
{
    CsvTable *table = range->table;
    gsize index = (gsize)range->row * table->n_chosen + place;

    memcpy(table->dest + index * table->item_size, item, table->item_size);
}

static gboolean
store_int(CsvRange *range, const char *text, gsize length, guint place)
{
    CsvKind kind = range->table->kind;
    gint64 value;
    double number;

    switch (number_parse_int(text, length, &value)) {
    case NUMBER_INT:
        if (kind == CSV_UINT && value < 0)
            return ask_for(range, CSV_FLOAT);
        break;
    case NUMBER_UINT:
        if (kind == CSV_INT)
            return ask_for(range, CSV_UINT);
        break;
    case NUMBER_TOO_BIG:
        return ask_for(range, CSV_FLOAT);
    default:
        return ask_for(range, length == 0 || number_parse_double(text, length, &number) ? CSV_FLOAT
                                                                                        : CSV_TEXT);
    }
    put(range, place, &value);
    return TRUE;
}

static gboolean
set_cell_error(CsvRange *range, guint place, const CsvCell *cell, const char *what)
{
    const CsvTable *table = range->table;
    g_autofree char *column = csv_column_name(table, table->chosen[place]);
    g_autofree char *shown = array_show_text(cell->text, cell->length);

    /* Translators: an example of this message is "line 5, column 2: 'abc' is longer than 65536
     * characters" */
    g_set_error(&range->error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE,
                _("line %" PRIu64 ", %s: %s %s"), range->line, column, shown, what);
    return FALSE;
}

static gboolean
store_text(CsvRange *range, const CsvCell *cell, guint place)
{
    g_autofree char *text = csv_cell_to_string(cell);
    gsize max_chars = range->table->item_size / 4;
    g_autofree gunichar *chars = g_new0(gunichar, max_chars + 1);
    gsize n = 0;

    /* An earlier pass has checked that all cells are valid UTF-8. An invalid cell therefore means
     * that the file has changed since then. */
    if (!g_utf8_validate(text, -1, NULL))
        return set_cell_error(range, place, cell, _("has changed while the file was read"));
    for (const char *p = text; *p != '\0' && n < max_chars; p = g_utf8_next_char(p))
        chars[n++] = g_utf8_get_char(p);
    put(range, place, chars);
    return TRUE;
}

static gboolean
classify(CsvRange *range, const CsvCell *cell, const char *trimmed, gsize length, guint place)
{
    CsvColumn *column = &range->table->columns[place];
    gboolean truth;
    gsize n_chars;
    double number;

    /* The encoding and the length of every cell are checked, even of a number, because a text
     * column stores its numbers as text. */
    if (!g_utf8_validate_len(cell->text, cell->length, NULL))
        return set_cell_error(range, place, cell, _("is not in UTF-8; save the file as UTF-8"));
    n_chars = (gsize)g_utf8_strlen(cell->text, (gssize)cell->length);
    for (gsize i = 0; cell->doubled && i < cell->length; i++)
        if (cell->text[i] == '"') {
            n_chars--;
            i++;
        }
    column->max_chars = MAX(column->max_chars, n_chars);
    if (column->max_chars > MAX_CHARS)
        return set_cell_error(range, place, cell, _("is longer than 65536 characters"));
    if (length == 0)
        return TRUE;
    if (number_parse_double(trimmed, length, &number)) {
        if (column->n_numbers++ == 0)
            column->number_line = range->line;
        return TRUE;
    }
    column->n_bools += csv_parse_bool(trimmed, length, &truth);
    if (column->n_texts++ == 0) {
        column->text_line = range->line;
        column->text = g_strndup(cell->text, cell->length);
        column->text_first = column->n_numbers == 0;
    }
    return TRUE;
}

gboolean
csv_store_cell(CsvRange *range, const CsvCell *cell, guint place)
{
    const char *text = cell->text;
    gsize length = cell->length;
    gboolean truth;
    guint8 byte;
    double number;

    csv_trim(&text, &length);
    switch (range->table->kind) {
    case CSV_COUNT:
        return TRUE;
    case CSV_CLASSIFY:
        return classify(range, cell, text, length, place);
    case CSV_BOOL:
        if (!csv_parse_bool(text, length, &truth))
            return ask_for(range, CSV_TEXT);
        byte = (guint8)truth;
        put(range, place, &byte);
        return TRUE;
    case CSV_INT:
    case CSV_UINT:
        return store_int(range, text, length, place);
    case CSV_FLOAT:
        if (length == 0)
            number = NAN;
        else if (!number_parse_double(text, length, &number))
            return ask_for(range, CSV_TEXT);
        put(range, place, &number);
        return TRUE;
    default:
        return store_text(range, cell, place);
    }
}

/* A column is text if it has more text cells than numbers. If it has as many text cells as numbers,
 * its first nonempty cell decides. */
static gboolean
is_text_column(const CsvColumn *column)
{
    return column->n_texts > column->n_numbers ||
           (column->n_texts == column->n_numbers && column->text_first);
}

static gboolean
set_text_error(const CsvTable *table, guint place, gboolean mixed, GError **error)
{
    const CsvColumn *column = &table->columns[place];
    g_autofree char *name = csv_column_name(table, table->chosen[place]);
    g_autofree char *shown = array_show_text(column->text, strlen(column->text));
    const char *comma = strchr(column->text, ',');
    gboolean decimal_comma =
        comma != NULL && strspn(column->text, "+-0123456789,eE") == strlen(column->text);

    if (mixed)
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE,
                    _("line %" PRIu64 ", %s holds text (%s), other columns numbers; "
                      "choose columns that belong together, as in 't.csv:x,y' or 't.csv:0,2'"),
                    column->text_line, name, shown);
    else
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE,
                    decimal_comma
                        ? _("line %" PRIu64
                            ", %s: %s is not a number; the decimal separator must be a point")
                        : _("line %" PRIu64 ", %s: %s is not a number"),
                    column->text_line, name, shown);
    return FALSE;
}

gboolean
csv_judge_columns(CsvTable *table, CsvKind *kind, GError **error)
{
    guint n_text = 0, n_bool = 0, n_empty = 0;

    for (guint i = 0; i < table->n_chosen; i++) {
        const CsvColumn *column = &table->columns[i];
        gboolean empty = column->n_texts == 0 && column->n_numbers == 0;

        n_empty += empty;
        if (!empty && is_text_column(column))
            n_text++;
        else if (column->n_texts > 0)
            return set_text_error(table, i, FALSE, error);
        n_bool += column->n_bools > 0 && column->n_bools == table->n_rows;
    }
    if (n_bool == table->n_chosen) {
        *kind = CSV_BOOL;
        return TRUE;
    }
    *kind = n_text > 0 ? CSV_TEXT : CSV_FLOAT;
    for (guint i = 0; n_text > 0 && n_text + n_empty < table->n_chosen && i < table->n_chosen; i++)
        if (table->columns[i].n_texts > 0)
            return set_text_error(table, i, TRUE, error);
    return TRUE;
}
