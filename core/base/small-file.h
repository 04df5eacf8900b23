/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Files that a person or another program may have put there, where a small one is expected. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The whole text of @path, ended with a 0: (transfer full), NULL with MAMUTO_ERROR_INVALID_FILE if
 * it is no regular file (a pipe would not end) or is larger than @max bytes; then it is not read at
 * all; and with G_FILE_ERROR if it cannot be read. @length (nullable): its bytes, for a text that
 * may hold a 0. Any thread. */
char *small_file_read(const char *path, gsize max, gsize *length, GError **error);

G_END_DECLS
