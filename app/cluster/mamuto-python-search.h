/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Searches a host for Pythons with numpy. The search checks the usual paths of Python in the same
 * way as a run. The search cannot ask for a password, so it finds no Python on a host that needs a
 * password. */
#pragma once

#include <mamuto.h>

typedef struct {
    char *path;    /* The path on the host. */
    char *version; /* The version of Python. */
    char *numpy;   /* The version of numpy. */
} FoundPython;

#define MAMUTO_TYPE_PYTHON_SEARCH (mamuto_python_search_get_type())
/* Signal "changed" (): a check has ended, so the list of found Pythons may have changed. */
G_DECLARE_FINAL_TYPE(MamutoPythonSearch, mamuto_python_search, MAMUTO, PYTHON_SEARCH, GObject)

/* Starts a search. Disposing the object cancels the search. */
MamutoPythonSearch *mamuto_python_search_new(MamutoHost *host);
gboolean mamuto_python_search_get_running(MamutoPythonSearch *self);
/* (nullable): the error if the host could not be searched. */
const char *mamuto_python_search_get_problem(MamutoPythonSearch *self);
/* (element-type FoundPython): the Pythons with numpy, without duplicates. */
GPtrArray *mamuto_python_search_get_found(MamutoPythonSearch *self);
