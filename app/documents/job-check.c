/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Checks whether the function of a job can be called with the current arguments. */
#include <glib/gi18n.h>

#include "app-text.h"
#include "job-arguments.h"
#include "job-lengths.h"
#include "mamuto-job-document.h"

/* (transfer full): why the input cannot be loaded. Explains a value here, because the library says
 * how to write it in a terminal. */
static char *
explain_failure(MamutoInput *input)
{
    g_auto(GStrv) parts = NULL;
    g_auto(GStrv) instead = NULL;
    g_autofree char *problem = NULL;

    if (mamuto_argument_split(mamuto_input_get_text(input), &parts) == MAMUTO_SOURCE_VALUE)
        problem = mamuto_argument_explain_value(g_strstrip(parts[0]), &instead);
    if (!problem)
        return g_strdup(mamuto_input_get_message(input));
    return app_text_propose(problem, instead);
}

/* Returns (transfer full) (nullable) a problem if the function cannot get the argument. */
static char *
check_parameter(MamutoJobDocument *self, MamutoFunction *function, guint position)
{
    MamutoJob *job = mamuto_job_document_get_job(self);
    guint n = MAX(job_arguments_count_given(job), position + 1);

    if (!function || mamuto_job_document_get_parameter(self, position))
        return NULL;
    if (!mamuto_job_get_by_name(job, position))
        return mamuto_function_check_n_arguments(function, n, NULL)
                   ? NULL
                   : g_strdup(_("The function takes fewer arguments; remove this argument"));
    if (!job_arguments_are_known(function))
        return NULL;
    /* Translators: %s is the name of a parameter */
    return g_strdup_printf(_("The function has no parameter “%s”; choose another parameter for "
                             "this argument, or remove the argument"),
                           mamuto_job_get_argument_name(job, position));
}

/**
 * mamuto_job_document_check_input:
 *
 * Checks the argument at @position. An array must have as many rows as the arrays of earlier
 * arguments.
 *
 * Returns: (transfer full) (nullable): the problem; %NULL if no problem is known, for example
 * because the argument is still being loaded
 */
char *
mamuto_job_document_check_input(MamutoJobDocument *self, guint position)
{
    MamutoInput *input = mamuto_job_document_get_input(self, position);
    MamutoFunction *function =
        mamuto_inspector_get_function(mamuto_job_document_get_inspector(self));
    const MamutoParameter *parameter = mamuto_job_document_get_parameter(self, position);
    MamutoJob *job = mamuto_job_document_get_job(self);
    guint n_given = job_arguments_count_given(job);
    char *problem = check_parameter(self, function, position);

    if (problem)
        return problem;
    if (mamuto_input_get_unfinished(input))
        return g_strdup(mamuto_input_get_unfinished(input));
    switch (mamuto_input_get_state(input)) {
    case MAMUTO_INPUT_EMPTY:
        if (parameter &&
            (parameter->default_text || parameter->kind == MAMUTO_PARAMETER_VAR_POSITIONAL) &&
            (position >= n_given || mamuto_job_get_by_name(job, position)))
            return NULL;
        return g_strdup(_("Choose a file or give a value"));
    case MAMUTO_INPUT_FAILED:
        return explain_failure(input);
    case MAMUTO_INPUT_LOADING:
        return NULL;
    case MAMUTO_INPUT_READY:
        break;
    }
    return job_lengths_check(self, position);
}

static MamutoProblem *
check_function(MamutoJobDocument *self)
{
    MamutoInspector *inspector = mamuto_job_document_get_inspector(self);
    const char *message = mamuto_inspector_get_message(inspector);

    if (!mamuto_job_get_function(mamuto_job_document_get_job(self)))
        return mamuto_problem_new(MAMUTO_FIELD_FUNCTION_FILE, 0,
                                  _("Choose the file that contains your function"));
    /* Without names, the file was not understood. If the cluster sets a Python, that one may know a
     * newer syntax, so the run is not prevented; it fails if the file is really wrong. */
    if (message &&
        (mamuto_inspector_get_names(inspector) || !mamuto_job_document_names_python(self)))
        return mamuto_problem_new(mamuto_inspector_get_names(inspector)
                                      ? MAMUTO_FIELD_FUNCTION_NAME
                                      : MAMUTO_FIELD_FUNCTION_FILE,
                                  0, message);
    if (!mamuto_inspector_get_name(inspector))
        return mamuto_problem_new(MAMUTO_FIELD_FUNCTION_NAME, 0,
                                  _("Choose a function in the file"));
    return NULL;
}

static MamutoProblem *
check_arguments(MamutoJobDocument *self)
{
    guint n = mamuto_job_document_get_n_inputs(self);
    gboolean any_rows = FALSE;

    if (n == 0 && mamuto_inspector_get_function(mamuto_job_document_get_inspector(self)) &&
        !mamuto_job_document_may_add_argument(self))
        return mamuto_problem_new(
            MAMUTO_FIELD_FUNCTION_NAME, 0,
            _("The function takes no arguments, so there are no rows to map it over"));
    for (guint i = 0; i < n; i++) {
        g_autofree char *message = mamuto_job_document_check_input(self, i);

        if (message)
            return mamuto_problem_new(MAMUTO_FIELD_ARGUMENT, i, message);
        any_rows |= mamuto_input_get_n_rows(mamuto_job_document_get_input(self, i)) >= 0;
    }
    if (any_rows)
        return job_lengths_check_grid(self);
    return mamuto_problem_new(
        MAMUTO_FIELD_ARGUMENT, 0,
        _("At least one argument must be a file with one row per call, or a range"));
}

/**
 * mamuto_job_document_check:
 *
 * Checks whether the function can be called with the current arguments.
 *
 * Returns: (transfer full) (nullable): the first problem; %NULL if no problem is known
 */
MamutoProblem *
mamuto_job_document_check(MamutoJobDocument *self)
{
    MamutoProblem *problem = check_function(self);

    return problem ? problem : check_arguments(self);
}
