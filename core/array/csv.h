/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Loads text tables as arrays. A file is read in blocks. It is not mapped, because a read beyond
 * the end of a truncated mapped file raises SIGBUS. Loading has three steps: detect the layout
 * (csv-layout.c, csv-header.c), count the rows, and parse the cells (csv-read.c, csv-walk.c). The
 * cells are first parsed as integers. If a cell does not fit, all cells are parsed again as a more
 * general CsvKind. A text in a column of numbers is an error (csv-kinds.c). */
#pragma once

#include "mamuto-array.h"
#include "mamuto-table.h"
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

void csv_trim(const char **text, gsize *length);
/* Returns the text of a cell without quotes (transfer full). It may be invalid UTF-8. */
char *csv_cell_to_string(const CsvCell *cell);

typedef struct {
    const MamutoTableOptions *options;
    char separator;
    char named_separator; /* from a first line such as "sep=;", or '\0' */
    char decimal;         /* '.' or ',' */
    char thousands;       /* character that groups the digits of numbers, or '\0' */
    /* The characters that begin a comment line: "#%" or, if rows begin with '#', "%". */
    const char *comments;
    MamutoTableHeader header;
    gboolean may_be_header; /* TRUE: the first row is data, but consists of words */
    guint64 header_line;    /* line number of the header, from 1; 0 if there is none */
    gboolean asked_by_name;
    GPtrArray *names; /* elements are char *, one per column; NULL if the table has no header */
    GPtrArray *first; /* elements are char *: the cells of the first row of data */
    guint n_columns;
    MamutoColumnKind *kinds; /* of the rows at the beginning of the file, one per column */
    gboolean first_is_text;  /* TRUE: the first column contains text */
    guint64 data_start;      /* file offset of the first data row */
    guint64 first_line;      /* line number of the first data row, from 1 */
    guint64 n_comments;      /* number of comment lines before the first data row */
} CsvLayout;

/* Counters of the lines of a table, for csv_skip_lines(). The fields that hold a line number are 0
 * if there is no such line. */
typedef struct {
    guint64 current; /* number of the current line, from 1 */
    guint64 n_comments;
    guint64 doubtful_line; /* first comment line that may be a row */
    guint64 white_line;    /* first line that consists of spaces */
} CsvLines;

gboolean csv_skip_odd_lines(const CsvLayout *layout, const char **p, const char *end,
                            gboolean final, CsvLines *lines);

/* Moves *@p behind blank lines and comment lines and counts them in @lines. Returns FALSE if no
 * other line follows before @end. */
static inline gboolean
csv_skip_lines(const CsvLayout *layout, const char **p, const char *end, gboolean final,
               CsvLines *lines)
{
    /* Most rows begin with a digit, a sign, a letter or a quote. Except for the quote, these have
     * greater codes than blanks, '#' and '%'. */
    return (*p < end && ((guint8) * *p > '%' || **p == '"')) ||
           csv_skip_odd_lines(layout, p, end, final, lines);
}

/* @wanted (nullable): the column names or numbers that the user requested. If the first row
 * contains a requested name, this row is a header. */
gboolean csv_find_layout(int fd, char **wanted, const MamutoTableOptions *options,
                         CsvLayout *layout, GError **error);
void csv_layout_clear(CsvLayout *layout);

/* What a cell contains. The order is that of MamutoColumnKind. */
typedef enum {
    CSV_VALUE_EMPTY,
    CSV_VALUE_MISSING, /* a word for a missing value, such as NA */
    CSV_VALUE_BOOL,
    CSV_VALUE_INT,
    CSV_VALUE_FLOAT,
    CSV_VALUE_COMPLEX,
    CSV_VALUE_TEXT
} CsvValue;
CsvValue csv_find_value(const CsvLayout *layout, const char *text, gsize length);

