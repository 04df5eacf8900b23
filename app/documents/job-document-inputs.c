/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The function and the arguments of a job document. Each change of the job updates the inputs and
 * the inspector. After an inspection, the function's parameters determine the number and the names
 * of the arguments. */
#include "job-arguments.h"
#include "job-arrange.h"
#include "job-document-private.h"

/* ---- changes of the job ---- */

/* Does nothing while the arguments are arranged, because a handler could set an argument then. */
static void
inputs_changed(MamutoJobDocument *self)
{
    if (self->arranging)
        return;
    g_signal_emit_by_name(self, "inputs-changed");
}

void
job_document_set_n_inputs(MamutoJobDocument *self, guint n)
{
    while (self->inputs->len > n) {
        MamutoInput *input = g_ptr_array_index(self->inputs, self->inputs->len - 1);

        g_signal_handlers_disconnect_by_data(input, self);
        mamuto_input_set_text(input, NULL); /* the text NULL cancels the loading of the file */
        g_ptr_array_set_size(self->inputs, (int)self->inputs->len - 1);
    }
    while (self->inputs->len < n) {
        MamutoInput *input = mamuto_input_new();

        g_signal_connect_swapped(input, "changed", G_CALLBACK(inputs_changed), self);
        g_ptr_array_add(self->inputs, input);
    }
}

/* Returns the function if the arguments of the job are arranged for it. */
static MamutoFunction *
get_arranged_function(MamutoJobDocument *self)
{
    MamutoFunction *function = mamuto_inspector_get_function(self->inspector);

    return g_strcmp0(job_arrange_get_function(self->job), mamuto_job_get_function(self->job)) == 0
               ? function
               : NULL;
}

/* Decides again which arguments are passed by name, after the user has changed one. */
static void
arrange_names(MamutoJobDocument *self)
{
    MamutoFunction *function = get_arranged_function(self);

    if (!function || self->arranging)
        return;
    self->arranging = TRUE;
    job_arrange_names(self->job, function, self->saved_job);
    self->arranging = FALSE;
}

void
job_document_on_changed(MamutoJob *job, MamutoJobDocument *self)
{
    guint n = mamuto_job_get_n_arguments(job);

    job_document_set_n_inputs(self, n);
    for (guint i = 0; i < n; i++)
        mamuto_input_set_text(g_ptr_array_index(self->inputs, i), mamuto_job_get_argument(job, i));
    mamuto_inspector_look(self->inspector, mamuto_job_get_function(job));
    arrange_names(self);
    job_document_update_dirty(self);
    inputs_changed(self);
}

/**
 * mamuto_job_document_choose_function:
 * @name: the name of a function in the file that the inspector has read
 *
 * Sets the function of the job.
 */
void
mamuto_job_document_choose_function(MamutoJobDocument *self, const char *name)
{
    const char *file = mamuto_inspector_get_file(self->inspector);
    g_autofree char *spec = file ? g_strconcat(file, ":", name, NULL) : NULL;

    if (spec)
        mamuto_job_set_function(self->job, spec);
}

/* Sets the function of the job if the file contains only one function. Returns TRUE if the job has
 * changed. The change starts a new inspection. */
static gboolean
choose_only_function(MamutoJobDocument *self)
{
    const char *const *names = mamuto_inspector_get_names(self->inspector);
    g_autofree char *name = NULL;
    gboolean is_opened;

    if (mamuto_inspector_get_busy(self->inspector) || mamuto_inspector_get_name(self->inspector) ||
        !mamuto_inspector_get_file(self->inspector) || !names || !names[0] || names[1])
        return FALSE;
    name = g_strdup(names[0]);
    is_opened = job_arrange_is_opened(self->job);
    mamuto_job_document_choose_function(self, name);
    if (is_opened)
        job_arrange_set_function(self->job, NULL);
    return TRUE;
}

void
job_document_on_inspected(MamutoInspector *inspector, MamutoJobDocument *self)
{
    MamutoFunction *function = mamuto_inspector_get_function(inspector);
    gboolean fresh = !self->dirty;

    if (choose_only_function(self))
        return;
    if (function) {
        self->arranging = TRUE;
        job_arrange(self->job, function, self->saved_job);
        self->arranging = FALSE;
        /* job_arrange() has changed the job, but the user has not edited it; store the changed job
         * as the saved job, so that the job has no unsaved edits */
        if (fresh && self->dirty) {
            g_clear_object(&self->saved_job);
            self->saved_job = mamuto_job_copy(self->job);
            job_document_update_dirty(self);
        }
    }
    inputs_changed(self);
}

/* ---- function and inputs ---- */

/**
 * mamuto_job_document_get_inspector:
 *
 * Returns: (transfer none): the inspector of the job's function
 */
MamutoInspector *
mamuto_job_document_get_inspector(MamutoJobDocument *self)
{
    return self->inspector;
}

/**
 * mamuto_job_document_get_n_inputs:
 *
 * Returns: the number of inputs, one for each argument of the job
 */
guint
mamuto_job_document_get_n_inputs(MamutoJobDocument *self)
{
    return self->inputs->len;
}

