/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Reads the free memory of this computer from /proc/meminfo. The limit of a container is not
 * considered, so the result is an upper limit. */
#include "memory.h"

#include <string.h>

static gboolean
read_kb(const char *text, const char *key, guint64 *bytes)
{
    const char *at = strstr(text, key);

    if (at == NULL)
        return FALSE;
    *bytes = g_ascii_strtoull(at + strlen(key), NULL, 10) * 1024;
    return TRUE;
}

guint64
memory_get_available(void)
{
    g_autofree char *text = NULL;
    guint64 available, swap;

    if (!g_file_get_contents("/proc/meminfo", &text, NULL, NULL) ||
        !read_kb(text, "\nMemAvailable:", &available) || !read_kb(text, "\nSwapFree:", &swap))
        return G_MAXUINT64;
    return available + swap;
}
