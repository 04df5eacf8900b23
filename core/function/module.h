/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Where a Python module stands on this computer, by the rules of "import": in one folder a package
 * (a folder with __init__.py) comes before a file, a file before a folder without __init__.py. */
#pragma once

#include <glib.h>

typedef struct {
    char *name; /* dotted */
    char *path; /* of its source, absolute; NULL if it is not here */
    char *root; /* the folder from which it is imported, absolute; NULL if it is not here */
    char *top;  /* the first part of @name */
    char *unit; /* what travels, absolute: the file, or the folder of the top-most package */
} Module;

void module_clear(Module *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Module, module_clear)

gboolean module_is_identifier(const char *text);
/* A file "dir/model.py": of itself, or of the package whose folder it stands in. */
gboolean module_from_file(const char *path, Module *module, GError **error);
/* "package.module", looked for from @folder (NULL: the current one). One that is not there is no
 * error: its path is NULL. */
gboolean module_from_name(const char *name, const char *folder, Module *module, GError **error);
/* "helpers", "helpers.py", "pkg", "dir/helpers.py" or "dir/pkg": in @folder (nullable) or the
 * current one. One that is not there is an error. */
gboolean module_find(const char *text, const char *folder, Module *module, GError **error);
