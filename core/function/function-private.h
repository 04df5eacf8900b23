/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A MamutoFunction is used in the main thread, but a worker thread reads its source files,
 * because reading can be slow. The main thread copies the paths with function_list_units() and
 * passes them to the worker thread, which calls function_read_units(). */
#pragma once

#include <gio/gio.h>

#include "language.h"
#include "mamuto-function.h"
#include "source-stamp.h"

G_BEGIN_DECLS

const Language *function_get_language(MamutoFunction *self);
/* Returns (transfer full): the paths of the files and folders to send with the function. Reads no
 * files. */
char **function_list_units(MamutoFunction *self);
/* Packs the files and folders @units as mamuto_function_bundle() does. @stamp (nullable) records
 * the state of the files. @hash (nullable) receives the digest of the bundle. Fails with
 * MAMUTO_ERROR_FUNCTION or G_IO_ERROR_CANCELLED. Blocks; any thread. */
GBytes *function_read_units(const Language *language, const char *const *units, SourceStamp *stamp,
                            GCancellable *cancellable, char **hash, GError **error);

G_END_DECLS