/* How a comma may be used in a number. */
typedef enum {
    CSV_COMMA_NONE,               /* no comma, or no number */
    CSV_COMMA_DECIMAL,            /* 1,5 */
    CSV_COMMA_DECIMAL_AND_POINTS, /* 1.234,5 */
    CSV_COMMA_GROUPS,             /* 1,234.5 or 1,234,567 */
    CSV_COMMA_DOUBTFUL            /* 1,234 */
} CsvComma;
CsvComma csv_find_comma(const char *text, gsize length);

/* The following functions parse a text without spaces around it. csv_parse_number() parses a real
 * number in the notation of the table. csv_parse_complex() parses a number with an imaginary
 * part, and sets @value to the real and the imaginary part. csv_is_odd_number() returns whether a
 * text begins like a number. csv_is_inexact_int() returns whether a text is an integer that differs
 * from @value, the nearest double. */
gboolean csv_parse_bool(const char *text, gsize length, gboolean *value);
gboolean csv_parse_number(const CsvLayout *layout, const char *text, gsize length, double *value);
gboolean csv_parse_complex(const char *text, gsize length, double value[2]);
gboolean csv_is_missing(const char *text, gsize length);
gboolean csv_is_odd_number(const char *text, gsize length);
gboolean csv_is_inexact_int(const char *text, gsize length, double value);

typedef enum {
    CSV_COUNT,
    CSV_CLASSIFY,
    CSV_BOOL,
    CSV_INT,
    CSV_UINT,
    CSV_FLOAT,
    CSV_COMPLEX,
    CSV_TEXT
} CsvKind;

/* The counters of a selected column: how many cells are numbers, bools and texts. */
typedef struct {
    gint64 n_numbers, n_bools, n_texts;
    gint64 n_complex, n_missing; /* not included in the other counters */
    gint64 n_fractions;          /* numbers that are not written as integers */
    gint64 n_commas;             /* texts that are numbers if a comma is allowed */
    gboolean as_text;            /* TRUE: the user wants text */
    gboolean text_first;
    guint64 text_line, inexact_line; /* first text; first integer that no double represents */
    char *text, *inexact;
    gsize max_chars;
} CsvColumn;

/* See csv-texts.h. */
typedef struct _CsvTexts CsvTexts;

typedef struct {
    int fd;
    guint64 size;
    MamutoTableOptions *options; /* those of the user and those of the hint in the first line */
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
    CsvTexts *texts; /* (nullable): receives the cells of a column of texts instead of @dest */
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
    guint64 first_line;
    CsvLines lines;
    gint64 first_row, row;
    guint64 n_lines;
    gint64 n_rows;
    gboolean has_quotes;
    gboolean inexact;    /* TRUE: an integer was stored as a double with another value */
    guint64 n_missing;   /* number of words for missing values */
    GHashTable *missing; /* (nullable) (element-type utf8): these words */
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

/* Fails if a column of integers contains a value that was changed when it was stored as a double.
 * @table->columns must be counted. */
gboolean csv_check_exact(CsvTable *table, GError **error);

/* Sets @kind to the element type that suits all columns. The counters in @table->columns determine
 * the type. Fails if a column of numbers contains a text, or if there are columns of text and
 * columns of numbers. The error message contains the text and its position. */
gboolean csv_judge_columns(CsvTable *table, CsvKind *kind, GError **error);
char *csv_column_name(const CsvTable *table, guint column);

/* These functions report the progress to the caller of csv_load(). csv_begin_pass() is called
 * before each pass over the table. csv_note_read() is called after a thread has read @bytes. */
void csv_begin_pass(CsvTable *table, CsvKind kind);
void csv_note_read(CsvTable *table, guint64 bytes);

MamutoArray *csv_load(const char *path, char **columns, const MamutoTableOptions *options,
                      GFileProgressCallback progress, gpointer progress_data,
                      GCancellable *cancellable, GError **error);

/* Returns (transfer full) how a table is understood, from its beginning. @columns as for
 * csv_load(). */
MamutoTable *csv_inspect(const char *path, char **columns, const MamutoTableOptions *options,
                         GError **error);
MamutoTable *csv_describe_layout(const char *path, const CsvLayout *layout);

G_END_DECLS
