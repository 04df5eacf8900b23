/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See problem.h. */
#include "problem.h"

G_DEFINE_BOXED_TYPE(MamutoProblem, mamuto_problem, mamuto_problem_copy, mamuto_problem_free)

/**
 * mamuto_problem_new:
 * @index: the position of the argument if @field is %MAMUTO_FIELD_ARGUMENT, else 0
 * @message: describes how the user can solve the problem
 */
MamutoProblem *
mamuto_problem_new(MamutoField field, guint index, const char *message)
{
    MamutoProblem *self = g_new(MamutoProblem, 1);

    self->field = field;
    self->index = index;
    self->message = g_strdup(message);
    return self;
}

MamutoProblem *
mamuto_problem_copy(const MamutoProblem *self)
{
    return mamuto_problem_new(self->field, self->index, self->message);
}

void
mamuto_problem_free(MamutoProblem *self)
{
    g_free(self->message);
    g_free(self);
}
