/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Options of tables, and descriptions of how a table was understood. */
#include "mamuto-table.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "array-private.h"

G_DEFINE_BOXED_TYPE(MamutoTableOptions, mamuto_table_options, mamuto_table_options_copy,
                    mamuto_table_options_free)
G_DEFINE_BOXED_TYPE(MamutoTable, mamuto_table, mamuto_table_copy, mamuto_table_free)

/* Number of names or cells that mamuto_table_describe() shows. */
#define MAX_SHOWN 8

/**
 * mamuto_table_options_new:
 *
 * Returns: (transfer full): options with their defaults
 */
MamutoTableOptions *
mamuto_table_options_new(void)
{
    return g_new0(MamutoTableOptions, 1);
}

/**
 * mamuto_table_options_copy:
 * @self: options
 *
 * Returns: (transfer full): a copy
 */
MamutoTableOptions *
mamuto_table_options_copy(const MamutoTableOptions *self)
{
    MamutoTableOptions *copy;

    g_return_val_if_fail(self != NULL, NULL);
    copy = g_memdup2(self, sizeof *self);
    copy->text = g_strdupv(self->text);
    copy->kind = g_strdup(self->kind);
    copy->shape = g_strdup(self->shape);
    return copy;
}

/**
 * mamuto_table_options_free:
 * @self: (transfer full): options
 */
void
mamuto_table_options_free(MamutoTableOptions *self)
{
    g_strfreev(self->text);
    g_free(self->kind);
    g_free(self->shape);
    g_free(self);
}

/**
 * mamuto_table_copy:
 * @self: a description
 *
 * Returns: (transfer full): a copy
 */
MamutoTable *
mamuto_table_copy(const MamutoTable *self)
{
    MamutoTable *copy;

    g_return_val_if_fail(self != NULL, NULL);
    copy = g_memdup2(self, sizeof *self);
    copy->file = g_strdup(self->file);
    copy->options = mamuto_table_options_copy(self->options);
    copy->names = g_strdupv(self->names);
    copy->first = g_strdupv(self->first);
    copy->kinds = g_memdup2(self->kinds, self->n_columns * sizeof *self->kinds);
    copy->missing = g_strdupv(self->missing);
    copy->chosen = g_memdup2(self->chosen, self->n_chosen * sizeof *self->chosen);
    return copy;
}

/**
 * mamuto_table_free:
 * @self: (transfer full): a description
 */
void
mamuto_table_free(MamutoTable *self)
{
    g_free(self->file);
    mamuto_table_options_free(self->options);
    g_strfreev(self->names);
    g_strfreev(self->first);
    g_free(self->kinds);
    g_strfreev(self->missing);
    g_free(self->chosen);
    g_free(self);
}

static char *
join_shown(char **texts)
{
    GString *joined = g_string_new(NULL);

    for (guint i = 0; texts[i] != NULL; i++) {
        g_autofree char *shown = array_show_text(texts[i], strlen(texts[i]));

        if (i == MAX_SHOWN) {
            g_string_append(joined, ", …");
            break;
        }
        g_string_append_printf(joined, "%s%s", i > 0 ? ", " : "", shown);
    }
    return g_string_free(joined, FALSE);
}

static void
describe_header(const MamutoTable *self, GPtrArray *parts)
{
    g_autofree char *shown = NULL;

    if (self->options->header != MAMUTO_TABLE_AUTO || self->asked_by_name)
        return;
    if (self->header != MAMUTO_TABLE_HEADER_NONE) {
        shown = join_shown(self->names);
        g_ptr_array_add(parts, g_strdup_printf(_("line %" PRIu64 " was read as header: %s"),
                                               self->header_line, shown));
    } else if (self->may_be_header) {
        shown = join_shown(self->first);
        g_ptr_array_add(
            parts, g_strdup_printf(_("line %" PRIu64 " was read as data: %s (if it is a header, "
                                     "write +header=yes)"),
                                   self->first_line, shown));
    }
}

static const char *
show_separator(const MamutoTable *self)
{
    switch (self->separator) {
    case ',':
        return "','";
    case ';':
        return "';'";
    case '|':
        return "'|'";
    default:
        return _("tab");
    }
}

/**
 * mamuto_table_describe:
 * @self: a description
 *
 * Can be called from any thread.
 *
 * Returns: (transfer full) (nullable): a line that tells a user what the program decided from the
 *   content of the table and might be different from what the user expects; %NULL if there is
 *   nothing of this kind
 */
char *
mamuto_table_describe(const MamutoTable *self)
{
    g_autoptr(GPtrArray) parts = g_ptr_array_new_with_free_func(g_free);

    g_return_val_if_fail(self != NULL, NULL);

    if (self->separator_line > 0 && self->options->separator == '\0')
        g_ptr_array_add(parts, g_strdup_printf(_("line %" PRIu64 " names the separator %s"),
                                               self->separator_line, show_separator(self)));
    describe_header(self, parts);
    if (self->decimal == ',' && self->options->decimal == '\0')
        g_ptr_array_add(parts, g_strdup(_("1,5 was read as 1.5 (decimal comma)")));
    if (self->thousands == ',' && self->options->decimal == '\0')
        g_ptr_array_add(parts, g_strdup(_("1,234.5 was read as 1234.5")));
    /* A comment among the rows is often a row that somebody has commented out. */
    if (self->n_late_comments > 0)
        g_ptr_array_add(
            parts, g_strdup_printf(
                       g_dngettext(GETTEXT_PACKAGE,
                                   "%'" PRIu64 " comment line after the first row was skipped",
                                   "%'" PRIu64 " comment lines after the first row were skipped",
                                   (gulong)self->n_late_comments),
                       self->n_late_comments));
    if (self->n_missing > 0) {
        g_autofree char *words = join_shown(self->missing);

        g_ptr_array_add(
            parts, g_strdup_printf(g_dngettext(GETTEXT_PACKAGE, "%'" PRIu64 " cell is missing: %s",
                                               "%'" PRIu64 " cells are missing: %s",
                                               (gulong)self->n_missing),
                                   self->n_missing, words));
    }
    if (parts->len == 0)
        return NULL;
    g_ptr_array_add(parts, NULL);
    return g_strjoinv("; ", (char **)parts->pdata);
}
