/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Finds Python modules on this computer by the rules of "import": in a folder, a package (a folder
 * with __init__.py) takes precedence over a file, and a file over a folder without __init__.py. */
#pragma once

#include <glib.h>

typedef struct {
    char *name; /* dotted name, as imported */
    char *path; /* absolute path of the source; NULL if not on this computer */
    char *root; /* absolute path of the folder to import from; NULL as for `path` */
    char *top;  /* the first part of `name` */
    char *unit; /* absolute path to send: the file or top-level package; or NULL */
} Module;

void module_clear(Module *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Module, module_clear)

gboolean module_is_identifier(const char *text);
/* Resolves a file "dir/model.py", which may be part of a package. Fails with MAMUTO_ERROR_FUNCTION
 * if the file does not exist or cannot be imported under its name. */
gboolean module_from_file(const char *path, Module *module, GError **error);
/* Resolves "package.module" from @folder (NULL: the current folder). A missing module is not an
 * error: its path is NULL, and hosts import their installed version. */
gboolean module_from_name(const char *name, const char *folder, Module *module, GError **error);
/* Resolves "helpers", "helpers.py", "pkg", "dir/helpers.py" or "dir/pkg": first in @folder
 * (nullable), then in the current folder. A missing module is an error. */
gboolean module_find(const char *text, const char *folder, Module *module, GError **error);
