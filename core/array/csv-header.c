/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Decides whether the first row of a text table is a header. It is a header only if something shows
 * it: a text above numbers, a quoted cell above unquoted numbers, an empty cell above row numbers,
 * or a series of years. Otherwise the first row is data, so that no row is lost. */
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "array-private.h"
#include "csv-head.h"
#include "mamuto-error.h"

/* Range of numbers that may be years. */
#define MIN_YEAR 1500
#define MAX_YEAR 2500

static const CsvCell *
get_cell(const GPtrArray *rows, guint row, guint column)
{
    const GArray *cells = rows->pdata[row];

    return column < cells->len ? &g_array_index(cells, CsvCell, column) : NULL;
}

static CsvValue
find_value(const CsvLayout *layout, const CsvCell *cell)
{
    return cell != NULL ? csv_find_value(layout, cell->text, cell->length) : CSV_VALUE_EMPTY;
}

gboolean
csv_is_value(const CsvLayout *layout, const CsvCell *cell)
{
    return find_value(layout, cell) != CSV_VALUE_TEXT;
}

/* Returns whether the cell is an integer, and sets @value. */
static gboolean
get_int(const CsvCell *cell, gint64 *value)
{
    const char *text = cell != NULL ? cell->text : "";
    gsize length = cell != NULL ? cell->length : 0;

    csv_trim(&text, &length);
    return number_parse_int(text, length, value) == NUMBER_INT;
}

/* Returns whether the cell is a word that cannot be a value: a missing value, an unusual notation
 * of a number, such as 1.5*, and a text without letters, such as ****, do not count as words. */
static gboolean
is_word(const CsvLayout *layout, const CsvCell *cell)
{
    const char *text = cell->text;
    gsize length = cell->length;
    gboolean has_letter = FALSE;

    csv_trim(&text, &length);
    for (gsize i = 0; i < length; i++)
        has_letter = has_letter || g_ascii_isalpha(text[i]) || (guint8)text[i] >= 0x80;
    return has_letter && find_value(layout, cell) == CSV_VALUE_TEXT &&
           !csv_is_odd_number(text, length);
}

/* Returns whether the cell is quoted although it could be written without quotes. */
static gboolean
is_quoted_freely(const CsvLayout *layout, const CsvCell *cell)
{
    if (!cell->quoted || cell->length == 0)
        return FALSE;
    for (gsize i = 0; i < cell->length; i++)
        if (cell->text[i] == layout->separator || strchr("\"\r\n\t ,", cell->text[i]) != NULL)
            return FALSE;
    return TRUE;
}

/* The cells of a column below the first row. A number with a comma, such as 2,5, counts as a value
 * even if the table has no decimal comma, because the row above it may be a header nevertheless. */
typedef struct {
    guint n_values, n_texts, n_quoted;
} Below;

static gboolean
has_comma(const CsvCell *cell)
{
    const char *text = cell->text;
    gsize length = cell->length;

    csv_trim(&text, &length);
    return csv_find_comma(text, length) != CSV_COMMA_NONE;
}

static void
count_below(const CsvLayout *layout, const CsvCell *cell, Below *below)
{
    CsvValue value = find_value(layout, cell);

    if (value >= CSV_VALUE_BOOL) {
        gboolean is_text = value == CSV_VALUE_TEXT && !has_comma(cell);

        below->n_values += !is_text;
        below->n_texts += is_text;
        below->n_quoted += cell->quoted;
    }
}

/* Returns whether the first cell of a column is a title: a word or a quoted cell above values. */
static gboolean
is_title(const CsvLayout *layout, const CsvCell *cell, const Below *below)
{
    if (below->n_values <= below->n_texts)
        return FALSE;
    return is_word(layout, cell) || (is_quoted_freely(layout, cell) && below->n_quoted == 0);
}

/* Returns whether the first column has no title and numbers its rows from 0 or 1, as in files of
 * pandas and R. */
