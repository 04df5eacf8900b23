/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Writing JSON needs no tree: escaping, commas, and numbers with a point in every locale. */
#include "json-line.h"

#include <math.h>
#include <string.h>

static void
append_string(GString *line, const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);

    g_string_append_c(line, '"');
    for (const char *p = valid; *p != '\0'; p++) {
        if (*p == '"' || *p == '\\')
            g_string_append_printf(line, "\\%c", *p);
        else if (*p == '\n')
            g_string_append(line, "\\n");
        else if ((guint8)*p < 0x20 || *p == 0x7f)
            g_string_append_printf(line, "\\u%04x", (guint8)*p);
        else
            g_string_append_c(line, *p);
    }
    g_string_append_c(line, '"');
}

GString *
json_begin(void)
{
    return g_string_new("{");
}

char *
json_end(GString *line)
{
    g_string_append_c(line, '}');
    return g_string_free(line, FALSE);
}

void
json_add_raw(GString *line, const char *name, const char *json)
{
    if (line->str[line->len - 1] != '{')
        g_string_append(line, ", ");
    append_string(line, name);
    g_string_append_printf(line, ": %s", json);
}

void
json_add_text(GString *line, const char *name, const char *text)
{
    json_add_raw(line, name, text != NULL ? "" : "null");
    if (text != NULL)
        append_string(line, text);
}

void
json_add_int(GString *line, const char *name, gint64 value)
{
    char text[32];

    g_snprintf(text, sizeof text, "%" G_GINT64_FORMAT, value);
    json_add_raw(line, name, text);
}

void
json_add_uint(GString *line, const char *name, guint64 value)
{
    char text[32];

    g_snprintf(text, sizeof text, "%" G_GUINT64_FORMAT, value);
    json_add_raw(line, name, text);
}

void
json_add_double(GString *line, const char *name, double value, guint decimals)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE], format[8];

    g_snprintf(format, sizeof format, "%%.%uf", MIN(decimals, 9));
    /* Beyond this the digits would not fit, and nothing that is told here gets there. */
    if (!isfinite(value) || fabs(value) > 1e18)
        json_add_raw(line, name, "null");
    else
        json_add_raw(line, name, g_ascii_formatd(text, sizeof text, format, value));
}
