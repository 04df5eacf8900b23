/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See quote.h. g_strescape() is not suitable, because it converts every letter outside ASCII into
 * octal escapes. */
#include "quote.h"

#include <string.h>

#include "mamuto-text.h"

/* Returns whether @c is an invisible character that changes the display of adjacent characters: a
 * C1 control, a direction mark, a joiner, a soft hyphen, a line separator or a tag. */
static gboolean
is_invisible(gunichar c)
{
    return (c >= 0x80 && c < 0xa0) || c == 0x00ad || c == 0x061c || (c >= 0x200b && c <= 0x200f) ||
           (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
           (c >= 0xfff9 && c <= 0xfffb) || (c >= 0xe0000 && c <= 0xe007f);
}

static void
append_escaped(GString *out, gunichar c)
{
    if (c == '\n')
        g_string_append(out, "\\n");
    else if (c == '\t')
        g_string_append(out, "\\t");
    else if (c == '\r')
        g_string_append(out, "\\r");
    else
        g_string_append_printf(out, c > 0xffff ? "\\U%08x" : c > 0xff ? "\\u%04x" : "\\x%02x", c);
}

static char *
escape(const char *text, gboolean lines)
{
    GString *out = g_string_sized_new(strlen(text) + 16);

    while (*text != '\0') {
        gunichar c = g_utf8_get_char_validated(text, -1);

        if (c == (gunichar)-1 || c == (gunichar)-2) {
            append_escaped(out, (guint8)*text++);
            continue;
        }
        if (lines && (c == '\n' || c == '\t'))
            g_string_append_c(out, (char)c);
        else if (c < 0x20 || c == 0x7f || is_invisible(c))
            append_escaped(out, c);
        else
            g_string_append_unichar(out, c);
        text = g_utf8_next_char(text);
    }
    return g_string_free(out, FALSE);
}

char *
quote_text(const char *text)
{
    return escape(text, FALSE);
}

char *
quote_lines(const char *text)
{
    return escape(text, TRUE);
}

char *
quote_start(const char *text, gsize length, guint max_chars)
{
    /* A character has at most 6 bytes. Therefore the first @max_chars characters are within the
     * first 6 × @max_chars bytes. */
    g_autofree char *valid = g_utf8_make_valid(text, (gssize)MIN(length, 6 * (gsize)max_chars));
    gboolean cut = length > 6 * (gsize)max_chars;
    g_autofree char *shown = NULL;

    if (g_utf8_strlen(valid, -1) > (glong)max_chars) {
        *g_utf8_offset_to_pointer(valid, (glong)max_chars) = '\0';
        cut = TRUE;
    }
    shown = quote_text(valid);
    return g_strconcat(shown, cut ? "…" : "", NULL);
}

char *
quote_word(const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "_-+./:,@%";

    if (*word != '\0' && word[strspn(word, plain)] == '\0')
        return g_strdup(word);
    return g_shell_quote(word);
}

/* Appends "\\u202e", or two such escapes for a character beyond U+FFFF. */
static void
append_json_escape(GString *out, gunichar c)
{
    if (c > 0xffff)
        g_string_append_printf(out, "\\u%04x\\u%04x", 0xd800 + ((c - 0x10000) >> 10),
                               0xdc00 + ((c - 0x10000) & 0x3ff));
    else
        g_string_append_printf(out, "\\u%04x", c);
}

void
quote_append_json(GString *out, const char *text)
{
    g_autofree char *valid = g_utf8_validate(text, -1, NULL) ? NULL : g_utf8_make_valid(text, -1);
    const char *next;

    g_string_append_c(out, '"');
    for (const char *p = valid != NULL ? valid : text; *p != '\0'; p = next) {
        gunichar c = g_utf8_get_char(p);

        next = g_utf8_next_char(p);
        if (c == '"' || c == '\\')
            g_string_append_printf(out, "\\%c", *p);
        else if (c == '\n')
            g_string_append(out, "\\n");
        else if (c < 0x20 || c == 0x7f || is_invisible(c))
            append_json_escape(out, c);
        else
            g_string_append_len(out, p, next - p);
    }
    g_string_append_c(out, '"');
}

void
quote_append_cell(GString *out, const char *text)
{
    g_autofree char *shown = escape(text, TRUE);

    g_string_append_c(out, '"');
    if (*shown != '\0' && strchr("=+-@\t\n", *shown))
        g_string_append_c(out, '\'');
    for (const char *p = shown; *p != '\0'; p++) {
        if (*p == '"')
            g_string_append_c(out, '"');
        g_string_append_c(out, *p);
    }
    g_string_append_c(out, '"');
}

/**
 * mamuto_text_escape:
 * @text: text from a host, a file or a user's function, possibly not UTF-8
 * @lines: %TRUE to keep line feeds and tabs, for text that is displayed as a block of lines
 *
 * Escapes control characters, invisible characters and invalid bytes, which could control a
 * terminal or disguise a message: ESC becomes \x1b, the invalid byte 255 becomes \xff, and a
 * right-to-left override becomes \u202e. Can be called from any thread.
 *
 * Returns: (transfer full): the escaped text, valid UTF-8
 */
char *
mamuto_text_escape(const char *text, gboolean lines)
{
    g_return_val_if_fail(text != NULL, NULL);
    return escape(text, lines);
}
