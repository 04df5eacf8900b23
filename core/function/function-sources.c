/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The paths of the files that are sent with a function (see function-private.h), and their
 * description for interpreters. */
#include "function-private.h"

void
function_sources_free(FunctionSources *self)
{
    g_free(self->root);
    g_strfreev(self->units);
    g_strfreev(self->files);
    g_free(self);
}

gboolean
function_sources_equal(const FunctionSources *a, const FunctionSources *b)
{
    return g_strcmp0(a->root, b->root) == 0 &&
           g_strv_equal((const char *const *)a->units, (const char *const *)b->units) &&
           g_strv_equal((const char *const *)a->files, (const char *const *)b->files);
}

/* Appends a path as a JSON string. Each byte that is not UTF-8 becomes a lone surrogate, because
 * Python stores such bytes of a path in this way. */
static void
append_path(GString *out, const char *path)
{
    const char *end;

    g_string_append_c(out, '"');
    for (; *path; path = end) {
        g_utf8_validate(path, -1, &end);
        for (; path < end; path++)
            if (*path == '"' || *path == '\\')
                g_string_append_printf(out, "\\%c", *path);
            else if ((guchar)*path < ' ')
                g_string_append_printf(out, "\\u%04x", (guint)*path);
            else
                g_string_append_c(out, *path);
        if (*end)
            g_string_append_printf(out, "\\udc%02x", (guint)(guchar)*end++);
    }
    g_string_append_c(out, '"');
}

char *
function_sources_format_places(const FunctionSources *self, gboolean here)
{
    GString *out = g_string_new(here ? "{\"here\":true,\"root\":" : "{\"here\":false,\"root\":");

    if (self->root)
        append_path(out, self->root);
    else
        g_string_append(out, "null");
    g_string_append(out, ",\"units\":{");
    for (char **unit = self->units; *unit; unit++) {
        g_autofree char *base = g_path_get_basename(*unit);

        if (unit != self->units)
            g_string_append_c(out, ',');
        append_path(out, base);
        g_string_append_c(out, ':');
        append_path(out, *unit);
    }
    g_string_append(out, "}}");
    return g_string_free(out, FALSE);
}
