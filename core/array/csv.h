/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Loads text tables as arrays. A file is read in blocks. It is not mapped, because a read beyond
 * the end of a truncated mapped file raises SIGBUS. Loading has three steps: detect the layout
 * (csv-layout.c), count the rows, and parse the cells (csv-read.c). The cells are first parsed as
 * integers. If a cell does not fit, all cells are parsed again as a more general CsvKind. A text in
 * a column of numbers is an error (csv-kinds.c). */
#pragma once

#include "mamuto-array.h"
#include "number.h"

G_BEGIN_DECLS

/** CSV_NO_SEPARATOR: the value of @separator for a table that has only one column */
#define CSV_NO_SEPARATOR '\n'

/** CSV_BLANKS: the value of @separator for cells that are separated by one or more spaces */
#define CSV_BLANKS ' '

typedef struct {
    const char *text; /* start of the cell's text, after an opening quote */
    gsize length;
    gboolean quoted;
    gboolean doubled; /* TRUE: each quote within the text is written as two quotes */
} CsvCell;

typedef enum {
    CSV_CELL_MORE,       /* another cell follows in the row */
    CSV_CELL_LAST,       /* last cell of the row */
    CSV_CELL_INCOMPLETE, /* the cell continues in a part of the file that is not yet read */
    CSV_CELL_BAD_QUOTE,  /* a quote is not closed, or text follows a closing quote */
} CsvCellEnd;

/* Reads the cell at *@p and moves *@p behind the separator or line end that follows the cell.
 * @final: TRUE if @end is the end of the file. */
CsvCellEnd csv_next_cell(const char **p, const char *end, char separator, gboolean final,
                         CsvCell *cell);

/* Moves *@p behind blank lines and adds the number of these lines to *@n_lines. Returns FALSE if no
 * other line follows before @end. */
gboolean csv_skip_blank_lines(const char **p, const char *end, char separator, gboolean final,
                              guint64 *n_lines);

void csv_trim(const char **text, gsize *length);
/* Returns the text of a cell without quotes (transfer full). It may be invalid UTF-8. */
char *csv_cell_to_string(const CsvCell *cell);
gboolean csv_parse_bool(const char *text, gsize length, gboolean *value);

typedef struct {
    char separator;
    gboolean has_header;
    GPtrArray *names; /* elements are char *, one per column; NULL if the table has no header */
    guint n_columns;
    guint64 data_start; /* file offset of the first data row */
    guint64 first_line; /* line number of the first data row, from 1 */
} CsvLayout;

/* @wanted (nullable): the column names or numbers that the user requested. If the first row
 * contains a requested name, this row is a header. */
gboolean csv_find_layout(int fd, char **wanted, CsvLayout *layout, GError **error);
void csv_layout_clear(CsvLayout *layout);

typedef enum { CSV_COUNT, CSV_CLASSIFY, CSV_BOOL, CSV_INT, CSV_UINT, CSV_FLOAT, CSV_TEXT } CsvKind;

/* The counters of a selected column: how many cells are numbers, bools and texts. */
typedef struct {
    gint64 n_numbers, n_bools, n_texts;
    gboolean text_first;
    guint64 text_line, number_line; /* lines of the column's first text cell and first number */
    char *text;
    gsize max_chars;
} CsvColumn;

typedef struct {
    int fd;
    guint64 size;
    CsvLayout layout;
    guint n_chosen;
    int *place; /* for each column of the file: its index in the result, or -1 if not selected */
    guint *chosen;
    CsvColumn *columns; /* one per column of the result */
    CsvKind kind;
    gint64 n_rows;
    gsize item_size;
    MamutoDtype dtype;
    guint8 *dest;
    GCancellable *cancellable;
    GFileProgressCallback progress;
    gpointer progress_data;
    GMutex progress_lock;  /* protects the next two fields, which several threads update */
    guint64 pass_bytes;    /* number of bytes read in this pass over the file */
    guint64 progress_told; /* greatest progress reported so far; smaller values are not reported */
    gint stop;             /* nonzero after an error in one thread, to stop the other threads */
} CsvTable;

/* A range of complete lines of the file, which one thread parses. */
typedef struct {
    CsvTable *table;
    guint64 start, end;
    guint64 first_line, line;
    gint64 first_row, row;
    guint64 n_lines;
    gint64 n_rows;
    gboolean has_quotes;
    CsvKind needed; /* if greater than table->kind, the table must be parsed again as this kind */
    GError *error;
} CsvRange;

/* Parses all rows of a range as table->kind. On failure, sets range->error or range->needed. */
void csv_walk(CsvRange *range);

/* Counts the rows of a range of a table without quotes. */
void csv_count_lines(CsvRange *range);

/* Parses a cell as the type table->kind and stores the value in the array. If table->kind is
 * CSV_CLASSIFY, stores no value but counts the cell's type for its column. If table->kind is
 * CSV_COUNT, only rows are counted, so the function does nothing with the cell. Returns FALSE with
 * range->error set if the cell is not valid. Returns FALSE with range->needed set to another kind
 * if the table must be parsed again as this kind. */
gboolean csv_store_cell(CsvRange *range, const CsvCell *cell, guint place);

/* Sets @kind to the element type that suits all columns. The counters in @table->columns determine
 * the type. Fails if a column of numbers contains a text, or if there are columns of text and
 * columns of numbers. The error message contains the text and its position. */
gboolean csv_judge_columns(CsvTable *table, CsvKind *kind, GError **error);
char *csv_column_name(const CsvTable *table, guint column);

/* These functions report the progress to the caller of csv_load(). csv_begin_pass() is called
 * before each pass over the table. csv_note_read() is called after a thread has read @bytes. */
void csv_begin_pass(CsvTable *table, CsvKind kind);
void csv_note_read(CsvTable *table, guint64 bytes);

MamutoArray *csv_load(const char *path, char **columns, GFileProgressCallback progress,
                      gpointer progress_data, GCancellable *cancellable, GError **error);

G_END_DECLS
