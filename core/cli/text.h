/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Measures, shortens and formats text for a terminal. Numbers and times have the same format in
 * every locale. */
#pragma once

#include <glib.h>

#include "mamuto-text.h"

/* Returns (transfer full): @text with control characters escaped. Line feeds and tabs are replaced
 * by spaces, so that the text is a single line. */
char *text_escape_message(const char *text);
/* Returns the width of @text in terminal columns. @text must not contain control characters. */
guint text_width(const char *text);
/* Returns (transfer full): @text with a width of exactly @width terminal columns. Spaces are added
 * to a shorter text, and a longer text is shortened in the middle. @utf8: whether the terminal can
 * show "…". */
char *text_fit(const char *text, guint width, gboolean utf8);
/* Returns (transfer full): @text with a width of at most @width terminal columns. A longer text is
 * shortened at its end. @utf8: whether the terminal can show "…". */
char *text_cut(const char *text, guint width, gboolean utf8);
char *text_format_rate(double per_second); /* "12.3k/s" for 12300; "" for 0 */
char *text_format_seconds(double seconds); /* such as "0.123 s", "12.3 s", "2:05", "1:02:05" */
/* Formats a remaining time in whole seconds, such as "12 s" or "2:05". */
char *text_format_left(double seconds);
char *text_format_double(double value, const char *format);
/* Returns the number with the noun in singular or plural: "1 row", "3 rows". */
char *text_count(gint64 n, const char *noun);
