/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Inspects the function of a job in a thread, without running the function. Finds the functions in
 * the file, the parameters and the docstring of the function, and the modules that the function
 * imports from the folder of its file. The source is read by the default Python of this computer,
 * never by the one that a cluster file names, because the file may come from somebody else, and
 * opening it must not run a program. */
#pragma once

#include <mamuto.h>

#define MAMUTO_TYPE_INSPECTOR (mamuto_inspector_get_type())
/* Signal "changed" (): an inspection has started or finished. */
G_DECLARE_FINAL_TYPE(MamutoInspector, mamuto_inspector, MAMUTO, INSPECTOR, GObject)

MamutoInspector *mamuto_inspector_new(void);
/* Starts an inspection unless @spec is unchanged. @spec: (nullable): "FILE.py:NAME", "FILE.py" or
 * "package.module:NAME". */
void mamuto_inspector_look(MamutoInspector *self, const char *spec);
/* Inspects the function again if its file has changed. */
void mamuto_inspector_refresh(MamutoInspector *self);
gboolean mamuto_inspector_get_busy(MamutoInspector *self);
/* (nullable): the file that contains the function. */
const char *mamuto_inspector_get_file(MamutoInspector *self);
/* (nullable): the name of the function, which follows the colon in the spec. */
const char *mamuto_inspector_get_name(MamutoInspector *self);
/* (nullable): the names of the functions in the file; NULL if unknown. */
const char *const *mamuto_inspector_get_names(MamutoInspector *self);
/* (nullable): the inspected function. If it is NULL, mamuto_inspector_get_message() can return the
 * reason. */
MamutoFunction *mamuto_inspector_get_function(MamutoInspector *self);
const char *mamuto_inspector_get_message(MamutoInspector *self);
/* (nullable): the names of the modules that the function imports from the folder of its file. The
 * program proposes to send these modules to the hosts. */
const char *const *mamuto_inspector_get_proposals(MamutoInspector *self);
/* (transfer full) (nullable): the signature of the function, for example "like(x, data)". */
char *mamuto_inspector_format_signature(MamutoInspector *self);

/* Splits "FILE.py:NAME" into the file and the name, both (transfer full) (nullable). Returns FALSE
 * for a function of an installed module. */
gboolean mamuto_inspector_split(const char *spec, char **file, char **name);
