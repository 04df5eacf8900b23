/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See bad-argument.h. A host knows only the numbers of the argument and of its row, because neither
 * the name of the file nor blank lines are sent. */
#include "bad-argument.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

#include "array-lines.h"

/* Reads a number and the blank after it. */
static gboolean
read_number(const char **text, guint64 *number)
{
    char *end;

    if (!g_ascii_isdigit(**text))
        return FALSE;
    *number = g_ascii_strtoull(*text, &end, 10);
    if (*end != ' ')
        return FALSE;
    *text = end + 1;
    return TRUE;
}

char *
bad_argument_describe(const Run *run, const char *text)
{
    const char *reason = text;
    const RunArgument *argument;
    MamutoArray *array = NULL;
    const char *path, *name;
    guint64 number, row, line;

    if (!read_number(&reason, &number) || !read_number(&reason, &row) || number >= run->n_arguments)
        return g_strdup(text);
    argument = &run->arguments[number];
    array = mamuto_argument_get_array(argument->argument);
    if (array == NULL || !mamuto_array_is_json(array) ||
        row >= (guint64)mamuto_array_get_n_rows(array))
        return g_strdup(text);
    path = array_lines_find_line(array, (gint64)row, &line);
    name = mamuto_argument_get_name(argument->argument);
    if (path != NULL)
        return g_strdup_printf(_("%s, line %'" PRIu64 ": %s"), path, line, reason);
    /* The lines are in memory. */
    if (name != NULL)
        return g_strdup_printf(_("line %'" PRIu64 " of argument “%s”: %s"), line, name, reason);
    return g_strdup_printf(_("line %'" PRIu64 " of argument %u: %s"), line, argument->number + 1,
                           reason);
}