static gboolean
is_above_row_numbers(const CsvLayout *layout, const GPtrArray *rows)
{
    const GArray *first = rows->pdata[0];
    gint64 number, start = 0;

    for (guint i = 0; i < first->len; i++)
        if ((find_value(layout, get_cell(rows, 0, i)) == CSV_VALUE_EMPTY) != (i == 0))
            return FALSE;
    for (guint i = 1; i < rows->len; i++) {
        if (!get_int(get_cell(rows, i, 0), &number))
            return FALSE;
        if (i == 1)
            start = number;
        if (number != start + i - 1 || start < 0 || start > 1)
            return FALSE;
    }
    return rows->len > 1 && first->len > 1;
}

/* Returns whether the first row has an empty cell only above the first column, and this column
 * consists of texts. They may be row names, as in files of pandas. */
static gboolean
is_above_row_names(const CsvLayout *layout, const GPtrArray *rows)
{
    for (guint k = 0; k < layout->n_columns; k++)
        if ((find_value(layout, get_cell(rows, 0, k)) == CSV_VALUE_EMPTY) != (k == 0))
            return FALSE;
    for (guint i = 1; i < rows->len; i++)
        if (find_value(layout, get_cell(rows, i, 0)) != CSV_VALUE_TEXT)
            return FALSE;
    return rows->len > 1 && layout->n_columns > 1;
}

/* Returns whether the first row numbers the columns that follow the row names. */
static gboolean
numbers_named_rows(const CsvLayout *layout, const GPtrArray *rows)
{
    gint64 number;

    for (guint k = 1; k < layout->n_columns; k++)
        if (!get_int(get_cell(rows, 0, k), &number) || number != k - 1)
            return FALSE;
    return is_above_row_names(layout, rows);
}

/* Returns whether all quoted cells of the table are in the first row, which has no other cells. */
static gboolean
is_only_quoted_row(const CsvLayout *layout, const GPtrArray *rows)
{
    for (guint i = 0; i < rows->len; i++)
        for (guint k = 0; k < layout->n_columns; k++) {
            const CsvCell *cell = get_cell(rows, i, k);

            if (cell != NULL && (i == 0 ? !is_quoted_freely(layout, cell) : cell->quoted))
                return FALSE;
        }
    return rows->len > 1;
}

static gboolean
is_year(const CsvCell *cell, gint64 *year)
{
    return get_int(cell, year) && *year >= MIN_YEAR && *year <= MAX_YEAR;
}

/* Counts the years in the first row. Returns 0 if the first row does not consist of at least one
 * word, or an empty cell above row names, and of years at regular intervals, or if there are years
 * below a year. */
static guint
count_years(const CsvLayout *layout, const GPtrArray *rows)
{
    gboolean has_word = FALSE;
    gint64 year, last = 0, step = 0;
    guint n = 0;

    for (guint k = 0; k < layout->n_columns; k++) {
        const CsvCell *cell = get_cell(rows, 0, k);

        if (!is_year(cell, &year)) {
            if (!is_word(layout, cell) && (k > 0 || !is_above_row_names(layout, rows)))
                return 0;
            has_word = TRUE;
            continue;
        }
        if (n == 1)
            step = year - last;
        if (n > 0 && (year - last != step || step == 0))
            return 0;
        last = year;
        n++;
        for (guint i = 1; i < rows->len; i++)
            if (is_year(get_cell(rows, i, k), &year))
                return 0;
    }
    return has_word && rows->len > 1 ? n : 0;
}

/* Returns whether the first row numbers the columns, as files of pandas do: it consists of 0, 1, 2,
 * … or of years at regular intervals, but no other row has an integer. Two columns may be a time
 * and a value that begin with 0 and 1. */
