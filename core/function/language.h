/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The table of languages that functions can be written in. A row defines how a spec is resolved,
 * which files are sent to hosts and how a signature is read. The agent's table of runners has a row
 * of the same name, which starts the interpreter. A new language needs a row in both tables;
 * MamutoFunction mentions Python only in error messages about invalid specs. */
#pragma once

#include "module.h"
#include "signature.h"

typedef struct {
    const char *name;   /* in the PREPARE frame; key of its version in PREPARED */
    const char *suffix; /* file name suffix, with the dot */
    /* The package that every host must have; key of its version in PREPARED. */
    const char *package;
    /* A function of the language's standard library: a host that can prepare it can run functions.
     */
    const char *probe_module, *probe_name;
    /* Resolves the part of a spec before the colon: a file with the suffix, or a module's name. */
    gboolean (*find_source)(const char *place, Module *module, GError **error);
    /* Resolves a module to send: first in @folder (nullable), then in the current folder. */
    gboolean (*find_module)(const char *text, const char *folder, Module *module, GError **error);
    /* Whether a file or folder of this name is left out when its parent folder is sent. */
    gboolean (*stays_here)(const char *base);
    /* The functions below analyse source with @interpreter (nullable: the default one) on this
     * computer; they block. */
    Signature *(*read_signature)(const char *path, const char *shown, const char *name,
                                 const char *interpreter, GCancellable *cancellable,
                                 GError **error);
    char **(*list_functions)(const char *path, const char *interpreter, GError **error);
    /* (transfer full): the modules in @folder that @paths import, directly or through other modules
     * in @folder. */
    char **(*list_imports)(const char *folder, const char *const *paths, const char *interpreter,
                           GCancellable *cancellable, GError **error);
} Language;

/* The language of specs that name none by a suffix. */
const Language *language_get_default(void);
/* Chooses the language by the suffix of a file; without a known suffix, as in module names, the
 * default. */
const Language *language_of_place(const char *place);
/* Whether a file's name has the suffix of any language. */
gboolean language_is_source(const char *path);

/* The rows. */
extern const Language language_python;
