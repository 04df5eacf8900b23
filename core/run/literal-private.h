/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What the parser of values tells the explanation of its errors. */
#pragma once

#include "literal.h"

typedef enum {
    LITERAL_FINE,
    LITERAL_EMPTY,
    LITERAL_SYNTAX,
    LITERAL_ZEROS,     /* a number with a zero before other digits */
    LITERAL_COMPLEX,   /* a complex number */
    LITERAL_TUPLE,     /* a "(" */
    LITERAL_KEY,       /* a key of a dict that is not a text */
    LITERAL_ESCAPE,    /* an unknown escape after a backslash */
    LITERAL_OPEN_TEXT, /* a text without its second quote */
    LITERAL_OPEN_LIST, /* a list or dict without its closing bracket */
    LITERAL_DEPTH,     /* too many nested lists */
} LiteralTrouble;

void literal_explain(const char *text, LiteralTrouble trouble, LiteralFault *fault);
