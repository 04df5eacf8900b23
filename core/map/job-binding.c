/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Which parameter gets which argument of a job: finds the names in the texts of the arguments, and
 * checks that the arguments fit together. */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "integer.h"
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

/* ---- lengths ---- */

/* Returns (transfer full): the argument as the user wrote it. The paths of a job file are relative
 * to its folder. */
static char *
show_text(MamutoJob *self, const JobArgument *argument)
{
    return self->folder
               ? job_value_make_relative(argument->text, argument->by_name, 2, self->folder)
               : g_strdup(argument->text);
}

/* Returns (transfer full): "data.npy" for data=sub/data.npy:x, or a range as it was written. */
static char *
show_source(const JobArgument *argument)
{
    g_autofree char *file = job_value_find_file(argument->text, argument->by_name);

    return file ? g_filename_display_basename(file) : g_strdup(argument->text);
}

static gboolean
refuse_lengths(MamutoJob *self, guint position, MamutoArray *array, guint other, gint64 n_other,
               GError **error)
{
    const JobArgument *argument = g_ptr_array_index(self->arguments, position);
    const JobArgument *first = g_ptr_array_index(self->arguments, other);
    g_autofree char *source = show_source(argument);
    g_autofree char *source_of_other = show_source(first);
    g_autofree char *rows = integer_format(mamuto_array_get_n_rows(array));
    g_autofree char *rows_of_other = integer_format(n_other);
    g_autofree char *file = job_value_find_file(argument->text, argument->by_name);
    g_autofree char *text = show_text(self, argument);
    g_autofree char *whole = g_strconcat("@", text, NULL);
    gboolean has_name = argument->name && job_is_parameter_name(argument->name);
    g_autofree char *word = argument_spec_quote(has_name ? argument->name : NULL, whole);

    if (file)
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_LENGTH,
                    /* Translators: "data.npy has 1,000 rows, p.npy 64; to give all of data.npy to
                     * every call, write data=@data.npy" */
                    _("%s has %s rows, %s %s; to give all of %s to every call, write %s"), source,
                    rows, source_of_other, rows_of_other, source, word);
    else
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_LENGTH,
                    _("%s has %s rows, %s %s; all arguments that are mapped over must have the "
                      "same number of rows, except for all their combinations (--grid)"),
                    source, rows, source_of_other, rows_of_other);
    return FALSE;
}

gboolean
job_check_lengths(MamutoJob *self, GPtrArray *arguments, GError **error)
{
    gint64 n_first = -1;
    guint first = 0;

    for (guint i = 0; i < arguments->len && !(self->flags & MAMUTO_MAP_GRID); i++) {
        MamutoArgument *argument = g_ptr_array_index(arguments, i);
        MamutoArray *array = argument ? mamuto_argument_get_array(argument) : NULL;
        gint64 n;

        if (!array || mamuto_argument_is_whole(argument) || mamuto_array_get_n_dims(array) == 0)
            continue;
        n = mamuto_array_get_n_rows(array);
        if (n_first >= 0 && n != n_first)
            return refuse_lengths(self, i, array, first, n_first, error);
        if (n_first < 0) {
            n_first = n;
            first = i;
        }
    }
    return TRUE;
}
