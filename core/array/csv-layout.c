/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Detects the layout of a text table from its first rows: comment lines, separator, notation of
 * numbers and columns. csv-header.c finds the header. */
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "csv-head.h"
#include "csv-hint.h"
#include "mamuto-error.h"
#include "npy.h"

/* Number of bytes at the beginning of the file from which the layout is detected. If they do not
 * contain two complete lines, more bytes are read, up to MAX_HEAD_SIZE. */
#define HEAD_SIZE (256 * 1024)
#define MAX_HEAD_SIZE (64 * 1024 * 1024)

/* Possible separators, the most likely one first. A tab or semicolon rarely occurs within a cell. A
 * comma may be a decimal comma. Spaces occur in any text. */
static const char separators[] = {'\t', ';', '|', ',', CSV_BLANKS};

typedef struct {
    guint n_rows;
    guint first_cells, max_cells;
    guint max_below;      /* greatest number of cells of a row after the first one */
    gboolean consistent;  /* TRUE: all rows have the same number of cells */
    gboolean short_first; /* TRUE: the first row has one cell less than all other rows */
    /* Number of all cells, of cells that are no texts, and of numbers with a comma. If there are
     * several rows, the cells of the first row are not counted, because it may be a header. */
    guint64 n_cells, n_values, n_commas;
    gboolean has_value_column; /* TRUE: a column has no texts and no empty cells */
} Shape;

GArray *
csv_next_row(const CsvHead *head, const CsvLayout *layout, const char **p, CsvLines *lines)
{
    const char *end = head->text + head->size;
    g_autoptr(GArray) cells = g_array_new(FALSE, FALSE, sizeof(CsvCell));
    CsvCellEnd how;
    CsvCell cell;

    if (!csv_skip_lines(layout, p, end, head->whole, lines))
        return NULL;
    do {
        how = csv_next_cell(p, end, layout->separator, head->whole, &cell);
        if (how != CSV_CELL_MORE && how != CSV_CELL_LAST)
            return NULL;
        g_array_append_val(cells, cell);
    } while (how == CSV_CELL_MORE);
    return g_steal_pointer(&cells);
}

/* Returns (elements: GArray of CsvCell) up to CSV_HEAD_ROWS rows, and moves *@p behind them. */
static GPtrArray *
read_rows(const CsvHead *head, const CsvLayout *layout, const char **p)
{
    GPtrArray *rows = g_ptr_array_new_with_free_func((GDestroyNotify)g_array_unref);
    CsvLines lines = {0};
    GArray *cells;

    while (rows->len < CSV_HEAD_ROWS && (cells = csv_next_row(head, layout, p, &lines)) != NULL)
        g_ptr_array_add(rows, cells);
    return rows;
}

/* Adds the cells of a row to @shape. @columns has a bit for each of the first 64 columns that has
 * contained only values. */
static void
count_row(Shape *shape, const CsvLayout *layout, const GArray *cells, guint64 *columns)
{
    guint64 values = 0;

    for (guint i = 0; i < cells->len; i++) {
        const CsvCell *cell = &g_array_index(cells, CsvCell, i);
        const char *text = cell->text;
        gsize length = cell->length;
        gboolean comma, value;

        csv_trim(&text, &length);
        comma = layout->separator != ',' && csv_find_comma(text, length) != CSV_COMMA_NONE;
        value = comma || csv_is_value(layout, cell);
        shape->n_commas += comma;
        shape->n_values += value;
        if (value && length > 0 && i < 64)
            values |= G_GUINT64_CONSTANT(1) << i;
    }
    shape->n_cells += cells->len;
    *columns &= values;
}

