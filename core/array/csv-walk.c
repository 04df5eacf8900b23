/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Reads and parses the rows of one range of a text table, block by block. Most of the time of
 * loading a table is spent in these functions. */
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "csv.h"
#include "error-private.h"
#include "npy.h"

#define BLOCK_SIZE (512 * 1024)

/* Maximum size of a row in bytes. A longer row is most likely caused by a quote that is not
 * closed. */
#define MAX_ROW_SIZE (64 * 1024 * 1024)

typedef struct {
    CsvRange *range;
    guint64 offset; /* file offset of the next block */
    char *text;
    gsize capacity;
    const char *p; /* start of the text that is not yet parsed */
    const char *end;
    gboolean final;
} Blocks;

typedef enum { ROW_DONE, ROW_INCOMPLETE, ROW_FAILED } RowEnd;

/* Moves the text that is not yet parsed to the start of the buffer, and reads the next block of the
 * file into the rest of the buffer. */
static gboolean
read_block(Blocks *blocks)
{
    CsvRange *range = blocks->range;
    NpyFile file = {range->table->fd, 0};
    gsize kept = (gsize)(blocks->end - blocks->p);
    gsize wanted;
    gssize got;

    if (g_cancellable_set_error_if_cancelled(range->table->cancellable, &range->error) ||
        g_atomic_int_get(&range->table->stop))
        return FALSE;
    if (kept > MAX_ROW_SIZE) {
        g_set_error(&range->error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE,
                    _("line %" PRIu64 ": a row longer than 64 MiB; is a quote not closed?"),
                    range->lines.current);
        return FALSE;
    }
    if (blocks->text == NULL || kept * 2 > blocks->capacity) {
        char *text;

        blocks->capacity = MAX(BLOCK_SIZE, kept * 4);
        text = g_malloc(blocks->capacity + NUMBER_PADDING);
        if (kept > 0)
            memcpy(text, blocks->p, kept);
        g_free(blocks->text);
        blocks->text = text;
    } else {
        memmove(blocks->text, blocks->p, kept);
    }
    wanted = (gsize)MIN(blocks->capacity - kept, range->end - blocks->offset);
    got = npy_read_file(&file, blocks->offset, blocks->text + kept, wanted, &range->error);
    if (got < 0)
        return FALSE;
    if ((gsize)got < wanted) {
        g_set_error_literal(&range->error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE,
                            _("was truncated while it was read"));
        return FALSE;
    }
    blocks->offset += (guint64)got;
    csv_note_read(range->table, (guint64)got);
    blocks->final = blocks->offset == range->end;
    blocks->p = blocks->text;
    blocks->end = blocks->text + kept + got;
    memset(blocks->text + kept + got, 0, NUMBER_PADDING);
    return TRUE;
}

static RowEnd
set_row_error(CsvRange *range, guint64 line, const char *what)
{
    g_set_error(&range->error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE, _("line %" PRIu64 ": %s"),
                line, what);
    return ROW_FAILED;
}

/* Sets the error for a row that has more or fewer cells than the table has columns. Returns
 * ROW_INCOMPLETE if the cells cannot be counted before more of the file is read. */
static RowEnd
set_ragged_error(CsvRange *range, const char *p, const Blocks *blocks)
{
    const CsvLayout *layout = &range->table->layout;
    guint n = 0;
    CsvCellEnd how;
    CsvCell cell;

    do {
        how = csv_next_cell(&p, blocks->end, layout->separator, blocks->final, &cell);
        if (how == CSV_CELL_INCOMPLETE)
            return ROW_INCOMPLETE;
        n++;
    } while (how == CSV_CELL_MORE);
    if (layout->n_columns == 1) {
        g_set_error(&range->error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE,
                    _("line %" PRIu64 ": %u cells, but the table has one column"),
                    range->lines.current, n);
        if (layout->separator == ',')
            error_append_advice(range->error, MAMUTO_ADVICE_SET_DECIMAL,
                                _("; write +decimal=, if the comma is a decimal comma"));
        return ROW_FAILED;
    }
    g_set_error(&range->error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE,
                g_dngettext(GETTEXT_PACKAGE,
                            "line %" PRIu64 ": %u cell, but the table has %u columns",
                            "line %" PRIu64 ": %u cells, but the table has %u columns", n),
                range->lines.current, n, layout->n_columns);
    return ROW_FAILED;
}

/* A faster replacement of csv_next_cell() for the end of a number. If a separator or line end
 * follows, moves *@p behind it and returns TRUE. Returns FALSE if the caller must call
 * csv_next_cell(). */
static inline gboolean
end_number(const char **p, char separator, CsvCellEnd *how)
{
    const char *q = *p;

    if (separator == CSV_BLANKS)
        while (*q == ' ' || *q == '\t')
            q++;
    else if (*q == separator && separator != CSV_NO_SEPARATOR) {
        *p = q + 1;
        *how = CSV_CELL_MORE;
        return TRUE;
    }
    if (*q == '\r' && q[1] == '\n')
        q++;
    if (*q == '\n') {
        *p = q + 1;
        *how = CSV_CELL_LAST;
        return TRUE;
    }
    if (separator != CSV_BLANKS || q == *p || *q == '\0' || *q == '\r')
        return FALSE;
    *p = q;
    *how = CSV_CELL_MORE;
    return TRUE;
}

/* Returns whether the number at @p is written as an integer. A double may not represent it. */
static gboolean
is_int(const char *p)
{
    p += *p == '-' || *p == '+';
    while (g_ascii_isdigit(*p))
        p++;
    return *p != '.' && *p != 'e' && *p != 'E';
}

/* A faster replacement of csv_next_cell() for an unquoted float, the most frequent kind of cell.
 * Stores the float in the array and returns TRUE. Returns FALSE if the caller must call
 * csv_next_cell(). */
