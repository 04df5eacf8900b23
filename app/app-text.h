/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Formats numbers, sizes and times in the user's locale. These functions are only for display,
 * because files use locale-independent formats. Functions that return char * return (transfer full)
 * strings. */
#pragma once

#include <mamuto.h>

/* For example "1,000,000". */
char *app_text_count(gint64 n);
/* The text of a number in C notation, such as "2.5", with the decimal separator of the locale. */
char *app_text_number(const char *number);
/* For example "1 row" or "1,000 rows". */
char *app_text_rows(gint64 n);
/* For example "0.4 ms", "12.3 s", "2 min 5 s" or "1 h 20 min". */
char *app_text_seconds(double seconds);
/* For example "float64" or "text of up to 12 characters". */
char *app_text_dtype(const MamutoDtype *dtype);
/* For example "100,000 × 3 · float64". */
char *app_text_describe_array(MamutoArray *array);
/* A problem and up to two ways to write it correctly, for example "a text needs quotes; write
 * "fast"". @instead: NULL-terminated. */
char *app_text_propose(const char *problem, char **instead);
/* The same for an array that is not loaded. @shape: (array length=n_dims). */
char *app_text_describe_shape(const MamutoDtype *dtype, guint n_dims, const gint64 *shape);
/* Markup for a label that shows names and paths. Pango breaks a long one without a hyphen, which a
 * user would take for a part of the name. */
char *app_text_markup(const char *text);
/* (transfer none): the name of a host for display. The name of localhost is "This Computer". */
const char *app_text_host(const char *name);
/* Returns @path in the form for display: valid UTF-8, and with "~" for the home folder. Removes
 * ".." if @path is absolute. */
char *app_text_path(const char *path);
