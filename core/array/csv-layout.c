/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Detects the layout of a text table from its first rows: comment lines, separator, header and
 * columns. */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "csv.h"
#include "mamuto-error.h"
#include "npy.h"

/* Maximum number of rows that are examined to detect the layout. */
#define HEAD_ROWS 100

/* Number of bytes at the beginning of the file from which the layout is detected. If they do not
 * contain two complete lines, more bytes are read, up to MAX_HEAD_SIZE. */
#define HEAD_SIZE (256 * 1024)
#define MAX_HEAD_SIZE (64 * 1024 * 1024)

/* Possible separators, the most likely one first. A tab or semicolon rarely occurs within a cell. A
 * comma may be a decimal comma. Spaces occur in any text. */
static const char separators[] = {'\t', ';', ',', CSV_BLANKS};

typedef struct {
    guint n_rows;
    guint first_cells, max_cells;
    gboolean consistent;
    /* Number of all cells, and of cells that are numbers, bools or empty. If there are several
     * rows, the cells of the first row are not counted, because this row may be a header. */
    guint64 n_cells, n_values;
} Shape;

typedef struct {
    const char *text;
    gsize size;
    gboolean whole; /* TRUE: no more text follows after @text */
    const char *start;
    const char *last_comment;
    guint64 line; /* line number of the line at @start */
} Head;

static gboolean
is_value(const CsvCell *cell)
{
    const char *text = cell->text;
    gsize length = cell->length;
    gboolean truth;
    double number;

    csv_trim(&text, &length);
    return length == 0 || number_parse_double(text, length, &number) ||
           csv_parse_bool(text, length, &truth);
}

static gboolean
is_empty(const CsvCell *cell)
{
    const char *text = cell->text;
    gsize length = cell->length;

    csv_trim(&text, &length);
    return length == 0;
}

/* Returns the cells of the next row. Returns NULL at the end of the text, or if the next row is
 * incomplete or malformed. */
static GArray *
next_row(const Head *head, const char **p, char separator)
{
    const char *end = head->text + head->size;
    g_autoptr(GArray) cells = g_array_new(FALSE, FALSE, sizeof(CsvCell));
    guint64 lines = 0;
    CsvCellEnd how;
    CsvCell cell;

    if (!csv_skip_blank_lines(p, end, separator, head->whole, &lines))
        return NULL;
    do {
        how = csv_next_cell(p, end, separator, head->whole, &cell);
        if (how != CSV_CELL_MORE && how != CSV_CELL_LAST)
            return NULL;
        g_array_append_val(cells, cell);
    } while (how == CSV_CELL_MORE);
    return g_steal_pointer(&cells);
}

static Shape
count_cells(const Head *head, char separator)
{
    Shape shape = {.consistent = TRUE};
    const char *p = head->start;

    while (shape.n_rows < HEAD_ROWS) {
        g_autoptr(GArray) cells = next_row(head, &p, separator);

        if (cells == NULL)
            break;
        if (shape.n_rows == 0)
            shape.first_cells = cells->len;
        if (shape.n_rows == 1)
            shape.n_cells = shape.n_values = 0;
        shape.n_rows++;
        shape.consistent = shape.consistent && cells->len == shape.first_cells;
        shape.max_cells = MAX(shape.max_cells, cells->len);
        shape.n_cells += cells->len;
        for (guint i = 0; i < cells->len; i++)
            shape.n_values += is_value(&g_array_index(cells, CsvCell, i));
    }
    return shape;
}

static char
find_separator(const Head *head)
{
    char found = CSV_NO_SEPARATOR;

    for (guint i = 0; i < sizeof separators; i++) {
        Shape shape = count_cells(head, separators[i]);

        /* Spaces also separate the words of a text. Therefore spaces are accepted as separators
         * only if most cells are numbers, bools or empty. */
        if (shape.max_cells < 2 ||
            (separators[i] == CSV_BLANKS && shape.n_values * 2 <= shape.n_cells))
            continue;
        if (shape.consistent)
            return separators[i];
        /* The rows have different numbers of cells, perhaps only because one row is malformed. This
         * separator is used if no other separator splits all rows into the same number of cells. */
        if (found == CSV_NO_SEPARATOR)
            found = separators[i];
    }
    return found;
}

static gboolean
is_wanted(const GArray *first, char **wanted)
{
    for (; wanted != NULL && *wanted != NULL; wanted++) {
        if (g_ascii_string_to_unsigned(*wanted, 10, 0, G_MAXUINT32, NULL, NULL))
            continue;
        for (guint i = 0; i < first->len; i++) {
            g_autofree char *name = csv_cell_to_string(&g_array_index(first, CsvCell, i));

            if (g_str_equal(g_strstrip(name), *wanted))
                return TRUE;
        }
    }
    return FALSE;
}

/* Returns whether the cells of a row can be column names: no cell is a number, a bool or empty, and
 * no two cells are equal. */
static gboolean
are_titles(const GArray *first)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (guint i = 0; i < first->len; i++) {
        const CsvCell *cell = &g_array_index(first, CsvCell, i);

        if (is_value(cell) || !g_hash_table_add(seen, csv_cell_to_string(cell)))
            return FALSE;
    }
    return TRUE;
}

