/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See table-words.h. */
#include "table-words.h"

#include <glib/gi18n.h>

#include "../app-text.h"

/* Number of names that are shown in a row, of characters of all of them after which no other name
 * is shown, of characters of the subtitle of the header's row and at least of its names, and of
 * characters of each name. */
#define MAX_NAMES 6
#define MAX_JOINED_CHARS 48
#define MAX_HEADER_CHARS 30
#define MIN_HEADER_CHARS 8
#define MAX_NAME_CHARS 24

char *
table_words_shorten(const char *text, guint max)
{
    g_autofree char *shown = mamuto_text_escape(text, FALSE);

    if (g_utf8_strlen(shown, -1) <= (glong)max)
        return g_steal_pointer(&shown);
    *g_utf8_offset_to_pointer(shown, (glong)max) = '\0';
    return g_strconcat(shown, "…", NULL);
}

char *
table_words_join(const char *const *texts)
{
    GString *joined = g_string_new(NULL);

    for (guint i = 0; texts[i]; i++) {
        g_autofree char *shown = table_words_shorten(texts[i], MAX_NAME_CHARS);
        gboolean full = i == MAX_NAMES || g_utf8_strlen(joined->str, -1) > MAX_JOINED_CHARS;

        if (i > 0)
            g_string_append(joined, ", ");
        g_string_append(joined, full ? "…" : *shown ? shown : "–");
        if (full)
            break;
    }
    return g_string_free(joined, FALSE);
}

const char *
table_words_kind(MamutoColumnKind kind)
{
    switch (kind) {
    case MAMUTO_COLUMN_BOOL:
        /* Translators: the kind of a column of a table */
        return C_("column", "true or false");
    case MAMUTO_COLUMN_INT:
        return C_("column", "integers");
    case MAMUTO_COLUMN_FLOAT:
        return C_("column", "numbers");
    case MAMUTO_COLUMN_COMPLEX:
        return C_("column", "complex numbers");
    case MAMUTO_COLUMN_TEXT:
        return C_("column", "text");
    default:
        /* Translators: the kind of a column of a table in which nothing stands */
        return C_("column", "empty");
    }
}

const char *
table_words_separator(char separator)
{
    switch (separator) {
    case ',':
        /* Translators: the character between the cells of a table */
        return C_("separator", "Comma");
    case ';':
        return C_("separator", "Semicolon");
    case '\t':
        return C_("separator", "Tab");
    case ' ':
        return C_("separator", "Spaces");
    case '|':
        return C_("separator", "Vertical bar");
    default:
        return C_("separator", "None");
    }
}

static char *
describe_missing(const MamutoTable *table)
{
    g_autofree char *count = app_text_count((gint64)table->n_missing);
    g_autofree char *words = table_words_join((const char *const *)table->missing);

    /* Translators: "2 cells are missing: NA, nan" */
    return g_strdup_printf(
        ngettext("%s cell is missing: %s", "%s cells are missing: %s", (gulong)table->n_missing),
        count, words);
}

char *
table_words_notice(const MamutoTable *table)
{
    gboolean automatic = table->options->header == MAMUTO_TABLE_AUTO && !table->asked_by_name;
    g_autoptr(GPtrArray) parts = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *header_line = app_text_count((gint64)table->header_line);
    g_autofree char *first_line = app_text_count((gint64)table->first_line);

    if (automatic && table->header != MAMUTO_TABLE_HEADER_NONE) {
        g_autofree char *names = table_words_join((const char *const *)table->names);

        g_ptr_array_add(
            parts, g_strdup_printf(_("Line %s was read as the header: %s"), header_line, names));
    } else if (automatic && table->may_be_header) {
        g_autofree char *cells = table_words_join((const char *const *)table->first);

        g_ptr_array_add(parts,
                        g_strdup_printf(_("Line %s was read as data: %s"), first_line, cells));
    }
    if (table->decimal == ',' && table->options->decimal == '\0')
        g_ptr_array_add(parts, g_strdup(_("The comma was read as a decimal comma")));
    if (table->thousands == ',' && table->options->decimal == '\0')
        g_ptr_array_add(parts, g_strdup(_("The comma was read as a thousands separator")));
    if (table->n_missing > 0)
        g_ptr_array_add(parts, describe_missing(table));
    if (parts->len == 0)
        return NULL;
    g_ptr_array_add(parts, NULL);
    return g_strjoinv(" · ", (char **)parts->pdata);
}

static const char *
describe_separator(char separator)
{
    switch (separator) {
    case ',':
        return _("separated by commas");
    case ';':
        return _("separated by semicolons");
    case '\t':
        return _("separated by tabs");
    case ' ':
        return _("separated by spaces");
    case '|':
        return _("separated by vertical bars");
    default:
        return _("one column");
    }
}

char *
table_words_format(const MamutoTable *table)
{
    g_autofree char *line = app_text_count((gint64)table->header_line);
    GString *text = g_string_new(NULL);

    if (table->header == MAMUTO_TABLE_HEADER_ROW)
        g_string_append_printf(text, _("header in line %s"), line);
    else if (table->header == MAMUTO_TABLE_HEADER_COMMENT)
        g_string_append_printf(text, _("header in the comment in line %s"), line);
    else
        g_string_append(text, _("no header"));
    g_string_append_printf(text, " · %s", describe_separator(table->separator));
    if (table->decimal == ',')
        g_string_append_printf(text, " · %s", _("decimal comma"));
    if (table->n_comments > 0) {
        g_autofree char *count = app_text_count((gint64)table->n_comments);

        g_string_append(text, " · ");
        /* Translators: %s is a number */
        g_string_append_printf(text,
                               ngettext("%s comment line skipped", "%s comment lines skipped",
                                        (gulong)table->n_comments),
                               count);
    }
    return g_string_free(text, FALSE);
}

static char *
describe_header(const MamutoTable *table, MamutoTableChoice choice, const char *names)
{
    g_autofree char *line = app_text_count((gint64)table->header_line);

    if (table->header == MAMUTO_TABLE_HEADER_COMMENT)
        /* Translators: %s are a line number and the names of columns */
        return g_strdup_printf(_("The names are in the comment in line %s: %s"), line, names);
    if (choice != MAMUTO_TABLE_AUTO)
        return table->names ? g_strdup_printf(_("Names: %s"), names)
                            : g_strdup_printf(_("Data: %s"), names);
    if (table->header == MAMUTO_TABLE_HEADER_NONE)
        return g_strdup_printf(_("Detected: %s are data"), names);
    return table->asked_by_name ? g_strdup_printf(_("Chosen by name: %s"), names)
                                : g_strdup_printf(_("Detected: %s are names"), names);
}

char *
table_words_header(const MamutoTable *table, MamutoTableChoice choice)
{
    const char *const *texts = (const char *const *)(table->names ? table->names : table->first);
    g_autofree char *joined = table_words_join(texts);
    g_autofree char *without = describe_header(table, choice, "");
    /* a longer subtitle would leave no room for the choice beside it in a narrow window; the words
     * around the names are longer in some languages */
    glong room = MAX_HEADER_CHARS - g_utf8_strlen(without, -1);
    g_autofree char *shown = table_words_shorten(joined, (guint)MAX(room, MIN_HEADER_CHARS));

    return describe_header(table, choice, shown);
}