/**
 * mamuto_job_document_get_input:
 *
 * Returns: (transfer none): the input for the argument at @position
 */
MamutoInput *
mamuto_job_document_get_input(MamutoJobDocument *self, guint position)
{
    return g_ptr_array_index(self->inputs, position);
}

/**
 * mamuto_job_document_get_parameter:
 *
 * Returns: (transfer none) (nullable): the function's parameter for the argument at @position
 */
const MamutoParameter *
mamuto_job_document_get_parameter(MamutoJobDocument *self, guint position)
{
    return job_arguments_find_named(self->job, mamuto_inspector_get_function(self->inspector),
                                    position);
}

/**
 * mamuto_job_document_may_add_argument:
 *
 * Returns: whether the function accepts another argument, for example because it has a *args
 * parameter
 */
gboolean
mamuto_job_document_may_add_argument(MamutoJobDocument *self)
{
    return job_arguments_may_add(self->job, mamuto_inspector_get_function(self->inspector));
}

/**
 * mamuto_job_document_add_argument:
 *
 * Appends an argument without a value.
 */
void
mamuto_job_document_add_argument(MamutoJobDocument *self)
{
    self->arranging = TRUE;
    job_arguments_add(self->job, mamuto_inspector_get_function(self->inspector));
    self->arranging = FALSE;
    /* emit the signal again, because job_arguments_add() emits it before the argument has a name */
    inputs_changed(self);
}

/**
 * mamuto_job_document_remove_argument:
 *
 * Removes the argument at @position. If the function has a parameter of its own for the argument,
 * only the value of the argument is removed.
 */
void
mamuto_job_document_remove_argument(MamutoJobDocument *self, guint position)
{
    self->arranging = TRUE;
    job_arguments_remove(self->job, mamuto_inspector_get_function(self->inspector), position);
    self->arranging = FALSE;
    job_document_on_changed(self->job, self);
}

/**
 * mamuto_job_document_find_free_position:
 *
 * Returns: the position of the first argument without a value, if possible of a parameter without a
 * default; -1 if there is none
 */
int
mamuto_job_document_find_free_position(MamutoJobDocument *self)
{
    int with_default = -1;

    for (guint i = 0; i < mamuto_job_get_n_arguments(self->job); i++) {
        const MamutoParameter *parameter = mamuto_job_document_get_parameter(self, i);

        if (mamuto_job_get_argument(self->job, i))
            continue;
        if (!parameter || !parameter->default_text)
            return (int)i;
        if (with_default < 0)
            with_default = (int)i;
    }
    return with_default;
}

/**
 * mamuto_job_document_list_free_parameters:
 *
 * Returns: (transfer full): the names of the parameters whose arguments have no value
 */
char **
mamuto_job_document_list_free_parameters(MamutoJobDocument *self)
{
    g_autoptr(GStrvBuilder) names = g_strv_builder_new();

    for (guint i = 0; i < mamuto_job_get_n_arguments(self->job); i++) {
        const MamutoParameter *parameter = mamuto_job_document_get_parameter(self, i);

        if (!mamuto_job_get_argument(self->job, i) && job_arguments_is_own(parameter))
            g_strv_builder_add(names, parameter->name);
    }
    return g_strv_builder_end(names);
}

/**
 * mamuto_job_document_assign_argument:
 * @position: the position of an argument for which the function has no parameter
 * @name: a parameter from mamuto_job_document_list_free_parameters()
 *
 * Gives the argument to the parameter @name. Does nothing if the argument or the parameter is no
 * longer free.
 */
void
mamuto_job_document_assign_argument(MamutoJobDocument *self, guint position, const char *name)
{
    MamutoFunction *function = get_arranged_function(self);
    g_auto(GStrv) names = mamuto_job_document_list_free_parameters(self);

    /* the arguments may have been arranged again since the user made the choice */
    if (!function || position >= mamuto_job_get_n_arguments(self->job) ||
        mamuto_job_document_get_parameter(self, position) ||
        !g_strv_contains((const char *const *)names, name))
        return;
    self->arranging = TRUE;
    job_arrange_assign(self->job, function, self->saved_job, position, name);
    self->arranging = FALSE;
    inputs_changed(self);
}

/**
 * mamuto_job_document_get_loading:
 *
 * Returns: whether an input is being loaded or looked at, or the function is being inspected
 */
gboolean
mamuto_job_document_get_loading(MamutoJobDocument *self)
{
    for (guint i = 0; i < self->inputs->len; i++) {
        MamutoInput *input = g_ptr_array_index(self->inputs, i);

        if (mamuto_input_get_state(input) == MAMUTO_INPUT_LOADING ||
            mamuto_input_get_checking(input))
            return TRUE;
    }
    return mamuto_inspector_get_busy(self->inspector);
}

/**
 * mamuto_job_document_refresh:
 *
 * Reads the file of the function and the files of the arguments again if they have changed. The
 * document is loading until this is known.
 */
void
mamuto_job_document_refresh(MamutoJobDocument *self)
{
    for (guint i = 0; i < self->inputs->len; i++)
        mamuto_input_refresh(g_ptr_array_index(self->inputs, i));
    mamuto_inspector_refresh(self->inspector);
}
