/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Ranges in the texts of arguments: 0:1:101, log:1e-3:1e3:50 and 0..99. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum { RANGE_LINEAR, RANGE_LOGARITHMIC, RANGE_INTEGERS } RangeKind;

typedef struct {
    RangeKind kind;
    double from, to;    /* linear and logarithmic range */
    gint64 first, last; /* integers */
    gint64 count;       /* number of elements */
} ArgumentRange;

/* Whether @text consists of numbers in one of the forms of a range. Such a text is never a file. */
gboolean argument_range_matches(const char *text);
/* Returns (transfer full) (nullable): the numbers of @text as they are written; NULL if it does not
 * match. */
char **argument_range_split(const char *text, RangeKind *kind);
/* Parses a text that matches. Sets the kind, the ends and the count of @spec. Returns FALSE and
 * sets @problem and @instead (both transfer full; @instead nullable) if the range is impossible. */
gboolean argument_range_parse(const char *text, ArgumentRange *range, char **problem,
                              char **instead);
/* Returns (transfer full) (nullable): a range that the user may have meant by two numbers with a
 * colon between them, such as 0:10. */
char *argument_range_guess(const char *text);

G_END_DECLS
