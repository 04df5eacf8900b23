/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Text for a terminal: the width of a text in columns, shortening a text, and formatting numbers
 * and times in the same way in every locale. */
#pragma once

#include <glib.h>

#include "mamuto-text.h"

/* (transfer full): the text on one line, escaped with mamuto_text_escape(). Line feeds and tabs are
 * replaced by spaces. */
char *text_escape_message(const char *text);
/* Returns the width in columns of a text without control characters. */
guint text_width(const char *text);
/* (transfer full): the text with exactly @width columns. A shorter text is padded at its end, a
 * longer text is shortened in the middle. */
char *text_fit(const char *text, guint width, gboolean utf8);
/* (transfer full): the text with at most @width columns. A longer text is shortened at its end. */
char *text_cut(const char *text, guint width, gboolean utf8);
char *text_format_rate(double per_second); /* "12.3k/s"; "" for 0 */
char *text_format_seconds(double seconds); /* "0.123 s", "12.3 s", "2:05", "1:02:05" */
/* Like text_format_seconds() but without fractions, for values that change on the screen: "12 s".
 */
char *text_format_left(double seconds);
char *text_format_double(double value, const char *format);
/* Returns the number with the noun in singular or plural: "1 row", "3 rows". */
char *text_count(gint64 n, const char *noun);
