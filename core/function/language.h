/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The table of languages in which functions can be written. An entry defines how the file of a
 * function is found, which files are sent to hosts and how the parameters are read. The agent's
 * table of runners has an entry of the same name, which starts the interpreter. A new language
 * needs an entry in both tables. MamutoFunction itself mentions Python only in error messages
 * about invalid specs. */
#pragma once

#include "module.h"
#include "signature.h"

typedef struct {
    const char *name;   /* name of the language in messages to and from agents: "python" */
    const char *suffix; /* file name suffix, with the dot */
    /* The package that every host must have: "numpy". An agent reports the version of the package
     * under this name. */
    const char *package;
    /* A function of the standard library, for testing a host. If a host can import this function,
     * it has a usable interpreter. */
    const char *probe_module, *probe_name;
    /* Finds the source of a function. @place is the part of its spec before the colon: a file name
     * with the suffix of the language, or a module name. */
    gboolean (*find_source)(const char *place, Module *module, GError **error);
    /* Finds a module that is sent with a function. Searches @folder (nullable) first, then the
     * current folder. */
    gboolean (*find_module)(const char *text, const char *folder, Module *module, GError **error);
    /* Returns TRUE if a file or folder named @base is skipped when its parent folder is sent. */
    gboolean (*stays_here)(const char *base);
    /* Reads the parameters of the function @name from the file @path. @shown: the name of the file
     * in error messages. read_signature() and the functions below run @interpreter (nullable: the
     * default interpreter) on this computer and block until it has finished. */
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

extern const Language language_python;
