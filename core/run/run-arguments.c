/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Combines the arguments that are kept on the hosts with the arguments that are passed for one run,
 * and checks them before any data is sent. Checks at the end of the run that the files of the
 * arguments were neither modified nor damaged. */
#include <glib/gi18n-lib.h>
#include <inttypes.h>

#include "mamuto-error.h"
#include "run.h"

void
run_arguments_free(RunArgument *arguments, guint n)
{
    for (guint i = 0; i < n; i++)
        if (arguments[i].argument != NULL)
            mamuto_argument_unref(arguments[i].argument);
    g_free(arguments);
}

/* Checks an array that is mapped over. @of: the first such argument, or NULL. */
static gboolean
check_rows(const RunArgument *argument, const RunArgument *of, GError **error)
{
    MamutoArray *array = mamuto_argument_get_array(argument->argument);
    gint64 n, expected;

    if (mamuto_array_get_n_dims(array) == 0) {
        g_set_error(
            error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
            _("argument %u is an array without axes and has no rows; give it as a single value"),
            argument->number + 1);
        return FALSE;
    }
    n = mamuto_array_get_n_rows(array);
    expected = of != NULL ? mamuto_array_get_n_rows(mamuto_argument_get_array(of->argument)) : n;
    if (n == expected)
        return TRUE;
    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_LENGTH,
                _("argument %u has %'" PRId64 " rows, but argument %u has %'" PRId64
                  "; arrays that are mapped over must have the same length"),
                argument->number + 1, n, of->number + 1, expected);
    return FALSE;
}

gboolean
run_argument_is_mapped(const RunArgument *argument)
{
    return mamuto_argument_get_array(argument->argument) != NULL &&
           !mamuto_argument_is_whole(argument->argument);
}

/* Sets @n_rows to the common length of all arrays that are mapped over. */
static gboolean
find_rows(const RunArgument *arguments, guint n, gint64 *n_rows, GError **error)
{
    const RunArgument *first = NULL;
    gboolean has_array = FALSE;

    for (guint i = 0; i < n; i++) {
        has_array |= mamuto_argument_get_array(arguments[i].argument) != NULL;
        if (!run_argument_is_mapped(&arguments[i]))
            continue;
        if (!check_rows(&arguments[i], first, error))
            return FALSE;
        if (first == NULL)
            first = &arguments[i];
    }
    if (first != NULL) {
        *n_rows = mamuto_array_get_n_rows(mamuto_argument_get_array(first->argument));
        return TRUE;
    }
    g_set_error_literal(
        error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
        has_array
            ? _("none of the arguments is mapped over: every call would get the same whole arrays")
            : _("none of the arguments is an array: there are no rows to map over"));
    return FALSE;
}

static gboolean
check_supported(MamutoArgument *argument, GError **error)
{
    if (mamuto_argument_get_name(argument) == NULL)
        return TRUE;
    g_set_error_literal(error, MAMUTO_ERROR, MAMUTO_ERROR_UNSUPPORTED,
                        "arguments with names cannot be passed yet");
    return FALSE;
}

RunArgument *
run_arguments_gather(GPtrArray *kept, GPtrArray *given, guint *n, gint64 *n_rows, GError **error)
{
    RunArgument *arguments;

    *n = MAX(given->len, kept != NULL ? kept->len : 0);
    if (*n > RUN_MAX_ARGUMENTS) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                    _("%u arguments are too many; a call may have at most %d"), *n,
                    RUN_MAX_ARGUMENTS);
        return NULL;
    }
    arguments = g_new0(RunArgument, MAX(*n, 1));
    for (guint i = 0; i < *n; i++) {
        MamutoArgument *argument = i < given->len ? g_ptr_array_index(given, i) : NULL;

        arguments[i].number = i;
        if (argument == NULL && kept != NULL && i < kept->len) {
            argument = g_ptr_array_index(kept, i);
            arguments[i].kept = TRUE;
        }
        if (argument == NULL) {
            g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                        _("argument %u is missing: it is neither given nor kept on the hosts"),
                        i + 1);
            goto fail;
        }
        arguments[i].argument = mamuto_argument_ref(argument);
        arguments[i].kept |= mamuto_argument_is_whole(argument);
        if (!check_supported(argument, error))
            goto fail;
    }
    if (find_rows(arguments, *n, n_rows, error))
        return arguments;
fail:
    run_arguments_free(arguments, *n);
    return NULL;
}

gsize
run_arguments_row_bytes(const RunArgument *arguments, guint n)
{
    gsize bytes = 0;

    for (guint i = 0; i < n; i++) {
        MamutoArray *array = mamuto_argument_get_array(arguments[i].argument);

        if (array != NULL && !arguments[i].kept)
            bytes += mamuto_array_get_row_size(array);
    }
    return bytes;
}

void
run_argument_name_in(GError **error, MamutoArgument *argument, guint number)
{
    const char *name = mamuto_argument_get_name(argument);
    g_autofree char *message = NULL;

    if (error == NULL || *error == NULL)
        return;
    message = (*error)->message;
    (*error)->message = name != NULL ? g_strdup_printf(_("argument “%s”: %s"), name, message)
                                     : g_strdup_printf(_("argument %u: %s"), number + 1, message);
}

gboolean
run_arguments_check_unchanged(const RunArgument *arguments, guint n, GError **error)
{
    for (guint i = 0; i < n; i++) {
        MamutoArray *array = mamuto_argument_get_array(arguments[i].argument);
        g_autoptr(GError) why = NULL;

        if (array == NULL || mamuto_array_check_unchanged(array, &why))
            continue;
        g_propagate_error(error, run_reason_of_input(why));
        run_argument_name_in(error, arguments[i].argument, arguments[i].number);
        return FALSE;
    }
    return TRUE;
}

gboolean
run_arguments_check_content(const RunArgument *arguments, guint n, gboolean wait,
                            GCancellable *cancellable, GError **error)
{
    for (guint i = 0; i < n; i++) {
        MamutoArray *array = mamuto_argument_get_array(arguments[i].argument);
        g_autoptr(GError) why = NULL;

        if (array == NULL || mamuto_array_check_content(array, wait, cancellable, &why))
            continue;
        g_propagate_error(error, run_reason_of_input(why));
        run_argument_name_in(error, arguments[i].argument, i);
        return FALSE;
    }
    return TRUE;
}
