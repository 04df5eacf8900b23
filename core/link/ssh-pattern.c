/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The patterns of ssh's files: "*" stands for any bytes and "?" for one byte. GLib's patterns are
 * not used, because they require valid UTF-8, and ssh's files may contain any bytes. */
#include <string.h>

#include "ssh-private.h"

gboolean
ssh_pattern_matches(const char *pattern, const char *text)
{
    const char *star = NULL, *retry = NULL;

    /* After a mismatch, only the last "*" takes one more byte. The earlier ones need not change,
     * so the time is at most the product of the lengths. */
    while (*text) {
        if (*pattern == '*') {
            star = ++pattern;
            retry = text;
        } else if (*pattern == '?' || *pattern == *text) {
            pattern++;
            text++;
        } else if (star) {
            pattern = star;
            text = ++retry;
        } else {
            return FALSE;
        }
    }
    while (*pattern == '*')
        pattern++;
    return *pattern == '\0';
}

gboolean
ssh_patterns_match(const char *patterns, const char *separators, const char *text)
{
    g_auto(GStrv) list = g_strsplit_set(patterns, separators, -1);
    g_autofree char *lower = g_ascii_strdown(text, -1);
    gboolean found = FALSE;

    for (char **p = list; *p; p++) {
        gboolean negated = **p == '!';
        g_autofree char *pattern = g_ascii_strdown(*p + negated, -1);

        if (*pattern && ssh_pattern_matches(pattern, lower)) {
            if (negated)
                return FALSE;
            found = TRUE;
        }
    }
    return found;
}
