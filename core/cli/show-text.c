/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Formats what mamuto-cli show found out about a file as text. All text from the file is escaped,
 * because it could control the terminal. */
#include <string.h>

#include "failures.h"
#include "show-data.h"
#include "text.h"

/* Maximum number of columns whose statistics are shown, and width of a shown cell. */
#define MAX_COLUMNS 40
#define CELL_WIDTH 24

/* A table of escaped texts, whose columns are aligned. */
typedef struct {
    GPtrArray *rows; /* elements: GPtrArray of char * */
    gboolean utf8;
} Grid;

static Grid
grid_new(gboolean utf8)
{
    return (Grid){g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref), utf8};
}

static void
grid_begin_row(Grid *self)
{
    g_ptr_array_add(self->rows, g_ptr_array_new_with_free_func(g_free));
}

/* Adds a cell to the last row. */
static void
grid_add(Grid *self, const char *text)
{
    GPtrArray *row = self->rows->pdata[self->rows->len - 1];
    g_autofree char *escaped = mamuto_text_escape(text, FALSE);

    g_ptr_array_add(row, text_cut(escaped, CELL_WIDTH, self->utf8));
}

static guint
measure_column(const Grid *self, guint column)
{
    guint width = 0;

    for (guint i = 0; i < self->rows->len; i++) {
        const GPtrArray *row = self->rows->pdata[i];

        if (column < row->len)
            width = MAX(width, text_width(row->pdata[column]));
    }
    return width;
}

/* Appends the rows and frees the grid. Columns that do not fit into @width are left out. */
static void
grid_finish(Grid *self, guint width, GString *out)
{
    guint n_columns = self->rows->len > 0 ? ((GPtrArray *)self->rows->pdata[0])->len : 0;
    g_autofree guint *widths = g_new(guint, n_columns + 1);
    guint used = 0, n_shown = 0;

    for (guint k = 0; k < n_columns; k++) {
        widths[k] = measure_column(self, k);
        if (used + widths[k] > width && k > 0)
            break;
        used += widths[k] + 2;
        n_shown++;
    }
    for (guint i = 0; i < self->rows->len; i++) {
        const GPtrArray *row = self->rows->pdata[i];

        for (guint k = 0; k < MIN(n_shown, row->len); k++) {
            g_autofree char *cell = text_fit(row->pdata[k], widths[k], self->utf8);

            g_string_append_printf(out, "%s%s", k > 0 ? "  " : "", cell);
        }
        while (out->len > 0 && out->str[out->len - 1] == ' ')
            g_string_truncate(out, out->len - 1);
        g_string_append_c(out, '\n');
    }
    if (n_shown < n_columns)
        g_string_append_printf(out, "(%u more columns do not fit)\n", n_columns - n_shown);
    g_ptr_array_unref(self->rows);
}

static void G_GNUC_PRINTF(3, 4) append_fact(GString *out, const char *name, const char *format, ...)
{
    g_autofree char *text = NULL, *escaped = NULL;
    va_list args;

    va_start(args, format);
    text = g_strdup_vprintf(format, args);
    va_end(args);
    escaped = mamuto_text_escape(text, FALSE);
    g_string_append_printf(out, "  %-10s %s\n", name, escaped);
}

static void
append_table_facts(const MamutoTable *table, GString *out)
{
    g_autofree char *words = table->missing != NULL ? g_strjoinv(", ", table->missing) : NULL;
    g_autofree char *comments = NULL, *missing = NULL;

    append_fact(out, "separator", "%s%s", show_name_separator(table->separator),
                table->separator_line > 0 ? ", which line 1 names (sep=)" : "");
    switch (table->header) {
    case MAMUTO_TABLE_HEADER_NONE:
        append_fact(out, "header", "none, line %" G_GUINT64_FORMAT " is data", table->first_line);
        break;
    case MAMUTO_TABLE_HEADER_ROW:
        append_fact(out, "header", "line %" G_GUINT64_FORMAT, table->header_line);
        break;
    case MAMUTO_TABLE_HEADER_COMMENT:
        append_fact(out, "header", "the comment in line %" G_GUINT64_FORMAT, table->header_line);
    }
    append_fact(out, "decimal", "%s", table->decimal == ',' ? "comma (1,5 is 1.5)" : "point");
    if (table->thousands != '\0')
        append_fact(out, "thousands", "%s",
                    table->thousands == ',' ? "comma (1,234.5 is 1234.5)"
                                            : "point (1.234,5 is 1234.5)");
    comments = text_count((gint64)table->n_comments, "line");
    append_fact(out, "comments", "%s skipped", comments);
    missing = text_count((gint64)table->n_missing, "cell");
    if (table->n_missing > 0)
        append_fact(out, "missing", "%s: %s", missing, words);
    append_fact(out, "data", "from line %" G_GUINT64_FORMAT " on", table->first_line);
}

