/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What is known of the job's function without running it: the functions of its file, its
 * parameters and docstring, the modules that it imports from beside it. Looks in a thread. */
#pragma once

#include <mamuto.h>

#define MAMUTO_TYPE_INSPECTOR (mamuto_inspector_get_type())
/* Signal "changed" (): something else is known. */
G_DECLARE_FINAL_TYPE(MamutoInspector, mamuto_inspector, MAMUTO, INSPECTOR, GObject)

MamutoInspector *mamuto_inspector_new(void);
/* @spec: (nullable): "FILE.py:NAME", "FILE.py" or "package.module:NAME". @python: (nullable). */
void mamuto_inspector_look(MamutoInspector *self, const char *spec, const char *python);
/* Looks again if the file has been changed. */
void mamuto_inspector_refresh(MamutoInspector *self);
gboolean mamuto_inspector_get_busy(MamutoInspector *self);
/* (nullable): the file that holds the function. */
const char *mamuto_inspector_get_file(MamutoInspector *self);
/* (nullable): the name after the colon. */
const char *mamuto_inspector_get_name(MamutoInspector *self);
/* The functions in the file, (nullable) if they are not known. */
const char *const *mamuto_inspector_get_names(MamutoInspector *self);
/* (nullable): the function, inspected; with NULL there may be a message why. */
MamutoFunction *mamuto_inspector_get_function(MamutoInspector *self);
const char *mamuto_inspector_get_message(MamutoInspector *self);
/* Modules beside the file that should travel with it, (nullable). */
const char *const *mamuto_inspector_get_proposals(MamutoInspector *self);
/* "like(x, data)"; (transfer full) (nullable). */
char *mamuto_inspector_format_signature(MamutoInspector *self);

/* "FILE.py:NAME" into its parts, each (nullable); FALSE for a function of an installed module. */
gboolean mamuto_inspector_split(const char *spec, char **file, char **name);
