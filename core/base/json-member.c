/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See json-member.h. The text was checked before (json-check.h), so that brackets and quotes
 * match. */
#include "json-member.h"

#include <string.h>

#include "json-text.h"

const char *const json_kind_names[JSON_N_KINDS] = {
    [JSON_KIND_INT] = "int",   [JSON_KIND_FLOAT] = "float", [JSON_KIND_BOOL] = "bool",
    [JSON_KIND_TEXT] = "text", [JSON_KIND_LIST] = "list",   [JSON_KIND_DICT] = "dict",
    [JSON_KIND_NULL] = "null",
};

static const char *
skip_white(const char *p)
{
    return p + strspn(p, " \t\r\n");
}

JsonKind
json_find_kind(const char *text)
{
    const char *p = skip_white(text);

    switch (*p) {
    case '"':
        return JSON_KIND_TEXT;
    case '[':
        return JSON_KIND_LIST;
    case '{':
        return JSON_KIND_DICT;
    case 't':
    case 'f':
        return JSON_KIND_BOOL;
    case 'n':
        return JSON_KIND_NULL;
    default:
        p += *p == '-';
        p += strspn(p, "0123456789");
        return *p != '\0' && strchr(".eENI", *p) != NULL ? JSON_KIND_FLOAT : JSON_KIND_INT;
    }
}

/* Returns the end of the string that begins at @p. */
static const char *
skip_string(const char *p)
{
    for (p++; *p != '"' && *p != '\0'; p++)
        p += *p == '\\' && p[1] != '\0';
    return *p == '"' ? p + 1 : p;
}

/* Returns the end of the value that begins at @p. */
static const char *
skip_value(const char *p)
{
    gsize depth = 0;

    do {
        if (*p == '"') {
            p = skip_string(p);
            continue;
        }
        depth += *p == '[' || *p == '{';
        if (depth > 0 && (*p == ']' || *p == '}'))
            depth--;
        p++;
    } while (*p != '\0' && (depth > 0 || strchr(",]} \t\r\n", *p) == NULL));
    return p;
}

/* Returns whether the string from @p to @end is @key. */
static gboolean
is_key(const char *p, const char *end, const char *key)
{
    gsize size = (gsize)(end - p), n;
    g_autofree gunichar *decoded = NULL;

    if (memchr(p, '\\', size) == NULL)
        return strlen(key) == size - 2 && memcmp(p + 1, key, size - 2) == 0;
    decoded = g_new(gunichar, size);
    n = json_text_decode(p, size, decoded);
    for (gsize i = 0; i < n; i++, key = g_utf8_next_char(key))
        if (*key == '\0' || g_utf8_get_char(key) != decoded[i])
            return FALSE;
    return *key == '\0';
}

char *
json_find_member(const char *text, const char *key)
{
    const char *p = skip_white(text), *found = NULL, *found_end = NULL;

    if (*p != '{')
        return NULL;
    p = skip_white(p + 1);
    while (*p == '"') {
        const char *end = skip_string(p);
        gboolean wanted = is_key(p, end, key);

        p = skip_white(skip_white(end) + 1); /* the colon */
        end = skip_value(p);
        if (wanted) {
            found = p;
            found_end = end;
        }
        p = skip_white(end);
        if (*p == ',')
            p = skip_white(p + 1);
    }
    return found != NULL ? g_strndup(found, (gsize)(found_end - found)) : NULL;
}
