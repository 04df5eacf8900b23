/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Parses cells as numbers, bools or text, and stores the values in the array. Decides for each
 * column whether it consists of text. A text in any other column is an error. */
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "array-private.h"
#include "csv-texts.h"
#include "csv.h"
#include "error-private.h"

/* Maximum number of characters in a cell of several columns, because all cells of an array of text
 * have the length of the longest. The cells of a single column may be longer, see csv-texts.h. */
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
        return ask_for(
            range, csv_find_value(&range->table->layout, text, length) < CSV_VALUE_BOOL ||
                           csv_find_value(&range->table->layout, text, length) == CSV_VALUE_FLOAT
                       ? CSV_FLOAT
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
                _("line %" PRIu64 ", %s: %s %s"), range->lines.current, column, shown, what);
    return FALSE;
}

static gboolean
store_text(CsvRange *range, const CsvCell *cell, guint place)
{
    g_autofree char *text = csv_cell_to_string(cell);
    gsize max_chars = range->table->item_size / 4;
    g_autofree gunichar *chars = NULL;
    gsize n = 0;

    /* An earlier pass has checked that all cells are valid UTF-8. An invalid cell therefore means
     * that the file has changed since then. */
    if (!g_utf8_validate(text, -1, NULL))
        return set_cell_error(range, place, cell, _("has changed while the file was read"));
    if (range->table->texts != NULL)
        return csv_texts_add(range, text);
    chars = g_new0(gunichar, max_chars + 1);
    for (const char *p = text; *p != '\0' && n < max_chars; p = g_utf8_next_char(p))
        chars[n++] = g_utf8_get_char(p);
    put(range, place, chars);
    return TRUE;
}

static void
note_missing(CsvRange *range, const char *text, gsize length)
{
    range->n_missing++;
    if (range->missing == NULL)
        range->missing = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_hash_table_add(range->missing, g_strndup(text, length));
}

static void
count_value(CsvRange *range, CsvColumn *column, const CsvCell *cell, const char *trimmed,
            gsize length)
{
    const CsvLayout *layout = &range->table->layout;
    CsvValue value = csv_find_value(layout, trimmed, length);
    double number;

    switch (value) {
    case CSV_VALUE_EMPTY:
        return;
    case CSV_VALUE_MISSING:
        column->n_missing++;
        return;
    case CSV_VALUE_COMPLEX:
        column->n_complex++;
        return;
    case CSV_VALUE_FLOAT:
    case CSV_VALUE_INT:
        column->n_numbers++;
        if (!csv_parse_number(layout, trimmed, length, &number))
            return;
        column->n_fractions += value == CSV_VALUE_FLOAT && isfinite(number);
        if (column->inexact_line == 0 && csv_is_inexact_int(trimmed, length, number)) {
            column->inexact_line = range->lines.current;
            column->inexact = g_strndup(trimmed, length);
        }
        return;
    default:
        column->n_bools += value == CSV_VALUE_BOOL;
        column->n_commas +=
            csv_find_comma(trimmed, length) != CSV_COMMA_NONE ||
            (layout->decimal == ',' && number_parse_double(trimmed, length, &number));
        if (column->n_texts++ > 0)
            return;
        column->text_line = range->lines.current;
        column->text = g_strndup(cell->text, cell->length);
        column->text_first = column->n_numbers == 0;
    }
}

static gboolean
classify(CsvRange *range, const CsvCell *cell, const char *trimmed, gsize length, guint place)
{
    CsvColumn *column = &range->table->columns[place];
    gsize n_chars;

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
    if (column->max_chars > MAX_CHARS && range->table->n_chosen > 1)
        return set_cell_error(range, place, cell,
                              _("is longer than 65536 characters; choose a single column for each "
                                "parameter of the function, in which texts can be longer"));
    count_value(range, column, cell, trimmed, length);
    return TRUE;
}

/* Stores a number, or nan for a missing value. @parts: 1 for a float, 2 for a complex number. */
static gboolean
store_number(CsvRange *range, const char *text, gsize length, guint place, guint parts)
{
    const CsvLayout *layout = &range->table->layout;
    double value[2] = {NAN, 0};

    if (length > 0 && !csv_parse_number(layout, text, length, &value[0]) &&
        (parts == 1 || !csv_parse_complex(text, length, value))) {
        if (!csv_is_missing(text, length))
            return ask_for(range, CSV_TEXT);
        note_missing(range, text, length);
        value[0] = NAN;
        value[1] = 0;
    }
    range->inexact = range->inexact || csv_is_inexact_int(text, length, value[0]);
    put(range, place, value);
    return TRUE;
}

gboolean
csv_store_cell(CsvRange *range, const CsvCell *cell, guint place)
{
    const char *text = cell->text;
    gsize length = cell->length;
    gboolean truth;
    guint8 byte;

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
        return store_number(range, text, length, place, 1);
    case CSV_COMPLEX:
        return store_number(range, text, length, place, 2);
    default:
        return store_text(range, cell, place);
    }
}

/* A column is text if it has more text cells than numbers. If it has as many text cells as numbers,
 * its first nonempty cell decides. Numbers that need an option because of their commas are not
 * text. Neither is a single word above the numbers of a column that is nearly empty. */
