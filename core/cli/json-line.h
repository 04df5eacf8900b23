/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * JSON objects for --progress json and check --json, written member by member. */
#pragma once

#include <glib.h>

/* A member of the object that @line ends in; @name is ours, @text may be anything and NULL. */
void json_add_text(GString *line, const char *name, const char *text);
void json_add_int(GString *line, const char *name, gint64 value);
void json_add_uint(GString *line, const char *name, guint64 value);
/* @decimals: 0 to 9; what is no finite number becomes null. */
void json_add_double(GString *line, const char *name, double value, guint decimals);
/* @json: a value that is JSON already. */
void json_add_raw(GString *line, const char *name, const char *json);
/* The objects themselves. */
GString *json_begin(void);
char *json_end(GString *line); /* (transfer full); frees @line */
