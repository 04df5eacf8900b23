/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Declarations that ini.c, ini-parse.c and ini-file.c share: the entries of a configuration file
 * and functions that classify lines. */
#pragma once

#include "ini.h"

#define INI_BOM "\xef\xbb\xbf"
#define INI_DEFAULT_SECTION "DEFAULT"

typedef enum { INI_TEXT, INI_SECTION, INI_OPTION } IniKind;

/* INI_TEXT: a comment line or a blank line. INI_SECTION: a line such as "[name]". INI_OPTION: a key
 * with all lines of its value, including comment lines between them. */
typedef struct {
    IniKind kind;
    guint line;     /* line number in the file, from 1; 0 if the entry was added later */
    char *raw;      /* original lines of the entry, line ends included */
    char *section;  /* (nullable): section name; NULL for INI_TEXT */
    char *key;      /* (nullable): key of an option, in lower case */
    char *value;    /* (nullable): value of an option, lines joined by "\n", %(key)s not replaced */
    gsize value_at; /* byte offset of the value in @raw */
} IniEntry;

struct _Ini {
    char *name;
    const char *eol;
    gboolean bom;
    GPtrArray *entries;
    GHashTable *index; /* keys are "section" or "section\nkey", values are IniEntry */
};

void ini_entry_free(IniEntry *entry);
/* Adds @entry to the index. Returns FALSE if the index already contains an entry with the same
 * section and key. */
gboolean ini_index(Ini *self, IniEntry *entry);

/* Formats a message (transfer full). Control characters and invalid bytes are escaped, because the
 * message may contain text from the file. */
char *ini_format_message(const char *format, va_list args) G_GNUC_PRINTF(1, 0);

/* Returns (transfer full): the key in lower case, independently of the locale. */
char *ini_fold(const char *key);
/* Returns whether Python's str.strip() treats the character as white space. */
gboolean ini_is_space(gunichar c);
/* Returns the first character of the line that is not white space, or the line's end. */
const char *ini_skip_space(const char *line);
/* Returns the start of the next line, after "\n", "\r\n" or "\r". Returns the end of the text if
 * @line is the last line. */
const char *ini_next_line(const char *line);
gboolean ini_is_blank(const char *line);
gboolean ini_is_comment(const char *line);