static gboolean
may_number_columns(const CsvLayout *layout, const GPtrArray *rows)
{
    gint64 number, first = 0, step = 1;

    for (guint k = 0; k < layout->n_columns; k++) {
        if (!get_int(get_cell(rows, 0, k), &number))
            return FALSE;
        if (k == 0)
            first = number;
        if (k == 1)
            step = number - first;
        if (number != first + k * step)
            return FALSE;
        for (guint i = 1; i < rows->len; i++)
            if (find_value(layout, get_cell(rows, i, k)) == CSV_VALUE_INT)
                return FALSE;
    }
    if (rows->len < 2 || step == 0)
        return FALSE;
    return (first == 0 && step == 1 && layout->n_columns > 2) ||
           (first >= MIN_YEAR && number <= MAX_YEAR && layout->n_columns > 1);
}

static gboolean
is_wanted(const CsvLayout *layout, const GArray *first, char **wanted)
{
    for (; wanted != NULL && *wanted != NULL; wanted++) {
        /* A number is a name only if there is no column with this number. */
        if (g_ascii_string_to_unsigned(*wanted, 10, 0, layout->n_columns - 1, NULL, NULL))
            continue;
        for (guint i = 0; i < first->len; i++) {
            g_autofree char *name = csv_cell_to_string(&g_array_index(first, CsvCell, i));

            if (g_str_equal(g_strstrip(name), *wanted))
                return TRUE;
        }
    }
    return FALSE;
}

/* Returns whether a column has a title. The cells of a column may all be empty in @rows. Then the
 * rows after @p, the end of @rows, are read too. */
static gboolean
has_title(const CsvHead *head, const CsvLayout *layout, const GPtrArray *rows, const char *p)
{
    g_autofree Below *below = g_new0(Below, layout->n_columns);
    const GArray *first = rows->pdata[0];
    gboolean unknown = FALSE;
    CsvLines lines = {0};

    for (guint k = 0; k < layout->n_columns; k++) {
        for (guint i = 1; i < rows->len; i++)
            count_below(layout, get_cell(rows, i, k), &below[k]);
        if (is_title(layout, &g_array_index(first, CsvCell, k), &below[k]))
            return TRUE;
        unknown = unknown || (below[k].n_values + below[k].n_texts == 0 &&
                              is_word(layout, &g_array_index(first, CsvCell, k)));
    }
    while (unknown) {
        g_autoptr(GArray) cells = csv_next_row(head, layout, &p, &lines);

        if (cells == NULL)
            break;
        for (guint k = 0; k < MIN(cells->len, layout->n_columns); k++)
            if (below[k].n_values + below[k].n_texts == 0) {
                count_below(layout, &g_array_index(cells, CsvCell, k), &below[k]);
                if (is_title(layout, &g_array_index(first, CsvCell, k), &below[k]))
                    return TRUE;
            }
    }
    return FALSE;
}

gboolean
csv_is_short_header(const CsvLayout *layout, const GPtrArray *rows)
{
    const GArray *first = rows->pdata[0];
    gboolean is_text = TRUE, is_numbered = TRUE, last_used = FALSE;
    gint64 number;

    if (rows->len < 2)
        return FALSE;
    for (guint i = 0; i < first->len; i++)
        if (!is_word(layout, get_cell(rows, 0, i)) &&
            !is_quoted_freely(layout, get_cell(rows, 0, i)))
            return FALSE;
    for (guint i = 1; i < rows->len; i++) {
        const GArray *cells = rows->pdata[i];
        const CsvCell *cell = get_cell(rows, i, 0);

        if (cells->len != first->len + 1)
            return FALSE;
        is_text = is_text && (cell->quoted || find_value(layout, cell) == CSV_VALUE_TEXT);
        is_numbered = is_numbered && get_int(cell, &number) && (number == i || number == i - 1);
        last_used =
            last_used || find_value(layout, get_cell(rows, i, first->len)) != CSV_VALUE_EMPTY;
    }
    /* A row such as 0,5 below a single name may be a number with a decimal comma. */
    if (layout->separator == ',' && first->len == 1)
        is_numbered = FALSE;
    /* If the last column is empty, the rows rather end with a superfluous separator. */
    return last_used && (is_text || is_numbered);
}

