/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Reads text tables. A file is read in blocks and not mapped, because truncating a mapped file
 * raises SIGBUS. The steps are: detect the layout (csv-layout.c), count the rows, and parse the
 * cells (csv-read.c). The first pass assumes one kind of cell for the whole table. If a cell does
 * not fit this kind, all cells are parsed again as a wider kind. A text in a column of numbers is
 * an error if the column has more numbers than texts (csv-kinds.c). */
#pragma once

#include "mamuto-array.h"
#include "number.h"

G_BEGIN_DECLS

/** CSV_NO_SEPARATOR: a table of one column */
#define CSV_NO_SEPARATOR '\n'

/** CSV_BLANKS: cells are separated by one or more spaces */
#define CSV_BLANKS ' '

typedef struct {
    const char *text; /* the cell without its quotes */
    gsize length;
    gboolean quoted;
    gboolean doubled; /* the text contains doubled quotes */
} CsvCell;

typedef enum {
    CSV_CELL_MORE,       /* another cell follows in the row */
    CSV_CELL_LAST,       /* last cell of the row */
    CSV_CELL_INCOMPLETE, /* the cell continues in a part of the file that is not yet read */
    CSV_CELL_BAD_QUOTE,  /* a quote is not closed, or text follows a closing quote */
} CsvCellEnd;

/* Reads the cell at *@p and moves *@p behind the cell's separator or line end. @final: @end is the
 * end of the file. */
CsvCellEnd csv_next_cell(const char **p, const char *end, char separator, gboolean final,
                         CsvCell *cell);

/* Skips blank lines. Returns FALSE if no row follows in the text. */
gboolean csv_skip_blank_lines(const char **p, const char *end, char separator, gboolean final,
                              guint64 *n_lines);

void csv_trim(const char **text, gsize *length);
char *csv_cell_to_string(
    const CsvCell *cell); /* (transfer full): text without quotes, possibly invalid UTF-8 */
gboolean csv_parse_bool(const char *text, gsize length, gboolean *value);

typedef struct {
    char separator;
    gboolean has_header;
    GPtrArray *names; /* elements are char *, one per column; NULL if the table has no header */
    guint n_columns;
    guint64 data_start; /* file offset of the first data row */
    guint64 first_line; /* line number of data_start, from 1 */
} CsvLayout;

/* @wanted (nullable): the requested column names or numbers. If the first line contains a requested
 * name, the line is a header. */
gboolean csv_find_layout(int fd, char **wanted, CsvLayout *layout, GError **error);
void csv_layout_clear(CsvLayout *layout);

typedef enum { CSV_COUNT, CSV_CLASSIFY, CSV_BOOL, CSV_INT, CSV_UINT, CSV_FLOAT, CSV_TEXT } CsvKind;

/* Counts of the cells of a selected column, over the whole file. */
typedef struct {
    gint64 n_numbers, n_bools, n_texts;
    gboolean text_first;
    guint64 text_line, number_line; /* line of the first text and of the first number */
    char *text;
    gsize max_chars;
} CsvColumn;

typedef struct {
    int fd;
    guint64 size;
    CsvLayout layout;
    guint n_chosen;
    int *place; /* for each column of the file: its column in the result, or -1 */
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
    GMutex progress_lock;  /* protects the fields below, which several threads update */
    guint64 pass_bytes;    /* number of bytes read in this pass over the file */
    guint64 progress_told; /* last reported progress; never decreases, even if a pass is repeated */
    gint stop;             /* nonzero after an error in one thread, to stop the other threads */
} CsvTable;

/* A range of complete lines, which one thread parses. */
typedef struct {
    CsvTable *table;
    guint64 start, end;
    guint64 first_line, line;
    gint64 first_row, row;
    guint64 n_lines;
    gint64 n_rows;
    gboolean has_quotes;
    CsvKind needed; /* wider than table->kind: the table must be parsed again as this kind */
    GError *error;
} CsvRange;

/* Parses all rows of a range as table->kind. On failure, sets range->error or range->needed. */
void csv_walk(CsvRange *range);

/* Counts the rows of a range of a table without quotes. */
void csv_count_lines(CsvRange *range);

/* Stores or counts one cell. Returns FALSE if the cell is wrong or needs another kind
 * (range->needed). */
gboolean csv_store_cell(CsvRange *range, const CsvCell *cell, guint place);

/* Decides from the counts of all cells whether the columns are text or numbers. An error message
 * contains the position of the wrong cell. */
gboolean csv_judge_columns(CsvTable *table, CsvKind *kind, GError **error);
char *csv_column_name(const CsvTable *table, guint column);

/* csv_begin_pass() and csv_note_read() report the progress. csv_begin_pass() is called at the
 * beginning of a pass over the table, csv_note_read() after a thread has read @bytes. */
void csv_begin_pass(CsvTable *table, CsvKind kind);
void csv_note_read(CsvTable *table, guint64 bytes);

MamutoArray *csv_load(const char *path, char **columns, GFileProgressCallback progress,
                      gpointer progress_data, GCancellable *cancellable, GError **error);

G_END_DECLS
