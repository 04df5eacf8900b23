/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A file that is there whole or not at all: written under another name in the same folder, flushed
 * to the disk, then renamed. Permission bits are kept; of a symbolic link the file behind it is
 * replaced, even if there is none yet. What is no regular file (a pipe, /dev/null) is written
 * directly. Errors are MAMUTO_ERROR_FAILED. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
    int fd;
    char *path;      /* where it is to stand, links followed */
    char *temp_path; /* NULL: written directly */
} OutputFile;

OutputFile *output_file_open(const char *path, GError **error);
gboolean output_file_write(OutputFile *file, gconstpointer data, gsize size, GError **error);

/* To the disk and into its place; the file is closed whatever happens. Without a commit
 * output_file_free() leaves nothing behind. */
gboolean output_file_commit(OutputFile *file, GError **error);
void output_file_free(OutputFile *file);

/* The three in one, for content that is there as a whole. */
gboolean output_file_save(const char *path, gconstpointer data, gsize size, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OutputFile, output_file_free)

G_END_DECLS
