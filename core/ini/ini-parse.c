/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Parses a configuration file into entries, line by line, as Python's configparser does. A line
 * that is indented deeper than the preceding key continues the value of this key. Blank lines and
 * comment lines within a value do not end the value. */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "ini-private.h"
#include "mamuto-error.h"
#include "quote.h"

typedef struct {
    Ini *ini;
    const char *section;
    IniEntry *option;   /* (nullable): the last option, whose value the next line may continue */
    GString *raw;       /* original lines of the last option */
    GString *value;     /* value of the last option, without white space around its lines */
    GPtrArray *pending; /* last blank and comment lines; added to `raw` if the value continues */
    long indent;        /* indentation of the last key or section, in characters */
    guint line;
} Parser;

char *
ini_fold(const char *key)
{
    g_autoptr(GString) out = g_string_new(NULL);

    for (; *key; key = g_utf8_next_char(key))
        g_string_append_unichar(out, g_unichar_tolower(g_utf8_get_char(key)));
    return g_string_free(g_steal_pointer(&out), FALSE);
}

gboolean
ini_is_space(gunichar c)
{
    return g_unichar_isspace(c) || c == 0x0b || (c >= 0x1c && c <= 0x1f) || c == 0x85;
}

const char *
ini_skip_space(const char *line)
{
    while (*line && *line != '\n' && *line != '\r' && ini_is_space(g_utf8_get_char(line)))
        line = g_utf8_next_char(line);
    return line;
}

const char *
ini_next_line(const char *line)
{
    line += strcspn(line, "\r\n");
    if (line[0] == '\r' && line[1] == '\n')
        return line + 2;
    return *line ? line + 1 : line;
}

gboolean
ini_is_blank(const char *line)
{
    line = ini_skip_space(line);
    return !*line || *line == '\n' || *line == '\r';
}

gboolean
ini_is_comment(const char *line)
{
    line = ini_skip_space(line);
    return *line == '#' || *line == ';';
}

/* Returns the position behind the last character from @start to @end that is not white space. */
static const char *
strip_end(const char *start, const char *end)
{
    while (end > start) {
        const char *last = g_utf8_find_prev_char(start, end);

        if (!last || !ini_is_space(g_utf8_get_char(last)))
            break;
        end = last;
    }
    return end;
}

gboolean
ini_is_stripped(const char *value)
{
    const char *end = value + strlen(value);

    return (!*value || !ini_is_space(g_utf8_get_char(value))) && strip_end(value, end) == end;
}

static void fail(Parser *parser, GError **error, const char *format, ...) G_GNUC_PRINTF(3, 4);

static void
fail(Parser *parser, GError **error, const char *format, ...)
{
    g_autofree char *message = NULL;
    va_list args;

    va_start(args, format);
    message = ini_format_message(format, args);
    va_end(args);
    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE, "%s:%u: %s", parser->ini->name,
                parser->line, message);
}

static IniEntry *
new_entry(Parser *parser, IniKind kind, const char *line, const char *next)
{
    IniEntry *entry = g_new0(IniEntry, 1);

    entry->kind = kind;
    entry->line = parser->line;
    /* The value of an option may continue on further lines. Therefore end_option() sets the
     * original text of an option. */
    entry->raw = kind == INI_OPTION ? NULL : g_strndup(line, next - line);
    return entry;
}

/* Completes the last option. The blank and comment lines after its value become separate
 * entries. */
static void
end_option(Parser *parser)
{
    if (parser->option) {
        const char *text = parser->value->str;

        parser->option->raw = g_strndup(parser->raw->str, parser->raw->len);
        parser->option->value = g_strndup(text, strip_end(text, text + parser->value->len) - text);
    }
    parser->option = NULL;
    for (guint i = 0; i < parser->pending->len; i++)
        g_ptr_array_add(parser->ini->entries, g_ptr_array_index(parser->pending, i));
    g_ptr_array_set_size(parser->pending, 0);
}

static void
continue_option(Parser *parser, const char *line, const char *next, const char *text,
                const char *end)
{
    for (guint i = 0; i < parser->pending->len; i++) {
        IniEntry *entry = g_ptr_array_index(parser->pending, i);

        g_string_append(parser->raw, entry->raw);
        ini_entry_free(entry);
    }
    g_ptr_array_set_size(parser->pending, 0);
    g_string_append_len(parser->raw, line, next - line);
    g_string_append_c(parser->value, '\n');
    g_string_append_len(parser->value, text, end - text);
}

static gboolean
parse_section(Parser *parser, const char *line, const char *next, const char *text,
              const char *close, GError **error)
{
    IniEntry *entry = new_entry(parser, INI_SECTION, line, next);

    entry->section = g_strndup(text + 1, close - text - 1);
    parser->section = entry->section;
    g_ptr_array_add(parser->ini->entries, entry);
    if (!ini_index(parser->ini, entry) && strcmp(entry->section, INI_DEFAULT_SECTION) != 0) {
        fail(parser, error, _("section [%s] appears twice; move its keys into the first one"),
             entry->section);
        return FALSE;
    }
    return TRUE;
}