static char *
format_shape(guint n_dims, const gint64 *shape)
{
    GString *text = g_string_new("(");

    for (guint i = 0; i < n_dims; i++)
        g_string_append_printf(text, "%s%" G_GINT64_FORMAT, i > 0 ? ", " : "", shape[i]);
    g_string_append(text, n_dims == 1 ? ",)" : ")");
    return g_string_free(text, FALSE);
}

static void
append_members(const ShowData *self, guint width, gboolean utf8, GString *out)
{
    Grid grid = grid_new(utf8);

    grid_begin_row(&grid);
    for (guint i = 0; i < 5; i++)
        grid_add(&grid, (const char *[]){"NAME", "SHAPE", "DTYPE", "BYTES", ""}[i]);
    for (guint i = 0; i < self->members->len; i++) {
        const MamutoNpzMember *member = self->members->pdata[i];
        g_autofree char *shape = format_shape(member->n_dims, member->shape);
        g_autofree char *size = g_strdup_printf("%" G_GUINT64_FORMAT, member->size);
        char dtype[MAMUTO_DTYPE_STRING_MAX] = "-";

        if (member->problem == NULL)
            mamuto_dtype_to_string(&member->dtype, dtype);
        grid_begin_row(&grid);
        grid_add(&grid, member->name);
        grid_add(&grid, member->problem == NULL ? shape : "-");
        grid_add(&grid, dtype);
        grid_add(&grid, size);
        grid_add(&grid, member->problem != NULL ? "no array"
                        : member->compressed    ? "compressed"
                                                : "");
    }
    grid_finish(&grid, width, out);
    for (guint i = 0; i < self->members->len; i++) {
        const MamutoNpzMember *member = self->members->pdata[i];
        g_autofree char *text = NULL;

        if (member->problem == NULL)
            continue;
        text = g_strdup_printf("%s: %s", member->name, member->problem);
        append_fact(out, "", "%s", text);
    }
}

static void
add_number(Grid *grid, double value)
{
    g_autofree char *text = text_format_double(value, "%.6g");

    grid_add(grid, text);
}

static gboolean
has_statistics(const ShowData *self)
{
    for (guint i = 0; i < self->columns->len; i++)
        if (((ShowColumn *)self->columns->pdata[i])->summary != NULL)
            return TRUE;
    return FALSE;
}

static void
append_statistics(const ShowData *self, guint width, gboolean utf8, GString *out)
{
    const gboolean is_table = self->table != NULL;
    guint n = MIN(self->columns->len, MAX_COLUMNS);
    Grid grid = grid_new(utf8);

    grid_begin_row(&grid);
    for (guint i = 0; i < 8; i++)
        if (i != 1 || is_table)
            grid_add(&grid, (const char *[]){is_table ? "COLUMN" : "ELEMENT", "KIND", "MIN",
                                             "MEDIAN", "MAX", "MEAN", "STD", "NAN"}[i]);
    for (guint i = 0; i < n; i++) {
        const ShowColumn *column = self->columns->pdata[i];
        const MamutoSummary *summary = column->summary;
        g_autofree char *n_nan = NULL;

        grid_begin_row(&grid);
        grid_add(&grid, column->name);
        if (is_table)
            grid_add(&grid, column->kind);
        if (summary == NULL)
            continue;
        add_number(&grid, summary->min);
        add_number(&grid, summary->quantiles[2]);
        add_number(&grid, summary->max);
        add_number(&grid, summary->mean);
        add_number(&grid, summary->std);
        n_nan = g_strdup_printf("%" G_GINT64_FORMAT, summary->n_nan);
        grid_add(&grid, n_nan);
    }
    g_string_append_c(out, '\n');
    grid_finish(&grid, width, out);
    if (self->n_unmeasured > 0)
        g_string_append(out,
                        "(statistics of the first columns only, because the array is large)\n");
    if (self->n_columns > n)
        g_string_append_printf(out, "(%" G_GINT64_FORMAT " more columns)\n", self->n_columns - n);
}