static Shape
find_shape(const CsvHead *head, const CsvLayout *layout, char separator)
{
    CsvLayout tried = *layout;
    Shape shape = {.consistent = TRUE};
    const char *p = head->start;
    g_autoptr(GPtrArray) rows = NULL;
    guint64 columns = G_MAXUINT64;

    tried.separator = separator;
    rows = read_rows(head, &tried, &p);
    shape.n_rows = rows->len;
    shape.short_first = rows->len > 1;
    for (guint i = 0; i < rows->len; i++) {
        const GArray *cells = rows->pdata[i];

        if (i == 0)
            shape.first_cells = cells->len;
        shape.consistent = shape.consistent && cells->len == shape.first_cells;
        shape.short_first = shape.short_first && (i == 0 || cells->len == shape.first_cells + 1);
        shape.max_cells = MAX(shape.max_cells, cells->len);
        if (i > 0)
            shape.max_below = MAX(shape.max_below, cells->len);
        if (i > 0 || rows->len == 1)
            count_row(&shape, &tried, cells, &columns);
    }
    shape.has_value_column = rows->len > 0 && columns != 0;
    shape.consistent = shape.consistent || shape.short_first;
    return shape;
}

/* Returns whether the separator can be used although it also occurs within texts. @comma: the shape
 * of the table if commas separate its cells. */
static gboolean
is_likely(char separator, const Shape *shape, const Shape *comma)
{
    if (separator == '|')
        return comma->max_cells < 2 || !comma->consistent || comma->short_first ||
               shape->n_values * 2 > shape->n_cells;
    /* Spaces also separate the words of a text, so at least one column must consist of values. If
     * only the first row has spaces, it is the header of a single column. */
    if (separator == CSV_BLANKS)
        return (shape->n_rows < 2 || shape->max_below > 1) &&
               (shape->n_values * 2 > shape->n_cells || shape->has_value_column);
    return TRUE;
}

static char
find_separator(const CsvHead *head, const CsvLayout *layout)
{
    Shape comma = find_shape(head, layout, ',');
    char found = CSV_NO_SEPARATOR;

    for (guint i = 0; i < sizeof separators; i++) {
        char separator = separators[i];
        Shape shape = find_shape(head, layout, separator);

        if (shape.max_cells < 2 || !is_likely(separator, &shape, &comma) ||
            (separator == ',' && layout->options->decimal == ','))
            continue;
        if (separator == ',') {
            Shape blanks = find_shape(head, layout, CSV_BLANKS);

            /* In "1,5 2,5", the commas are decimal commas. In "1, 5, 2", they are separators. */
            if (blanks.consistent && blanks.max_cells > 1 && blanks.n_commas > 0 &&
                blanks.n_values == blanks.n_cells && comma.n_values < comma.n_cells)
                return CSV_BLANKS;
        }
        if (shape.consistent)
            return separator;
        /* The rows have different numbers of cells, perhaps only because one row is malformed. This
         * separator is used if no other separator splits all rows into the same number of cells. */
        if (found == CSV_NO_SEPARATOR)
            found = separator;
    }
    return found;
}

/* Returns the characters that begin a comment line. If all rows, perhaps except a header, begin
 * with '#' and a text, such as the colour #ff0000, '#' does not begin a comment. */
static const char *
find_comments(const CsvHead *head)
{
    const char *end = head->text + head->size;
    guint n_lines = 0, n_hashes = 0, n_others = 0;
    gboolean has_text = FALSE, first_is_other = FALSE;

    for (const char *p = head->start; p < end && n_lines < CSV_HEAD_ROWS;) {
        const char *line_end = memchr(p, '\n', (gsize)(end - p));
        const char *stop = line_end != NULL ? line_end : end;
        gsize length = strcspn(p + (*p == '#'), ",;|\t \r\n");
        double number;

        if (*p == '#' && p + 1 < stop && strchr(" \t\r#!", p[1]) == NULL) {
            n_hashes++;
            has_text = has_text || !number_parse_double(p + 1, length, &number);
        } else if (*p == '#') {
            return "#%";
        } else if (strspn(p, " \t\r") < (gsize)(stop - p)) {
            first_is_other = first_is_other || n_lines == 0;
            n_others++;
        }
        n_lines++;
        p = stop + (line_end != NULL);
    }
    return n_hashes > 1 && has_text && n_others == (guint)first_is_other ? "%" : "#%";
}

static void
skip_comments(CsvHead *head, CsvLayout *layout)
{
    const char *p = head->start;
    guint64 line = head->lines.current;

    csv_skip_lines(layout, &head->start, head->text + head->size, head->whole, &head->lines);
    for (; p < head->start; line++) {
        const char *line_end = memchr(p, '\n', (gsize)(head->start - p));

        if ((*p == '#' || *p == '%') && strchr(layout->comments, *p) && line_end != NULL) {
            head->last_comment = p;
            head->last_comment_line = line;
        }
        p = line_end != NULL ? line_end + 1 : head->start;
    }
}

