/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A temporary folder in memory, for fuzz targets that read and write files. */
#pragma once

#include <glib.h>

/* Returns: (transfer full): the path of @name in the folder. The first call creates the folder,
 * which is removed when the program exits. */
char *fuzz_folder_path(const char *name);
/* Writes a file of the folder. Returns: (transfer full): its path. */
char *fuzz_folder_put(const char *name, const void *data, gsize size);
/* Fails unless exactly one of @object and @error is set. The error must be valid UTF-8. Frees
 * @error. */
void fuzz_check_error(gconstpointer object, GError *error);
