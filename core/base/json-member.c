/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See json-member.h. The text was checked before (json-check.h), so that brackets and quotes
 * match. */
#include "json-member.h"

#include <string.h>

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

static gunichar
read_hex(const char *p)
{
    gunichar c = 0;

    for (guint i = 0; i < 4 && g_ascii_isxdigit(p[i]); i++)
        c = c * 16 + (gunichar)g_ascii_xdigit_value(p[i]);
    return c;
}

/* Appends the character of an escape sequence, and returns its end. @p: the character after the
 * backslash. */
static const char *
append_escaped(GString *text, const char *p)
{
    static const char letters[] = "bfnrt", characters[] = "\b\f\n\r\t";
    const char *letter = strchr(letters, *p);
    gunichar c;

    if (*p != 'u') {
        g_string_append_c(text, letter != NULL ? characters[letter - letters] : *p);
        return p + 1;
    }
    c = read_hex(p + 1);
    p += 5;
    if (c >= 0xd800 && c < 0xdc00 && p[0] == '\\' && p[1] == 'u') {
        c = 0x10000 + ((c - 0xd800) << 10) + (read_hex(p + 2) - 0xdc00);
        p += 6;
    }
    g_string_append_unichar(text, g_unichar_validate(c) ? c : 0xfffd);
    return p;
}

/* Returns whether the string from @p to @end is @key. */
static gboolean
is_key(const char *p, const char *end, const char *key)
{
    g_autoptr(GString) text = NULL;

    p++;
    end--;
    if (memchr(p, '\\', (gsize)(end - p)) == NULL)
        return strlen(key) == (gsize)(end - p) && memcmp(p, key, (gsize)(end - p)) == 0;
    text = g_string_new(NULL);
    while (p < end) {
        if (*p == '\\')
            p = append_escaped(text, p + 1);
        else
            g_string_append_c(text, *p++);
    }
    return g_str_equal(text->str, key);
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