static GPtrArray *
take_names(const GArray *cells, guint n_columns)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);

    if (cells->len < n_columns)
        g_ptr_array_add(names, g_strdup(""));
    for (guint i = 0; i < cells->len; i++)
        g_ptr_array_add(names, g_strstrip(csv_cell_to_string(&g_array_index(cells, CsvCell, i))));
    return names;
}

/* Returns whether the cells can be column names: each is a word, and no two are equal. */
static gboolean
are_names(const CsvLayout *layout, const GArray *cells)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (guint i = 0; i < cells->len; i++) {
        const CsvCell *cell = &g_array_index(cells, CsvCell, i);

        if (csv_is_value(layout, cell) || !g_hash_table_add(seen, csv_cell_to_string(cell)))
            return FALSE;
    }
    return TRUE;
}

/* Takes the column names from the last comment line before the data, because
 * numpy.savetxt(header=…) writes the names into such a line. Takes none if the line does not
 * contain one name per column. */
static void
take_names_from_comment(const CsvHead *head, CsvLayout *layout)
{
    CsvHead line = {.whole = TRUE};
    CsvLines lines = {0};
    g_autoptr(GArray) cells = NULL;

    if (head->last_comment == NULL)
        return;
    line.text = line.start = head->last_comment + 1;
    line.size = (gsize)(strchr(line.text, '\n') - line.text);
    cells = csv_next_row(&line, layout, &line.start, &lines);
    if (cells == NULL || cells->len != layout->n_columns || !are_names(layout, cells))
        return;
    layout->names = take_names(cells, layout->n_columns);
    layout->header = MAMUTO_TABLE_HEADER_COMMENT;
    layout->header_line = head->last_comment_line;
}

static gboolean
set_doubt(const CsvHead *head, const GArray *first, GError **error)
{
    const CsvCell *cell = &g_array_index(first, CsvCell, 0);
    g_autofree char *shown = array_show_text(cell->text, cell->length);

    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE,
                _("line %" PRIu64 " (%s, …) may be a header or a row; write +header=yes or "
                  "+header=no"),
                head->lines.current, shown);
    return FALSE;
}

gboolean
csv_find_header(const CsvHead *head, CsvLayout *layout, const GPtrArray *rows, const char *p,
                char **wanted, GError **error)
{
    const GArray *first = rows->pdata[0];
    MamutoTableChoice choice = layout->options->header;
    gboolean is_header = choice == MAMUTO_TABLE_YES || first->len < layout->n_columns;

    layout->asked_by_name = choice == MAMUTO_TABLE_AUTO && is_wanted(layout, first, wanted);
    if (choice == MAMUTO_TABLE_AUTO && !is_header) {
        guint n_years = count_years(layout, rows);

        is_header = layout->asked_by_name || n_years > 1 || has_title(head, layout, rows, p) ||
                    is_above_row_numbers(layout, rows) || numbers_named_rows(layout, rows) ||
                    is_only_quoted_row(layout, rows);
        /* A single number that may be a year, beside a word, may be a row too. So may numbers
         * without a name above named rows. */
        if (!is_header &&
            (n_years == 1 || may_number_columns(layout, rows) || is_above_row_names(layout, rows)))
            return set_doubt(head, first, error);
    }
    if (is_header) {
        layout->header = MAMUTO_TABLE_HEADER_ROW;
        layout->header_line = head->lines.current;
        layout->names = take_names(first, layout->n_columns);
    } else {
        take_names_from_comment(head, layout);
        layout->may_be_header = choice == MAMUTO_TABLE_AUTO;
        for (guint i = 0; i < first->len; i++)
            layout->may_be_header =
                layout->may_be_header && is_word(layout, &g_array_index(first, CsvCell, i));
    }
    return TRUE;
}
