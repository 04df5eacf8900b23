/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See csv-hint.h. */
#include "csv-hint.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "mamuto-error.h"
#include "npy.h"

#define HINT_START "# mamuto: +"

/* Maximum length of a hint in bytes. A hint lists the numbers of the columns that contain text. */
#define MAX_HINT (16 * 1024 * 1024)

void
csv_append_hint(GString *line, const MamutoTableOptions *options)
{
    g_autofree char *text = mamuto_table_options_format(options);

    g_string_append_printf(line, "%s%s\n", HINT_START, text + 1);
}

/* Returns the text after HINT_START in the first line (transfer full), or NULL with @error set or,
 * if the table has no hint, without. */
static char *
find_hint(int fd, GError **error)
{
    NpyFile file = {fd, 0};
    char start[sizeof HINT_START - 1];
    g_autofree char *line = NULL;
    gssize got = npy_read_file(&file, 0, start, sizeof start, error);
    char *end;

    if (got < (gssize)sizeof start || memcmp(start, HINT_START, sizeof start) != 0)
        return NULL;
    line = g_malloc(MAX_HINT + 1);
    got = npy_read_file(&file, sizeof start, line, MAX_HINT, error);
    if (got < 0)
        return NULL;
    line[got] = '\0';
    end = strpbrk(line, "\r\n");
    if (end != NULL)
        *end = '\0';
    return g_strdup(line);
}

MamutoTableOptions *
csv_read_hint(int fd, const MamutoTableOptions *given, GError **error)
{
    g_autoptr(MamutoTableOptions) merged = mamuto_table_options_copy(given);
    g_autoptr(MamutoTableOptions) hint = NULL;
    g_autoptr(GError) why = NULL;
    g_autofree char *text = find_hint(fd, &why);

    if (text != NULL)
        hint = mamuto_table_options_parse(text, &why);
    if (why != NULL) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE,
                    text != NULL ? _("line 1 tells how the table is to be read, but: %s; correct "
                                     "the line or remove it")
                                 : "%s",
                    why->message);
        return NULL;
    }
    if (hint == NULL)
        return g_steal_pointer(&merged);
    if (merged->header == MAMUTO_TABLE_AUTO)
        merged->header = hint->header;
    if (merged->decimal == '\0')
        merged->decimal = hint->decimal;
    if (merged->separator == '\0')
        merged->separator = hint->separator;
    if (merged->text == NULL)
        merged->text = g_steal_pointer(&hint->text);
    return g_steal_pointer(&merged);
}
