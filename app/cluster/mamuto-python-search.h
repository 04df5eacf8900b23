/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Which Pythons a host has: the usual places are tried one after the other, each as a run would.
 * Asks nothing, so that a host that wants a password shows none. */
#pragma once

#include <mamuto.h>

typedef struct {
    char *path;    /* as the host knows it */
    char *version; /* of Python */
    char *numpy;   /* its version */
} FoundPython;

#define MAMUTO_TYPE_PYTHON_SEARCH (mamuto_python_search_get_type())
/* Signal "changed" (): one more was found, or it is over. */
G_DECLARE_FINAL_TYPE(MamutoPythonSearch, mamuto_python_search, MAMUTO, PYTHON_SEARCH, GObject)

/* Begins at once; goes on until it is over or let go. */
MamutoPythonSearch *mamuto_python_search_new(MamutoHost *host);
gboolean mamuto_python_search_get_running(MamutoPythonSearch *self);
/* (nullable): why the host could not be looked at. */
const char *mamuto_python_search_get_problem(MamutoPythonSearch *self);
/* (element-type FoundPython): those with numpy, each once. */
GPtrArray *mamuto_python_search_get_found(MamutoPythonSearch *self);
