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

gboolean
csv_skip_blank_lines(const char **p, const char *end, char separator, gboolean final,
                     guint64 *n_lines)
{
    for (;;) {
        const char *q = skip_blanks(*p, end, separator);

        if (q < end && *q == '\r')
            q++;
        if (q == end) {
            if (final)
                *p = end;
            return FALSE;
        }
        if (*q != '\n')
            return TRUE;
        ++*n_lines;
        *p = q + 1;
    }
}

void
csv_trim(const char **text, gsize *length)
{
    while (*length > 0 && (**text == ' ' || **text == '\t')) {
        ++*text;
        --*length;
    }
    while (*length > 0 && ((*text)[*length - 1] == ' ' || (*text)[*length - 1] == '\t'))
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

gboolean
csv_parse_bool(const char *text, gsize length, gboolean *value)
{
    *value = length == 4 && (memcmp(text, "True", 4) == 0 || memcmp(text, "true", 4) == 0 ||
                             memcmp(text, "TRUE", 4) == 0);
    return *value ||
           (length == 5 && (memcmp(text, "False", 5) == 0 || memcmp(text, "false", 5) == 0 ||
                            memcmp(text, "FALSE", 5) == 0));
}
