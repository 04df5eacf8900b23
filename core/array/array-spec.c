/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Splits the text that names an array, FILE[:PART][+KEY=VALUE…], and parses the options of tables
 * in it. */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "array-private.h"
#include "csv-kind.h"
#include "csv.h"
#include "mamuto-error.h"
#include "mamuto-file-kind.h"
#include "quote.h"

/* Largest number of characters of an option in an error message. */
#define SHOWN_CHARS 60

/* Returns whether @text begins with KEY=, with a KEY of lower-case letters. */
static gboolean
is_option(const char *text)
{
    const char *p = text;

    while (g_ascii_islower(*p))
        p++;
    return p > text && *p == '=';
}

/* Returns the first "+KEY=" in @text, or NULL. A name in quotes may contain such a text. A quote
 * begins a quoted name only at the beginning of @text or after a comma or an equals sign. */
static const char *
find_options(const char *text)
{
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '"' && (p == text || p[-1] == ',' || p[-1] == '=')) {
            do
                p = strchr(p + 1, '"');
            while (p != NULL && p[1] == '"' && p++);
            if (p == NULL)
                return NULL;
        } else if (*p == '+' && is_option(p + 1)) {
            return p;
        }
    }
    return NULL;
}

/* Returns the end of the path in @spec: the first ':' or "+KEY=" that follows the path of an
 * existing regular file. Returns NULL if there is none. */
static const char *
find_path_end(const char *spec)
{
    for (const char *p = strpbrk(spec, ":+"); p != NULL; p = strpbrk(p + 1, ":+")) {
        g_autofree char *path = g_strndup(spec, (gsize)(p - spec));

        if ((*p == ':' || is_option(p + 1)) && g_file_test(path, G_FILE_TEST_IS_REGULAR))
            return p;
    }
    return NULL;
}

/**
 * mamuto_array_split_spec:
 * @spec: a text that names an array, as for mamuto_array_load(): FILE[:PART][+KEY=VALUE…]
 * @part: (out) (nullable): PART, or %NULL
 * @options: (out) (nullable): KEY=VALUE[+KEY=VALUE…], see mamuto_table_options_parse(), or %NULL
 *
 * Splits a text that names an array. FILE, and a PART in quotes, may contain ':' and '+'. If a file
 * has all of @spec as its name, this file is meant. Otherwise FILE ends at the first ':' or '+KEY='
 * that follows the path of an existing file. Can be called from any thread.
 *
 * Returns: (transfer full) (type filename): FILE, or all of @spec if no such file exists
 */
char *
mamuto_array_split_spec(const char *spec, char **part, char **options)
{
    const char *end, *start;

    g_return_val_if_fail(spec != NULL, NULL);

    *part = *options = NULL;
    if (g_file_test(spec, G_FILE_TEST_EXISTS) || (end = find_path_end(spec)) == NULL)
        return g_strdup(spec);
    if (*end == '+') {
        *options = g_strdup(end + 1);
    } else {
        start = find_options(end + 1);
        *part = start != NULL ? g_strndup(end + 1, (gsize)(start - end - 1)) : g_strdup(end + 1);
        *options = start != NULL ? g_strdup(start + 1) : NULL;
    }
    return g_strndup(spec, (gsize)(end - spec));
}

/**
 * mamuto_table_split_columns:
 * @columns: a list of columns such as "x,y", the PART of a text for mamuto_array_load(). A name
 *   that contains a comma, a plus sign or a quote is enclosed in double quotes
 * @error: return location for a #GError
 *
 * Can be called from any thread.
 *
 * Returns: (transfer full) (array zero-terminated=1): the columns, or %NULL with
 *   %MAMUTO_ERROR_INVALID_ARGUMENT
 */
char **
mamuto_table_split_columns(const char *columns, GError **error)
{
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    const char *p = columns, *end;
    CsvCellEnd how;
    CsvCell cell;

    g_return_val_if_fail(columns != NULL, NULL);
    end = columns + strlen(columns);
    do {
        g_autofree char *name = NULL;

        how = csv_next_cell(&p, end, ',', TRUE, &cell);
        name = csv_cell_to_string(&cell);
        if (!cell.quoted)
            g_strstrip(name);
        if (how == CSV_CELL_BAD_QUOTE || (*name == '\0' && !cell.quoted)) {
            g_autofree char *shown = quote_start(columns, strlen(columns), SHOWN_CHARS);

            g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                        _("'%s' is not a list of columns; write names or numbers, as in 'x,y' "
                          "or '0,2'"),
                        shown);
            return NULL;
        }
        g_strv_builder_add(builder, name);
    } while (how == CSV_CELL_MORE);
    return g_strv_builder_end(builder);
}

