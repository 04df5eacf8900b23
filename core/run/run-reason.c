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
run_reason_without_hosts(const Run *self)
{
    g_autoptr(GString) text = g_string_new(NULL);
    int code = self->hosts[0].error_code;

    if (self->n_hosts == 1)
        return g_error_new_literal(MAMUTO_ERROR, code, self->hosts[0].why);
    g_string_append_printf(text, _("no host is left of %u"), self->n_hosts);
    for (guint i = 0; i < self->n_hosts; i++) {
        append_reason(text, self->hosts[i].why, i == 0);
        if (self->hosts[i].error_code != code)
            code = MAMUTO_ERROR_LOST;
    }
    return g_error_new_literal(MAMUTO_ERROR, code, text->str);
}

GError *
run_reason_hopeless(const Run *self, const char *why)
{
    GError *changed = NULL;
    gint64 lo = 0, hi = 0;

    /* A process that reads the mapping of a file that another program has cut short dies of it. */
    if (!run_arguments_check_unchanged(self->arguments, self->n_arguments, &changed))
        return changed;
    schedule_get_hopeless(self->schedule, &lo, &hi);
    if (why != NULL)
        return g_error_new(MAMUTO_ERROR, MAMUTO_ERROR_LOST,
                           _("rows %'" PRId64 " to %'" PRId64
                             " were tried %d times and lost each time; the last time: %s"),
                           lo, hi - 1, SCHEDULE_MAX_TRIES, why);
    return g_error_new(
        MAMUTO_ERROR, MAMUTO_ERROR_LOST,
        _("rows %'" PRId64 " to %'" PRId64 " were tried %d times and lost each time"), lo, hi - 1,
        SCHEDULE_MAX_TRIES);
}
