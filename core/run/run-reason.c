/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Creates the error of a run that cannot be completed. */
#include <glib/gi18n-lib.h>
#include <inttypes.h>

#include "error-private.h"
#include "run.h"

GError *
run_reason_of_host(const GError *error)
{
    return error->domain == MAMUTO_ERROR
               ? g_error_copy(error)
               : g_error_new_literal(MAMUTO_ERROR, MAMUTO_ERROR_FAILED, error->message);
}

GError *
run_reason_without_hosts(const Run *self)
{
    GError *error;
    int code = self->hosts[0].error->code;

    if (self->n_hosts == 1)
        return g_error_copy(self->hosts[0].error);
    for (guint i = 1; i < self->n_hosts; i++)
        if (self->hosts[i].error->code != code)
            code = MAMUTO_ERROR_LOST;
    error = g_error_new(MAMUTO_ERROR, code, _("none of the %u hosts is left"), self->n_hosts);
    for (guint i = 0; i < self->n_hosts; i++)
        error_add_cause(error, self->hosts[i].error);
    return error;
}

GError *
run_reason_of_input(const GError *error)
{
    return g_error_matches(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE)
               ? g_error_new_literal(MAMUTO_ERROR, MAMUTO_ERROR_LOST, error->message)
               : g_error_copy(error);
}

GError *
run_reason_hopeless(const Run *self, gint64 lo, gint64 hi, const GError *last)
{
    GError *error = NULL;

    /* A worker process is killed if it reads from a mapped file that another program has truncated.
     * The rows of the process are then lost. Therefore the files of the arguments are checked
     * first: if a file was modified, the error names the file as the cause. */
    if (!run_arguments_check_unchanged(self->arguments, self->n_arguments, &error))
        return error;
    error =
        g_error_new(MAMUTO_ERROR, MAMUTO_ERROR_LOST,
                    _("rows %'" PRId64 " to %'" PRId64 " were tried %d times and lost each time"),
                    lo, hi - 1, SCHEDULE_MAX_TRIES);
    error_add_cause(error, last);
    return error;
}
