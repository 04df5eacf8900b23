/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The signature of a function, as read from its source. */
#pragma once

#include <gio/gio.h>

#include "mamuto-parameter.h"

typedef struct {
    GPtrArray *parameters; /* elements are MamutoParameter; NULL: unknown */
    char *docstring;       /* (nullable) */
    gboolean binding;      /* FALSE: a decorator may have changed the parameters */
} Signature;

void signature_free(Signature *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Signature, signature_free)

/* Reads the signature of the function @name in the file @path. @shown: the name of the file in
 * error messages. Returns NULL with MAMUTO_ERROR_FUNCTION, MAMUTO_ERROR_PYTHON or
 * G_IO_ERROR_CANCELLED. Blocks; any thread. */
Signature *signature_read(const char *path, const char *shown, const char *name, const char *python,
                          GCancellable *cancellable, GError **error);
gboolean signature_check_n_arguments(const Signature *self, const char *name, guint n,
                                     GError **error);
/* Binds the arguments of a call to the parameters. The arguments are numbered, first the
 * @n_positional ones without a name, then those with the names @names. @order: space for one number
 * per argument; receives the order in which the arguments are passed. @n_by_position receives how
 * many of them are passed by position; the others are passed by name. @self: (nullable): NULL: the
 * parameters are unknown, and all names are passed. Fails with MAMUTO_ERROR_INVALID_ARGUMENT if the
 * function does not accept the arguments. */
gboolean signature_bind(const Signature *self, const char *function, guint n_positional,
                        const char *const *names, guint n_names, guint *order, guint *n_by_position,
                        GError **error);
/* Returns (transfer full): the signature as text, "like(p, data, s=0.1, *rest)". The parameters
 * must be known. */
char *signature_describe(const Signature *self, const char *name);
char **signature_list_functions(const char *path, const char *python, GError **error);
