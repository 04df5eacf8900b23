/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * How a text table (CSV) is read: options that the user sets, and a description of what the program
 * understood. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * MamutoTableChoice:
 * @MAMUTO_TABLE_AUTO: decided from the content of the table
 * @MAMUTO_TABLE_YES: yes
 * @MAMUTO_TABLE_NO: no
 *
 * A setting that the content of a table decides unless the user does.
 */
typedef enum { MAMUTO_TABLE_AUTO, MAMUTO_TABLE_YES, MAMUTO_TABLE_NO } MamutoTableChoice;

/**
 * MamutoTableHeader:
 * @MAMUTO_TABLE_HEADER_NONE: the columns have no names; the first row is data
 * @MAMUTO_TABLE_HEADER_ROW: the first row contains the names
 * @MAMUTO_TABLE_HEADER_COMMENT: the last comment line before the data contains the names
 *
 * Where the names of a table's columns are.
 */
typedef enum {
    MAMUTO_TABLE_HEADER_NONE,
    MAMUTO_TABLE_HEADER_ROW,
    MAMUTO_TABLE_HEADER_COMMENT
} MamutoTableHeader;

/**
 * MamutoColumnKind:
 * @MAMUTO_COLUMN_EMPTY: only empty cells and words for missing values
 * @MAMUTO_COLUMN_BOOL: True and False
 * @MAMUTO_COLUMN_INT: integers
 * @MAMUTO_COLUMN_FLOAT: numbers, or integers and missing values
 * @MAMUTO_COLUMN_COMPLEX: complex numbers
 * @MAMUTO_COLUMN_TEXT: texts
 *
 * What the cells of a column are. A later kind can hold the values of the kinds before it.
 */
typedef enum {
    MAMUTO_COLUMN_EMPTY,
    MAMUTO_COLUMN_BOOL,
    MAMUTO_COLUMN_INT,
    MAMUTO_COLUMN_FLOAT,
    MAMUTO_COLUMN_COMPLEX,
    MAMUTO_COLUMN_TEXT
} MamutoColumnKind;

#define MAMUTO_TYPE_TABLE_OPTIONS (mamuto_table_options_get_type())
/**
 * MamutoTableOptions:
 * @header: whether the first row is a header
 * @decimal: the decimal separator, '.' or ','; '\0' decides from the content. If it is set, the
 *   other of the two characters groups thousands
 * @separator: the character between two cells: ',', ';', '|', '\t', ' ' for one or more blanks,
 *   '\n' for a table of one column; '\0' decides from the content
 * @text: (nullable) (array zero-terminated=1): columns, by name or number from 0, whose cells are
 *   texts even if they look like numbers
 * @kind: (nullable): the element type of the array, as numpy writes it, such as "f4"; %NULL decides
 *   from the content
 * @shape: (nullable): the shape of a row whose elements are the columns, such as "3x4"; %NULL: a
 *   row has one axis
 *
 * How a table is to be read. All fields zero is the default: everything is decided from the
 * content.
 */
typedef struct {
    MamutoTableChoice header;
    char decimal;
    char separator;
    char **text;
    char *kind;
    char *shape;
} MamutoTableOptions;
GType mamuto_table_options_get_type(void);
MamutoTableOptions *mamuto_table_options_new(void);
MamutoTableOptions *mamuto_table_options_parse(const char *text, GError **error);
char *mamuto_table_options_format(const MamutoTableOptions *self);
MamutoTableOptions *mamuto_table_options_copy(const MamutoTableOptions *self);
void mamuto_table_options_free(MamutoTableOptions *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MamutoTableOptions, mamuto_table_options_free)

#define MAMUTO_TYPE_TABLE (mamuto_table_get_type())
/**
 * MamutoTable:
 * @file: (type filename): the file
 * @options: the options that the user set
 * @separator: as in #MamutoTableOptions, never '\0'
 * @header: where the names of the columns are
 * @header_line: line number of the header from 1, or 0
 * @may_be_header: the first row was taken as data, but it consists of words as a header does
 * @asked_by_name: a column was asked for by a name of the first row
 * @decimal: '.' or ','
 * @thousands: the character that groups thousands, or '\0'
 * @n_columns: number of columns
 * @names: (nullable) (array zero-terminated=1): the names of all columns
 * @first: (array zero-terminated=1): the cells of the first row of data, without quotes
 * @kinds: (array length=n_columns): the kind of each column, decided from the rows at the beginning
 *   of the file
 * @first_line: line number of the first row of data, from 1
 * @n_comments: number of skipped comment lines
 * @n_late_comments: number of those after the first row of data; 0 if the table was only inspected
 * @n_missing: number of cells of the loaded columns that a word marks as missing, such as "NA"
 * @missing: (nullable) (array zero-terminated=1): these words, each once
 * @n_chosen: number of columns of the loaded array; 0 if the table was only inspected
 * @chosen: (nullable) (array length=n_chosen): for each column of the loaded array, its index in
 *   the table
 * @separator_line: 1 if the first line names the separator, as in "sep=;", else 0
 *
 * How a table was understood.
 */
typedef struct {
    char *file;
    MamutoTableOptions *options;
    char separator;
    MamutoTableHeader header;
    guint64 header_line;
    gboolean may_be_header;
    gboolean asked_by_name;
    char decimal;
    char thousands;
    guint n_columns;
    char **names;
    char **first;
    MamutoColumnKind *kinds;
    guint64 first_line;
    guint64 n_comments, n_late_comments;
    guint64 n_missing;
    char **missing;
    guint n_chosen;
    guint *chosen;
    guint64 separator_line;
} MamutoTable;
GType mamuto_table_get_type(void);
char **mamuto_table_split_columns(const char *columns, GError **error);
char *mamuto_table_join_columns(const char *const *columns);
MamutoTable *mamuto_table_inspect(const char *spec, GError **error);
char *mamuto_table_describe(const MamutoTable *self);
MamutoTable *mamuto_table_copy(const MamutoTable *self);
void mamuto_table_free(MamutoTable *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MamutoTable, mamuto_table_free)

G_END_DECLS
