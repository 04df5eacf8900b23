/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * How the mapper reads a function's sources in a thread while the function itself belongs to the
 * main context. */
#pragma once

#include <gio/gio.h>

#include "language.h"
#include "mamuto-function.h"
#include "source-stamp.h"

G_BEGIN_DECLS

const Language *function_get_language(MamutoFunction *self);
/* (transfer full): the files and folders that travel with the function; reads nothing. */
char **function_list_units(MamutoFunction *self);
/* Any thread: these packed as of mamuto_function_bundle(). @stamp (nullable) is filled in;
 * G_IO_ERROR_CANCELLED. */
GBytes *function_read_units(const Language *language, const char *const *units, SourceStamp *stamp,
                            GCancellable *cancellable, char **hash, GError **error);

G_END_DECLS
