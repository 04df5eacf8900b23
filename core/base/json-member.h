/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Finds the value of a key in the text of a JSON object, without parsing the values beside it. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a JSON value is, in the order of json_kind_names[]. */
typedef enum {
    JSON_KIND_INT,
    JSON_KIND_FLOAT,
    JSON_KIND_BOOL,
    JSON_KIND_TEXT,
    JSON_KIND_LIST,
    JSON_KIND_DICT,
    JSON_KIND_NULL,
    JSON_N_KINDS
} JsonKind;
extern const char *const json_kind_names[JSON_N_KINDS];

/* @text: a valid JSON value. Returns its kind. NaN and the infinities are floats. */
JsonKind json_find_kind(const char *text);
/* Returns the text (transfer full) of the value that @key has in @text, a valid JSON value. Returns
 * NULL if @text is no object or has no such key. Of several equal keys, the last one counts, as in
 * Python. */
char *json_find_member(const char *text, const char *key);

G_END_DECLS
