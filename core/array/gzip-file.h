/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Opens files for reading that may be compressed by gzip. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Opens a regular file for reading. If its content is compressed by gzip, returns the descriptor of
 * a new temporary file without a name, which contains the uncompressed content. The name of @path
 * does not matter. The checksums and lengths in a compressed file are verified. Blocks until all of
 * the file is uncompressed. Returns -1 with an error whose message contains the path. */
int gzip_file_open(const char *path, GCancellable *cancellable, GError **error);

/* Returns whether @start, the first @size bytes of a file, is the beginning of a gzip file. */
gboolean gzip_file_has_magic(gconstpointer start, gsize size);

G_END_DECLS
