/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See json-text.h. */
#include "json-text.h"

#include <string.h>

#define MAX_CODE_POINT 0x10ffffu
/* Code points from here on are encoded as a surrogate pair in UTF-16 and in escape sequences. */
#define FIRST_PAIR 0x10000u

static gboolean
is_high_surrogate(gunichar c)
{
    return c >= 0xd800 && c < 0xdc00;
}

static gboolean
is_low_surrogate(gunichar c)
{
    return c >= 0xdc00 && c < 0xe000;
}

gboolean
json_text_append(GString *json, const gunichar *text, gsize n)
{
    g_string_append_c(json, '"');
    for (gsize i = 0; i < n; i++) {
        gunichar c = text[i];

        if (c > MAX_CODE_POINT)
            return FALSE;
        if (c < 0x20 || is_high_surrogate(c) || is_low_surrogate(c)) {
            g_string_append_printf(json, "\\u%04x", c);
            continue;
        }
        if (c == '"' || c == '\\')
            g_string_append_c(json, '\\');
        g_string_append_unichar(json, c);
    }
    g_string_append_c(json, '"');
    return TRUE;
}

void
json_bytes_append(GString *json, const guint8 *bytes, gsize n)
{
    g_autofree char *encoded = g_base64_encode(bytes, n);

    g_string_append(json, "{\"base64\": \"");
    g_string_append(json, encoded);
    g_string_append(json, "\"}");
}

/* Reads the four digits of an escape sequence. */
static gunichar
read_digits(const char *json)
{
    gunichar c = 0;

    for (guint i = 0; i < 4; i++)
        c = c * 16 + (gunichar)g_ascii_xdigit_value(json[i]);
    return c;
}

/* Reads an escape sequence and moves *@p behind it. Two sequences that are a surrogate pair are one
 * character, as in Python. */
static gunichar
read_escape(const char **p, const char *end)
{
    static const char names[] = "bfnrt", meanings[] = "\b\f\n\r\t";
    const char *name;
    gunichar c, low;

    ++*p; /* the backslash */
    if (**p != 'u') {
        name = strchr(names, **p);
        c = (guint8)(name != NULL ? meanings[name - names] : **p);
        ++*p;
        return c;
    }
    c = read_digits(*p + 1);
    *p += 5;
    if (!is_high_surrogate(c) || end - *p < 6 || (*p)[0] != '\\' || (*p)[1] != 'u')
        return c;
    low = read_digits(*p + 2);
    if (!is_low_surrogate(low))
        return c;
    *p += 6;
    return FIRST_PAIR + ((c - 0xd800) << 10) + (low - 0xdc00);
}

gsize
json_text_decode(const char *json, gsize size, gunichar *text)
{
    const char *p = json + 1, *end = json + size - 1;
    gsize n = 0;

    if (text == NULL && memchr(json, '\\', size) == NULL)
        return (gsize)g_utf8_strlen(p, end - p);
    for (; p < end; n++) {
        gunichar c;

        if (*p == '\\') {
            c = read_escape(&p, end);
        } else {
            c = g_utf8_get_char(p);
            p = g_utf8_next_char(p);
        }
        if (text != NULL)
            text[n] = c;
    }
    return n;
}
