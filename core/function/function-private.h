/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A MamutoFunction is used in the main thread, but a worker thread reads its source files,
 * because reading can be slow. The main thread copies the paths with function_list_sources() and
 * passes them to the worker thread, which calls function_read_units() and sent_files_read(). */
#pragma once

#include <gio/gio.h>

#include "language.h"
#include "mamuto-function.h"
#include "source-stamp.h"

G_BEGIN_DECLS

/* The files that are sent with a function. All paths are absolute. */
typedef struct {
    /* folder that contains the file of the function, or its package; NULL: no file is sent, because
     * hosts import their installed module (numpy:sqrt) */
    char *root;
    char **units; /* files and folders of the modules */
    char **files; /* data files and folders below @root, for sent_files_read() */
} FunctionSources;

/* Binds the arguments of a call, see signature_bind(). @self: (nullable): NULL: the parameters are
 * unknown. */
gboolean function_bind(MamutoFunction *self, guint n_positional, const char *const *names,
                       guint n_names, guint *order, guint *n_by_position, GError **error);
const Language *function_get_language(MamutoFunction *self);
/* Returns (transfer full): the paths of the function's files. Reads no files. */
FunctionSources *function_list_sources(MamutoFunction *self);
void function_sources_free(FunctionSources *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FunctionSources, function_sources_free)
gboolean function_sources_equal(const FunctionSources *a, const FunctionSources *b);
/* Returns (transfer full): JSON text with the paths of the modules on this computer, for an
 * interpreter. @here: whether the interpreter runs on this computer, so that it uses these paths as
 * the __file__ of the modules. Other interpreters use the paths only in messages. */
char *function_sources_format_places(const FunctionSources *self, gboolean here);
/* Packs the files and folders @units as mamuto_function_bundle() does. @stamp (nullable) records
 * the state of the files. @hash (nullable) receives the digest of the bundle. Fails with
 * MAMUTO_ERROR_FUNCTION or G_IO_ERROR_CANCELLED. Blocks; any thread. */
GBytes *function_read_units(const Language *language, const char *const *units, SourceStamp *stamp,
                            GCancellable *cancellable, char **hash, GError **error);

G_END_DECLS
