/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tells the user how the text tables among the arguments were understood. A decision that the user
 * did not make, such as which line is the header, may be wrong, and a wrong one changes the
 * result. */
#include "tables.h"

#include "command.h"
#include "mamuto-argument.h"

static const MamutoTable *
get_table(GPtrArray *arguments, guint i)
{
    MamutoArgument *argument = g_ptr_array_index(arguments, i);
    MamutoArray *array = argument != NULL ? mamuto_argument_get_array(argument) : NULL;

    return array != NULL ? mamuto_array_get_table(array) : NULL;
}

void
tables_tell(GPtrArray *arguments)
{
    /* Several arguments may be columns of the same table. */
    g_autoptr(GHashTable) told = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (guint i = 0; i < arguments->len; i++) {
        const MamutoTable *table = get_table(arguments, i);
        g_autofree char *text = table != NULL ? mamuto_table_describe(table) : NULL;
        g_autofree char *shown = table != NULL ? g_filename_display_name(table->file) : NULL;
        char *line;

        if (text == NULL)
            continue;
        line = g_strdup_printf("%s: %s", shown, text);
        if (!g_hash_table_contains(told, line))
            command_tell("%s", line);
        g_hash_table_add(told, line);
    }
}

void
tables_report(GPtrArray *arguments, Progress *progress)
{
    for (guint i = 0; i < arguments->len; i++) {
        const MamutoTable *table = get_table(arguments, i);

        if (table != NULL)
            progress_table(progress, i + 1, table);
    }
}
