/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See app-error.h. */
#include "app-error.h"

#include <glib/gi18n.h>

#include "app-text.h"

static const char *
save_json_lines(void)
{
    return _("A .jsonl file can hold any JSON value; choose one for the result on the Job page, "
             "under Options.");
}

/* (transfer full) (nullable): the advice for correcting the error. The advice names pages and
 * settings of the window. */
static char *
advise(const GError *error)
{
    const char *command = mamuto_error_get_command(error);

    switch (mamuto_error_get_advice(error)) {
    case MAMUTO_ADVICE_ADD_HOST_KEY:
        /* Translators: %s is a command */
        return g_strdup_printf(_("Check the host on the Cluster page to see and accept its key, or "
                                 "connect once in a terminal: %s"),
                               command);
    case MAMUTO_ADVICE_REMOVE_HOST_KEY:
        /* Translators: %s is a command */
        return g_strdup_printf(
            _("If you expected this change, remove the old key in a terminal: %s"), command);
    case MAMUTO_ADVICE_TRY_LOGIN:
        /* Translators: %s is a command */
        return g_strdup_printf(_("Try to log in from a terminal: %s"), command);
    case MAMUTO_ADVICE_SET_PYTHON:
        return g_strdup(_("Choose another Python in the host settings."));
    case MAMUTO_ADVICE_INSTALL_NUMPY:
        return g_strdup(_(
            "Install NumPy on the host, or choose a Python that has NumPy in the host settings."));
    case MAMUTO_ADVICE_SEND_MODULE:
        return g_strdup(_("If you wrote the module, add it to the modules to send; otherwise, "
                          "install it on the host."));
    case MAMUTO_ADVICE_CHECK_LOAD:
        return g_strdup(_("Check the load on the host."));
    case MAMUTO_ADVICE_SAVE_JSON_LINES:
        return g_strdup(save_json_lines());
    case MAMUTO_ADVICE_SET_DECIMAL:
        return g_strdup(_("Choose the decimal separator under Columns and Format."));
    case MAMUTO_ADVICE_SET_HEADER:
        return g_strdup(
            _("If this line is a header, say so under Columns and Format: First Row Is a Header."));
    case MAMUTO_ADVICE_CHOOSE_COLUMNS:
        return g_strdup(
            _("Choose columns that have the same kind of values under Columns and Format."));
    default:
        return NULL;
    }
}

char *
app_error_cause(const char *cause, MamutoAdvice advice)
{
    if (advice != MAMUTO_ADVICE_SAVE_JSON_LINES)
        return g_strdup(cause);
    return g_strdup_printf("%s. %s", cause, save_json_lines());
}

static void
append(GString *text, const GError *error, gboolean with_host, gboolean with_traceback)
{
    const char *host = with_host ? mamuto_error_get_host(error) : NULL;
    const char *traceback = with_traceback ? mamuto_error_get_traceback(error) : NULL;
    g_autofree char *advice = advise(error);
    g_autofree char *fact = mamuto_error_get_fact(error);
    const char *message = advice ? fact : error->message;

    if (host)
        g_string_append_printf(text, "%s: ", app_text_host(host));
    g_string_append(text, message);
    if (advice)
        g_string_append_printf(text, ". %s", advice);
    if (traceback)
        g_string_append_printf(text, "\n%s", traceback);
    for (guint i = 0; i < mamuto_error_get_n_causes(error); i++) {
        g_string_append(text, "\n");
        /* show only the first traceback, because hosts usually fail with the same traceback */
        append(text, mamuto_error_get_cause(error, i), TRUE, i == 0);
    }
}

char *
app_error_summary(const GError *error)
{
    const char *host = mamuto_error_get_host(error);
    gboolean one = mamuto_error_get_n_causes(error) == 1;
    g_autofree char *cause = one ? app_error_summary(mamuto_error_get_cause(error, 0)) : NULL;
    g_autofree char *fact = mamuto_error_get_fact(error);
    g_autofree char *message = app_error_cause(fact, mamuto_error_get_advice(error));

    return g_strconcat(host ? app_text_host(host) : "", host ? ": " : "", message,
                       cause ? ": " : "", cause, NULL);
}

char *
app_error_describe(const GError *error)
{
    GString *text = g_string_new(NULL);

    append(text, error, TRUE, TRUE);
    return g_string_free(text, FALSE);
}

char *
app_error_describe_without_host(const GError *error)
{
    GString *text = g_string_new(NULL);

    append(text, error, FALSE, TRUE);
    return g_string_free(text, FALSE);
}

char *
app_error_describe_status(MamutoHostStatus *status)
{
    const GError *error = mamuto_host_status_get_error(status);

    return error ? app_error_describe_without_host(error)
                 : g_strdup(mamuto_host_status_get_message(status));
}