/* Finds out from the columns of @rows whether a comma is a decimal separator or groups digits. It
 * is a decimal separator if all numbers of a column have one. It groups digits if a column has a
 * number such as 1,234.5, which cannot be read in another way. */
static void
find_notation(CsvLayout *layout, const GPtrArray *rows)
{
    gboolean decimal = FALSE, points = FALSE, groups = FALSE;

    for (guint k = 0; k < layout->n_columns; k++) {
        guint n_cells = 0, n_numbers = 0, n[CSV_COMMA_DOUBTFUL + 1] = {0};

        for (guint i = 0; i < rows->len; i++) {
            const GArray *cells = rows->pdata[i];
            const CsvCell *cell = k < cells->len ? &g_array_index(cells, CsvCell, k) : NULL;
            const char *text = cell != NULL ? cell->text : "";
            gsize length = cell != NULL ? cell->length : 0;
            CsvComma comma;
            CsvValue value;

            csv_trim(&text, &length);
            value = csv_find_value(layout, text, length);
            comma = csv_find_comma(text, length);
            if (i == 0 && rows->len > 1 && comma == CSV_COMMA_NONE)
                continue; /* the row may be a header */
            n_cells += value > CSV_VALUE_MISSING;
            n_numbers += value == CSV_VALUE_INT || value == CSV_VALUE_FLOAT;
            n[comma]++;
        }
        if (n[CSV_COMMA_DECIMAL] + n[CSV_COMMA_DECIMAL_AND_POINTS] > 0 &&
            n[CSV_COMMA_DECIMAL] + n[CSV_COMMA_DECIMAL_AND_POINTS] + n[CSV_COMMA_DOUBTFUL] ==
                n_cells) {
            decimal = TRUE;
            points = points || n[CSV_COMMA_DECIMAL_AND_POINTS] > 0;
        }
        groups = groups || (n[CSV_COMMA_GROUPS] > 0 &&
                            n[CSV_COMMA_GROUPS] + n[CSV_COMMA_DOUBTFUL] + n_numbers == n_cells);
    }
    if (decimal && !groups) {
        layout->decimal = ',';
        layout->thousands = points ? '.' : '\0';
    } else if (groups && !decimal) {
        layout->thousands = ',';
    }
}

static MamutoColumnKind
find_kind(const CsvLayout *layout, const GPtrArray *rows, guint first, guint column)
{
    guint n_texts = 0, n_bools = 0, n_numbers = 0;
    CsvValue kind = CSV_VALUE_EMPTY;
    gboolean missing = FALSE, text_first = FALSE;

    for (guint i = first; i < rows->len; i++) {
        const GArray *cells = rows->pdata[i];
        const CsvCell *cell = column < cells->len ? &g_array_index(cells, CsvCell, column) : NULL;
        CsvValue value =
            cell != NULL ? csv_find_value(layout, cell->text, cell->length) : CSV_VALUE_EMPTY;

        missing = missing || value <= CSV_VALUE_MISSING;
        n_texts += value == CSV_VALUE_TEXT;
        n_bools += value == CSV_VALUE_BOOL;
        n_numbers +=
            value > CSV_VALUE_MISSING && value != CSV_VALUE_TEXT && value != CSV_VALUE_BOOL;
        text_first = text_first || (n_texts + n_bools > 0 && n_numbers == 0);
        if (value != CSV_VALUE_TEXT)
            kind = MAX(kind, value);
    }
    /* True and False are booleans only if each cell is one of them. */
    if ((n_texts > 0 || missing || n_numbers > 0) &&
        (n_texts + n_bools > n_numbers || (n_texts + n_bools == n_numbers && text_first)))
        return MAMUTO_COLUMN_TEXT;
    switch (kind) {
    case CSV_VALUE_BOOL:
        return MAMUTO_COLUMN_BOOL;
    case CSV_VALUE_INT:
        return missing ? MAMUTO_COLUMN_FLOAT : MAMUTO_COLUMN_INT;
    case CSV_VALUE_FLOAT:
        return MAMUTO_COLUMN_FLOAT;
    case CSV_VALUE_COMPLEX:
        return MAMUTO_COLUMN_COMPLEX;
    default:
        return MAMUTO_COLUMN_EMPTY;
    }
}

