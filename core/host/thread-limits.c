/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See thread-limits.h. */
#include "thread-limits.h"

#include <glib/gi18n-lib.h>

#include "integer.h"
#include "quote.h"

/* Returns the trimmed value of a variable, or NULL if it is not set or empty; (transfer full). */
static char *
get_value(guint i)
{
    const char *set = g_getenv(wire_thread_limits[i]);
    g_autofree char *value = set != NULL ? g_strstrip(g_strdup(set)) : NULL;

    return value != NULL && *value != '\0' ? g_steal_pointer(&value) : NULL;
}

static gboolean
parse(const char *value, guint64 *number)
{
    return integer_parse_unsigned(value, 1, WIRE_MAX_THREADS, number);
}

void
thread_limits_read(guint32 limits[WIRE_N_THREAD_LIMITS])
{
    for (guint i = 0; i < WIRE_N_THREAD_LIMITS; i++) {
        g_autofree char *value = get_value(i);
        guint64 number = 0;

        limits[i] = value != NULL && parse(value, &number) ? (guint32)number : 0;
    }
}

char *
thread_limits_explain_unsent(void)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < WIRE_N_THREAD_LIMITS; i++) {
        g_autofree char *value = get_value(i), *shown = NULL;
        guint64 number;

        if (value == NULL || parse(value, &number))
            continue;
        shown = quote_text(value);
        /* Translators: the first %s is the name of an environment variable, the second its value */
        g_string_append_printf(
            text,
            _("%s=%s applies only to this computer, because it is not a number "
              "from 1 to %u; on other hosts, set the variable in the environment "
              "of the login\n"),
            wire_thread_limits[i], shown, WIRE_MAX_THREADS);
    }
    return g_string_free(text, text->len == 0);
}
