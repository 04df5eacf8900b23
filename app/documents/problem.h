/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A problem that prevents a run from starting. It contains the field to correct and a message. */
#pragma once

#include <glib-object.h>

typedef enum {
    MAMUTO_FIELD_FUNCTION_FILE,
    MAMUTO_FIELD_FUNCTION_NAME,
    MAMUTO_FIELD_ARGUMENT, /* The argument at position MamutoProblem.index. */
    MAMUTO_FIELD_OUTPUT,
    MAMUTO_FIELD_HOSTS,
} MamutoField;

typedef struct {
    MamutoField field;
    guint index;
    char *message;
} MamutoProblem;

#define MAMUTO_TYPE_PROBLEM (mamuto_problem_get_type())
GType mamuto_problem_get_type(void);
MamutoProblem *mamuto_problem_new(MamutoField field, guint index, const char *message);
MamutoProblem *mamuto_problem_copy(const MamutoProblem *self);
void mamuto_problem_free(MamutoProblem *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MamutoProblem, mamuto_problem_free)