/* Notes the first row of data and the kinds of the columns. */
static void
note_data(CsvLayout *layout, const GPtrArray *rows)
{
    guint first = layout->header == MAMUTO_TABLE_HEADER_ROW;

    layout->first = g_ptr_array_new_with_free_func(g_free);
    if (first < rows->len) {
        const GArray *cells = rows->pdata[first];

        for (guint i = 0; i < cells->len; i++)
            g_ptr_array_add(layout->first, csv_cell_to_string(&g_array_index(cells, CsvCell, i)));
    }
    layout->kinds = g_new(MamutoColumnKind, layout->n_columns);
    for (guint k = 0; k < layout->n_columns; k++)
        layout->kinds[k] = find_kind(layout, rows, first, k);
    layout->first_is_text = layout->kinds[0] == MAMUTO_COLUMN_TEXT;
}

static gboolean
refuse(GError **error, const char *why)
{
    g_set_error_literal(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE, why);
    return FALSE;
}

static gboolean
refuse_doubtful_line(guint64 line, GError **error)
{
    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE, _("line %" PRIu64 ": %s"), line,
                _("may be a comment or a row; put its first cell into quotes if it is a row, "
                  "or a blank behind its first character if it is a comment"));
    return FALSE;
}

/* Fails if a comment line before the first row may be a row, except the one with the names. */
static gboolean
check_comments(const CsvHead *head, const CsvLayout *layout, GError **error)
{
    CsvLines lines = {.current = layout->named_separator != '\0' ? 2 : 1};
    const char *p = head->beginning;

    if (head->lines.n_comments == 0)
        return TRUE;
    csv_skip_lines(layout, &p, head->start, TRUE, &lines);
    if (lines.doubtful_line == 0 || (layout->header == MAMUTO_TABLE_HEADER_COMMENT &&
                                     lines.doubtful_line == layout->header_line))
        return TRUE;
    return refuse_doubtful_line(lines.doubtful_line, error);
}

/* Returns FALSE without an error if the first row is malformed. */
static gboolean
look_at_head(CsvHead *head, char **wanted, CsvLayout *layout, GError **error)
{
    const char *p;
    g_autoptr(GPtrArray) rows = NULL;
    CsvLines lines;

    if (layout->options->separator != '\0')
        layout->separator = layout->options->separator;
    else if (layout->named_separator != '\0')
        layout->separator = layout->named_separator;
    else
        layout->separator = find_separator(head, layout);
    p = head->start;
    rows = read_rows(head, layout, &p);
    if (rows->len == 0)
        return FALSE;
    layout->n_columns = ((GArray *)rows->pdata[0])->len;
    layout->n_columns +=
        layout->options->header != MAMUTO_TABLE_NO && csv_is_short_header(layout, rows);
    if (layout->options->decimal == '\0')
        find_notation(layout, rows);
    if (!csv_find_header(head, layout, rows, p, wanted, error))
        return FALSE;
    note_data(layout, rows);
    if (!check_comments(head, layout, error))
        return FALSE;
    lines = head->lines;
    p = head->start;
    if (layout->header == MAMUTO_TABLE_HEADER_ROW) {
        g_array_unref(csv_next_row(head, layout, &p, &lines));
        for (const char *q = head->start; q < p; q++)
            lines.current += *q == '\n';
    }
    lines.doubtful_line = 0;
    csv_skip_lines(layout, &p, head->text + head->size, head->whole, &lines);
    if (lines.doubtful_line > 0) /* between the header and the first row of data */
        return refuse_doubtful_line(lines.doubtful_line, error);
    layout->n_comments = lines.n_comments;
    layout->first_line = lines.current;
    layout->data_start = (guint64)(p - head->text);
    return TRUE;
}