static gboolean
is_text_column(const CsvTable *table, const CsvColumn *column)
{
    gint64 n_values = column->n_numbers + column->n_complex + column->n_commas;
    gint64 n_texts = column->n_texts - column->n_commas;

    if (column->as_text)
        return TRUE;
    if (n_texts == 0)
        return FALSE;
    if (n_texts == 1 && n_values > 0 && table->layout.header != MAMUTO_TABLE_HEADER_ROW &&
        column->text_line == table->layout.first_line)
        return FALSE;
    return n_texts > n_values || (n_texts == n_values && column->text_first);
}

/* Appends to @error what to do about the first text of a column of numbers. */
static void
append_advice(const CsvTable *table, const CsvColumn *column, GError *error)
{
    const char *text = column->text;
    gsize length = strlen(text);
    CsvComma comma;
    double number;

    csv_trim(&text, &length);
    comma = csv_find_comma(text, length);
    if (number_parse_double(text, length, &number))
        error_append_advice(error, MAMUTO_ADVICE_SET_DECIMAL,
                            _("; other numbers have a decimal comma; write +decimal=. if the comma "
                              "groups digits"));
    else if (comma == CSV_COMMA_GROUPS)
        error_append_advice(error, MAMUTO_ADVICE_SET_DECIMAL,
                            _("; write +decimal=. if commas group the digits of numbers"));
    else if (comma == CSV_COMMA_DOUBTFUL)
        error_append_advice(error, MAMUTO_ADVICE_SET_DECIMAL,
                            _("; write +decimal=, if the comma is a decimal comma, or +decimal=. "
                              "if it groups digits"));
    else if (comma != CSV_COMMA_NONE)
        error_append_advice(error, MAMUTO_ADVICE_SET_DECIMAL,
                            _("; write +decimal=, if the comma is a decimal comma"));
    else if (table->layout.header == MAMUTO_TABLE_HEADER_NONE &&
             column->text_line == table->layout.first_line)
        error_append_advice(error, MAMUTO_ADVICE_SET_HEADER,
                            _("; write +header=yes if this line is a header"));
}

static gboolean
set_text_error(const CsvTable *table, guint place, gboolean mixed, GError **error)
{
    const CsvColumn *column = &table->columns[place];
    g_autofree char *name = csv_column_name(table, table->chosen[place]);
    g_autofree char *shown = array_show_text(column->text, strlen(column->text));

    if (mixed && column->n_bools == table->n_rows)
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE,
                    _("line %" PRIu64 ", %s holds booleans (%s), other columns do not"),
                    column->text_line, name, shown);
    else if (mixed)
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE,
                    _("line %" PRIu64 ", %s holds text (%s), other columns numbers"),
                    column->text_line, name, shown);
    else
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE,
                    _("line %" PRIu64 ", %s: %s is not a number"), column->text_line, name, shown);
    if (error == NULL)
        return FALSE;
    if (mixed)
        error_append_advice(*error, MAMUTO_ADVICE_CHOOSE_COLUMNS,
                            _("; choose columns that belong together, as in 't.csv:x,y' or "
                              "'t.csv:0,2'"));
    else
        append_advice(table, column, *error);
    return FALSE;
}

gboolean
csv_check_exact(CsvTable *table, GError **error)
{
    for (guint i = 0; i < table->n_chosen; i++) {
        const CsvColumn *column = &table->columns[i];
        g_autofree char *name = NULL;
        g_autofree char *shown = NULL;
        g_autofree char *advice = NULL;

        if (column->inexact_line == 0 || column->n_fractions > 0 || column->n_complex > 0)
            continue;
        name = csv_column_name(table, table->chosen[i]);
        shown = array_show_text(column->inexact, strlen(column->inexact));
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE,
                    _("line %" PRIu64 ", %s: %s would lose digits as a floating-point number, "
                      "which missing cells, other columns or the range of values require"),
                    column->inexact_line, name, shown);
        /* Translators: %u is the number of a column */
        advice = g_strdup_printf(_("; choose the column alone, or read it as text (+text=%u)"),
                                 table->chosen[i]);
        if (error != NULL)
            error_append_advice(*error, MAMUTO_ADVICE_CHOOSE_COLUMNS, advice);
        return FALSE;
    }
    return TRUE;
}

gboolean
csv_judge_columns(CsvTable *table, CsvKind *kind, GError **error)
{
    guint n_text = 0, n_bool = 0, n_empty = 0, n_complex = 0;

    for (guint i = 0; i < table->n_chosen; i++) {
        const CsvColumn *column = &table->columns[i];

        n_empty += !column->as_text && column->n_texts + column->n_numbers + column->n_complex == 0;
        if (is_text_column(table, column))
            n_text++;
        else if (column->n_texts > 0)
            return set_text_error(table, i, FALSE, error);
        n_bool += !column->as_text && column->n_bools > 0 && column->n_bools == table->n_rows;
        n_complex += column->n_complex > 0;
    }
    if (n_bool == table->n_chosen) {
        *kind = CSV_BOOL;
        return TRUE;
    }
    *kind = n_text > 0 ? CSV_TEXT : n_complex > 0 ? CSV_COMPLEX : CSV_FLOAT;
    if (n_text == 0 || n_text + n_empty == table->n_chosen)
        return TRUE;
    for (guint i = 0; i < table->n_chosen; i++)
        if (table->columns[i].n_texts > 0)
            return set_text_error(table, i, TRUE, error);
    g_set_error_literal(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                        _("some of the columns are read as text and others as numbers; choose "
                          "columns that belong together, or name all of them after +text="));
    return FALSE;
}
