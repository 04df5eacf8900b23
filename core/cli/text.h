/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Text for a terminal: measured in columns, cut to fit; numbers and times as people
 * read them, the same in every locale. */
#pragma once

#include <glib.h>

#include "mamuto-text.h"

/* (transfer full): the text of mamuto_text_escape() on one line: line feeds and tabs become spaces.
 */
char *text_escape_message(const char *text);
/* Columns that a text without control characters takes. */
guint text_width(const char *text);
/* Exactly @width columns: padded at the end, or cut in the middle. */
char *text_fit(const char *text, guint width, gboolean utf8);
/* At most @width columns: cut at the end. */
char *text_cut(const char *text, guint width, gboolean utf8);
char *text_format_rate(double per_second); /* "12.3k/s"; "" for none */
char *text_format_seconds(double seconds); /* "0.123 s", "12.3 s", "2:05", "1:02:05" */
/* The same without fractions, for what changes while one looks: "12 s". */
char *text_format_left(double seconds);
char *text_format_double(double value, const char *format);
/* "1 row", "3 rows" */
char *text_count(gint64 n, const char *noun);
