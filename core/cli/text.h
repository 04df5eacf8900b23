/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Text for a terminal: measuring and cutting in columns, and formatting of numbers and times that
 * is the same in every locale. */
#pragma once

#include <glib.h>

#include "mamuto-text.h"

/* (transfer full): the text on one line, escaped by mamuto_text_escape(); line feeds and tabs
 * become spaces. */
char *text_escape_message(const char *text);
/* Returns the columns of a text without control characters. */
guint text_width(const char *text);
/* (transfer full): exactly @width columns: padded at the end, or shortened in the middle. */
char *text_fit(const char *text, guint width, gboolean utf8);
/* (transfer full): at most @width columns: shortened at the end. */
char *text_cut(const char *text, guint width, gboolean utf8);
char *text_format_rate(double per_second); /* "12.3k/s"; "" for 0 */
char *text_format_seconds(double seconds); /* "0.123 s", "12.3 s", "2:05", "1:02:05" */
/* The same without fractions, for values that change on the screen: "12 s". */
char *text_format_left(double seconds);
char *text_format_double(double value, const char *format);
/* "1 row", "3 rows" */
char *text_count(gint64 n, const char *noun);
