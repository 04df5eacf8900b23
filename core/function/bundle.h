/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Packs the source files that are sent to hosts into one block of bytes:
 *
 *     "MMB1"
 *     u32     number of files
 *     for each, sorted by the bytes of its path:
 *         u32     length of its path
 *         bytes   its path: relative, UTF-8, "/" between the parts; no part is "", "." or ".."
 *         u64     length of its content
 *         bytes   its content
 *
 * Numbers are little-endian. The same files give the same bytes, regardless of directory order and
 * file times, so that the hash of the bundle identifies their content. */
#pragma once

#include <gio/gio.h>

#include "source-stamp.h"

/* Maximum size of a bundle in bytes. A larger bundle probably contains data files. Data should be
 * passed as an argument instead. */
#define BUNDLE_MAX_SIZE (256u * 1024 * 1024)
#define BUNDLE_MAX_FILES 10000u

typedef struct _Bundle Bundle;

/* @stays_here: returns TRUE for the names of files and subfolders that bundle_add() skips when it
 * adds a folder. @stamp (nullable) (transfer none): receives size and times of each file and folder
 * before it is read. @cancellable (nullable) (transfer none): if it is cancelled, bundle_add() and
 * bundle_build() fail with G_IO_ERROR_CANCELLED. */
Bundle *bundle_new(gboolean (*stays_here)(const char *base), SourceStamp *stamp,
                   GCancellable *cancellable);
void bundle_free(Bundle *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Bundle, bundle_free)

/* Adds the file or folder @source under @name. If @source is a folder, adds all regular files in it
 * and its subfolders, except hidden files and those for which @stays_here returns TRUE. Symbolic
 * links are followed. Fails with MAMUTO_ERROR_FUNCTION. */
gboolean bundle_add(Bundle *self, const char *source, const char *name, GError **error);
/* Reads the files and returns the bundle (transfer full), or NULL with MAMUTO_ERROR_FUNCTION. */
GBytes *bundle_build(Bundle *self, GError **error);
