/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Finds Python modules on this computer by the rules of "import". If several modules in a folder
 * have the same name, a package (a folder with __init__.py) takes precedence over a file, and a
 * file takes precedence over a folder without __init__.py. */
#pragma once

#include <glib.h>

typedef struct {
    char *name; /* dotted name, as in an import statement */
    char *path; /* absolute path of the source; NULL: not on this computer */
    char *root; /* absolute path of the folder of the module `top`; NULL: not on this computer */
    char *top;  /* first part of the dotted name */
    char *unit; /* absolute path of the file or package to send; NULL: not on this computer */
} Module;

void module_clear(Module *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Module, module_clear)

gboolean module_is_identifier(const char *text);
/* Finds the module of a file such as "dir/model.py". The file may be part of a package. Fails with
 * MAMUTO_ERROR_FUNCTION if the file does not exist or its name is not a valid module name. */
gboolean module_from_file(const char *path, Module *module, GError **error);
/* Finds the module "package.module" in @folder (NULL: the current folder). A missing module is not
 * an error: @path of @module is NULL, and hosts import their installed version. */
gboolean module_from_name(const char *name, const char *folder, Module *module, GError **error);
/* Finds a module or package, written as "helpers", "helpers.py", "pkg", "dir/helpers.py" or
 * "dir/pkg". Searches @folder (nullable) first, then the current folder. Fails if the module is
 * missing. */
gboolean module_find(const char *text, const char *folder, Module *module, GError **error);
