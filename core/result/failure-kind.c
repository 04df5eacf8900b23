/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Groups the causes of failed rows. Causes that differ only in numbers belong to the same kind. */
#include "failure-kind.h"

#include <string.h>

#include "mamuto-failure.h"

#define ANY "…"

static gboolean
is_word(char c)
{
    return g_ascii_isalnum(c) || c == '_' || (guchar)c >= 0x80;
}

/* Returns the length of the number at the start of @text, in the notation of Python and numpy.
 * Returns 0 if @text does not start with a number. */
static gsize
measure_number(const char *text)
{
    static const char *const words[] = {"nan", "inf", "NaN", "Infinity"};
    const char *at = text + (*text == '-' || *text == '+');

    if (g_str_has_prefix(text, ANY))
        return strlen(ANY);
    for (guint i = 0; i < G_N_ELEMENTS(words); i++)
        if (g_str_has_prefix(at, words[i]) && !is_word(at[strlen(words[i])]))
            return (gsize)(at - text) + strlen(words[i]);
    if (!g_ascii_isdigit(at[*at == '.']))
        return 0;
    if (at[0] == '0' && at[1] == 'x' && g_ascii_isxdigit(at[2])) {
        for (at += 2; g_ascii_isxdigit(*at);)
            at++;
        return (gsize)(at - text);
    }
    /* Numpy prints "1." for 1.0, so a point may end a number. But a point at the end of the text is
     * a full stop. */
    while (
        g_ascii_isdigit(*at) || (*at == '.' && at[1] != '\0') ||
        ((*at == 'e' || *at == 'E') && g_ascii_isdigit(at[1 + (at[1] == '-' || at[1] == '+')])) ||
        ((*at == '-' || *at == '+') && (at[-1] == 'e' || at[-1] == 'E')))
        at++;
    if (*at == 'j')
        at++;
    /* A number must not be followed by a letter, because “3d” is a word. */
    return is_word(*at) ? 0 : (gsize)(at - text);
}

/* Returns the length of the number at @at, a position in @text. Further numbers after spaces or
 * commas, as in a printed array, are included. Returns 0 if no number begins at @at. */
static gsize
measure_numbers(const char *text, const char *at)
{
    gsize length = at > text && is_word(at[-1]) ? 0 : measure_number(at);

    while (length > 0) {
        gsize gap = strspn(at + length, " ,\n");
        gsize next = gap > 0 ? measure_number(at + length + gap) : 0;

        if (next == 0)
            break;
        length += gap + next;
    }
    return length;
}

char *
failure_kind_merge(const char *a, const char *b)
{
    GString *both = g_string_new(NULL);

    for (const char *at = a, *other = b; *at != '\0';) {
        gsize n = measure_numbers(a, at), m = measure_numbers(b, other);

        if (n == 0) {
            g_string_append_c(both, *at++);
            other += *other != '\0';
            continue;
        }
        if (n == m && strncmp(at, other, n) == 0)
            g_string_append_len(both, at, (gssize)n);
        else
            g_string_append(both, ANY);
        at += n;
        other += m;
    }
    return g_string_free(both, FALSE);
}

/**
 * mamuto_failure_kind:
 * @cause: one line, as in #MamutoRowFailure
 *
 * Returns the kind of a cause. Causes that differ only in numbers have the same kind, for example
 * “ValueError: x = 3 is too large” and “ValueError: x = 4.5 is too large”. May be called from any
 * thread.
 *
 * Returns: (transfer full): @cause with each number or sequence of numbers replaced by “…”
 */
char *
mamuto_failure_kind(const char *cause)
{
    g_autoptr(GString) kind = NULL;

    g_return_val_if_fail(cause != NULL, NULL);

    kind = g_string_new(NULL);
    for (const char *at = cause; *at != '\0';) {
        gsize n = measure_numbers(cause, at);

        if (n == 0)
            g_string_append_c(kind, *at++);
        else
            g_string_append(kind, ANY);
        at += n;
    }
    return g_string_free(g_steal_pointer(&kind), FALSE);
}
