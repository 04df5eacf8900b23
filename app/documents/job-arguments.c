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
    const MamutoParameter *parameter = job_arguments_find_named(job, function, position);
    guint n = mamuto_job_get_n_arguments(job);

    if (parameter && parameter->kind == MAMUTO_PARAMETER_POSITIONAL) {
        mamuto_job_set_argument(job, position, NULL);
        mamuto_job_set_keep(job, position, FALSE);
        return;
    }
    for (guint i = position; i + 1 < n; i++) {
        g_autofree char *text = g_strdup(mamuto_job_get_argument(job, i + 1));
        g_autofree char *name = g_strdup(mamuto_job_get_argument_name(job, i + 1));
        gboolean by_name = mamuto_job_get_by_name(job, i + 1);

        if (by_name != mamuto_job_get_by_name(job, i) || by_name) {
            mamuto_job_set_by_name(job, i, FALSE);
            mamuto_job_set_argument_name(job, i, name);
            mamuto_job_set_by_name(job, i, by_name);
        }
        mamuto_job_set_argument(job, i, text);
        mamuto_job_set_keep(job, i, mamuto_job_get_keep(job, i + 1));
    }
    mamuto_job_set_n_arguments(job, n - 1);
}

/* ---- arguments that are passed by name ---- */

/* The values of an argument while the arguments are put into another order. */
typedef struct {
    char *name, *text;
    gboolean keep, by_name;
} Entry;

static void
entry_free(gpointer data)
{
    Entry *self = data;

    if (!self)
        return;
    g_free(self->name);
    g_free(self->text);
    g_free(self);
}

/* Returns the position of the positional parameter @name, or -1. */
static int
find_position(GPtrArray *parameters, const char *name)
{
    int at = 0;

    for (guint i = 0; i < parameters->len; i++) {
        const MamutoParameter *parameter = g_ptr_array_index(parameters, i);

        if (parameter->kind != MAMUTO_PARAMETER_POSITIONAL)
            continue;
        if (g_strcmp0(parameter->name, name) == 0)
            return at;
        at++;
    }
    return -1;
}

static gboolean
has_name(MamutoJob *job)
{
    for (guint i = 0; i < mamuto_job_get_n_arguments(job); i++)
        if (mamuto_job_get_by_name(job, i))
            return TRUE;
    return FALSE;
}

/* Puts the arguments of the job into @slots: each at the position of its parameter, and those of no
 * positional parameter behind them. Arguments without a value and a name are left out. */
static void
take_entries(MamutoJob *job, GPtrArray *parameters, guint wanted, GPtrArray *slots)
{
    guint n_positional = 0;

    g_ptr_array_set_size(slots, (int)wanted);
    for (guint i = 0; i < mamuto_job_get_n_arguments(job); i++) {
        gboolean by_name = mamuto_job_get_by_name(job, i);
        const char *name = mamuto_job_get_argument_name(job, i);
        int slot = by_name ? find_position(parameters, name) : (int)n_positional++;
        Entry *entry;

        if (!by_name && !mamuto_job_get_argument(job, i))
            continue;
        entry = g_new0(Entry, 1);
        entry->name = g_strdup(name);
        entry->text = g_strdup(mamuto_job_get_argument(job, i));
        entry->keep = mamuto_job_get_keep(job, i);
        entry->by_name = by_name;
        if (slot >= 0 && slot < (int)wanted && !slots->pdata[slot])
            slots->pdata[slot] = entry;
        else
            g_ptr_array_add(slots, entry);
    }
}

static void
put_entries(MamutoJob *job, GPtrArray *slots)
{
    guint n = MIN(slots->len, MAMUTO_JOB_MAX_ARGUMENTS);

    mamuto_job_set_n_arguments(job, 0);
    mamuto_job_set_n_arguments(job, n);
    for (guint i = 0; i < n; i++) {
        const Entry *entry = slots->pdata[i];

        if (!entry)
            continue;
        mamuto_job_set_argument_name(job, i, entry->name);
        mamuto_job_set_by_name(job, i, entry->by_name);
        mamuto_job_set_argument(job, i, entry->text);
        mamuto_job_set_keep(job, i, entry->keep);
    }
}

