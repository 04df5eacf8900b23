/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Splits the rows of a text table into cells and removes the quotes of quoted cells. */
#include <string.h>

#include "csv.h"

static gboolean
is_blank(char c, char separator)
{
    return c == ' ' || (c == '\t' && separator != '\t');
}

static const char *
skip_blanks(const char *p, const char *end, char separator)
{
    while (p < end && is_blank(*p, separator))
        p++;
    return p;
}

/* @q is the end of a cell. Moves *@p behind the separator or line end that follows the cell.
 * Returns CSV_CELL_MORE after a separator and CSV_CELL_LAST after a line end. Returns
 * CSV_CELL_INCOMPLETE if the separator or line end is not yet read. @final: TRUE if @end is the end
 * of the file. */
static CsvCellEnd
end_cell(const char **p, const char *q, const char *end, char separator, gboolean final)
{
    if (separator == CSV_BLANKS)
        q = skip_blanks(q, end, separator);
    if (q < end && *q == '\r' && (q + 1 < end ? q[1] == '\n' : final))
        q++;
    else if (q + 1 == end && *q == '\r')
        return CSV_CELL_INCOMPLETE;
    if (q == end && !final)
        return CSV_CELL_INCOMPLETE;
    if (q == end || *q == '\n') {
        *p = q + (q < end);
        return CSV_CELL_LAST;
    }
    *p = q + (separator != CSV_BLANKS);
    return CSV_CELL_MORE;
}

static CsvCellEnd
next_quoted(const char **p, const char *q, const char *end, char separator, gboolean final,
            CsvCell *cell)
{
    const char *start = ++q;
    CsvCellEnd how;

    cell->quoted = TRUE;
    for (;;) {
        q = memchr(q, '"', (gsize)(end - q));
        if (q == NULL)
            return final ? CSV_CELL_BAD_QUOTE : CSV_CELL_INCOMPLETE;
        if (q + 1 == end || q[1] != '"')
            break;
        cell->doubled = TRUE;
        q += 2;
    }
    cell->text = start;
    cell->length = (gsize)(q - start);
    q++;
    if (separator == CSV_BLANKS) {
        if (q < end && !is_blank(*q, separator) && *q != '\r' && *q != '\n')
            return CSV_CELL_BAD_QUOTE;
        return end_cell(p, q, end, separator, final);
    }
    q = skip_blanks(q, end, separator);
    how = end_cell(p, q, end, separator, final);
    return how == CSV_CELL_MORE && *q != separator ? CSV_CELL_BAD_QUOTE : how;
}

CsvCellEnd
csv_next_cell(const char **p, const char *end, char separator, gboolean final, CsvCell *cell)
{
    const char *start = skip_blanks(*p, end, separator);
    const char *q = start;

    cell->quoted = cell->doubled = FALSE;
    if (q < end && *q == '"')
        return next_quoted(p, q, end, separator, final, cell);
    if (separator == CSV_BLANKS) {
        while (q < end && *q != ' ' && *q != '\t' && *q != '\n')
            q++;
    } else {
        start = *p;
        while (q < end && *q != separator && *q != '\n')
            q++;
    }
    if (q > start && q[-1] == '\r' && (q == end || *q == '\n'))
        q--;
    cell->text = start;
    cell->length = (gsize)(q - start);
    return end_cell(p, q, end, separator, final);
}

/* Form feeds and vertical tabs are not separators, but they may stand around numbers and on a line
 * of their own. */
static gboolean
is_white(char c)
{
    return (guint8)c <= ' ' && (c == ' ' || c == '\t' || c == '\v' || c == '\f');
}

/* Returns whether the comment line at @p may be a row: no blank or second comment character
 * follows the comment character, the table begins with a column of text, and the line has as many
 * cells as the table has columns. */
static gboolean
looks_like_row(const CsvLayout *layout, const char *p, const char *end)
{
    gboolean ends_cell;
    guint n = 0;
    CsvCellEnd how;
    CsvCell cell;

    if (!layout->first_is_text || p + 1 == end)
        return FALSE;
    ends_cell = p[1] == layout->separator && layout->separator != CSV_BLANKS;
    if (!ends_cell && (is_white(p[1]) || g_ascii_iscntrl(p[1]) || strchr("#%!", p[1]) != NULL))
        return FALSE;
    do {
        how = csv_next_cell(&p, end, layout->separator, TRUE, &cell);
        n++;
    } while (how == CSV_CELL_MORE && n <= layout->n_columns);
    return how == CSV_CELL_LAST && n == layout->n_columns;
}

gboolean
csv_skip_odd_lines(const CsvLayout *layout, const char **p, const char *end, gboolean final,
                   CsvLines *lines)
{
    for (;;) {
        const char *q = *p;

        while (q < end && is_white(*q) && (*q != '\t' || layout->separator != '\t'))
            q++;
        if (q < end && (*q == '#' || *q == '%') && strchr(layout->comments, *q) != NULL) {
            const char *line_end = memchr(q, '\n', (gsize)(end - q));

            if (line_end == NULL && !final)
                return FALSE;
            if (lines->doubtful_line == 0 && looks_like_row(layout, q, line_end ? line_end : end))
                lines->doubtful_line = lines->current;
            lines->n_comments++;
            lines->current++;
            *p = line_end != NULL ? line_end + 1 : end;
            continue;
        }
        if (q > *p && lines->white_line == 0 && q < end && (*q == '\n' || *q == '\r'))
            lines->white_line = lines->current;
        if (q < end && *q == '\r')
            q++;
        if (q == end) {
            if (final)
                *p = end;
            return FALSE;
        }
        if (*q != '\n')
            return TRUE;
        lines->current++;
        *p = q + 1;
    }
}

void
csv_trim(const char **text, gsize *length)
{
    while (*length > 0 && is_white(**text)) {
        ++*text;
        --*length;
    }
    while (*length > 0 && is_white((*text)[*length - 1]))
        --*length;
}

char *
csv_cell_to_string(const CsvCell *cell)
{
    char *string = g_malloc(cell->length + 1);
    gsize n = 0;

    for (gsize i = 0; i < cell->length; i++) {
        string[n++] = cell->text[i];
        if (cell->doubled && cell->text[i] == '"')
            i++;
    }
    string[n] = '\0';
    return string;
}
