/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The rows at the beginning of a text table, from which the layout is detected (csv-layout.c), and
 * the functions that find the header among them (csv-header.c). */
#pragma once

#include "csv.h"

G_BEGIN_DECLS

/** CSV_HEAD_ROWS: maximum number of rows that are examined to detect the layout */
#define CSV_HEAD_ROWS 100

typedef struct {
    const char *text;
    gsize size;
    gboolean whole;        /* TRUE: no more text follows after @text */
    const char *beginning; /* the first line */
    const char *start;     /* the line after the comment lines at the beginning */
    CsvLines lines;        /* counters of the lines before @start */
    const char *last_comment;
    guint64 last_comment_line;
} CsvHead;

/* Returns the cells (elements: CsvCell) of the next row. Returns NULL at the end of the text, or if
 * the next row is incomplete or malformed. @layout: its separator and comment characters are
 * used. */
GArray *csv_next_row(const CsvHead *head, const CsvLayout *layout, const char **p, CsvLines *lines);

/* Returns whether a cell is empty, a number, a bool or a word for a missing value. */
gboolean csv_is_value(const CsvLayout *layout, const CsvCell *cell);

/* Returns whether the first row has one cell less than the others because it is a header without a
 * name for the column of row names, as in files of R's write.table(). @rows (elements: GArray of
 * CsvCell): the first row and those below it. */
gboolean csv_is_short_header(const CsvLayout *layout, const GPtrArray *rows);

/* Decides whether the first of @rows is a header, and sets layout->header and layout->names. Sets
 * the error if this is in doubt. @p: the text after the last of @rows. @wanted: as for
 * csv_find_layout(). */
gboolean csv_find_header(const CsvHead *head, CsvLayout *layout, const GPtrArray *rows,
                         const char *p, char **wanted, GError **error);

G_END_DECLS