static inline gboolean
take_float(CsvRange *range, const char **p, guint place, CsvCellEnd *how)
{
    const CsvTable *table = range->table;
    const char *q = *p, *start;
    double value;

    if (table->layout.separator == CSV_BLANKS)
        while (*q == ' ' || *q == '\t')
            q++;
    start = q;
    q = number_scan_double(q, &value);
    if (q == NULL || !end_number(&q, table->layout.separator, how))
        return FALSE;
    if (G_UNLIKELY(fabs(value) >= 0x1p53) && is_int(start))
        return FALSE;
    memcpy(table->dest + ((gsize)range->row * table->n_chosen + place) * sizeof value, &value,
           sizeof value);
    *p = q;
    return TRUE;
}

static RowEnd
walk_row(CsvRange *range, Blocks *blocks, gboolean *quoted)
{
    const CsvTable *table = range->table;
    const CsvLayout *layout = &table->layout;
    const char *p = blocks->p;
    gboolean plain = table->kind == CSV_FLOAT && layout->decimal == '.';
    guint column = 0;
    CsvCellEnd how;
    CsvCell cell;

    do {
        int place = column < layout->n_columns ? table->place[column] : -1;

        if (place < 0 || !plain || !take_float(range, &p, (guint)place, &how)) {
            how = csv_next_cell(&p, blocks->end, layout->separator, blocks->final, &cell);
            if (how == CSV_CELL_INCOMPLETE)
                return ROW_INCOMPLETE;
            if (how == CSV_CELL_BAD_QUOTE)
                return set_row_error(range, range->lines.current,
                                     _("a quote is not closed, or text follows a closing quote"));
            *quoted = *quoted || cell.quoted;
            if (place >= 0 && !csv_store_cell(range, &cell, (guint)place))
                return ROW_FAILED;
        }
        column++;
    } while (how == CSV_CELL_MORE && column < layout->n_columns);
    if (how == CSV_CELL_MORE || column < layout->n_columns)
        return set_ragged_error(range, blocks->p, blocks);
    blocks->p = p;
    return ROW_DONE;
}

static guint64
count_newlines(const char *p, const char *end)
{
    guint64 n = 0;

    while (p < end && (p = memchr(p, '\n', (gsize)(end - p))) != NULL) {
        n++;
        p++;
    }
    return n;
}

/* Parses the complete rows of the block. Returns FALSE if a row has an error, or if a cell cannot
 * be parsed as table->kind. */
static gboolean
walk_block(CsvRange *range, Blocks *blocks)
{
    const CsvTable *table = range->table;

    while (csv_skip_lines(&table->layout, &blocks->p, blocks->end, blocks->final, &range->lines)) {
        const char *start = blocks->p;
        gboolean quoted = FALSE;
        RowEnd how;

        if (table->dest != NULL && range->row >= range->first_row + range->n_rows) {
            set_row_error(range, range->lines.current, _("the file changed while it was read"));
            return FALSE;
        }
        how = walk_row(range, blocks, &quoted);
        if (how != ROW_DONE)
            return how == ROW_INCOMPLETE;
        range->row++;
        range->lines.current += quoted ? count_newlines(start, blocks->p) : 1;
    }
    return TRUE;
}

/* Fails if a line that was skipped as a comment or as blank may be a row. */
static void
check_lines(CsvRange *range)
{
    const CsvTable *table = range->table;

    if (range->lines.doubtful_line > 0)
        set_row_error(range, range->lines.doubtful_line,
                      _("may be a comment or a row; put its first cell into quotes if it is a row, "
                        "or a blank behind its first character if it is a comment"));
    else if (range->lines.white_line > 0 && table->kind == CSV_TEXT &&
             table->layout.separator == CSV_NO_SEPARATOR)
        set_row_error(range, range->lines.white_line,
                      _("consists of blanks; put them into quotes if they are a text, or remove "
                        "them"));
}

void
csv_walk(CsvRange *range)
{
    Blocks blocks = {.range = range, .offset = range->start};

    range->row = range->first_row;
    range->lines = (CsvLines){.current = range->first_line};
    range->inexact = FALSE;
    range->n_missing = 0;
    g_clear_pointer(&range->missing, g_hash_table_unref);
    range->needed = range->table->kind;
    while (!blocks.final && read_block(&blocks) && walk_block(range, &blocks))
        ;
    if (range->error != NULL || range->needed != range->table->kind)
        g_atomic_int_set(&range->table->stop, 1);
    else if (range->table->dest != NULL && blocks.final &&
             range->row != range->first_row + range->n_rows)
        set_row_error(range, range->lines.current, _("the file changed while it was read"));
    else
        check_lines(range);
    g_free(blocks.text);
}

void
csv_count_lines(CsvRange *range)
{
    Blocks blocks = {.range = range, .offset = range->start};
    const CsvLayout *layout = &range->table->layout;

    range->n_rows = 0;
    range->lines = (CsvLines){0};
    while (!blocks.final && read_block(&blocks)) {
        if (memchr(blocks.text, '"', (gsize)(blocks.end - blocks.text)) != NULL) {
            range->has_quotes = TRUE;
            break;
        }
        while (csv_skip_lines(layout, &blocks.p, blocks.end, blocks.final, &range->lines)) {
            const char *line_end = memchr(blocks.p, '\n', (gsize)(blocks.end - blocks.p));

            if (line_end == NULL && !blocks.final)
                break;
            blocks.p = line_end != NULL ? line_end + 1 : blocks.end;
            range->lines.current++;
            range->n_rows++;
        }
    }
    range->n_lines = range->lines.current;
    g_free(blocks.text);
}
