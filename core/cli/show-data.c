/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Loads the file that mamuto-cli show describes, and computes the statistics of its columns. */
#include "show-data.h"

#include <math.h>
#include <string.h>

#include "mamuto-error.h"
#include "mamuto-file-kind.h"

/* Statistics are computed for as many columns as can be read in about ten seconds, but at least for
 * the first one. The statistics of a column read the whole array several times. */
#define MAX_READ (G_GINT64_CONSTANT(32) << 30)
#define READS_PER_COLUMN 6

static const char *const kind_names[] = {
    [MAMUTO_COLUMN_EMPTY] = "empty",     [MAMUTO_COLUMN_BOOL] = "bool",
    [MAMUTO_COLUMN_INT] = "int",         [MAMUTO_COLUMN_FLOAT] = "float",
    [MAMUTO_COLUMN_COMPLEX] = "complex", [MAMUTO_COLUMN_TEXT] = "text",
};

const char *
show_name_separator(char separator)
{
    switch (separator) {
    case ',':
        return "comma";
    case ';':
        return "semicolon";
    case '\t':
        return "tab";
    case '|':
        return "bar";
    case ' ':
        return "blanks";
    default:
        return "none";
    }
}

const char *
show_name_header(MamutoTableHeader header)
{
    static const char *const names[] = {[MAMUTO_TABLE_HEADER_NONE] = "none",
                                        [MAMUTO_TABLE_HEADER_ROW] = "row",
                                        [MAMUTO_TABLE_HEADER_COMMENT] = "comment"};

    return names[header];
}

static void
column_free(gpointer data)
{
    ShowColumn *column = data;

    g_free(column->name);
    g_clear_object(&column->array);
    g_clear_pointer(&column->summary, mamuto_summary_free);
    g_free(column);
}

static ShowColumn *
add_column(ShowData *self, char *name, const char *kind)
{
    ShowColumn *column = g_new0(ShowColumn, 1);

    column->name = name;
    column->kind = kind;
    g_ptr_array_add(self->columns, column);
    return column;
}

static gboolean
is_quick(MamutoArray *array, gint64 place)
{
    double size = (double)mamuto_array_get_row_size(array) * (double)mamuto_array_get_n_rows(array);

    return place == 0 || (double)(place + 1) * READS_PER_COLUMN * size <= (double)MAX_READ;
}

/* Computes the statistics of a column. A column of text or of complex numbers has none. */
static void
fill_column(ShowData *self, ShowColumn *column, MamutoArray *array, gint64 place)
{
    column->array = g_object_ref(array);
    column->place = place;
    if (mamuto_array_get_n_dims(array) == 0)
        return;
    if (is_quick(array, place))
        column->summary = mamuto_array_summarize(array, place, NULL, NULL, NULL);
    else
        self->n_unmeasured++;
}

static gint64
count_columns(MamutoArray *array)
{
    guint n_dims;
    const gint64 *shape = mamuto_array_get_shape(array, &n_dims);
    gint64 n = 1;

    for (guint i = 1; i < n_dims; i++)
        n *= shape[i];
    return n;
}

/* Returns the index of an element within each row, such as "[1, 2]"; "" if a row is one element. */
static char *
name_place(MamutoArray *array, gint64 place)
{
    guint n_dims;
    const gint64 *shape = mamuto_array_get_shape(array, &n_dims);
    gint64 below = count_columns(array);
    GString *name = g_string_new(NULL);

    for (guint i = 1; i < n_dims; i++) {
        below /= shape[i];
        g_string_append_printf(name, "%s%" G_GINT64_FORMAT, i > 1 ? ", " : "[", place / below);
        place %= below;
    }
    g_string_append(name, n_dims > 1 ? "]" : "");
    return g_string_free(name, FALSE);
}

char *
show_format_element(const ShowColumn *column, gint64 row)
{
    gint64 index[MAMUTO_ARRAY_MAX_DIMS] = {row};
    gint64 place = column->place;
    guint n_dims;
    const gint64 *shape = mamuto_array_get_shape(column->array, &n_dims);

    for (guint i = n_dims; i-- > 1;) {
        index[i] = place % shape[i];
        place /= shape[i];
    }
    return mamuto_array_format_element(column->array, index);
}

static void
describe_array(ShowData *self)
{
    self->n_columns = count_columns(self->array);
    for (gint64 i = 0; i < MIN(self->n_columns, SHOW_MAX_COLUMNS); i++)
        fill_column(self, add_column(self, name_place(self->array, i), NULL), self->array, i);
}

