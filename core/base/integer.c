/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See integer.h. */
#include "integer.h"

#include <locale.h>

static gboolean
read_digits(const char *text, guint64 *value)
{
    guint64 number = 0;

    if (*text == '\0')
        return FALSE;
    for (; *text != '\0'; text++)
        if (!g_ascii_isdigit(*text) || !g_uint64_checked_mul(&number, number, 10) ||
            !g_uint64_checked_add(&number, number, (guint64)g_ascii_digit_value(*text)))
            return FALSE;
    *value = number;
    return TRUE;
}

gboolean
integer_parse_unsigned(const char *text, guint64 min, guint64 max, guint64 *value)
{
    guint64 number;

    if (!read_digits(text, &number) || number < min || number > max)
        return FALSE;
    *value = number;
    return TRUE;
}

gboolean
integer_parse_signed(const char *text, gint64 min, gint64 max, gint64 *value)
{
    gboolean negative = *text == '-';
    guint64 size;
    gint64 number;

    if (!read_digits(text + (negative || *text == '+'), &size) ||
        size > (guint64)G_MAXINT64 + negative)
        return FALSE;
    number = (gint64)(negative ? -size : size);
    if (number < min || number > max)
        return FALSE;
    *value = number;
    return TRUE;
}

char *
integer_format(gint64 value)
{
    GString *text;

    if (*localeconv()->thousands_sep != '\0')
        return g_strdup_printf("%'" G_GINT64_FORMAT, value);
    text = g_string_new(NULL);
    g_string_printf(text, "%" G_GINT64_FORMAT, value);
    for (gssize at = (gssize)text->len - 3; at > (value < 0); at -= 3)
        g_string_insert_c(text, at, ',');
    return g_string_free(text, FALSE);
}