static void
append_first_rows(const ShowData *self, guint width, gboolean utf8, GString *out)
{
    Grid grid = grid_new(utf8);

    g_string_append_c(out, '\n');
    grid_begin_row(&grid);
    for (guint k = 0; k < self->columns->len; k++)
        grid_add(&grid, ((ShowColumn *)self->columns->pdata[k])->name);
    for (gint64 i = 0; i < MIN(self->n_rows, SHOW_ROWS); i++) {
        grid_begin_row(&grid);
        for (guint k = 0; k < self->columns->len; k++) {
            g_autofree char *text = show_format_element(self->columns->pdata[k], i);

            grid_add(&grid, text);
        }
    }
    grid_finish(&grid, width, out);
    if (self->n_rows > SHOW_ROWS)
        g_string_append_printf(out, "(%" G_GINT64_FORMAT " more rows)\n", self->n_rows - SHOW_ROWS);
}

static void
append_count(GString *out, gint64 n, const char *noun)
{
    g_autofree char *text = text_count(n, noun);

    g_string_append_printf(out, ", %s", text);
}

static void
append_title(const ShowData *self, GString *out)
{
    g_autofree char *shown = g_filename_display_name(self->path);
    g_autofree char *escaped = mamuto_text_escape(shown, FALSE);
    const gboolean is_json = self->array != NULL && mamuto_array_is_json(self->array);
    const char *format = self->table != NULL     ? "text table"
                         : self->members != NULL ? "NPZ archive"
                         : is_json               ? "lines of JSON"
                                                 : "NPY array";

    g_string_append_printf(out, "%s: %s", escaped, format);
    if (self->members != NULL)
        append_count(out, self->members->len, "member");
    if (self->table != NULL)
        append_count(out, self->table->n_columns, "column");
    if ((self->table != NULL || is_json) && self->n_rows >= 0)
        append_count(out, self->n_rows, "row");
    g_string_append_c(out, '\n');
}

static void
append_key(const ShowKey *key, guint width, gboolean utf8, GString *out)
{
    g_autoptr(GString) kinds = g_string_new(NULL);
    Grid grid = grid_new(utf8);

    append_fact(out, "key", "%s", key->name);
    if (key->first_without < 0)
        append_fact(out, "found in", "all lines");
    else
        append_fact(out, "found in",
                    "%" G_GINT64_FORMAT " of %" G_GINT64_FORMAT
                    " lines; the first without it is that of row %" G_GINT64_FORMAT,
                    key->n_with, key->n_lines, key->first_without);
    for (guint i = 0; i < JSON_N_KINDS; i++)
        if (key->n_of_kind[i] > 0)
            g_string_append_printf(kinds, "%s%" G_GINT64_FORMAT " %s", kinds->len > 0 ? ", " : "",
                                   key->n_of_kind[i], json_kind_names[i]);
    if (kinds->len > 0)
        append_fact(out, "kinds", "%s", kinds->str);
    g_string_append_c(out, '\n');
    grid_begin_row(&grid);
    grid_add(&grid, "ROW");
    grid_add(&grid, "VALUE");
    for (guint i = 0; i < key->values->len; i++) {
        g_autofree char *row = g_strdup_printf("%u", i);
        const char *value = key->values->pdata[i];

        grid_begin_row(&grid);
        grid_add(&grid, row);
        grid_add(&grid, value != NULL ? value : "(no such key)");
    }
    grid_finish(&grid, width, out);
    if (key->n_lines > SHOW_ROWS)
        g_string_append_printf(out, "(%" G_GINT64_FORMAT " more rows)\n", key->n_lines - SHOW_ROWS);
}

void
show_append_text(const ShowData *self, guint width, gboolean utf8, GString *out)
{
    if (self->table == NULL && self->members == NULL && self->array == NULL)
        return;
    append_title(self, out);
    if (self->key != NULL) {
        append_key(self->key, width, utf8, out);
        return;
    }
    if (self->table != NULL)
        append_table_facts(self->table, out);
    if (self->members != NULL)
        append_members(self, width, utf8, out);
    if (self->columns->len > 0 && (self->table != NULL || has_statistics(self)))
        append_statistics(self, width, utf8, out);
    if (self->table != NULL && self->n_rows >= 0)
        append_first_rows(self, width, utf8, out);
    if (self->array != NULL && self->table == NULL) {
        g_autofree char *elements = array_describe(self->array);

        g_string_append_printf(out, "\n%s", elements);
    } else if (self->array != NULL) {
        char dtype_text[MAMUTO_DTYPE_STRING_MAX];
        g_autofree char *shape = NULL;
        const gint64 *lengths;
        guint n_dims;

        lengths = mamuto_array_get_shape(self->array, &n_dims);
        shape = format_shape(n_dims, lengths);
        array_type_to_string(self->array, dtype_text);
        g_string_append_printf(out, "\nshape %s, dtype %s\n", shape, dtype_text);
    }
}