/* Returns the number of a column that the user has named, or -1. */
static gint64
find_column(const MamutoTable *table, const char *wanted)
{
    guint64 number;

    for (guint i = 0; table->names != NULL && i < table->n_columns; i++)
        if (g_str_equal(table->names[i], wanted))
            return i;
    if (g_ascii_string_to_unsigned(wanted, 10, 0, table->n_columns - 1, &number, NULL))
        return (gint64)number;
    return -1;
}

/* Returns (elements: guint): the numbers of the columns that @part names, or of all columns. */
static GArray *
choose_columns(const MamutoTable *table, const char *part)
{
    GArray *chosen = g_array_new(FALSE, FALSE, sizeof(guint));
    g_auto(GStrv) names = part != NULL ? mamuto_table_split_columns(part, NULL) : NULL;
    guint n = names != NULL ? g_strv_length(names) : table->n_columns;

    for (guint i = 0; i < n; i++) {
        gint64 number = names != NULL ? find_column(table, names[i]) : i;
        guint column = (guint)number;

        if (number >= 0)
            g_array_append_val(chosen, column);
    }
    return chosen;
}

/* Returns for a column which columns can be read into one array with it. */
static MamutoColumnKind
find_group(const MamutoTable *table, guint column)
{
    MamutoColumnKind kind = table->kinds[column];

    return kind == MAMUTO_COLUMN_TEXT || kind == MAMUTO_COLUMN_BOOL ? kind : MAMUTO_COLUMN_FLOAT;
}

/* Corrects the kind of a column, which was found out from the beginning of the table. */
static void
correct_kind(ShowColumn *column)
{
    gint64 n_rows = mamuto_array_get_n_rows(column->array);
    gint64 n_columns = count_columns(column->array);
    const double *values;
    gboolean fractions = column->summary != NULL && column->summary->n_nan > 0;
    MamutoDtype dtype;

    mamuto_array_get_dtype(column->array, &dtype);
    if (dtype.kind == 'U')
        column->kind = kind_names[MAMUTO_COLUMN_TEXT];
    if (dtype.kind != 'f' || dtype.itemsize != sizeof *values ||
        column->kind != kind_names[MAMUTO_COLUMN_INT])
        return;
    /* The values of a table are double-precision numbers in the memory, without gaps. */
    values = mamuto_array_get_data(column->array);
    for (gint64 i = 0; values != NULL && i < n_rows && !fractions; i++) {
        double value = values[i * n_columns + column->place];

        fractions = value != floor(value) || isinf(value);
    }
    if (fractions)
        column->kind = kind_names[MAMUTO_COLUMN_FLOAT];
}

/* Loads the columns of a group. Returns FALSE if they cannot be loaded. */
static gboolean
load_group(ShowData *self, const GArray *chosen, const char *options, MamutoColumnKind group)
{
    g_autoptr(GString) spec = g_string_new(self->path);
    g_autoptr(GArray) places = g_array_new(FALSE, FALSE, sizeof(guint));
    g_autoptr(MamutoArray) array = NULL;

    for (guint i = 0; i < chosen->len; i++) {
        guint column = g_array_index(chosen, guint, i);

        if (find_group(self->table, column) != group)
            continue;
        g_string_append_printf(spec, "%c%u", places->len > 0 ? ',' : ':', column);
        g_array_append_val(places, i);
    }
    if (places->len == 0)
        return TRUE;
    if (options != NULL)
        g_string_append_printf(spec, "+%s", options);
    array = mamuto_array_load(spec->str, NULL, self->error == NULL ? &self->error : NULL);
    if (array == NULL)
        return FALSE;
    for (guint k = 0; k < places->len; k++)
        fill_column(self, self->columns->pdata[g_array_index(places, guint, k)], array, k);
    self->n_rows = mamuto_array_get_n_rows(array);
    g_ptr_array_add(self->parts, g_steal_pointer(&array));
    return TRUE;
}

/* Columns that the user reads as text are texts, whatever their cells look like. */
static void
apply_text_option(MamutoTable *table)
{
    for (char **name = table->options->text; name != NULL && *name != NULL; name++) {
        gint64 column = find_column(table, *name);

        if (column >= 0)
            table->kinds[column] = MAMUTO_COLUMN_TEXT;
    }
}

/* Replaces what the beginning of the table shows by what all of it shows. */
static void
take_table(ShowData *self)
{
    guint64 n_comments = self->table->n_comments;

    for (guint i = 0; i < self->parts->len; i++) {
        const MamutoTable *whole = mamuto_array_get_table(self->parts->pdata[i]);

        n_comments = whole->n_comments;
        self->table->n_missing += whole->n_missing;
        if (whole->missing != NULL && whole->missing[0] != NULL) {
            g_strfreev(self->table->missing);
            self->table->missing = g_strdupv(whole->missing);
        }
    }
    self->table->n_comments = n_comments;
}

