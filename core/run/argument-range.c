/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See argument-range.h. Numbers are split before they are converted, so that a range with a number
 * that is too large is an error and not the name of a file. */
#include "argument-range.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "integer.h"

#define LOG "log:"

/* Whether @text has the form of a number. Also accepts nan, inf and a decimal comma, which are no
 * numbers for a range, so that an error can say so. */
static gboolean
is_number(const char *text)
{
    const char *p = text + (*text == '-' || *text == '+');
    gsize n = strspn(p, "0123456789.,");

    if (g_ascii_strcasecmp(p, "nan") == 0 || g_ascii_strcasecmp(p, "inf") == 0 ||
        g_ascii_strcasecmp(p, "infinity") == 0)
        return TRUE;
    if (n == 0 || strpbrk(text, "0123456789") == NULL)
        return FALSE;
    p += n;
    if (*p == 'e' || *p == 'E') {
        p++;
        p += *p == '-' || *p == '+';
        n = strspn(p, "0123456789");
        p += n;
        return n > 0 && *p == '\0';
    }
    return *p == '\0';
}

/* Splits @text at @separator. Returns NULL unless there are @n parts that are all numbers. */
static char **
split_numbers(const char *text, const char *separator, guint n)
{
    g_auto(GStrv) parts = g_strsplit(text, separator, -1);

    if (g_strv_length(parts) != n)
        return NULL;
    for (char **part = parts; *part != NULL; part++)
        if (!is_number(*part))
            return NULL;
    return g_steal_pointer(&parts);
}

char **
argument_range_split(const char *text, RangeKind *kind)
{
    char **parts;

    if (g_str_has_prefix(text, LOG)) {
        *kind = RANGE_LOGARITHMIC;
        return split_numbers(text + strlen(LOG), ":", 3);
    }
    *kind = RANGE_LINEAR;
    parts = split_numbers(text, ":", 3);
    if (parts != NULL)
        return parts;
    *kind = RANGE_INTEGERS;
    return split_numbers(text, "..", 2);
}

gboolean
argument_range_matches(const char *text)
{
    RangeKind kind;
    g_auto(GStrv) parts = argument_range_split(text, &kind);

    return parts != NULL;
}

/* Converts a number. Sets @problem (transfer full) if it is not finite or has a comma. */
static gboolean
convert(const char *text, double *value, char **problem)
{
    char *end;

    *value = g_ascii_strtod(text, &end);
    if (*end != '\0')
        *problem = g_strdup_printf(_("%s is not a number; the decimal separator is a point"), text);
    else if (!isfinite(*value))
        *problem = g_strdup_printf(_("%s is not a finite number"), text);
    return *problem == NULL;
}

/* Returns (transfer full) (nullable): the range if its third number is a number of elements in
 * another notation, such as 1e6, or a step. */
static char *
guess_count(char **parts, const ArgumentRange *range)
{
    double step = g_ascii_strtod(parts[2], NULL), count;

    if (step >= 1 && step < 1e15 && step <= floor(step))
        return g_strdup_printf("%s%s:%s:%" PRId64, range->kind == RANGE_LOGARITHMIC ? LOG : "",
                               parts[0], parts[1], (gint64)step);
    if (range->kind != RANGE_LINEAR || !isfinite(step) || step == 0)
        return NULL;
    count = (range->to - range->from) / step;
    if (!(count >= 1 && count < 1e9) || fabs(count - round(count)) > 1e-6 * count)
        return NULL;
    return g_strdup_printf("%s:%s:%" PRId64, parts[0], parts[1], (gint64)round(count) + 1);
}

static gboolean
parse_count(char **parts, ArgumentRange *range, char **problem, char **instead)
{
    if (!integer_parse_signed(parts[2], G_MININT64, G_MAXINT64, &range->count)) {
        *problem = g_strdup_printf(
            _("the last number of a range says how many numbers it has; %s is not a whole number"),
            parts[2]);
        *instead = guess_count(parts, range);
    } else if (range->count < 1) {
        *problem = g_strdup(_("a range must have at least one number"));
    } else if (range->count == 1 && (range->from < range->to || range->from > range->to)) {
        *problem = g_strdup(_("a range of one number cannot contain both ends"));
        *instead = g_strdup_printf("each:[%s]", parts[0]);
    } else if (range->count > ((gint64)1 << 53)) {
        *problem = g_strdup_printf(_("a range of %s numbers is too long"), parts[2]);
    }
    return *problem == NULL;
}

static gboolean
parse_floats(char **parts, ArgumentRange *range, char **problem, char **instead)
{
    if (!convert(parts[0], &range->from, problem) || !convert(parts[1], &range->to, problem))
        return FALSE;
    if (!isfinite(range->to - range->from))
        *problem = g_strdup(_("the ends of the range are too far apart"));
    else if (range->kind == RANGE_LOGARITHMIC && !(range->from > 0 && range->to > 0))
        *problem = g_strdup(_("the ends of a logarithmic range must be greater than 0"));
    else
        return parse_count(parts, range, problem, instead);
    return FALSE;
}

static gboolean
parse_integers(char **parts, ArgumentRange *range, char **problem, char **instead)
{
    if (!integer_parse_signed(parts[0], G_MININT64, G_MAXINT64, &range->first) ||
        !integer_parse_signed(parts[1], G_MININT64, G_MAXINT64, &range->last)) {
        *problem = g_strdup(_("the ends of FIRST..LAST must be integers of at most 64 bits"));
    } else if (range->last < range->first) {
        *problem = g_strdup(_("the last number is less than the first one"));
        *instead = g_strdup_printf("%s..%s", parts[1], parts[0]);
    } else if (__builtin_sub_overflow(range->last, range->first, &range->count) ||
               range->count >= (gint64)1 << 53) {
        *problem = g_strdup(_("the ends of the range are too far apart"));
    } else {
        range->count++;
    }
    return *problem == NULL;
}

gboolean
argument_range_parse(const char *text, ArgumentRange *range, char **problem, char **instead)
{
    g_auto(GStrv) parts = argument_range_split(text, &range->kind);

    *problem = *instead = NULL;
    g_return_val_if_fail(parts != NULL, FALSE);
    if (range->kind == RANGE_INTEGERS)
        return parse_integers(parts, range, problem, instead);
    return parse_floats(parts, range, problem, instead);
}

char *
argument_range_guess(const char *text)
{
    g_auto(GStrv) two = split_numbers(text, ":", 2);
    double from, to;

    if (two == NULL)
        return NULL;
    from = g_ascii_strtod(two[0], NULL);
    to = g_ascii_strtod(two[1], NULL);
    if (strpbrk(text, "eE") == NULL && strchr(two[0], '.') == NULL && strchr(two[1], '.') == NULL &&
        from < to)
        return g_strdup_printf("%s..%s", two[0], two[1]);
    return g_strdup_printf("%s:%s:101", two[0], two[1]);
}
