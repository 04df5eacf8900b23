/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Inspects the job's function in a thread, without running it: lists the functions of its file, its
 * parameters and docstring, and the modules that it imports from its own folder. */
#pragma once

#include <mamuto.h>

#define MAMUTO_TYPE_INSPECTOR (mamuto_inspector_get_type())
/* Signal "changed" (): an inspection has started or finished. */
G_DECLARE_FINAL_TYPE(MamutoInspector, mamuto_inspector, MAMUTO, INSPECTOR, GObject)

MamutoInspector *mamuto_inspector_new(void);
/* Starts an inspection, unless both parameters are unchanged. @spec: (nullable): "FILE.py:NAME",
 * "FILE.py" or "package.module:NAME". @python: (nullable): the interpreter to use. */
void mamuto_inspector_look(MamutoInspector *self, const char *spec, const char *python);
/* Inspects again if the file has changed. */
void mamuto_inspector_refresh(MamutoInspector *self);
gboolean mamuto_inspector_get_busy(MamutoInspector *self);
/* (nullable): the file that contains the function. */
const char *mamuto_inspector_get_file(MamutoInspector *self);
/* (nullable): the name after the colon. */
const char *mamuto_inspector_get_name(MamutoInspector *self);
/* (nullable): the functions in the file; NULL if they are not known. */
const char *const *mamuto_inspector_get_names(MamutoInspector *self);
/* (nullable): the inspected function. If it is NULL, the message may contain the reason. */
MamutoFunction *mamuto_inspector_get_function(MamutoInspector *self);
const char *mamuto_inspector_get_message(MamutoInspector *self);
/* (nullable): modules in the folder of the file that should be sent to hosts together with it. */
const char *const *mamuto_inspector_get_proposals(MamutoInspector *self);
/* (transfer full) (nullable): "like(x, data)". */
char *mamuto_inspector_format_signature(MamutoInspector *self);

/* Splits "FILE.py:NAME" into its parts, each (transfer full) (nullable). Returns FALSE for a
 * function of an installed module. */
gboolean mamuto_inspector_split(const char *spec, char **file, char **name);
