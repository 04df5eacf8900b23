/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What a function is called with: an array whose rows it is mapped over, or a single value that
 * every call is given. */
#pragma once

#include "mamuto-array.h"

G_BEGIN_DECLS

#define MAMUTO_TYPE_ARGUMENT (mamuto_argument_get_type())
typedef struct _MamutoArgument MamutoArgument;
GType mamuto_argument_get_type(void);

/* Immutable and counted; any thread. */
MamutoArgument *mamuto_argument_new_array(MamutoArray *array);
/* @json: one JSON value ("0.5", "[1,2,3]"); what Python's json.loads gives is what a call gets. */
MamutoArgument *mamuto_argument_new_value(const char *json, GError **error);
/* What the terminal calls ARG: "=JSON" or what mamuto_array_load() takes. */
MamutoArgument *mamuto_argument_parse(const char *text, GCancellable *cancellable, GError **error);
MamutoArgument *mamuto_argument_parse_with_progress(const char *text,
                                                    GFileProgressCallback progress,
                                                    gpointer progress_data,
                                                    GCancellable *cancellable, GError **error);
MamutoArgument *mamuto_argument_ref(MamutoArgument *self);
void mamuto_argument_unref(MamutoArgument *self);
/* (nullable): NULL for a single value. */
MamutoArray *mamuto_argument_get_array(MamutoArgument *self);
/* (nullable): NULL for an array. */
const char *mamuto_argument_get_json(MamutoArgument *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(MamutoArgument, mamuto_argument_unref)

G_END_DECLS
