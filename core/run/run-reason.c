/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Why a run cannot be brought to its end. */
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "mamuto-error.h"
#include "run.h"

/* Python's traceback follows the reason; that of one host is enough. */
static void
append_reason(GString *text, const char *why, gboolean with_traceback)
{
    const char *traceback = strstr(why, "\nTraceback (");
    g_autofree char *reason = with_traceback || traceback == NULL
                                  ? g_strdup(why)
                                  : g_strndup(why, (gsize)(traceback - why));
    g_auto(GStrv) lines = g_strsplit(reason, "\n", -1);

    for (guint i = 0; lines[i] != NULL; i++)
        g_string_append_printf(text, i == 0 ? "\n  %s" : "\n    %s", lines[i]);
}

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
    g_autoptr(GString) text = g_string_new(NULL);
    int code = self->hosts[0].error->code;

    if (self->n_hosts == 1)
        return g_error_copy(self->hosts[0].error);
    g_string_append_printf(text, _("no host is left of %u"), self->n_hosts);
    for (guint i = 0; i < self->n_hosts; i++) {
        g_autofree char *why = mamuto_error_format(self->hosts[i].error);

        append_reason(text, why, i == 0);
        if (self->hosts[i].error->code != code)
            code = MAMUTO_ERROR_LOST;
    }
    return g_error_new_literal(MAMUTO_ERROR, code, text->str);
}

GError *
run_reason_hopeless(const Run *self, gint64 lo, gint64 hi, const GError *last)
{
    g_autofree char *why = NULL;
    GError *changed = NULL;

    /* A process that reads the mapping of a file that another program has cut short dies of it. */
    if (!run_arguments_check_unchanged(self->arguments, self->n_arguments, &changed))
        return changed;
    why = mamuto_error_format(last);
    return g_error_new(MAMUTO_ERROR, MAMUTO_ERROR_LOST,
                       _("rows %'" PRId64 " to %'" PRId64
                         " were tried %d times and lost each time; the last time: %s"),
                       lo, hi - 1, SCHEDULE_MAX_TRIES, why);
}
