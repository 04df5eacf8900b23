/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What ini.c, ini-parse.c and ini-file.c share: the document's entries and the words for lines. */
#pragma once

#include "ini.h"

#define INI_BOM "\xef\xbb\xbf"
#define INI_DEFAULT_SECTION "DEFAULT"

typedef enum { INI_TEXT, INI_SECTION, INI_OPTION } IniKind;

/* INI_TEXT: a comment or a blank line. INI_OPTION: a key with all lines of its value, and the
 * comments between them. */
typedef struct {
    IniKind kind;
    guint line;     /* of the file, from 1; 0 if it was added since */
    char *raw;      /* its lines as they stand, line ends included */
    char *section;  /* NULL for text */
    char *key;      /* in lower case */
    char *value;    /* stripped, lines joined by "\n", references not replaced */
    gsize value_at; /* where in @raw the value begins */
} IniEntry;

struct _Ini {
    char *name;
    const char *eol;
    gboolean bom;
    GPtrArray *entries;
    GHashTable *index; /* "section" and "section\nkey" to their entries */
};

void ini_entry_free(IniEntry *entry);
/* FALSE if there is one of its section and key. */
gboolean ini_index(Ini *self, IniEntry *entry);

/* A message, with what came from the file in it escaped. */
char *ini_format_message(const char *format, va_list args) G_GNUC_PRINTF(1, 0);

/* A key without its case, the same in every locale. */
char *ini_fold(const char *key);
/* What Python's str.strip() takes for white space. */
gboolean ini_is_space(gunichar c);
/* The first character of the line that is not white space, or its end. */
const char *ini_skip_space(const char *line);
/* The line after this one: after its "\n", "\r\n" or "\r". */
const char *ini_next_line(const char *line);
gboolean ini_is_blank(const char *line);
gboolean ini_is_comment(const char *line);
gboolean ini_is_stripped(const char *value);
