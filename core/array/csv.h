/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tables in text. A file is read in blocks, never mapped (a file cut short would end the program),
 * in three steps: look at its head (csv-layout.c), count its rows, parse them into their places
 * (csv-read.c). What is found not to fit the kind assumed at first starts the parsing again with a
 * wider kind; text where numbers stand is judged by counting (csv-kinds.c). */
#pragma once

#include "mamuto-array.h"
#include "number.h"

G_BEGIN_DECLS

/** CSV_NO_SEPARATOR: a table of one column */
#define CSV_NO_SEPARATOR '\n'

/** CSV_BLANKS: any run of blanks separates */
#define CSV_BLANKS ' '

typedef struct {
    const char *text; /* between the quotes if there are any */
    gsize length;
    gboolean quoted;
    gboolean doubled; /* holds doubled quotes */
} CsvCell;

typedef enum {
    CSV_CELL_MORE,       /* another one follows in the row */
    CSV_CELL_LAST,       /* the row ends */
    CSV_CELL_INCOMPLETE, /* the text ends before the cell does, and more is to come */
    CSV_CELL_BAD_QUOTE,  /* a quote not closed, or text after a closed one */
} CsvCellEnd;

/* The cell at *@p, which is moved behind it and its separator or line end. @final: nothing follows
 * after @end. */
CsvCellEnd csv_next_cell(const char **p, const char *end, char separator, gboolean final,
                         CsvCell *cell);

/* Over blank lines: FALSE if the text ends without a row. */
gboolean csv_skip_blank_lines(const char **p, const char *end, char separator, gboolean final,
                              guint64 *n_lines);

void csv_trim(const char **text, gsize *length);
char *csv_cell_to_string(const CsvCell *cell); /* quotes undone; may not be UTF-8 */
gboolean csv_parse_bool(const char *text, gsize length, gboolean *value);

typedef struct {
    char separator;
    gboolean has_header;
    GPtrArray *names; /* of char *, as many as columns; NULL if none were found */
    guint n_columns;
    guint64 data_start; /* in the file */
    guint64 first_line; /* the line of data_start, from 1 */
} CsvLayout;

/* @wanted: column names or numbers asked for, or NULL; a name that stands in the first line makes
 * that a header. */
gboolean csv_find_layout(int fd, char **wanted, CsvLayout *layout, GError **error);
void csv_layout_clear(CsvLayout *layout);

typedef enum { CSV_COUNT, CSV_CLASSIFY, CSV_BOOL, CSV_INT, CSV_UINT, CSV_FLOAT, CSV_TEXT } CsvKind;

/* What a chosen column holds, over the whole file. */
typedef struct {
    gint64 n_numbers, n_bools, n_texts;
    gboolean text_first;
    guint64 text_line, number_line; /* of the first text, and the first number */
    char *text;
    gsize max_chars;
} CsvColumn;

typedef struct {
    int fd;
    guint64 size;
    CsvLayout layout;
    guint n_chosen;
    int *place; /* by column of the file: its place in a row of the result, or -1 */
    guint *chosen;
    CsvColumn *columns; /* by place */
    CsvKind kind;
    gint64 n_rows;
    gsize item_size;
    MamutoDtype dtype;
    guint8 *dest;
    GCancellable *cancellable;
    GFileProgressCallback progress;
    gpointer progress_data;
    GMutex progress_lock;  /* of what follows: threads read at once */
    guint64 pass_bytes;    /* read in this pass over the file */
    guint64 progress_told; /* never goes back, though a pass may have to begin again */
    gint stop;             /* set when one thread found what makes the work of the others vain */
} CsvTable;

/* A run of whole lines, parsed by one thread. */
typedef struct {
    CsvTable *table;
    guint64 start, end;
    guint64 first_line, line;
    gint64 first_row, row;
    guint64 n_lines;
    gint64 n_rows;
    gboolean has_quotes;
    CsvKind needed; /* > table->kind: parse again as this */
    GError *error;
} CsvRange;

/* All rows of a range, stored as table->kind says; with what went wrong in range->error or needed.
 */
void csv_walk(CsvRange *range);

/* The same for just their number, where there are no quotes. */
void csv_count_lines(CsvRange *range);

/* Stores or counts one cell: FALSE if it asks for another kind (range->needed) or is in error. */
gboolean csv_store_cell(CsvRange *range, const CsvCell *cell, guint place);

/* Once all cells were classified: text, or numbers, or the error that tells what stands in the way.
 */
gboolean csv_judge_columns(CsvTable *table, CsvKind *kind, GError **error);
char *csv_column_name(const CsvTable *table, guint column);

/* A pass over the table begins; a thread has read so much of it. */
void csv_begin_pass(CsvTable *table, CsvKind kind);
void csv_note_read(CsvTable *table, guint64 bytes);

MamutoArray *csv_load(const char *path, char **columns, GFileProgressCallback progress,
                      gpointer progress_data, GCancellable *cancellable, GError **error);

G_END_DECLS
