/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What mamuto-cli show finds out about a file, before it is printed. */
#pragma once

#include "json-member.h"
#include "mamuto-array.h"
#include "mamuto-npz.h"
#include "mamuto-summary.h"
#include "mamuto-table.h"

/* A column of a table, or an element of each row of an array. */
typedef struct {
    char *name;             /* name of the column, or "[1, 2]" for an element of an array */
    const char *kind;       /* (nullable): "int", "text", …; only for a table */
    MamutoArray *array;     /* (nullable): the array that contains the column, if it was loaded */
    gint64 place;           /* index within a row of the array */
    MamutoSummary *summary; /* (nullable): only for loaded columns of real numbers */
} ShowColumn;

/* A key of lines of JSON. */
typedef struct {
    char *name;
    gint64 n_lines, n_with; /* numbers of all lines, and of those that have the key */
    gint64 first_without;   /* row of the first line without the key, or -1 */
    gint64 n_of_kind[JSON_N_KINDS];
    GPtrArray *values; /* (elements: nullable char *): JSON of the first lines; NULL: no such key */
} ShowKey;

typedef struct {
    const char *spec;
    char *path;
    const char *format; /* "table", "NPY", "NPZ" or "jsonl" */
    MamutoTable *table; /* (nullable): how a table was understood */
    GPtrArray *members; /* (nullable) (elements: MamutoNpzMember): the members of an NPZ file */
    MamutoArray *array; /* (nullable): all of the array; NULL for a table of texts and numbers */
    GPtrArray *parts;   /* (elements: MamutoArray): the arrays of a table of texts and numbers */
    GPtrArray *columns; /* (elements: ShowColumn): at most SHOW_MAX_COLUMNS */
    ShowKey *key;       /* (nullable): the key of lines of JSON that was asked for */
    gint64 n_columns;   /* number of all columns */
    guint n_unmeasured; /* number of columns without statistics, because the array is large */
    gint64 n_rows;      /* -1 if no array was loaded */
    GError *error;      /* (nullable): why the array could not be loaded */
} ShowData;

/* Maximum number of columns for which statistics are computed, and of rows that are shown. */
#define SHOW_MAX_COLUMNS 200
#define SHOW_ROWS 5

/* Loads the file. What cannot be loaded is noted in @self->error. */
void show_data_load(ShowData *self, const char *spec);
void show_data_clear(ShowData *self);

/* Appends a description of the data to @out, as text or as JSON. */
void show_append_text(const ShowData *self, guint width, gboolean utf8, GString *out);
void show_append_json(const ShowData *self, GString *out);

/* Returns (transfer full): the key @name in all lines of @array, or NULL with @error if the file
 * can no longer be read. */
ShowKey *show_key_load(MamutoArray *array, const char *name, GError **error);
void show_key_free(ShowKey *self);

/* Returns (transfer full): the element of a column in row @row, as in Python's str(). */
char *show_format_element(const ShowColumn *column, gint64 row);

/* Returns a word for @separator or for @header. */
const char *show_name_separator(char separator);
const char *show_name_header(MamutoTableHeader header);
