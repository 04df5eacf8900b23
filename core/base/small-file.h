/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Reads untrusted files that are expected to be small, such as configuration. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Returns (transfer full) the whole content of @path, NUL-terminated. NULL with
 * MAMUTO_ERROR_INVALID_FILE, before anything is read, if it is not a regular file (a pipe may never
 * end) or is larger than @max bytes; NULL with G_FILE_ERROR if it cannot be read. @length
 * (nullable) receives the length in bytes, for content that may include NULs. Blocks; any thread.
 */
char *small_file_read(const char *path, gsize max, gsize *length, GError **error);

G_END_DECLS
