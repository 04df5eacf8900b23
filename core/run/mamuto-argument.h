/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * An argument of a function: an array, over whose rows the function is mapped; a whole array that
 * is passed to every call; or a single value that is passed to every call. An argument may have the
 * name of a parameter, to which it is then bound. */
#pragma once

#include "mamuto-array.h"
#include "mamuto-function.h"

G_BEGIN_DECLS

#define MAMUTO_TYPE_ARGUMENT (mamuto_argument_get_type())
typedef struct _MamutoArgument MamutoArgument;
GType mamuto_argument_get_type(void);

MamutoArgument *mamuto_argument_new_array(MamutoArray *array);
MamutoArgument *mamuto_argument_new_whole(MamutoArray *array);
MamutoArgument *mamuto_argument_new_value(const char *json, GError **error);
MamutoArgument *mamuto_argument_parse(const char *text, GCancellable *cancellable, GError **error);
MamutoArgument *mamuto_argument_parse_with_progress(const char *text,
                                                    GFileProgressCallback progress,
                                                    gpointer progress_data,
                                                    GCancellable *cancellable, GError **error);
MamutoArgument *mamuto_argument_parse_for_function(const char *text, MamutoFunction *function,
                                                   const char *name, GCancellable *cancellable,
                                                   GError **error);
MamutoArgument *mamuto_argument_with_name(MamutoArgument *self, const char *name);
MamutoArgument *mamuto_argument_ref(MamutoArgument *self);
void mamuto_argument_unref(MamutoArgument *self);
MamutoArray *mamuto_argument_get_array(MamutoArgument *self);
gboolean mamuto_argument_is_whole(MamutoArgument *self);
const char *mamuto_argument_get_name(MamutoArgument *self);
const char *mamuto_argument_get_json(MamutoArgument *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(MamutoArgument, mamuto_argument_unref)

G_END_DECLS
