/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What to call on every row: a function of a Python module, with the modules that travel with it.
 * Nothing here runs the user's code: parameters are read from the source with Python's ast. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * MamutoParameterKind:
 * @MAMUTO_PARAMETER_POSITIONAL: an ordinary one
 * @MAMUTO_PARAMETER_VAR_POSITIONAL: `*args`: takes any number of arguments
 * @MAMUTO_PARAMETER_KEYWORD_ONLY: cannot be given by position; needs a default
 * @MAMUTO_PARAMETER_VAR_KEYWORD: `**kwargs`
 *
 * How a parameter of a function can be given.
 */
typedef enum {
    MAMUTO_PARAMETER_POSITIONAL,
    MAMUTO_PARAMETER_VAR_POSITIONAL,
    MAMUTO_PARAMETER_KEYWORD_ONLY,
    MAMUTO_PARAMETER_VAR_KEYWORD,
} MamutoParameterKind;

/**
 * MamutoParameter:
 * @name: its name
 * @kind: its kind
 * @default_text: (nullable): the source text of its default
 *
 * One parameter of a function.
 */
typedef struct {
    char *name;
    MamutoParameterKind kind;
    char *default_text;
} MamutoParameter;

#define MAMUTO_TYPE_FUNCTION (mamuto_function_get_type())
G_DECLARE_FINAL_TYPE(MamutoFunction, mamuto_function, MAMUTO, FUNCTION, GObject)

/* @spec: "model.py:like", "dir/model.py:like" or "package.module:f" (found from the current
 * folder, else imported on the hosts as installed there). */
MamutoFunction *mamuto_function_new(const char *spec, GError **error);
const char *mamuto_function_get_spec(MamutoFunction *self);
const char *mamuto_function_get_language(MamutoFunction *self); /* "python" */
/* The dotted name that hosts import. */
const char *mamuto_function_get_module(MamutoFunction *self);
const char *mamuto_function_get_name(MamutoFunction *self);
/* (nullable): the file that holds it, if it is here. */
const char *mamuto_function_get_path(MamutoFunction *self);

/* A module or package that travels with it ("helpers", "helpers.py", "pkg"); looked for beside the
 * function's file, then in the current folder. FALSE with an error if it is not here. */
gboolean mamuto_function_add_depend(MamutoFunction *self, const char *module, GError **error);
char **mamuto_function_get_depends(MamutoFunction *self);
/* Modules beside the function's that it imports and that do not travel yet. */
char **mamuto_function_propose_depends(MamutoFunction *self, const char *python,
                                       GCancellable *cancellable, GError **error);

/* Reads the signature with @python (NULL: mamuto_python_find()); blocking, any thread.
 * Fails with MAMUTO_ERROR_FUNCTION (names file, line of a syntax error, functions there are). */
gboolean mamuto_function_inspect(MamutoFunction *self, const char *python,
                                 GCancellable *cancellable, GError **error);
/* (element-type MamutoParameter) (transfer none) (nullable): NULL if not inspected, not here, or
 * not to be known without running the file. */
GPtrArray *mamuto_function_get_parameters(MamutoFunction *self);
const char *mamuto_function_get_docstring(MamutoFunction *self);
/* "like(p, data, s=0.1, *rest)", with "…" for parameters that are not known; (transfer full). */
char *mamuto_function_format_signature(MamutoFunction *self);
/* Whether @n arguments by position fit; an error that tells the signature if not. TRUE if unknown.
 */
gboolean mamuto_function_check_n_arguments(MamutoFunction *self, guint n, GError **error);
/* The functions that a Python file defines at its top level, by name (transfer full). */
char **mamuto_function_list(const char *path, const char *python, GError **error);

/* The source files that travel (wire.h, "Bundle"), read anew at each call, and their SHA-256:
 * same content, same hash. An empty bundle if nothing travels. */
GBytes *mamuto_function_bundle(MamutoFunction *self, char **hash, GError **error);

G_END_DECLS
