/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Splits ssh's files into lines. A NUL byte ends only its line, as in ssh: if it ended the file, a
 * revoked key below it would be accepted. */
#include <string.h>

#include "ssh-private.h"

char **
ssh_read_lines(const char *file, GError **error)
{
    g_autoptr(GStrvBuilder) lines = NULL;
    g_autofree char *text = NULL;
    const char *at, *end;
    gsize length;

    if (!g_file_get_contents(file, &text, &length, error))
        return NULL;
    lines = g_strv_builder_new();
    at = text;
    end = text + length;
    do {
        const char *line_end = memchr(at, '\n', (gsize)(end - at));
        g_autofree char *line = NULL;

        if (line_end == NULL)
            line_end = end;
        line = g_strndup(at, (gsize)(line_end - at));
        g_strv_builder_add(lines, line);
        at = line_end + 1;
    } while (at <= end);
    return g_strv_builder_end(lines);
}