/* Returns whether the first row is a header. If the rows below have columns of numbers or bools,
 * the first row is a header if it has a word above such a column. If they have no such column, the
 * first row is a header if its words differ from each other and do not occur again in their
 * columns. */
static gboolean
is_header(const Head *head, char separator, const GArray *first, const char *p)
{
    g_autofree gboolean *has_text = g_new0(gboolean, first->len);
    g_autofree gboolean *has_value = g_new0(gboolean, first->len);
    gboolean repeated = FALSE, over_values = FALSE, any_values = FALSE;

    for (guint n = 1; n < HEAD_ROWS; n++) {
        g_autoptr(GArray) cells = next_row(head, &p, separator);

        if (cells == NULL)
            break;
        for (guint i = 0; i < MIN(cells->len, first->len); i++) {
            const CsvCell *cell = &g_array_index(cells, CsvCell, i);
            const CsvCell *title = &g_array_index(first, CsvCell, i);

            has_text[i] = has_text[i] || !is_value(cell);
            has_value[i] = has_value[i] || (is_value(cell) && !is_empty(cell));
            repeated = repeated || (cell->length == title->length && title->length > 0 &&
                                    memcmp(cell->text, title->text, cell->length) == 0);
        }
    }
    for (guint i = 0; i < first->len; i++) {
        gboolean values = has_value[i] && !has_text[i];

        any_values = any_values || values;
        over_values = over_values || (values && !is_value(&g_array_index(first, CsvCell, i)));
    }
    return over_values || (!any_values && !repeated && are_titles(first));
}

static GPtrArray *
take_names(const GArray *cells)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < cells->len; i++)
        g_ptr_array_add(names, g_strstrip(csv_cell_to_string(&g_array_index(cells, CsvCell, i))));
    return names;
}

/* Returns the column names from the last comment line before the data, because
 * numpy.savetxt(header=…) writes the names into such a line. Returns NULL if the line does not
 * contain one name per column. */
static GPtrArray *
take_names_from_comment(const Head *head, const CsvLayout *layout)
{
    Head line = {.whole = TRUE};
    g_autoptr(GArray) cells = NULL;

    if (head->last_comment == NULL)
        return NULL;
    line.text = line.start = head->last_comment + 1;
    line.size = (gsize)(strchr(line.text, '\n') - line.text);
    cells = next_row(&line, &line.start, layout->separator);
    return cells != NULL && cells->len == layout->n_columns && are_titles(cells) ? take_names(cells)
                                                                                 : NULL;
}

static void
skip_comments(Head *head)
{
    const char *end = head->text + head->size;
    const char *line_end;

    while (csv_skip_blank_lines(&head->start, end, ',', head->whole, &head->line) &&
           *head->start == '#' &&
           (line_end = memchr(head->start, '\n', (gsize)(end - head->start))) != NULL) {
        head->last_comment = head->start;
        head->start = line_end + 1;
        head->line++;
    }
}

static gboolean
look_at_head(Head *head, char **wanted, CsvLayout *layout)
{
    g_autoptr(GArray) first = NULL;
    const char *p;

    layout->separator = find_separator(head);
    p = head->start;
    first = next_row(head, &p, layout->separator);
    if (first == NULL)
        return FALSE;
    layout->n_columns = first->len;
    layout->has_header = is_wanted(first, wanted) || is_header(head, layout->separator, first, p);
    layout->names = layout->has_header ? take_names(first) : take_names_from_comment(head, layout);
    layout->first_line = head->line;
    if (layout->has_header)
        for (const char *q = head->start; q < p; q++)
            layout->first_line += *q == '\n';
    else
        p = head->start;
    layout->data_start = (guint64)(p - head->text);
    return TRUE;
}

static gboolean
refuse(GError **error, const char *why)
{
    g_set_error_literal(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE, why);
    return FALSE;
}

static gboolean
check_is_text(const char *text, gsize size, GError **error)
{
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
has_two_lines(const Head *head)
{
    const char *end = head->text + head->size;
    const char *line_end = memchr(head->start, '\n', (gsize)(end - head->start));

    return head->whole ||
           (line_end != NULL && memchr(line_end + 1, '\n', (gsize)(end - line_end - 1)) != NULL);
}

gboolean
csv_find_layout(int fd, char **wanted, CsvLayout *layout, GError **error)
{
    NpyFile file = {fd, 0};

    for (gsize size = HEAD_SIZE;; size *= 4) {
        g_autofree char *text = g_malloc(size + 1);
        gssize got = npy_read_file(&file, 0, text, size, error);
        Head head = {.text = text, .start = text, .line = 1};

        if (got < 0 || !check_is_text(text, (gsize)got, error))
            return FALSE;
        text[got] = '\0';
        head.size = (gsize)got;
        head.whole = head.size < size;
        if (got >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
            head.start += 3;
        skip_comments(&head);
        if (has_two_lines(&head) && look_at_head(&head, wanted, layout))
            return TRUE;
        if (head.whole && head.start == text + got)
            return refuse(error, _("is empty: it has no rows"));
        if (head.whole || size >= MAX_HEAD_SIZE)
            return refuse(error, _("has no first row that can be read: a quote is not closed, text "
                                   "follows a closing quote, or the line is longer than 64 MiB"));
    }
}

void
csv_layout_clear(CsvLayout *layout)
{
    g_clear_pointer(&layout->names, g_ptr_array_unref);
}
