/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The source files that travel to hosts, as one piece of bytes:
 *
 *     "MMB1"
 *     u32     number of files
 *     for each, sorted by the bytes of its path:
 *         u32     length of its path
 *         bytes   its path: relative, "/" between the parts, UTF-8, no part empty, "." or ".."
 *         u64     length of its content
 *         bytes   its content
 *
 * Numbers are little-endian. The same files give the same bytes, whatever order the disk has them
 * in, and whenever they were written. */
#pragma once

#include <gio/gio.h>

#include "source-stamp.h"

/* A package larger than this has data in it that should not travel as source. */
#define BUNDLE_MAX_SIZE (256u * 1024 * 1024)
#define BUNDLE_MAX_FILES 10000u

typedef struct _Bundle Bundle;

/* @stays_here: whether a file or folder of this name, within one that is added, is left out. @stamp
 * (nullable) (transfer none): receives the state of each file and folder before it is read.
 * @cancellable (nullable): ends the calls below with G_IO_ERROR_CANCELLED. */
Bundle *bundle_new(gboolean (*stays_here)(const char *base), SourceStamp *stamp,
                   GCancellable *cancellable);
void bundle_free(Bundle *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Bundle, bundle_free)

/* Adds the file @source under @name, or the folder @source with what is in it under @name: regular
 * files, but no hidden ones and none for which @stays_here is TRUE. */
gboolean bundle_add(Bundle *self, const char *source, const char *name, GError **error);
/* Reads the files. */
GBytes *bundle_build(Bundle *self, GError **error);
