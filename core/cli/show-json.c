/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Formats what mamuto-cli show found out about a file as JSON. */
#include <string.h>

#include "failures.h"
#include "json-writer.h"
#include "show-data.h"

#define FORMAT "%.17g"

/* Adds one character as a text, or null for '\0'. */
static void
add_char(JsonWriter *json, const char *name, char c)
{
    const char text[] = {c, '\0'};

    json_writer_add_text(json, name, c != '\0' ? text : NULL);
}

static void
add_type(JsonWriter *json, const char *type, guint n_dims, const gint64 *shape)
{
    json_writer_add_text(json, "dtype", type);
    json_writer_begin_array(json, "shape");
    for (guint i = 0; i < n_dims; i++)
        json_writer_add_int(json, NULL, shape[i]);
    json_writer_end(json);
}

static void
add_table(JsonWriter *json, const MamutoTable *table)
{
    json_writer_begin_object(json, "table");
    json_writer_add_text(json, "separator", show_name_separator(table->separator));
    if (table->separator_line > 0)
        json_writer_add_uint(json, "separator_line", table->separator_line);
    json_writer_add_text(json, "header", show_name_header(table->header));
    if (table->header == MAMUTO_TABLE_HEADER_NONE)
        json_writer_add_null(json, "header_line");
    else
        json_writer_add_uint(json, "header_line", table->header_line);
    add_char(json, "decimal", table->decimal);
    add_char(json, "thousands", table->thousands);
    json_writer_add_uint(json, "first_line", table->first_line);
    json_writer_add_uint(json, "comments", table->n_comments);
    json_writer_add_uint(json, "columns", table->n_columns);
    json_writer_add_uint(json, "missing", table->n_missing);
    json_writer_begin_array(json, "missing_words");
    for (char **word = table->missing; word != NULL && *word != NULL; word++)
        json_writer_add_text(json, NULL, *word);
    json_writer_end(json);
    json_writer_end(json);
}

static void
add_member(JsonWriter *json, const MamutoNpzMember *member)
{
    json_writer_begin_object(json, NULL);
    json_writer_add_text(json, "name", member->name);
    json_writer_add_uint(json, "bytes", member->size);
    json_writer_add_bool(json, "compressed", member->compressed);
    json_writer_add_text(json, "problem", member->problem);
    if (member->problem == NULL) {
        char type[MAMUTO_DTYPE_STRING_MAX];

        mamuto_dtype_to_string(&member->dtype, type);
        add_type(json, type, member->n_dims, member->shape);
    }
    json_writer_end(json);
}

static void
add_column(JsonWriter *json, const ShowColumn *column)
{
    const MamutoSummary *summary = column->summary;

    json_writer_begin_object(json, NULL);
    json_writer_add_text(json, "name", column->name);
    if (column->kind != NULL)
        json_writer_add_text(json, "kind", column->kind);
    if (summary != NULL) {
        json_writer_add_int(json, "n", summary->n);
        json_writer_add_int(json, "nan", summary->n_nan);
        json_writer_add_int(json, "infinite", summary->n_infinite);
        json_writer_add_double(json, "mean", summary->mean, FORMAT);
        json_writer_add_double(json, "std", summary->std, FORMAT);
        json_writer_add_double(json, "min", summary->min, FORMAT);
        json_writer_add_double(json, "max", summary->max, FORMAT);
        json_writer_begin_array(json, "quantiles");
        for (guint i = 0; i < MAMUTO_SUMMARY_N_QUANTILES; i++)
            json_writer_add_double(json, NULL, summary->quantiles[i], FORMAT);
        json_writer_end(json);
    }
    json_writer_end(json);
}

/* Adds an element as a number or a bool where JSON has one, else as a text. nan and the infinities
 * become texts too. */
static void
add_element(JsonWriter *json, const ShowColumn *column, gint64 row)
{
    g_autofree char *text = show_format_element(column, row);
    MamutoDtype dtype;

    mamuto_array_get_dtype(column->array, &dtype);
    if (dtype.kind == 'b')
        json_writer_add_bool(json, NULL, g_str_equal(text, "True"));
    else if (strchr("iuf", dtype.kind) != NULL && strspn(text, "+-0123456789.e") == strlen(text))
        json_writer_add_raw(json, NULL, text);
    else
        json_writer_add_text(json, NULL, text);
}

static void
add_key(JsonWriter *json, const ShowKey *key)
{
    json_writer_add_text(json, "key", key->name);
    json_writer_add_int(json, "lines_with_key", key->n_with);
    json_writer_begin_object(json, "kinds");
    for (guint i = 0; i < JSON_N_KINDS; i++)
        if (key->n_of_kind[i] > 0)
            json_writer_add_int(json, json_kind_names[i], key->n_of_kind[i]);
    json_writer_end(json);
    json_writer_add_int(json, "rows", key->n_lines);
    json_writer_begin_array(json, "first_rows");
    for (guint i = 0; i < key->values->len; i++) {
        json_writer_begin_array(json, NULL);
        json_writer_add_text(json, NULL, key->values->pdata[i]);
        json_writer_end(json);
    }
    json_writer_end(json);
}

static void
add_first_rows(JsonWriter *json, const ShowData *self)
{
    json_writer_begin_array(json, "first_rows");
    for (gint64 i = 0; i < MIN(self->n_rows, SHOW_ROWS); i++) {
        json_writer_begin_array(json, NULL);
        for (guint k = 0; k < self->columns->len; k++)
            add_element(json, self->columns->pdata[k], i);
        json_writer_end(json);
    }
    json_writer_end(json);
}

void
show_append_json(const ShowData *self, GString *out)
{
    JsonWriter *json = json_writer_new(TRUE);
    g_autofree char *shown = g_filename_display_name(self->path);
    g_autofree char *text = NULL;
    guint n_dims;

    json_writer_begin_object(json, NULL);
    json_writer_add_text(json, "file", shown);
    json_writer_add_text(json, "format", self->format);
    json_writer_add_text(json, "error", self->error != NULL ? self->error->message : NULL);
    if (self->table != NULL)
        add_table(json, self->table);
    if (self->members != NULL) {
        json_writer_begin_array(json, "members");
        for (guint i = 0; i < self->members->len; i++)
            add_member(json, self->members->pdata[i]);
        json_writer_end(json);
    }
    if (self->array != NULL) {
        const gint64 *shape = mamuto_array_get_shape(self->array, &n_dims);
        char type[MAMUTO_DTYPE_STRING_MAX];

        array_type_to_string(self->array, type);
        add_type(json, type, n_dims, shape);
    }
    if (self->columns->len > 0) {
        json_writer_begin_array(json, "columns");
        for (guint i = 0; i < self->columns->len; i++)
            add_column(json, self->columns->pdata[i]);
        json_writer_end(json);
    }
    if (self->key != NULL) {
        add_key(json, self->key);
    } else if (self->n_rows >= 0) {
        json_writer_add_int(json, "rows", self->n_rows);
        add_first_rows(json, self);
    }
    json_writer_end(json);
    text = json_writer_finish(json);
    g_string_append(out, text);
}