/* A table of texts, booleans and numbers has no common type of elements, so that its columns are
 * loaded in several arrays. */
static void
describe_table(ShowData *self, const char *part, const char *options)
{
    g_autoptr(GArray) chosen = choose_columns(self->table, part);
    gboolean mixed = FALSE;

    self->n_columns = chosen->len;
    g_array_set_size(chosen, MIN(chosen->len, SHOW_MAX_COLUMNS));
    for (guint i = 0; i < chosen->len; i++) {
        guint column = g_array_index(chosen, guint, i);
        MamutoColumnKind kind = self->table->kinds[column];
        const char *name = self->table->names != NULL ? self->table->names[column] : "";

        mixed = mixed || find_group(self->table, column) !=
                             find_group(self->table, g_array_index(chosen, guint, 0));
        add_column(self, *name != '\0' ? g_strdup(name) : g_strdup_printf("%u", column),
                   kind_names[kind]);
        if (self->array != NULL)
            fill_column(self, self->columns->pdata[i], self->array, i);
    }
    if (self->array != NULL) {
        g_ptr_array_add(self->parts, g_object_ref(self->array));
    } else if (mixed) {
        g_clear_error(&self->error);
        if (!load_group(self, chosen, options, MAMUTO_COLUMN_FLOAT) ||
            !load_group(self, chosen, options, MAMUTO_COLUMN_BOOL) ||
            !load_group(self, chosen, options, MAMUTO_COLUMN_TEXT))
            self->n_rows = -1;
    }
    for (guint i = 0; i < self->columns->len; i++)
        if (((ShowColumn *)self->columns->pdata[i])->array != NULL)
            correct_kind(self->columns->pdata[i]);
    take_table(self);
}

/* Loads the array, and waits until its checksum is verified. */
static void
load_array(ShowData *self)
{
    self->array = mamuto_array_load(self->spec, NULL, &self->error);
    if (self->array != NULL && !mamuto_array_check_content(self->array, TRUE, NULL, &self->error))
        g_clear_object(&self->array);
    self->n_rows = self->array != NULL ? mamuto_array_get_n_rows(self->array) : -1;
}

void
show_data_load(ShowData *self, const char *spec)
{
    g_autofree char *part = NULL, *options = NULL;

    *self = (ShowData){.spec = spec, .format = "NPY", .n_rows = -1};
    self->path = mamuto_array_split_spec(spec, &part, &options);
    self->columns = g_ptr_array_new_with_free_func(column_free);
    self->parts = g_ptr_array_new_with_free_func(g_object_unref);
    self->members = mamuto_npz_list_members(self->path, NULL);
    if (self->members != NULL) {
        guint n_arrays = 0;

        self->format = "NPZ";
        for (guint i = 0; i < self->members->len; i++)
            n_arrays += ((MamutoNpzMember *)self->members->pdata[i])->problem == NULL;
        if (part == NULL && options == NULL && n_arrays != 1)
            return;
    }
    load_array(self);
    if (self->array != NULL && mamuto_array_get_key(self->array) != NULL) {
        self->format = "jsonl";
        self->key = show_key_load(self->array, mamuto_array_get_key(self->array), &self->error);
        return;
    }
    if (self->array != NULL && mamuto_array_get_table(self->array) != NULL)
        self->table = mamuto_table_copy(mamuto_array_get_table(self->array));
    else if (self->array == NULL && self->members == NULL &&
             mamuto_file_kind_from_name(self->path) == MAMUTO_FILE_TABLE)
        self->table = mamuto_table_inspect(spec, NULL);
    if (self->table != NULL) {
        self->format = "table";
        self->table->n_missing = 0;
        apply_text_option(self->table);
        describe_table(self, part, options);
    } else if (self->array != NULL) {
        if (mamuto_array_is_json(self->array))
            self->format = "jsonl";
        describe_array(self);
    }
}

void
show_data_clear(ShowData *self)
{
    g_free(self->path);
    g_clear_pointer(&self->table, mamuto_table_free);
    g_clear_pointer(&self->members, g_ptr_array_unref);
    g_clear_object(&self->array);
    g_clear_pointer(&self->key, show_key_free);
    g_ptr_array_unref(self->parts);
    g_ptr_array_unref(self->columns);
    g_clear_error(&self->error);
}
