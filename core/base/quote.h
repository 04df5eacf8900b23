/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Foreign text (of hosts, files, user code, command lines) made safe for the surface it is shown or
 * written on. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* For one line of a message: control characters, bytes that are no UTF-8, and invisible characters
 * that change how their neighbours are shown become \n, \t, \x1b, \u202e; everything else stays, in
 * whatever script it is written. A text that was quoted stays the same when it is quoted again. */
char *quote_text(const char *text);
/* The same, but line feeds and tabs stay: for text that is shown as lines of its own. */
char *quote_lines(const char *text);
/* For messages that quote much longer texts: the first @max_chars characters of @length bytes, with
 * "…" if that is not all. */
char *quote_start(const char *text, gsize length, guint max_chars);
/* A word for a POSIX shell: in quotes only if it needs them. */
char *quote_word(const char *word);
/* A JSON string with its quotes. Bytes that are no UTF-8 become U+FFFD; no control character is
 * left, so that the JSON may be shown in a terminal. */
void quote_append_json(GString *out, const char *text);
/* A quoted cell of comma-separated values, which keeps line feeds and tabs; other control
 * characters become blanks. */
void quote_append_cell(GString *out, const char *text);

G_END_DECLS
