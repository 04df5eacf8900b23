/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Which parameter gets which argument of a job: finds the names in the texts of the arguments, and
 * checks that the arguments fit together. */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "job-private.h"
#include "mamuto-error.h"

void
job_prefix_argument(MamutoJob *self, guint position, GError **error)
{
    const JobArgument *argument = g_ptr_array_index(self->arguments, position);

    if (argument->name)
        /* Translators: prefix of an error message; the number and the name of a function's
         * argument */
        g_prefix_error(error, _("argument %u, %s: "), position + 1, argument->name);
    else
        g_prefix_error(error, _("argument %u: "), position + 1);
}

gboolean
job_argument_is_skipped(MamutoJob *self, guint position)
{
    gboolean any = FALSE;

    if (((const JobArgument *)g_ptr_array_index(self->arguments, position))->text)
        return FALSE;
    for (guint i = position + 1; i < self->arguments->len; i++) {
        const JobArgument *argument = g_ptr_array_index(self->arguments, i);

        if (argument->text && !argument->by_name)
            return FALSE;
        any |= argument->text != NULL;
    }
    return any;
}

/* ---- names ---- */

static gboolean
is_file(const char *path, gconstpointer data)
{
    return g_file_test(path, G_FILE_TEST_EXISTS) && !g_file_test(path, G_FILE_TEST_IS_DIR);
}

/* Returns the name of the parameter that gets the positional argument number @number, from 0; NULL
 * if it is unknown or has no name of its own. */
static const char *
find_name(GPtrArray *parameters, guint number)
{
    for (guint i = 0; parameters && i < parameters->len; i++) {
        const MamutoParameter *parameter = g_ptr_array_index(parameters, i);

        if (parameter->kind != MAMUTO_PARAMETER_POSITIONAL)
            return NULL;
        if (number-- == 0)
            return parameter->name;
    }
    return NULL;
}

/* Replaces the text NAME=SPEC by a name and SPEC. */
static void
set_name(JobArgument *argument, const ArgumentSpec *spec)
{
    const char *rest = argument->text + argument_spec_name_length(argument->text) + 1;
    gboolean is_bare = spec->kind == ARGUMENT_VALUE && *rest != '=';
    char *text = g_strconcat(is_bare ? "=" : "", rest, NULL);

    g_free(argument->text);
    argument->text = text;
    g_free(argument->name);
    argument->name = g_strdup(spec->name);
    argument->by_name = TRUE;
}

/* Checks that the function accepts the arguments that have a value. */
static gboolean
check_call(MamutoJob *self, MamutoFunction *function, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    guint n_positional = 0;

    for (guint i = 0; i < self->arguments->len; i++) {
        const JobArgument *argument = g_ptr_array_index(self->arguments, i);

        if (argument->by_name && argument->text)
            g_ptr_array_add(names, argument->name);
        else if (!argument->by_name && !job_argument_is_skipped(self, i))
            n_positional++;
    }
    g_ptr_array_add(names, NULL);
    return mamuto_function_check_call(function, n_positional, (const char *const *)names->pdata,
                                      error);
}

/**
 * mamuto_job_bind:
 * @self: a job
 * @function: the function of the job; its parameters are known if mamuto_function_inspect() has
 *   been called
 * @error: return location for an error that names the argument and says what to write
 *
 * Finds out which parameters get the arguments whose texts are [NAME=]SPEC. An argument with NAME
 * is passed by its name from now on, see mamuto_job_set_by_name(). The other arguments get the
 * names of their parameters, if they have no name yet, for messages.
 *
 * Returns: %FALSE with %MAMUTO_ERROR_INVALID_ARGUMENT if a text cannot be read, could mean two
 *   things, or has a NAME that is no parameter of the function
 */
gboolean
mamuto_job_bind(MamutoJob *self, MamutoFunction *function, GError **error)
{
    GPtrArray *parameters;
    guint n_positional = 0;

    g_return_val_if_fail(MAMUTO_IS_JOB(self), FALSE);
    g_return_val_if_fail(MAMUTO_IS_FUNCTION(function), FALSE);
    g_return_val_if_fail(error == NULL || *error == NULL, FALSE);
    parameters = mamuto_function_get_parameters(function);
    for (guint i = 0; i < self->arguments->len; i++) {
        const ArgumentContext context = {.is_file = is_file, .parameters = parameters};
        JobArgument *argument = g_ptr_array_index(self->arguments, i);
        g_auto(ArgumentSpec) spec = {0};

        if (argument->by_name)
            continue;
        /* The name is set first, because the error of a text contains it. */
        if (!argument->name && (!argument->text || argument_spec_name_length(argument->text) == 0))
            argument->name = g_strdup(find_name(parameters, n_positional));
        if (argument->text && !argument_spec_parse(argument->text, &context, &spec, error)) {
            job_prefix_argument(self, i, error);
            return FALSE;
        }
        if (spec.name)
            set_name(argument, &spec);
        else if (!argument->name)
            argument->name = g_strdup(find_name(parameters, n_positional));
        n_positional += spec.name == NULL;
    }
    job_changed(self);
    return check_call(self, function, error);
}

/**
 * mamuto_job_find_argument:
 * @self: a job
 * @name: the name of a parameter
 *
 * Returns: the position of the argument with this name, from 0; -1 if there is none. If the names
 *   of the parameters are needed, call mamuto_job_bind() before
 */
int
mamuto_job_find_argument(MamutoJob *self, const char *name)
{
    g_autofree char *normalized = NULL;

    g_return_val_if_fail(MAMUTO_IS_JOB(self), -1);
    g_return_val_if_fail(name != NULL, -1);
    normalized = g_utf8_normalize(name, -1, G_NORMALIZE_NFKC);
    for (guint i = 0; normalized && i < self->arguments->len; i++) {
        const JobArgument *argument = g_ptr_array_index(self->arguments, i);

        if (argument->text && g_strcmp0(argument->name, normalized) == 0)
            return (int)i;
    }
    return -1;
}

/**
 * mamuto_job_dup_argument:
 * @self: a job
 * @position: the position of an argument, from 0
 * @arguments: (element-type MamutoArgument): the loaded arguments of the job
 *
 * Returns: (transfer full) (nullable): the loaded argument, with the name of its parameter if the
 *   job passes it by name; %NULL if it has no value
 */
MamutoArgument *
mamuto_job_dup_argument(MamutoJob *self, guint position, GPtrArray *arguments)
{
    const JobArgument *argument;
    MamutoArgument *loaded;

    g_return_val_if_fail(MAMUTO_IS_JOB(self), NULL);
    g_return_val_if_fail(arguments != NULL && position < arguments->len, NULL);
    g_return_val_if_fail(position < self->arguments->len, NULL);
    argument = g_ptr_array_index(self->arguments, position);
    loaded = g_ptr_array_index(arguments, position);
    if (!loaded)
        return NULL;
    return argument->by_name ? mamuto_argument_with_name(loaded, argument->name)
                             : mamuto_argument_ref(loaded);
}
