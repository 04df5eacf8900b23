/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The data files that are sent with a function, packed into an archive (see core/wire/wire.h):
 * files and folders in the folder of the function's file or, if this file is part of a package, in
 * the folder that contains the top-level package. On hosts, the path of each file relative to the
 * function's file is the same. The archive is an unlinked temporary file, so that large files need
 * no memory, and so that the content cannot change after its hash was computed. */
#pragma once

#include <gio/gio.h>

#include "source-stamp.h"

/* Maximum size in bytes of all sent files of a function, and their maximum number. */
#define SENT_FILES_MAX_SIZE ((guint64)4 << 30)
#define SENT_FILES_MAX 10000u

typedef struct _SentFiles SentFiles;

/* Finds a file or folder to send. A relative @path is searched in @root, the folder of the
 * function, and in the current folder. Returns (transfer full): its absolute path, which begins
 * with @root. Returns NULL with MAMUTO_ERROR_FUNCTION if the file is missing or outside of @root,
 * or if both folders contain different files of this name. */
char *sent_files_find(const char *root, const char *path, GError **error);

/* Packs the files and folders @paths, which are results of sent_files_find(). @units: the modules
 * of the function; they are left out, because the bundle contains them. @old (nullable): an earlier
 * archive, which is returned with a new reference if no file has changed since. @stamp: receives
 * the state of the files. Returns NULL without an error if there is no file to send, and NULL with
 * MAMUTO_ERROR_FUNCTION or G_IO_ERROR_CANCELLED after a failure. Blocks; any thread. */
SentFiles *sent_files_read(const char *root, const char *const *paths, const char *const *units,
                           SentFiles *old, SourceStamp *stamp, GCancellable *cancellable,
                           GError **error);
SentFiles *sent_files_ref(SentFiles *self);
void sent_files_unref(SentFiles *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SentFiles, sent_files_unref)

/* Returns FALSE with MAMUTO_ERROR_LOST if a file was changed after it was packed. */
gboolean sent_files_check_unchanged(const SentFiles *self, GError **error);

/* Returns (transfer none): the archive. */
GBytes *sent_files_get_archive(const SentFiles *self);
/* Returns (transfer none): the SHA-256 of the archive, in hexadecimal digits. */
const char *sent_files_get_hash(const SentFiles *self);
