/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The list of the files that are sent with a function, for the source files of SentFiles. */
#pragma once

#include "sent-files.h"

#include <sys/stat.h>

/* Kinds of entries of the archive, as in core/wire/wire.h. */
enum { KIND_PLAIN, KIND_PROGRAM, KIND_FOLDER };

typedef struct {
    char *source;
    const char *name; /* the part of `source` after the root */
    guint32 kind;     /* KIND_… */
    struct stat info;
} SentItem;

/* Lists the files and folders @paths, see sent_files_read(). Returns an array of SentItem (transfer
 * full), sorted by name. */
GArray *sent_files_list(const char *root, const char *const *paths, const char *const *units,
                        SourceStamp *stamp, GCancellable *cancellable, GError **error);
/* Sets an error about the file @path, and returns FALSE. */
gboolean sent_files_fail(GError **error, const char *path, const char *format, ...)
    G_GNUC_PRINTF(3, 4);
