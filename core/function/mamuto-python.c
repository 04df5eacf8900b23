/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Finds the Python programs on this computer without starting them. The version and the packages
 * of a found program are not checked. */
#include "mamuto-python.h"

#include <string.h>

/* The programs to try, in this order, if no Python is configured. */
static const char *const usual[] = {"python3", "/usr/bin/python3", NULL};

static char *
find_program(const char *name)
{
    g_autofree char *path = NULL;

    /* A relative path would run a program of the current folder, which may belong to somebody
     * else. */
    if (strchr(name, '/') && *name != '/' && !g_str_has_prefix(name, "~/"))
        return NULL;
    if (!g_str_has_prefix(name, "~/"))
        return g_find_program_in_path(name);
    path = g_build_filename(g_get_home_dir(), name + strlen("~/"), NULL);
    return g_find_program_in_path(path);
}

/**
 * mamuto_python_list:
 * @configured: (nullable): a command, or a path that begins with `/` or `~/`; %NULL or empty for
 *   the default candidates
 *
 * Lists the Pythons on this computer in the order in which callers should try them. If a Python is
 * configured, lists only this Python; otherwise lists `python3` on the PATH and `/usr/bin/python3`,
 * without duplicates. Can be called from any thread.
 *
 * Returns: (transfer full) (array zero-terminated=1): the paths of the existing candidates; empty
 *   if no candidate exists
 */
char **
mamuto_python_list(const char *configured)
{
    const char *const only[] = {configured, NULL};
    gboolean is_configured = configured != NULL && *configured != '\0';
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(g_free);

    for (const char *const *name = is_configured ? only : usual; *name != NULL; name++) {
        g_autofree char *path = find_program(*name);

        if (path != NULL && !g_ptr_array_find_with_equal_func(found, path, g_str_equal, NULL))
            g_ptr_array_add(found, g_steal_pointer(&path));
    }
    g_ptr_array_add(found, NULL);
    return (char **)g_ptr_array_free(g_steal_pointer(&found), FALSE);
}

/**
 * mamuto_python_find:
 * @configured: (nullable): as in mamuto_python_list()
 *
 * Returns: (transfer full) (nullable): the path of the first Python of mamuto_python_list(), or
 *   %NULL if the list is empty
 */
char *
mamuto_python_find(const char *configured)
{
    g_auto(GStrv) list = mamuto_python_list(configured);

    return g_strdup(list[0]);
}
