/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Reads text tables. A file is read in blocks and never mapped, because truncating a mapped file
 * would kill the program. Steps: detect the layout (csv-layout.c), count the rows, parse the cells
 * (csv-read.c). A cell that does not fit the assumed kind restarts the parsing with a wider kind.
 * Whether text in a column of numbers is an error depends on the numbers of text and number cells
 * (csv-kinds.c). */
#pragma once

#include "mamuto-array.h"
#include "number.h"

G_BEGIN_DECLS

/** CSV_NO_SEPARATOR: a table of one column */
#define CSV_NO_SEPARATOR '\n'

/** CSV_BLANKS: cells are separated by one or more spaces */
#define CSV_BLANKS ' '

typedef struct {
    const char *text; /* without the quotes */
    gsize length;
    gboolean quoted;
    gboolean doubled; /* contains doubled quotes */
} CsvCell;

typedef enum {
    CSV_CELL_MORE,       /* another cell follows in the row */
    CSV_CELL_LAST,       /* last cell of the row */
    CSV_CELL_INCOMPLETE, /* the text ends within the cell, and the file continues */
    CSV_CELL_BAD_QUOTE,  /* a quote not closed, or text after a closed one */
} CsvCellEnd;

/* Reads the cell at *@p and moves *@p behind its separator or line end. @final: the file ends at
 * @end. */
CsvCellEnd csv_next_cell(const char **p, const char *end, char separator, gboolean final,
                         CsvCell *cell);

/* Skips blank lines; FALSE if the text ends without a row. */
gboolean csv_skip_blank_lines(const char **p, const char *end, char separator, gboolean final,
                              guint64 *n_lines);

void csv_trim(const char **text, gsize *length);
char *csv_cell_to_string(
    const CsvCell *cell); /* (transfer full): the unquoted text, possibly invalid UTF-8. */
gboolean csv_parse_bool(const char *text, gsize length, gboolean *value);

typedef struct {
    char separator;
    gboolean has_header;
    GPtrArray *names; /* of char *, one per column; NULL: no header */
    guint n_columns;
    guint64 data_start; /* file offset of the first data row */
    guint64 first_line; /* line number of data_start, from 1 */
} CsvLayout;

/* @wanted: requested column names or numbers, or NULL. A requested name that occurs in the first
 * line makes that line a header. */
gboolean csv_find_layout(int fd, char **wanted, CsvLayout *layout, GError **error);
void csv_layout_clear(CsvLayout *layout);

typedef enum { CSV_COUNT, CSV_CLASSIFY, CSV_BOOL, CSV_INT, CSV_UINT, CSV_FLOAT, CSV_TEXT } CsvKind;

/* Tally of the cells of a selected column over the whole file. */
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
    int *place; /* for each column of the file: its index in a row of the result, or -1 */
    guint *chosen;
    CsvColumn *columns; /* by index in a row of the result */
    CsvKind kind;
    gint64 n_rows;
    gsize item_size;
    MamutoDtype dtype;
    guint8 *dest;
    GCancellable *cancellable;
    GFileProgressCallback progress;
    gpointer progress_data;
    GMutex progress_lock;  /* guards the fields below, which several threads update */
    guint64 pass_bytes;    /* bytes read in this pass over the file */
    guint64 progress_told; /* never decreases, although a pass may be repeated */
    gint stop;             /* set when one thread failed, so that the other threads stop */
} CsvTable;

/* A range of complete lines, parsed by one thread. */
typedef struct {
    CsvTable *table;
    guint64 start, end;
    guint64 first_line, line;
    gint64 first_row, row;
    guint64 n_lines;
    gint64 n_rows;
    gboolean has_quotes;
    CsvKind needed; /* if wider than table->kind: parse again with this kind */
    GError *error;
} CsvRange;

/* Parses all rows of a range as table->kind; sets range->error or range->needed on failure.
 */
void csv_walk(CsvRange *range);

/* Counts the rows of a range of a table without quotes. */
void csv_count_lines(CsvRange *range);

/* Stores or counts one cell; FALSE if the cell needs another kind (range->needed) or is wrong. */
gboolean csv_store_cell(CsvRange *range, const CsvCell *cell, guint place);

/* Decides from the tallies of all cells whether the columns are text or numbers; an error names the
 * wrong cell.
 */
gboolean csv_judge_columns(CsvTable *table, CsvKind *kind, GError **error);
char *csv_column_name(const CsvTable *table, guint column);

/* Report progress: csv_begin_pass() when a pass over the table begins, csv_note_read() when a
 * thread has read @bytes. */
void csv_begin_pass(CsvTable *table, CsvKind kind);
void csv_note_read(CsvTable *table, guint64 bytes);

MamutoArray *csv_load(const char *path, char **columns, GFileProgressCallback progress,
                      gpointer progress_data, GCancellable *cancellable, GError **error);

G_END_DECLS
