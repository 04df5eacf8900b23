/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The languages that functions may be written in, one row each: how a spec is read, what travels
 * and how a signature is inspected. The agent's table of runners has a row of the same name, which
 * starts the interpreter. A new language is a row here; MamutoFunction names Python only where it
 * explains a spec that it cannot read. */
#pragma once

#include "module.h"
#include "signature.h"

typedef struct {
    const char *name;   /* as PREPARE and PREPARED have it; also of its own version there */
    const char *suffix; /* of its files, with the dot */
    /* The package that every function needs on hosts, by the name of its version in PREPARED. */
    const char *package;
    /* A function that is there wherever the language is: a host that can prepare it can run
     * functions. */
    const char *probe_module, *probe_name;
    /* Where the part of a spec before the colon leads: a file with the suffix, or a name. */
    gboolean (*find_source)(const char *place, Module *module, GError **error);
    /* A module that is to travel, in @folder (nullable) or the current one. */
    gboolean (*find_module)(const char *text, const char *folder, Module *module, GError **error);
    /* Whether a file or folder of this name, within a folder that travels, stays here. */
    gboolean (*stays_here)(const char *base);
    /* Reading source with an interpreter of this computer (nullable: the usual one); block. */
    Signature *(*read_signature)(const char *path, const char *shown, const char *name,
                                 const char *interpreter, GCancellable *cancellable,
                                 GError **error);
    char **(*list_functions)(const char *path, const char *interpreter, GError **error);
    /* The modules in @folder that @paths import (transfer full). */
    char **(*list_imports)(const char *folder, const char *const *paths, const char *interpreter,
                           GCancellable *cancellable, GError **error);
} Language;

/* The one that is taken where nothing says which. */
const Language *language_get_default(void);
/* By the suffix of a file, else the default: names of modules have none. */
const Language *language_of_place(const char *place);
/* Whether a file's name has the suffix of a language. */
gboolean language_is_source(const char *path);

/* the rows */
extern const Language language_python;