static gboolean
parse_option(Parser *parser, const char *line, const char *next, const char *text, const char *end,
             GError **error)
{
    const char *delimiter = text;
    const char *key_end;
    IniEntry *entry;
    g_autofree char *key = NULL;

    while (delimiter < end && *delimiter != '=' && *delimiter != ':')
        delimiter++;
    key_end = strip_end(text, delimiter);
    if (delimiter == end || key_end == text) {
        g_autofree char *found = quote_start(text, (gsize)(end - text), QUOTE_SHOWN_CHARS);

        fail(parser, error, _("“%s”: expected “key = value”, “[section]” or “# comment”"), found);
        return FALSE;
    }
    key = g_strndup(text, key_end - text);
    entry = new_entry(parser, INI_OPTION, line, next);
    entry->section = g_strdup(parser->section);
    entry->key = ini_fold(key);
    g_ptr_array_add(parser->ini->entries, entry);
    if (!ini_index(parser->ini, entry)) {
        fail(parser, error, _("%s: appears twice in section [%s]; keep one of them"), key,
             parser->section);
        return FALSE;
    }
    text = ini_skip_space(delimiter + 1);
    entry->value_at = text - line;
    g_string_truncate(parser->raw, 0);
    g_string_append_len(parser->raw, line, next - line);
    g_string_truncate(parser->value, 0);
    if (text < end)
        g_string_append_len(parser->value, text, end - text);
    parser->option = entry;
    return TRUE;
}

static gboolean
parse_line(Parser *parser, const char *line, const char *next, GError **error)
{
    const char *text = ini_skip_space(line);
    const char *end = strip_end(text, text + strcspn(text, "\r\n"));
    const char *close = end;
    long indent = g_utf8_pointer_to_offset(line, text);

    if (text == end || *text == '#' || *text == ';') {
        g_ptr_array_add(parser->option ? parser->pending : parser->ini->entries,
                        new_entry(parser, INI_TEXT, line, next));
        if (parser->option && text == end)
            g_string_append_c(parser->value, '\n');
        return TRUE;
    }
    if (parser->option && indent > parser->indent) {
        continue_option(parser, line, next, text, end);
        return TRUE;
    }
    end_option(parser);
    parser->indent = indent;
    /* A section's name ends at the last "]" of the line, because a name may contain brackets (IPv6
     * addresses). */
    while (*text == '[' && close > text && *close != ']')
        close--;
    if (*text == '[' && close > text + 1)
        return parse_section(parser, line, next, text, close, error);
    if (!parser->section) {
        fail(parser, error, _("a section such as [parameters] must come before the first key"));
        return FALSE;
    }
    return parse_option(parser, line, next, text, end, error);
}

static gboolean
check_data(const char *name, const char *data, gsize length, GError **error)
{
    const char *bad;

    if (length > INI_MAX_SIZE) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE,
                    _("%s: is larger than %d bytes, so it is not a configuration file"), name,
                    INI_MAX_SIZE);
        return FALSE;
    }
    if (!g_utf8_validate_len(data, length, &bad)) {
        guint line = 1;

        for (const char *c = data; c < bad; c++)
            line += *c == '\n';
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE,
                    _("%s:%u: byte 0x%02x is not UTF-8 text; save the file as UTF-8"), name, line,
                    (guchar)*bad);
        return FALSE;
    }
    return TRUE;
}

Ini *
ini_new_from_data(const char *name, const char *data, gsize length, GError **error)
{
    g_autoptr(Ini) ini = ini_new(name);
    g_autoptr(GString) raw = g_string_new(NULL);
    g_autoptr(GString) value = g_string_new(NULL);
    g_autoptr(GPtrArray) pending = g_ptr_array_new();
    g_autofree char *copy = NULL;
    const char *line, *next;
    gboolean ok = TRUE;
    Parser parser = {.ini = ini, .raw = raw, .value = value, .pending = pending};

    if (!check_data(name, data, length, error))
        return NULL;
    copy = g_strndup(data, length);
    line = copy;
    if (g_str_has_prefix(line, INI_BOM)) {
        ini->bom = TRUE;
        line += strlen(INI_BOM);
    }
    next = line + strcspn(line, "\r\n");
    ini->eol = *next != '\r' ? "\n" : next[1] == '\n' ? "\r\n" : "\r";
    for (; ok && *line; line = next) {
        next = ini_next_line(line);
        parser.line++;
        ok = parse_line(&parser, line, next, error);
    }
    end_option(&parser);
    return ok ? g_steal_pointer(&ini) : NULL;
}
