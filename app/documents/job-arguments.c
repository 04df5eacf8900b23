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
 * job_arguments_is_own:
 * @parameter: (nullable): the parameter of an argument
 *
 * Returns: whether @parameter always has exactly one argument, which may have no value
 */
gboolean
job_arguments_is_own(const MamutoParameter *parameter)
{
    return parameter && (parameter->kind == MAMUTO_PARAMETER_POSITIONAL ||
                         parameter->kind == MAMUTO_PARAMETER_KEYWORD_ONLY);
}

/**
 * job_arguments_are_known:
 *
 * Returns: %FALSE if the function may have other parameters than its source says, because of a
 * decorator
 */
gboolean
job_arguments_are_known(MamutoFunction *function)
{
    GPtrArray *parameters = mamuto_function_get_parameters(function);

    for (guint i = 0; i < parameters->len; i++)
        if (is_rest(g_ptr_array_index(parameters, i)))
            return TRUE;
    return !mamuto_function_check_n_arguments(function, MAMUTO_JOB_MAX_ARGUMENTS + 1, NULL);
}

/* Whether the argument can only be passed by name, or has no parameter. */
static gboolean
is_after_positions(MamutoJob *job, MamutoFunction *function, guint position)
{
    const MamutoParameter *parameter = job_arguments_find_named(job, function, position);

    return mamuto_job_get_by_name(job, position)
               ? !parameter || parameter->kind != MAMUTO_PARAMETER_POSITIONAL
               : parameter && parameter->kind == MAMUTO_PARAMETER_KEYWORD_ONLY;
}

/**
 * job_arguments_count_given:
 *
 * Returns: the number of arguments up to and including the last one that has a value and is passed
 * by its position
 */
guint
job_arguments_count_given(MamutoJob *job)
{
    guint n = mamuto_job_get_n_arguments(job);

    while (n > 0 && (!mamuto_job_get_argument(job, n - 1) || mamuto_job_get_by_name(job, n - 1)))
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

/* Copies all values of the argument at @from to the argument at @to. */
static void
copy_argument(MamutoJob *job, guint from, guint to)
{
    g_autofree char *text = g_strdup(mamuto_job_get_argument(job, from));
    g_autofree char *name = g_strdup(mamuto_job_get_argument_name(job, from));

    mamuto_job_set_by_name(job, to, FALSE);
    mamuto_job_set_argument_name(job, to, name);
    mamuto_job_set_by_name(job, to, mamuto_job_get_by_name(job, from));
    mamuto_job_set_argument(job, to, text);
    mamuto_job_set_keep(job, to, mamuto_job_get_keep(job, from));
}

/* Numbers the arguments of *args again, after one of them was added or removed. */
static void
number_rest(MamutoJob *job, MamutoFunction *function)
{
    guint n_fixed = 0;

    while (job_arguments_find_parameter(function, n_fixed) &&
           !is_rest(job_arguments_find_parameter(function, n_fixed)))
        n_fixed++;
    for (guint i = n_fixed; i < mamuto_job_get_n_arguments(job); i++) {
        g_autofree char *name = name_argument(function, i, n_fixed);

        if (!mamuto_job_get_by_name(job, i) && is_rest(job_arguments_find_named(job, function, i)))
            mamuto_job_set_argument_name(job, i, name);
    }
}

/**
 * job_arguments_add:
 *
 * Adds an argument without a value, before those that can only be passed by name.
 */
void
job_arguments_add(MamutoJob *job, MamutoFunction *function)
{
    guint n = mamuto_job_get_n_arguments(job), at = n;

    while (at > 0 && is_after_positions(job, function, at - 1))
        at--;
    mamuto_job_set_n_arguments(job, n + 1);
    for (guint i = n; i > at; i--)
        copy_argument(job, i - 1, i);
    mamuto_job_set_by_name(job, at, FALSE);
    mamuto_job_set_argument_name(job, at, NULL);
    mamuto_job_set_argument(job, at, NULL);
    mamuto_job_set_keep(job, at, FALSE);
    number_rest(job, function);
}

/**
 * job_arguments_remove:
 *
 * Removes the argument at @position. If the function has a parameter of its own for the argument,
 * only the value of the argument is removed. Otherwise the position of each later argument
 * decreases by 1.
 */
void
job_arguments_remove(MamutoJob *job, MamutoFunction *function, guint position)
{
    const MamutoParameter *parameter = job_arguments_find_named(job, function, position);
    guint n = mamuto_job_get_n_arguments(job);

    if (job_arguments_is_own(parameter)) {
        mamuto_job_set_argument(job, position, NULL);
        mamuto_job_set_keep(job, position, FALSE);
        return;
    }
    for (guint i = position; i + 1 < n; i++)
        copy_argument(job, i + 1, i);
    mamuto_job_set_n_arguments(job, n - 1);
    number_rest(job, function);
}

/**
 * job_arguments_find_named:
 *
 * Returns: (transfer none) (nullable): the parameter of the argument at @position, which is found
 * by its name if the argument is passed by name or can only be passed by name
 */
const MamutoParameter *
job_arguments_find_named(MamutoJob *job, MamutoFunction *function, guint position)
{
    GPtrArray *parameters = function ? mamuto_function_get_parameters(function) : NULL;
    const char *name = mamuto_job_get_argument_name(job, position);
    const MamutoParameter *rest = NULL;

    for (guint i = 0; parameters && i < parameters->len; i++) {
        const MamutoParameter *parameter = g_ptr_array_index(parameters, i);

        if (parameter->kind == MAMUTO_PARAMETER_KEYWORD_ONLY &&
            g_strcmp0(parameter->name, name) == 0)
            return parameter;
        if (!mamuto_job_get_by_name(job, position))
            continue;
        if (parameter->kind == MAMUTO_PARAMETER_VAR_KEYWORD)
            rest = parameter;
        else if (parameter->kind != MAMUTO_PARAMETER_VAR_POSITIONAL &&
                 g_strcmp0(parameter->name, name) == 0)
            return parameter;
    }
    return mamuto_job_get_by_name(job, position) ? rest
                                                 : job_arguments_find_parameter(function, position);
}
