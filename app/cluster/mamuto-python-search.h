/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Searches a host for Python interpreters that have numpy. It tries to start Python at each usual
 * path. It cannot ask for a password, so it finds no Python on a host that needs a password. */
#pragma once

#include <mamuto.h>

typedef struct {
    char *path;    /* The path of Python on the host. */
    char *version; /* The version of Python. */
    char *numpy;   /* The version of numpy. */
} FoundPython;

#define MAMUTO_TYPE_PYTHON_SEARCH (mamuto_python_search_get_type())
/* Signal "changed" (): the list of found Pythons may have changed, because the check of a path has
 * ended. */
G_DECLARE_FINAL_TYPE(MamutoPythonSearch, mamuto_python_search, MAMUTO, PYTHON_SEARCH, GObject)

/* Starts a search. Disposing the object cancels the search. */
MamutoPythonSearch *mamuto_python_search_new(MamutoHost *host);
gboolean mamuto_python_search_get_running(MamutoPythonSearch *self);
/* (nullable): returns the error if the host could not be searched. */
const char *mamuto_python_search_get_problem(MamutoPythonSearch *self);
/* (element-type FoundPython): returns the Pythons with numpy that are found until now, without
 * duplicates. */
GPtrArray *mamuto_python_search_get_found(MamutoPythonSearch *self);
