/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Says in words how a text table was understood. Functions return (transfer full) texts. */
#pragma once

#include <mamuto.h>

/* A text from a file for display in one line: escaped, and cut after @max characters. */
char *table_words_shorten(const char *text, guint max);
/* The same for a list of texts, of which the first ones are shown: "x, y, z, …". */
char *table_words_join(const char *const *texts);
/* For example "integers" or "text". */
const char *table_words_kind(MamutoColumnKind kind);
/* For example "Tab". */
const char *table_words_separator(char separator);

/* (nullable): what was decided from the content of the table and may differ from what the user
 * expects, for example "Line 1 was read as the header: x, y"; NULL if there is nothing to say. */
char *table_words_notice(const MamutoTable *table);
/* How the table is read, for example "header in line 1 · separated by commas". */
char *table_words_format(const MamutoTable *table);
/* Where the names of the columns are, for example "Detected: x, y, z are names". @choice: what the
 * user has set. */
char *table_words_header(const MamutoTable *table, MamutoTableChoice choice);
