/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See job-arguments.h. */
#include "job-arguments.h"

/**
 * job_arguments_find_parameter:
 *
 * Returns: (transfer none) (nullable): the parameter that receives the argument at @position; a
 * Python parameter such as *args receives all remaining arguments
 */
const MamutoParameter *
job_arguments_find_parameter(MamutoFunction *function, guint position)
{
    GPtrArray *parameters = function ? mamuto_function_get_parameters(function) : NULL;
    guint at = 0;

    for (guint i = 0; parameters && i < parameters->len; i++) {
        const MamutoParameter *parameter = g_ptr_array_index(parameters, i);

        if (parameter->kind == MAMUTO_PARAMETER_VAR_POSITIONAL)
            return parameter;
        if (parameter->kind == MAMUTO_PARAMETER_POSITIONAL && at++ == position)
            return parameter;
    }
    return NULL;
}

static gboolean
is_rest(const MamutoParameter *parameter)
{
    return parameter && parameter->kind == MAMUTO_PARAMETER_VAR_POSITIONAL;
}

/* (transfer full) (nullable): the name of the argument at @position. It is the name of the
 * argument's parameter. A Python parameter such as *rest receives several arguments, which are
 * named "rest[0]", "rest[1]" and so on. @n_fixed: the position of "rest[0]". */
static char *
name_argument(MamutoFunction *function, guint position, guint n_fixed)
{
    const MamutoParameter *parameter = job_arguments_find_parameter(function, position);

    if (!parameter)
        return NULL;
    return is_rest(parameter) ? g_strdup_printf("%s[%u]", parameter->name, position - n_fixed)
                              : g_strdup(parameter->name);
}

/**
 * job_arguments_count_given:
 *
 * Returns: the number of arguments up to and including the last argument with a value
 */
guint
job_arguments_count_given(MamutoJob *job)
{
    guint n = mamuto_job_get_n_arguments(job);

    while (n > 0 && !mamuto_job_get_argument(job, n - 1))
        n--;
    return n;
}

/**
 * job_arguments_may_add:
 *
 * Returns: whether the function accepts another argument, for example because it has a *args
 * parameter
 */
gboolean
job_arguments_may_add(MamutoJob *job, MamutoFunction *function)
{
    guint n = mamuto_job_get_n_arguments(job) + 1;

    return function && n <= MAMUTO_JOB_MAX_ARGUMENTS &&
           mamuto_function_check_n_arguments(function, n, NULL);
}

/**
 * job_arguments_add:
 *
 * Appends an argument without a value.
 */
void
job_arguments_add(MamutoJob *job, MamutoFunction *function)
{
    guint n = mamuto_job_get_n_arguments(job), n_fixed = n;
    g_autofree char *name = NULL;

    while (n_fixed > 0 && is_rest(job_arguments_find_parameter(function, n_fixed - 1)))
        n_fixed--;
    name = name_argument(function, n, n_fixed);
    mamuto_job_set_n_arguments(job, n + 1);
    mamuto_job_set_argument_name(job, n, name);
}

/**
 * job_arguments_remove:
 *
 * Removes the argument at @position. If the function has a positional parameter for the argument,
 * only the value of the argument is removed. Otherwise the position of each later argument
 * decreases by 1.
 */
void
job_arguments_remove(MamutoJob *job, MamutoFunction *function, guint position)
{
    const MamutoParameter *parameter = job_arguments_find_parameter(function, position);
    guint n = mamuto_job_get_n_arguments(job);

    if (parameter && parameter->kind == MAMUTO_PARAMETER_POSITIONAL) {
        mamuto_job_set_argument(job, position, NULL);
        mamuto_job_set_keep(job, position, FALSE);
        return;
    }
    for (guint i = position; i + 1 < n; i++) {
        g_autofree char *text = g_strdup(mamuto_job_get_argument(job, i + 1));

        mamuto_job_set_argument(job, i, text);
        mamuto_job_set_keep(job, i, mamuto_job_get_keep(job, i + 1));
    }
    mamuto_job_set_n_arguments(job, n - 1);
}

/**
 * job_arguments_fit:
 *
 * Creates an argument for each positional parameter and sets the names of all arguments. Keeps an
 * argument with a value even if the function has no parameter for it, because a value must not be
 * lost without a decision of the user.
 */
void
job_arguments_fit(MamutoJob *job, MamutoFunction *function)
{
    GPtrArray *parameters = mamuto_function_get_parameters(function);
    guint n = 0, wanted = 0;

    for (guint i = 0; i < parameters->len; i++) {
        const MamutoParameter *parameter = g_ptr_array_index(parameters, i);

        wanted += parameter->kind == MAMUTO_PARAMETER_POSITIONAL;
    }
    n = mamuto_job_get_n_arguments(job);
    while (n > wanted && !mamuto_job_get_argument(job, n - 1))
        n--;
    n = MIN(MAX(n, wanted), MAMUTO_JOB_MAX_ARGUMENTS);
    mamuto_job_set_n_arguments(job, n);
    for (guint i = 0; i < n; i++) {
        g_autofree char *name = name_argument(function, i, wanted);

        mamuto_job_set_argument_name(job, i, name);
    }
}
