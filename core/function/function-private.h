/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Lets the mapper read a function's sources in a worker thread, although a MamutoFunction belongs
 * to the main context: function_list_units() copies the paths there, function_read_units() needs
 * only these. */
#pragma once

#include <gio/gio.h>

#include "language.h"
#include "mamuto-function.h"
#include "source-stamp.h"

G_BEGIN_DECLS

const Language *function_get_language(MamutoFunction *self);
/* (transfer full): the paths of the files and folders to send with the function. Reads no files. */
char **function_list_units(MamutoFunction *self);
/* Packs @units as mamuto_function_bundle() does. @stamp (nullable) records the state of the files;
 * @hash (nullable) receives their digest. Fails with MAMUTO_ERROR_FUNCTION or G_IO_ERROR_CANCELLED.
 * Blocks; any thread. */
GBytes *function_read_units(const Language *language, const char *const *units, SourceStamp *stamp,
                            GCancellable *cancellable, char **hash, GError **error);

G_END_DECLS
