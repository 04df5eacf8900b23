/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See save-name.h. */
#include "save-name.h"

#include <glib/gi18n.h>
#include <string.h>

static gboolean
is_complete(const char *path, const char *suffix, SaveNameRule rule)
{
    const char *name = strrchr(path, '/');

    return g_str_has_suffix(path, suffix) ||
           (rule == SAVE_NAME_KEEP_OTHERS && strchr(name ? name : path, '.'));
}

char *
save_name_get_path(GFile *file, const char *suffix, SaveNameRule rule, GError **error)
{
    g_autofree char *path = g_file_get_path(file);
    g_autofree char *named = NULL;

    if (!path) {
        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                            _("Choose a folder on this computer."));
        return NULL;
    }
    if (is_complete(path, suffix, rule))
        return g_steal_pointer(&path);
    named = g_strconcat(path, suffix, NULL);
    if (!g_file_test(named, G_FILE_TEST_EXISTS))
        return g_steal_pointer(&named);
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_EXISTS,
                /* Translators: %s is the path of a file */
                _("%s already exists; include the extension to replace it."), named);
    return NULL;
}