/**
 * mamuto_table_inspect:
 * @spec: a text table, as for mamuto_array_load()
 * @error: return location for a #GError
 *
 * Reads the beginning of a text table and finds out how the table is to be understood: separator,
 * header, columns and their kinds. n_missing counts only in tables that are loaded. Blocks while
 * reading. Can be called from any thread.
 *
 * Returns: (transfer full): the description, or %NULL with the errors of mamuto_array_load()
 */
MamutoTable *
mamuto_table_inspect(const char *spec, GError **error)
{
    g_autofree char *part = NULL;
    g_autofree char *text = NULL;
    g_autofree char *path = NULL;
    g_auto(GStrv) columns = NULL;
    g_autoptr(MamutoTableOptions) options = NULL;

    g_return_val_if_fail(spec != NULL, NULL);

    path = mamuto_array_split_spec(spec, &part, &text);
    options = text != NULL ? mamuto_table_options_parse(text, error) : mamuto_table_options_new();
    if (options != NULL && part != NULL)
        columns = mamuto_table_split_columns(part, error);
    if (options == NULL || (part != NULL && columns == NULL)) {
        g_autofree char *shown = g_filename_display_name(path);

        g_prefix_error(error, "%s: ", shown);
        return NULL;
    }
    return csv_inspect(path, columns, options, error);
}

/* The words for the characters that are hard to write in a command line. */
static const struct {
    const char *word;
    char separator;
} separator_words[] = {
    {",", ','},    {";", ';'},   {"|", '|'},      {"comma", ','}, {"semicolon", ';'},
    {"tab", '\t'}, {"bar", '|'}, {"blanks", ' '}, {"none", '\n'},
};

static gboolean
refuse_value(const char *key, const char *value, const char *allowed, GError **error)
{
    g_autofree char *shown = quote_start(value, strlen(value), SHOWN_CHARS);

    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                _("+%s=%s: the value must be %s"), key, shown, allowed);
    return FALSE;
}

static gboolean
refuse_option(const char *key, const char *value, GError **error)
{
    g_autofree char *shown_key = quote_start(key, strlen(key), SHOWN_CHARS);
    g_autofree char *shown = quote_start(value, strlen(value), SHOWN_CHARS);

    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                _("unknown option +%s=%s; the options of a table are +header=, +decimal=, "
                  "+separator=, +text=, +kind= and +shape="),
                shown_key, shown);
    return FALSE;
}

static gboolean
set_kind(MamutoTableOptions *self, const char *value, GError **error)
{
    MamutoDtype dtype;

    g_free(self->kind);
    self->kind = g_strdup(value);
    return mamuto_dtype_parse(value, &dtype, NULL) ||
           refuse_value("kind", value, _("an element type of numpy, such as f4, i8 or U12"), error);
}

static gboolean
set_option(MamutoTableOptions *self, const char *key, const char *value, GError **error)
{
    if (g_str_equal(key, "header")) {
        self->header = g_str_equal(value, "yes")  ? MAMUTO_TABLE_YES
                       : g_str_equal(value, "no") ? MAMUTO_TABLE_NO
                                                  : MAMUTO_TABLE_AUTO;
        return self->header != MAMUTO_TABLE_AUTO || g_str_equal(value, "auto") ||
               refuse_value(key, value, _("yes, no or auto"), error);
    }
    if (g_str_equal(key, "decimal")) {
        self->decimal = g_str_equal(value, ".") || g_str_equal(value, ",") ? *value : '\0';
        return self->decimal != '\0' || g_str_equal(value, "auto") ||
               refuse_value(key, value, _("'.', ',' or auto"), error);
    }
    if (g_str_equal(key, "separator")) {
        self->separator = '\0';
        for (guint i = 0; i < G_N_ELEMENTS(separator_words); i++)
            if (g_str_equal(value, separator_words[i].word))
                self->separator = separator_words[i].separator;
        return self->separator != '\0' || g_str_equal(value, "auto") ||
               refuse_value(key, value, _("comma, semicolon, tab, bar, blanks, none or auto"),
                            error);
    }
    if (g_str_equal(key, "text")) {
        g_strfreev(self->text);
        self->text = mamuto_table_split_columns(value, error);
        return self->text != NULL;
    }
    if (g_str_equal(key, "kind"))
        return set_kind(self, value, error);
    if (g_str_equal(key, "shape")) {
        gint64 lengths[MAMUTO_ARRAY_MAX_DIMS];

        g_free(self->shape);
        self->shape = g_strdup(value);
        return csv_kind_parse_shape(value, lengths) > 0 ||
               refuse_value(key, value, _("the lengths of a row's axes, such as 3x4"), error);
    }
    return refuse_option(key, value, error);
}

