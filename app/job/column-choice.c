/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See column-choice.h. */
#include "column-choice.h"

/* Returns the number of columns of this name. @first: (optional): the first of them. */
static guint
count_named(const MamutoTable *table, const char *name, guint *first)
{
    guint n = 0;

    for (guint i = 0; table->names && i < table->n_columns; i++)
        if (g_str_equal(table->names[i], name) && n++ == 0 && first)
            *first = i;
    return n;
}

GArray *
column_choice_parse(const MamutoTable *table, const char *part)
{
    GArray *columns = g_array_new(FALSE, FALSE, sizeof(guint));
    g_auto(GStrv) names = part ? mamuto_table_split_columns(part, NULL) : NULL;

    for (char **name = names; name && *name; name++) {
        guint64 number;
        guint column = 0;

        if (count_named(table, *name, &column) != 1) {
            if (!g_ascii_string_to_unsigned(*name, 10, 0, table->n_columns - 1, &number, NULL))
                continue;
            column = (guint)number;
        }
        g_array_append_val(columns, column);
    }
    return columns;
}

/* (transfer full) (nullable): the name or number that chooses this column alone. */
static char *
find_name(const MamutoTable *table, guint column)
{
    g_autofree char *number = g_strdup_printf("%u", column);

    if (!table)
        return g_steal_pointer(&number);
    if (column >= table->n_columns)
        return NULL;
    if (table->names && g_utf8_validate(table->names[column], -1, NULL) &&
        count_named(table, table->names[column], NULL) == 1)
        return g_strdup(table->names[column]);
    return count_named(table, number, NULL) == 0 ? g_steal_pointer(&number) : NULL;
}

gboolean *
column_choice_find_nameable(const MamutoTable *table)
{
    g_autoptr(GHashTable) counts = g_hash_table_new(g_str_hash, g_str_equal);
    gboolean *nameable = g_new(gboolean, table->n_columns);

    for (guint i = 0; table->names && i < table->n_columns; i++) {
        gsize count = GPOINTER_TO_SIZE(g_hash_table_lookup(counts, table->names[i]));

        g_hash_table_insert(counts, table->names[i], GSIZE_TO_POINTER(count + 1));
    }
    for (guint i = 0; i < table->n_columns; i++) {
        g_autofree char *number = g_strdup_printf("%u", i);

        nameable[i] = !table->names || !g_hash_table_contains(counts, number) ||
                      GPOINTER_TO_SIZE(g_hash_table_lookup(counts, table->names[i])) == 1;
    }
    return nameable;
}

char **
column_choice_list(const MamutoTable *table, const GArray *columns)
{
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();

    for (guint i = 0; i < columns->len; i++) {
        g_autofree char *name = find_name(table, g_array_index(columns, guint, i));

        if (name)
            g_strv_builder_add(builder, name);
    }
    return g_strv_builder_end(builder);
}

char *
column_choice_format(const MamutoTable *table, const GArray *columns)
{
    g_auto(GStrv) names = column_choice_list(table, columns);
    gboolean all = table && columns->len == table->n_columns;

    for (guint i = 0; i < columns->len; i++)
        all = all && g_array_index(columns, guint, i) == i;
    return all || !*names ? NULL : mamuto_table_join_columns((const char *const *)names);
}

void
column_choice_set(GArray *columns, guint column, gboolean chosen)
{
    guint at;

    for (guint i = columns->len; i-- > 0;)
        if (g_array_index(columns, guint, i) == column)
            g_array_remove_index(columns, i);
    if (!chosen)
        return;
    /* inserts before the first greater column if the columns are in ascending order, and appends
     * otherwise */
    at = columns->len;
    for (guint i = columns->len; i-- > 0;) {
        if (i > 0 && g_array_index(columns, guint, i - 1) > g_array_index(columns, guint, i)) {
            at = columns->len;
            break;
        }
        if (g_array_index(columns, guint, i) > column)
            at = i;
    }
    g_array_insert_val(columns, at, column);
}
