/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Shared by ini.c, ini-parse.c and ini-file.c: the document's entries and the classification of
 * lines. */
#pragma once

#include "ini.h"

#define INI_BOM "\xef\xbb\xbf"
#define INI_DEFAULT_SECTION "DEFAULT"

typedef enum { INI_TEXT, INI_SECTION, INI_OPTION } IniKind;

/* INI_TEXT: a comment or a blank line. INI_SECTION: the head of a section. INI_OPTION: a key with
 * all lines of its value and the comments between these lines. */
typedef struct {
    IniKind kind;
    guint line;     /* line number in the file, from 1; 0: added after loading */
    char *raw;      /* its lines as in the file, line ends included */
    char *section;  /* (nullable): NULL for text */
    char *key;      /* (nullable): option: in lower case */
    char *value;    /* (nullable): option: stripped, lines joined by "\n", not expanded */
    gsize value_at; /* byte offset of the value in @raw */
} IniEntry;

struct _Ini {
    char *name;
    const char *eol;
    gboolean bom;
    GPtrArray *entries;
    GHashTable *index; /* from "section" or "section\nkey" to the IniEntry */
};

void ini_entry_free(IniEntry *entry);
/* Adds @entry to the index; FALSE if the index already has an entry of its section and key. */
gboolean ini_index(Ini *self, IniEntry *entry);

/* (transfer full): the formatted message, with control characters and invalid bytes from the file
 * escaped. */
char *ini_format_message(const char *format, va_list args) G_GNUC_PRINTF(1, 0);

/* (transfer full): the key in lower case, independently of the locale. */
char *ini_fold(const char *key);
/* Whether Python's str.strip() treats the character as white space. */
gboolean ini_is_space(gunichar c);
/* Returns the first character of the line that is not white space, or the line's end. */
const char *ini_skip_space(const char *line);
/* Returns the start of the next line, after "\n", "\r\n" or "\r"; the end of the text if @line is
 * the last. */
const char *ini_next_line(const char *line);
gboolean ini_is_blank(const char *line);
gboolean ini_is_comment(const char *line);
gboolean ini_is_stripped(const char *value);