/**
 * mamuto_table_options_parse:
 * @text: options: KEY=VALUE[+KEY=VALUE…], for example "header=no+decimal=,"
 * @error: return location for a #GError
 *
 * Parses options of a table. header is yes, no or auto; decimal is '.', ',' or auto; separator is
 * comma, semicolon, tab, bar, blanks, none or auto; text is a list of columns such as "x,y"; kind
 * is an element type of numpy such as f4; shape is the shape of a row such as 3x4. A column's name
 * that contains '+' or ',' is enclosed in double quotes. Can be called from any thread.
 *
 * Returns: (transfer full): the options, or %NULL with %MAMUTO_ERROR_INVALID_ARGUMENT; the message
 *   lists the options or values that exist
 */
MamutoTableOptions *
mamuto_table_options_parse(const char *text, GError **error)
{
    g_autoptr(MamutoTableOptions) self = mamuto_table_options_new();
    g_autofree char *valid = NULL; /* because errors contain parts of the text */

    g_return_val_if_fail(text != NULL, NULL);

    text = valid = g_utf8_make_valid(text, -1);
    while (text != NULL) {
        const char *equals = strchr(text, '=');
        const char *end = equals != NULL ? find_options(equals + 1) : NULL;
        g_autofree char *key = g_strndup(text, equals ? (gsize)(equals - text) : strlen(text));
        g_autofree char *value = NULL;

        if (equals != NULL)
            value = end ? g_strndup(equals + 1, (gsize)(end - equals - 1)) : g_strdup(equals + 1);
        if (!set_option(self, key, value != NULL ? value : "", error))
            return NULL;
        text = end != NULL ? end + 1 : NULL;
    }
    return g_steal_pointer(&self);
}

/* Appends a column's name, in quotes if the name could be read as something else. */
static void
append_name(GString *text, const char *name)
{
    g_auto(GStrv) parts = NULL;
    g_autofree char *doubled = NULL;

    if (*name != '\0' && strpbrk(name, ",+\"\n") == NULL && !g_ascii_isspace(*name) &&
        !g_ascii_isspace(name[strlen(name) - 1])) {
        g_string_append(text, name);
        return;
    }
    parts = g_strsplit(name, "\"", -1);
    doubled = g_strjoinv("\"\"", parts);
    g_string_append_printf(text, "\"%s\"", doubled);
}

/**
 * mamuto_table_join_columns:
 * @columns: (array zero-terminated=1): columns, by name or number
 *
 * Can be called from any thread.
 *
 * Returns: (transfer full): a text that mamuto_table_split_columns() splits into @columns
 */
char *
mamuto_table_join_columns(const char *const *columns)
{
    GString *text = g_string_new(NULL);

    g_return_val_if_fail(columns != NULL, NULL);
    for (guint i = 0; columns[i] != NULL; i++) {
        if (i > 0)
            g_string_append_c(text, ',');
        append_name(text, columns[i]);
    }
    return g_string_free(text, FALSE);
}

/**
 * mamuto_table_options_format:
 * @self: options
 *
 * Can be called from any thread.
 *
 * Returns: (transfer full): the text to append to the name of a file or of its columns in a text
 *   for mamuto_array_load(), such as "+header=no+decimal=,"; "" if all options have their defaults
 */
char *
mamuto_table_options_format(const MamutoTableOptions *self)
{
    GString *text = g_string_new(NULL);

    g_return_val_if_fail(self != NULL, NULL);

    if (self->header != MAMUTO_TABLE_AUTO)
        g_string_append_printf(text, "+header=%s", self->header == MAMUTO_TABLE_YES ? "yes" : "no");
    if (self->decimal != '\0')
        g_string_append_printf(text, "+decimal=%c", self->decimal);
    for (guint i = G_N_ELEMENTS(separator_words); i > 3 && self->separator != '\0'; i--)
        if (separator_words[i - 1].separator == self->separator)
            g_string_append_printf(text, "+separator=%s", separator_words[i - 1].word);
    if (self->text != NULL && self->text[0] != NULL) {
        g_autofree char *columns = mamuto_table_join_columns((const char *const *)self->text);

        g_string_append_printf(text, "+text=%s", columns);
    }
    if (self->kind != NULL)
        g_string_append_printf(text, "+kind=%s", self->kind);
    if (self->shape != NULL)
        g_string_append_printf(text, "+shape=%s", self->shape);
    return g_string_free(text, FALSE);
}