static gboolean
check_is_text(const char *text, gsize size, GError **error)
{
    if (size >= 4 && (memcmp(text, "\xff\xfe\0\0", 4) == 0 || memcmp(text, "\0\0\xfe\xff", 4) == 0))
        return refuse(error, _("is in UTF-32; save it as UTF-8"));
    if (size >= 2 && (memcmp(text, "\xff\xfe", 2) == 0 || memcmp(text, "\xfe\xff", 2) == 0))
        return refuse(error, _("is in UTF-16; save it as UTF-8"));
    if (memchr(text, '\0', size) != NULL)
        return refuse(error, _("contains NUL bytes, so it is not a text table"));
    if (memchr(text, '\r', size) != NULL && memchr(text, '\n', size) == NULL &&
        ((const char *)memchr(text, '\r', size)) + 1 < text + size)
        return refuse(error, _("has lines that end with CR alone; save it with LF or CRLF"));
    return TRUE;
}

static gboolean
has_two_lines(const CsvHead *head)
{
    const char *end = head->text + head->size;
    const char *line_end = memchr(head->start, '\n', (gsize)(end - head->start));

    return head->whole ||
           (line_end != NULL && memchr(line_end + 1, '\n', (gsize)(end - line_end - 1)) != NULL);
}

gboolean
csv_find_layout(int fd, char **wanted, const MamutoTableOptions *options, CsvLayout *layout,
                GError **error)
{
    NpyFile file = {fd, 0};

    for (gsize size = HEAD_SIZE;; size *= 4) {
        g_autofree char *text = g_malloc(size + 1);
        gssize got = npy_read_file(&file, 0, text, size, error);
        CsvHead head = {.text = text, .start = text, .lines.current = 1};
        GError *doubt = NULL;

        if (got < 0 || !check_is_text(text, (gsize)got, error))
            return FALSE;
        text[got] = '\0';
        head.size = (gsize)got;
        head.whole = head.size < size;
        if (got >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
            head.start += 3;
        csv_layout_clear(layout);
        *layout = (CsvLayout){.options = options};
        if (!csv_skip_separator_line(&head, layout, error))
            return FALSE;
        head.beginning = head.start;
        layout->comments = find_comments(&head);
        layout->decimal = options->decimal != '\0' ? options->decimal : '.';
        if (options->decimal != '\0')
            layout->thousands = options->decimal == ',' ? '.' : ',';
        skip_comments(&head, layout);
        if (has_two_lines(&head) && look_at_head(&head, wanted, layout, &doubt))
            return TRUE;
        if (doubt != NULL) {
            g_propagate_error(error, doubt);
            return FALSE;
        }
        if (head.whole && head.start == text + got)
            return refuse(error, _("is empty: it has no rows"));
        if (head.whole || size >= MAX_HEAD_SIZE)
            return refuse(error, _("has no first row that can be read: a quote is not closed, text "
                                   "follows a closing quote, or the line is longer than 64 MiB"));
    }
}

static char **
copy_texts(const GPtrArray *texts)
{
    char **copy = texts != NULL ? g_new0(char *, texts->len + 1) : NULL;

    for (guint i = 0; texts != NULL && i < texts->len; i++)
        copy[i] = g_strdup(texts->pdata[i]);
    return copy;
}

MamutoTable *
csv_describe_layout(const char *path, const CsvLayout *layout)
{
    MamutoTable *table = g_new0(MamutoTable, 1);

    table->file = g_strdup(path);
    table->options = mamuto_table_options_copy(layout->options);
    table->separator = layout->separator;
    table->header = layout->header;
    table->header_line = layout->header_line;
    table->asked_by_name = layout->asked_by_name;
    table->decimal = layout->decimal;
    table->thousands = layout->thousands;
    table->n_columns = layout->n_columns;
    table->names = copy_texts(layout->names);
    table->first = copy_texts(layout->first);
    table->kinds = g_memdup2(layout->kinds, layout->n_columns * sizeof *layout->kinds);
    table->may_be_header = layout->may_be_header;
    table->first_line = layout->first_line;
    table->n_comments = layout->n_comments;
    table->separator_line = layout->named_separator != '\0';
    return table;
}

void
csv_layout_clear(CsvLayout *layout)
{
    g_clear_pointer(&layout->names, g_ptr_array_unref);
    g_clear_pointer(&layout->first, g_ptr_array_unref);
    g_clear_pointer(&layout->kinds, g_free);
}
