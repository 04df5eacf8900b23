/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Escapes untrusted text (from hosts, files, user code, command lines) for messages, shells, JSON
 * and tables. The functions that return text return it (transfer full). */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Escapes text for one line of a message. Control characters, invalid bytes and invisible
 * formatting characters are replaced by escapes such as \n, \t, \x1b and \u202e. All other
 * characters, of any script, are kept. Quoting a quoted text again does not change it. */
char *quote_text(const char *text);
/* Escapes text like quote_text(), but keeps line feeds and tabs. Used for text that is displayed as
 * a block of lines. */
char *quote_lines(const char *text);
/** QUOTE_SHOWN_CHARS: number of characters of a wrong value that an error message shows */
#define QUOTE_SHOWN_CHARS 80
/** QUOTE_SHOWN_NAME: the same for a host, a path, or the name of a function */
#define QUOTE_SHOWN_NAME 300

/* Quotes the first @max_chars characters of @text, which has @length bytes. Appends "…" if @text is
 * longer. */
char *quote_start(const char *text, gsize length, guint max_chars);
/* Quotes an argument for a POSIX shell if the argument contains special characters. */
char *quote_word(const char *word);
/* Appends a JSON string with its quotes. Invalid bytes become U+FFFD. Control characters and
 * invisible formatting characters are escaped, so that the JSON can be printed to a terminal. */
void quote_append_json(GString *out, const char *text);
/* Appends a CSV cell in quotes, escaped like by quote_lines(). A cell that a spreadsheet would take
 * for a formula begins with an apostrophe. */
void quote_append_cell(GString *out, const char *text);

G_END_DECLS
