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

/**
 * MamutoSource:
 * @MAMUTO_SOURCE_ROWS: the rows of a file, one for each call
 * @MAMUTO_SOURCE_WHOLE: a file whose whole array every call gets
 * @MAMUTO_SOURCE_VALUE: a value, the same for every call
 * @MAMUTO_SOURCE_LINEAR: evenly spaced numbers
 * @MAMUTO_SOURCE_LOGARITHMIC: numbers that are evenly spaced on a logarithmic scale
 * @MAMUTO_SOURCE_INTEGERS: integers
 * @MAMUTO_SOURCE_LIST: a list, one element for each call
 *
 * Where the data of an argument come from.
 */
typedef enum {
    MAMUTO_SOURCE_ROWS,
    MAMUTO_SOURCE_WHOLE,
    MAMUTO_SOURCE_VALUE,
    MAMUTO_SOURCE_LINEAR,
    MAMUTO_SOURCE_LOGARITHMIC,
    MAMUTO_SOURCE_INTEGERS,
    MAMUTO_SOURCE_LIST,
} MamutoSource;

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

/* Defined in argument-source.c. */
MamutoSource mamuto_argument_split(const char *text, char ***parts);
char *mamuto_argument_explain_value(const char *text, char ***instead);
int mamuto_argument_find_odd_length(GPtrArray *arguments);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(MamutoArgument, mamuto_argument_unref)

G_END_DECLS
