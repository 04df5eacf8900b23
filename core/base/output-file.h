/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Writes a file atomically: a temporary file in the same folder is written, flushed to the disk and
 * renamed. An existing file's permission bits are kept. If the path is a symbolic link, the link's
 * target is replaced or created. A file that is not regular (a pipe, /dev/null) is written
 * directly. Errors have the code MAMUTO_ERROR_FAILED. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
    int fd;
    char *path;      /* final path, with symbolic links resolved */
    char *temp_path; /* path of the temporary file, or NULL if the file is written directly */
} OutputFile;

OutputFile *output_file_open(const char *path, GError **error);
gboolean output_file_write(OutputFile *file, gconstpointer data, gsize size, GError **error);

/* Flushes the file, renames it to its final path and closes it. If this function fails or is not
 * called, output_file_free() deletes the temporary file and closes it. */
gboolean output_file_commit(OutputFile *file, GError **error);
void output_file_free(OutputFile *file);

/* Writes a file: opens it, writes @size bytes, and commits it. */
gboolean output_file_save(const char *path, gconstpointer data, gsize size, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OutputFile, output_file_free)

G_END_DECLS
