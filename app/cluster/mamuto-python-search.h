/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Searches a host for Pythons with numpy: checks the usual paths in the same way as a run. The
 * search asks no questions, so a host that needs a password yields no Python. */
#pragma once

#include <mamuto.h>

typedef struct {
    char *path;    /* On the host. */
    char *version; /* Of Python. */
    char *numpy;   /* Version of numpy. */
} FoundPython;

#define MAMUTO_TYPE_PYTHON_SEARCH (mamuto_python_search_get_type())
/* Signal "changed" (): a check has ended; another Python may have been found. */
G_DECLARE_FINAL_TYPE(MamutoPythonSearch, mamuto_python_search, MAMUTO, PYTHON_SEARCH, GObject)

/* Starts the search; disposing the object cancels it. */
MamutoPythonSearch *mamuto_python_search_new(MamutoHost *host);
gboolean mamuto_python_search_get_running(MamutoPythonSearch *self);
/* (nullable): the error if the host could not be searched. */
const char *mamuto_python_search_get_problem(MamutoPythonSearch *self);
/* (element-type FoundPython): the Pythons with numpy, without duplicates. */
GPtrArray *mamuto_python_search_get_found(MamutoPythonSearch *self);
