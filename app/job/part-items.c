/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See part-items.h. */
#include "part-items.h"

#include <glib/gi18n.h>

#include "../app-text.h"
#include "column-choice.h"
#include "table-words.h"

/* Greatest number of characters of a name, and of the first value of a column. */
#define MAX_NAME_CHARS 60
#define MAX_VALUE_CHARS 20

static GPtrArray *
new_items(void)
{
    return g_ptr_array_new_with_free_func(g_object_unref);
}

static void
add_item(GPtrArray *items, const char *name, const char *detail, gboolean enabled)
{
    g_autofree char *shown = table_words_shorten(name, MAX_NAME_CHARS);

    g_ptr_array_add(items, mamuto_part_item_new(shown, detail, enabled));
}

static void
add_column(GPtrArray *items, const MamutoTable *table, guint column, const char *first,
           gboolean nameable)
{
    /* Translators: the title of a column without a name, which is numbered from 0 */
    g_autofree char *number = g_strdup_printf(_("Column %u"), column);
    g_autofree char *value = table_words_shorten(first, MAX_VALUE_CHARS);
    const char *kind = table_words_kind(table->kinds[column]);
    /* Translators: the kind of a column and its first value: "integers · 12" */
    g_autofree char *detail =
        *value ? g_strdup_printf(C_("column", "%s · %s"), kind, value) : g_strdup(kind);

    add_item(items, table->names && *table->names[column] ? table->names[column] : number,
             nameable ? detail : _("has the name of another column"), nameable);
}

GPtrArray *
part_items_for_table(const MamutoTable *table, const char *part, GArray *chosen)
{
    GPtrArray *items = new_items();
    guint n_first = g_strv_length(table->first);
    g_autofree gboolean *nameable = column_choice_find_nameable(table);
    g_autoptr(GArray) columns = column_choice_parse(table, part);
    guint all = 0;

    add_item(items, _("All Columns"), NULL, TRUE);
    for (guint i = 0; i < table->n_columns; i++)
        add_column(items, table, i, i < n_first ? table->first[i] : "", nameable[i]);
    for (guint i = 0; i < columns->len; i++) {
        guint position = g_array_index(columns, guint, i) + 1;

        g_array_append_val(chosen, position);
    }
    if (!part)
        g_array_append_val(chosen, all);
    return items;
}

GPtrArray *
part_items_for_members(GPtrArray *members, const char *part, GArray *chosen)
{
    GPtrArray *items = new_items();

    for (guint i = 0; i < members->len; i++) {
        const MamutoNpzMember *member = members->pdata[i];
        g_autofree char *shape =
            member->problem
                ? NULL
                : app_text_describe_shape(&member->dtype, member->n_dims, member->shape);

        add_item(items, member->name, shape ? shape : member->problem, shape != NULL);
        if (g_strcmp0(member->name, part) == 0 || (!part && members->len == 1))
            g_array_append_val(chosen, i);
    }
    return items;
}

GPtrArray *
part_items_for_keys(const char *const *keys, const char *part, GArray *chosen)
{
    GPtrArray *items = new_items();
    guint found = 0;

    add_item(items, _("Whole Line"), NULL, TRUE);
    if (!part)
        g_array_append_val(chosen, found);
    for (guint i = 0; keys && keys[i]; i++) {
        add_item(items, keys[i], NULL, *keys[i] != '\0');
        found = i + 1;
        if (g_strcmp0(keys[i], part) == 0)
            g_array_append_val(chosen, found);
    }
    return items;
}
