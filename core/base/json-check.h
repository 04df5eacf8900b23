/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Checks whether bytes are one JSON value in UTF-8, as Python's json module writes it: NaN,
 * Infinity and -Infinity are values too. The text may come in pieces, so that a large one need not
 * be in memory. Values may be nested to any depth: a level takes one bit of memory. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
    guint8 state;
    guint8 left;         /* bytes that the current character or escape sequence still has */
    guint8 low, high;    /* limits of the next byte of a character */
    gboolean is_key;     /* whether the current string is a key of an object */
    gboolean more_lines; /* whether line breaks and tabs may stand between the parts of the value */
    const char *word;    /* the rest of the current word, such as "ull" */
    guint64 depth;       /* number of arrays and objects that are open */
    GByteArray *kinds;   /* (nullable): bit i is 1 if the open value i is an object */
} JsonCheck;

/* @more_lines: whether tabs and line breaks may stand between the parts of the value. Within a
 * string they are always invalid, as in JSON. */
void json_check_init(JsonCheck *self, gboolean more_lines);
void json_check_clear(JsonCheck *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(JsonCheck, json_check_clear)

/* Starts a new value. */
void json_check_begin(JsonCheck *self);
/* Returns FALSE if no JSON value begins with the bytes since json_check_begin(). No more bytes may
 * be added then. */
gboolean json_check_add(JsonCheck *self, const guint8 *bytes, gsize n);
/* Returns whether the bytes are only white space. */
gboolean json_check_is_blank(const JsonCheck *self);
/* Returns whether the bytes are a complete value. */
gboolean json_check_end(JsonCheck *self);

G_END_DECLS