/* Whether each argument is at the position of its parameter. */
static gboolean
is_in_place(GPtrArray *slots, MamutoJob *job)
{
    if (slots->len > mamuto_job_get_n_arguments(job))
        return FALSE;
    for (guint i = 0; i < slots->len; i++) {
        const Entry *entry = slots->pdata[i];
        const char *name = mamuto_job_get_argument_name(job, i);

        if (entry ? entry->by_name != mamuto_job_get_by_name(job, i) ||
                        g_strcmp0(entry->name, name) != 0 ||
                        g_strcmp0(entry->text, mamuto_job_get_argument(job, i)) != 0
                  : mamuto_job_get_argument(job, i) != NULL)
            return FALSE;
    }
    return TRUE;
}

/* Passes all arguments for positional parameters by name. Otherwise a value that the user gives to
 * an empty row would be passed to the first parameter without an argument. */
static void
name_all(MamutoJob *job, guint wanted)
{
    if (mamuto_job_get_n_arguments(job) > wanted)
        for (guint i = wanted; i < mamuto_job_get_n_arguments(job); i++)
            if (!mamuto_job_get_by_name(job, i)) /* a value for *args needs positions before it */
                return;
    for (guint i = 0; i < wanted; i++)
        mamuto_job_set_by_name(job, i, TRUE);
}

/**
 * job_arguments_fit:
 *
 * Creates an argument for each positional parameter and sets the names of all arguments. Keeps an
 * argument with a value even if the function has no parameter for it, because a value must not be
 * lost without a decision of the user. An argument that is passed by name is moved to the position
 * of its parameter.
 */
void
job_arguments_fit(MamutoJob *job, MamutoFunction *function)
{
    GPtrArray *parameters = mamuto_function_get_parameters(function);
    gboolean named = has_name(job);
    guint n = 0, wanted = 0;

    for (guint i = 0; i < parameters->len; i++) {
        const MamutoParameter *parameter = g_ptr_array_index(parameters, i);

        wanted += parameter->kind == MAMUTO_PARAMETER_POSITIONAL;
    }
    if (named) {
        g_autoptr(GPtrArray) slots = g_ptr_array_new_with_free_func(entry_free);

        take_entries(job, parameters, wanted, slots);
        if (!is_in_place(slots, job))
            put_entries(job, slots);
    }
    n = mamuto_job_get_n_arguments(job);
    while (n > wanted && !mamuto_job_get_argument(job, n - 1))
        n--;
    n = MIN(MAX(n, wanted), MAMUTO_JOB_MAX_ARGUMENTS);
    mamuto_job_set_n_arguments(job, n);
    for (guint i = 0; i < n; i++) {
        g_autofree char *name = name_argument(function, i, wanted);

        if (!mamuto_job_get_by_name(job, i))
            mamuto_job_set_argument_name(job, i, name);
    }
    if (named)
        name_all(job, MIN(wanted, n));
}

/**
 * job_arguments_find_named:
 *
 * Returns: (transfer none) (nullable): the parameter of the argument at @position, which is found
 * by its name if the argument is passed by name
 */
const MamutoParameter *
job_arguments_find_named(MamutoJob *job, MamutoFunction *function, guint position)
{
    GPtrArray *parameters = function ? mamuto_function_get_parameters(function) : NULL;
    const char *name = mamuto_job_get_argument_name(job, position);
    const MamutoParameter *rest = NULL;

    if (!mamuto_job_get_by_name(job, position))
        return job_arguments_find_parameter(function, position);
    for (guint i = 0; parameters && i < parameters->len; i++) {
        const MamutoParameter *parameter = g_ptr_array_index(parameters, i);

        if (parameter->kind == MAMUTO_PARAMETER_VAR_KEYWORD)
            rest = parameter;
        else if (parameter->kind != MAMUTO_PARAMETER_VAR_POSITIONAL &&
                 g_strcmp0(parameter->name, name) == 0)
            return parameter;
    }
    return rest;
}
