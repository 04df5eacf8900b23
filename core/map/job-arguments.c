/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The arguments of a job: for each parameter of the function a text that says what it gets. */
#include "job-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "mamuto-error.h"

gboolean
job_is_parameter_name(const char *name)
{
    g_autofree char *assigned = g_strconcat(name, "=", NULL);

    return argument_spec_name_length(assigned) == strlen(name);
}

void
job_argument_free(gpointer data)
{
    JobArgument *argument = data;

    g_free(argument->name);
    g_free(argument->text);
    g_free(argument);
}

gboolean
job_arguments_equal(GPtrArray *a, GPtrArray *b)
{
    if (a->len != b->len)
        return FALSE;
    for (guint i = 0; i < a->len; i++) {
        const JobArgument *one = g_ptr_array_index(a, i);
        const JobArgument *other = g_ptr_array_index(b, i);

        if (g_strcmp0(one->text, other->text) != 0 || one->keep != other->keep ||
            one->by_name != other->by_name ||
            (one->by_name && g_strcmp0(one->name, other->name) != 0))
            return FALSE;
    }
    return TRUE;
}

/**
 * mamuto_job_get_n_arguments:
 * @self: a job
 *
 * Returns: the number of arguments
 */
guint
mamuto_job_get_n_arguments(MamutoJob *self)
{
    g_return_val_if_fail(MAMUTO_IS_JOB(self), 0);
    return self->arguments->len;
}

/**
 * mamuto_job_set_n_arguments:
 * @self: a job
 * @n: the number of arguments, at most %MAMUTO_JOB_MAX_ARGUMENTS
 *
 * Adds arguments without a value at the end, or removes arguments at the end.
 */
void
mamuto_job_set_n_arguments(MamutoJob *self, guint n)
{
    g_return_if_fail(MAMUTO_IS_JOB(self));
    g_return_if_fail(n <= MAMUTO_JOB_MAX_ARGUMENTS);
    if (n == self->arguments->len)
        return;
    while (self->arguments->len < n)
        g_ptr_array_add(self->arguments, g_new0(JobArgument, 1));
    g_ptr_array_set_size(self->arguments, (int)n);
    job_changed(self);
}

/**
 * mamuto_job_trim_arguments:
 * @self: a job
 *
 * Removes arguments without a value at the end, so that the function uses its default values for
 * them.
 */
void
mamuto_job_trim_arguments(MamutoJob *self)
{
    guint n;

    g_return_if_fail(MAMUTO_IS_JOB(self));
    n = self->arguments->len;
    while (n > 0 && !((const JobArgument *)g_ptr_array_index(self->arguments, n - 1))->text)
        n--;
    mamuto_job_set_n_arguments(self, n);
}

/**
 * mamuto_job_get_argument_name:
 * @self: a job
 * @position: the position of an argument, from 0
 *
 * Returns: (nullable): the name that the function's parameter had when the job was created. The
 *   name is only displayed, unless mamuto_job_get_by_name() returns %TRUE
 */
const char *
mamuto_job_get_argument_name(MamutoJob *self, guint position)
{
    g_return_val_if_fail(MAMUTO_IS_JOB(self), NULL);
    g_return_val_if_fail(position < self->arguments->len, NULL);
    return ((const JobArgument *)g_ptr_array_index(self->arguments, position))->name;
}

/**
 * mamuto_job_set_argument_name:
 * @self: a job
 * @position: the position of an argument, from 0
 * @name: (nullable): the name of the function's parameter
 */
void
mamuto_job_set_argument_name(MamutoJob *self, guint position, const char *name)
{
    g_return_if_fail(MAMUTO_IS_JOB(self));
    g_return_if_fail(position < self->arguments->len);
    job_set_text(self, &((JobArgument *)g_ptr_array_index(self->arguments, position))->name, name);
}

/**
 * mamuto_job_get_argument:
 * @self: a job
 * @position: the position of an argument, from 0
 *
 * Returns: (nullable): a text as for mamuto_argument_parse(); %NULL if not set. If
 *   mamuto_job_get_by_name() returns %TRUE, the text is a SPEC without NAME, in which a value
 * begins with "="
 */
const char *
mamuto_job_get_argument(MamutoJob *self, guint position)
{
    g_return_val_if_fail(MAMUTO_IS_JOB(self), NULL);
    g_return_val_if_fail(position < self->arguments->len, NULL);
    return ((const JobArgument *)g_ptr_array_index(self->arguments, position))->text;
}

/**
 * mamuto_job_set_argument:
 * @self: a job
 * @position: the position of an argument, from 0
 * @text: (nullable): a text as for mamuto_argument_parse(); %NULL if not set. If the argument is
 *   passed by its name, a SPEC without NAME, in which a value begins with "="
 */
void
mamuto_job_set_argument(MamutoJob *self, guint position, const char *text)
{
    g_return_if_fail(MAMUTO_IS_JOB(self));
    g_return_if_fail(position < self->arguments->len);
    job_set_text(self, &((JobArgument *)g_ptr_array_index(self->arguments, position))->text, text);
}

/**
 * mamuto_job_get_by_name:
 * @self: a job
 * @position: the position of an argument, from 0
 *
 * Returns: whether the argument is passed to the parameter mamuto_job_get_argument_name(), whatever
 *   its position
 */
gboolean
mamuto_job_get_by_name(MamutoJob *self, guint position)
{
    g_return_val_if_fail(MAMUTO_IS_JOB(self), FALSE);
    g_return_val_if_fail(position < self->arguments->len, FALSE);
    return ((const JobArgument *)g_ptr_array_index(self->arguments, position))->by_name;
}

/**
 * mamuto_job_set_by_name:
 * @self: a job
 * @position: the position of an argument with the name of a parameter, from 0
 * @by_name: whether the argument is passed to the parameter of this name. Arguments before it may
 *   then have no value, so that the function uses its default values for them
 *
 * A job with such an argument is saved as version 2 of job files, which Mamuto 0.1 refuses.
 */
void
mamuto_job_set_by_name(MamutoJob *self, guint position, gboolean by_name)
{
    JobArgument *argument;

    g_return_if_fail(MAMUTO_IS_JOB(self));
    g_return_if_fail(position < self->arguments->len);
    argument = g_ptr_array_index(self->arguments, position);
    g_return_if_fail(!by_name || (argument->name && job_is_parameter_name(argument->name)));
    if (argument->by_name == !!by_name)
        return;
    argument->by_name = !!by_name;
    job_changed(self);
}

/**
 * mamuto_job_get_keep:
 * @self: a job
 * @position: the position of an argument, from 0
 *
 * Returns: whether the argument is kept on the hosts between runs
 */
gboolean
mamuto_job_get_keep(MamutoJob *self, guint position)
{
    g_return_val_if_fail(MAMUTO_IS_JOB(self), FALSE);
    g_return_val_if_fail(position < self->arguments->len, FALSE);
    return ((const JobArgument *)g_ptr_array_index(self->arguments, position))->keep;
}

/**
 * mamuto_job_set_keep:
 * @self: a job
 * @position: the position of an argument, from 0
 * @keep: whether the argument is kept on the hosts between runs
 */
void
mamuto_job_set_keep(MamutoJob *self, guint position, gboolean keep)
{
    JobArgument *argument;

    g_return_if_fail(MAMUTO_IS_JOB(self));
    g_return_if_fail(position < self->arguments->len);
    argument = g_ptr_array_index(self->arguments, position);
    if (argument->keep == !!keep)
        return;
    argument->keep = !!keep;
    job_changed(self);
}
