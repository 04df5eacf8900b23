/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Loads and saves configuration files. */
#include <glib/gi18n-lib.h>

#include "ini-private.h"
#include "mamuto-error.h"
#include "output-file.h"
#include "small-file.h"

Ini *
ini_new_from_file(const char *path, GError **error)
{
    gsize length = 0;
    g_autofree char *data = small_file_read(path, INI_MAX_SIZE, &length, error);

    return data != NULL ? ini_new_from_data(path, data, length, error) : NULL;
}

gboolean
ini_save(Ini *self, const char *path, GError **error)
{
    gsize length;
    g_autofree char *data = ini_to_data(self, &length);

    if (length > INI_MAX_SIZE) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                    _("%s: would be larger than %d bytes and could not be loaded again"), path,
                    INI_MAX_SIZE);
        return FALSE;
    }
    if (g_file_test(path, G_FILE_TEST_EXISTS) && !g_file_test(path, G_FILE_TEST_IS_REGULAR)) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                    _("%s: is not a regular file, so no configuration can be saved to it"), path);
        return FALSE;
    }
    return output_file_save(path, data, length, error);
}
