/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * MamutoFunction: the function to call on every row, and the modules and files that are sent to
 * hosts with it. This computer never runs the user's code to find the parameters. Python's ast
 * module parses them from the source. */
#pragma once

#include <gio/gio.h>

#include "mamuto-parameter.h"

G_BEGIN_DECLS

#define MAMUTO_TYPE_FUNCTION (mamuto_function_get_type())
G_DECLARE_FINAL_TYPE(MamutoFunction, mamuto_function, MAMUTO, FUNCTION, GObject)

MamutoFunction *mamuto_function_new(const char *spec, GError **error);
const char *mamuto_function_get_spec(MamutoFunction *self);
const char *mamuto_function_get_language(MamutoFunction *self);
const char *mamuto_function_get_module(MamutoFunction *self);
const char *mamuto_function_get_name(MamutoFunction *self);
const char *mamuto_function_get_path(MamutoFunction *self);

gboolean mamuto_function_add_depend(MamutoFunction *self, const char *module, GError **error);
char **mamuto_function_get_depends(MamutoFunction *self);
gboolean mamuto_function_add_file(MamutoFunction *self, const char *path, GError **error);
char **mamuto_function_get_files(MamutoFunction *self);
char **mamuto_function_propose_depends(MamutoFunction *self, const char *python,
                                       GCancellable *cancellable, GError **error);

gboolean mamuto_function_inspect(MamutoFunction *self, const char *python,
                                 GCancellable *cancellable, GError **error);
GPtrArray *mamuto_function_get_parameters(MamutoFunction *self);
const char *mamuto_function_get_docstring(MamutoFunction *self);
char *mamuto_function_format_signature(MamutoFunction *self);
gboolean mamuto_function_check_n_arguments(MamutoFunction *self, guint n, GError **error);
gboolean mamuto_function_check_call(MamutoFunction *self, guint n_positional,
                                    const char *const *names, GError **error);
char **mamuto_function_list(const char *path, const char *python, GError **error);

GBytes *mamuto_function_bundle(MamutoFunction *self, char **hash, GError **error);

G_END_DECLS
