/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What the source says about a function. */
#pragma once

#include "mamuto-function.h"

typedef struct {
    GPtrArray *parameters; /* MamutoParameter; NULL: not to be known without running the file */
    char *docstring;       /* NULL if there is none */
    gboolean binding;      /* FALSE: a decorator may have changed what may be given */
} Signature;

void signature_free(Signature *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Signature, signature_free)

/* @path is what is read, @shown what messages call it. */
Signature *signature_read(const char *path, const char *shown, const char *name, const char *python,
                          GCancellable *cancellable, GError **error);
gboolean signature_check_n_arguments(const Signature *self, const char *name, guint n,
                                     GError **error);
/* "like(p, data, s=0.1, *rest)"; of one with parameters. */
char *signature_describe(const Signature *self, const char *name);
char **signature_list_functions(const char *path, const char *python, GError **error);
