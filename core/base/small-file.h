/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Reads untrusted files that are expected to be small, such as configuration files. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Returns the whole content of @path (transfer full), terminated by NUL. Fails with
 * MAMUTO_ERROR_INVALID_FILE if the file is larger than @max bytes or is not a regular file, because
 * reading a pipe may never end. Fails with G_FILE_ERROR if the file cannot be read. @length
 * (nullable) receives the number of bytes, because the content may contain NULs. Blocks until the
 * file is read. Can be called from any thread. */
char *small_file_read(const char *path, gsize max, gsize *length, GError **error);

G_END_DECLS
