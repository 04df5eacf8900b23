/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Formats the list of failed rows and their tracebacks. */
#include "failures.h"

#include <string.h>

#include "text.h"

#define MAX_LISTED 20

/* Returns the traceback without its last line. The last line is the message of the exception. The
 * message often contains a value of the row, so it may differ between rows that failed at the same
 * place. */
static char *
get_path_of_calls(const char *traceback)
{
    g_autofree char *text = g_strdup(traceback);
    char *end;

    g_strchomp(text);
    end = strrchr(text, '\n');
    return g_strndup(text, end != NULL ? (gsize)(end - text) : 0);
}

static void
append_indented(GString *out, const char *text)
{
    g_autofree char *escaped = mamuto_text_escape(text, TRUE);
    g_auto(GStrv) lines = NULL;

    g_strchomp(escaped);
    if (*escaped == '\0')
        return;
    lines = g_strsplit(escaped, "\n", -1);
    for (char **line = lines; *line != NULL; line++)
        g_string_append_printf(out, "    %s\n", *line);
}

char *
failures_describe(GPtrArray *failures, gint64 n_failed, const char *mask)
{
    GString *out = g_string_new(NULL);
    /* traceback without its last line → index of the first row with this traceback */
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    guint n = MIN(failures->len, MAX_LISTED);

    for (guint i = 0; i < n; i++) {
        const MamutoRowFailure *failure = g_ptr_array_index(failures, i);
        g_autofree char *host = mamuto_text_escape(failure->host, FALSE);
        g_autofree char *cause = mamuto_text_escape(failure->cause, FALSE);
        g_autofree char *calls = get_path_of_calls(failure->traceback);
        const gint64 *before = g_hash_table_lookup(seen, calls);

        g_string_append_printf(out, "Row %" G_GINT64_FORMAT " failed on %s: %s", failure->row, host,
                               cause);
        if (failure->advice == MAMUTO_ADVICE_SAVE_JSON_LINES)
            g_string_append(out, "; or write -o out.jsonl, which contains any JSON value");
        if (*calls == '\0') {
            g_string_append_c(out, '\n');
        } else if (before != NULL) {
            g_string_append_printf(out, " (traceback as of row %" G_GINT64_FORMAT ")\n", *before);
        } else {
            gint64 *row = g_new(gint64, 1);

            *row = failure->row;
            g_string_append_c(out, '\n');
            append_indented(out, failure->traceback);
            g_hash_table_insert(seen, g_steal_pointer(&calls), row);
        }
    }
    if (n_failed > n) {
        g_autofree char *shown = mask != NULL ? mamuto_text_escape(mask, FALSE) : NULL;

        g_string_append_printf(out, "… and %" G_GINT64_FORMAT " more%s%s\n", n_failed - n,
                               shown != NULL ? "; all are in the mask file " : "",
                               shown != NULL ? shown : "");
    }
    return g_string_free(out, FALSE);
}
