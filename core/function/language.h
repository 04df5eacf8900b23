/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The table of languages in which functions can be written. An entry defines how a spec is
 * resolved, which files are sent to hosts and how a signature is read. The agent's table of runners
 * has an entry of the same name, which starts the interpreter. A new language needs an entry in
 * both tables. MamutoFunction itself mentions Python only in error messages about invalid specs. */
#pragma once

#include "module.h"
#include "signature.h"

typedef struct {
    const char *name; /* name in PREPARE frames; key of the language's version in PREPARED frames */
    const char *suffix; /* file name suffix, with the dot */
    /* The package that every host must have. A PREPARED frame contains the version of the package
     * under this name. */
    const char *package;
    /* A function of the language's standard library. If a host can prepare this function, the host
     * can run functions of the language. */
    const char *probe_module, *probe_name;
    /* Resolves the part of a spec before the colon: a file with the language's suffix, or the name
     * of a module. */
    gboolean (*find_source)(const char *place, Module *module, GError **error);
    /* Resolves a module to send. Searches @folder (nullable) first, then the current folder. */
    gboolean (*find_module)(const char *text, const char *folder, Module *module, GError **error);
    /* Returns TRUE if a file or folder of this name is not sent with its parent folder. */
    gboolean (*stays_here)(const char *base);
    /* The functions below analyse source on this computer with @interpreter (nullable: the default
     * interpreter). They block. */
    Signature *(*read_signature)(const char *path, const char *shown, const char *name,
                                 const char *interpreter, GCancellable *cancellable,
                                 GError **error);
    char **(*list_functions)(const char *path, const char *interpreter, GError **error);
    /* Returns (transfer full): the modules in @folder that @paths import, directly or through other
     * modules in @folder. */
    char **(*list_imports)(const char *folder, const char *const *paths, const char *interpreter,
                           GCancellable *cancellable, GError **error);
} Language;

/* Returns the language of specs without a known suffix. */
const Language *language_get_default(void);
/* Returns the language that has the suffix of @place, a file or module name. If no language has
 * this suffix, returns the default language. */
const Language *language_of_place(const char *place);
/* Returns whether the name of a file has the suffix of any language. */
gboolean language_is_source(const char *path);

/* The entries of the table. */
extern const Language language_python;
