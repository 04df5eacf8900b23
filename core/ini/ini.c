/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A configuration file in memory: a list of entries in the order of the file. Each entry keeps its
 * original text, so that unchanged entries are written byte for byte as they were read. */
#include "ini.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "hash.h"
#include "ini-private.h"
#include "mamuto-error.h"
#include "quote.h"

/* Maximum depth of nested references such as %(key)s. A deeper reference is reported as circular,
 * as in configparser. */
#define MAX_DEPTH 10
/* Maximum number of references that are replaced in one value. INI_MAX_SIZE limits only the length
 * of the result. Nested references to empty values could take very long and still give a short
 * result. */
#define MAX_REFERENCES 10000

void
ini_entry_free(IniEntry *entry)
{
    g_free(entry->raw);
    g_free(entry->section);
    g_free(entry->key);
    g_free(entry->value);
    g_free(entry);
}

Ini *
ini_new(const char *name)
{
    Ini *self = g_new0(Ini, 1);

    self->name = g_strdup(name);
    self->eol = "\n";
    self->index = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    self->entries = g_ptr_array_new_with_free_func((GDestroyNotify)ini_entry_free);
    return self;
}

void
ini_free(Ini *self)
{
    if (!self)
        return;
    g_hash_table_unref(self->index);
    g_ptr_array_unref(self->entries);
    g_free(self->name);
    g_free(self);
}

static char *
index_key(const char *section, const char *key)
{
    g_autofree char *lower = key ? ini_fold(key) : NULL;

    return lower ? g_strconcat(section, "\n", lower, NULL) : g_strdup(section);
}

gboolean
ini_index(Ini *self, IniEntry *entry)
{
    g_autofree char *name = index_key(entry->section, entry->key);

    if (g_hash_table_contains(self->index, name))
        return FALSE;
    return g_hash_table_insert(self->index, g_steal_pointer(&name), entry);
}

/* Finds the entry of a key in a section. If @key is NULL, finds the entry of the line
 * "[section]". */
static IniEntry *
find_entry(Ini *self, const char *section, const char *key)
{
    g_autofree char *name = index_key(section, key);

    return g_hash_table_lookup(self->index, name);
}

/* Removes and frees an entry. Returns the entry's former position in the list. */
static guint
remove_entry(Ini *self, IniEntry *entry)
{
    guint place = 0;

    if (entry->kind != INI_TEXT) {
        g_autofree char *name = index_key(entry->section, entry->key);

        g_hash_table_remove(self->index, name);
    }
    g_ptr_array_find(self->entries, entry, &place);
    g_ptr_array_remove_index(self->entries, place);
    return place;
}

static IniEntry *
find_value(Ini *self, const char *section, const char *key)
{
    IniEntry *entry = find_entry(self, section, key);

    if (!entry && find_entry(self, section, NULL))
        entry = find_entry(self, INI_DEFAULT_SECTION, key);
    return entry;
}

char *
ini_format_message(const char *format, va_list args)
{
    g_autofree char *text = g_strdup_vprintf(format, args);

    return quote_text(text);
}

void
ini_set_error(Ini *self, const char *section, const char *key, GError **error, const char *format,
              ...)
{
    IniEntry *entry = key ? find_value(self, section, key) : NULL;
    g_autofree char *message = NULL;
    va_list args;

    va_start(args, format);
    message = ini_format_message(format, args);
    va_end(args);
    if (!entry)
        entry = find_entry(self, section, NULL);
    if (entry && entry->line > 0 && key)
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE, "%s:%u: %s: %s", self->name,
                    entry->line, key, message);
    else if (entry && entry->line > 0)
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE, "%s:%u: %s", self->name,
                    entry->line, message);
    else
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE, "%s: %s", self->name, message);
}

typedef struct {
    Ini *ini;
    const IniEntry *origin;
    const char *section;
    GString *out;
    guint n_references;
} Expansion;

static gboolean expand(Expansion *self, const char *text, int depth, GError **error);

static gboolean
expand_reference(Expansion *self, const char *key, int depth, GError **error)
{
    IniEntry *entry = find_value(self->ini, self->section, key);

    if (!entry) {
        ini_set_error(self->ini, self->section, self->origin->key, error,
                      _("%%(%s)s refers to a missing key; write %%%% for a percent sign"), key);
        return FALSE;
    }
    if (depth >= MAX_DEPTH) {
        ini_set_error(self->ini, self->section, self->origin->key, error,
                      _("its %%(…)s references are circular"));
        return FALSE;
    }
    if (++self->n_references > MAX_REFERENCES) {
        ini_set_error(self->ini, self->section, self->origin->key, error,
                      _("it expands to more than %d %%(…)s references"), MAX_REFERENCES);
        return FALSE;
    }
    return expand(self, entry->value, depth + 1, error);
}

/* Appends @text to the result. Replaces each reference %(key)s by the value of the key. */
static gboolean
expand(Expansion *self, const char *text, int depth, GError **error)
{
    while (*text) {
        const char *close;

        if (self->out->len > INI_MAX_SIZE) {
            ini_set_error(self->ini, self->section, self->origin->key, error,
                          _("its %%(…)s references expand to more than %d bytes"), INI_MAX_SIZE);
            return FALSE;
        }
        if (text[0] == '%' && text[1] == '(' && (close = strstr(text, ")s"))) {
            g_autofree char *key = g_strndup(text + 2, close - text - 2);

            if (!expand_reference(self, key, depth, error))
                return FALSE;
            text = close + 2;
            continue;
        }
        g_string_append_c(self->out, *text);
        text += text[0] == '%' && text[1] == '%' ? 2 : 1;
    }
    return TRUE;
}

char *
ini_get(Ini *self, const char *section, const char *key, GError **error)
{
    IniEntry *entry = find_value(self, section, key);
    g_autoptr(GString) out = g_string_new(NULL);
    Expansion expansion = {.ini = self, .origin = entry, .section = section, .out = out};

    if (!entry || !expand(&expansion, entry->value, 0, error))
        return NULL;
    return g_string_free(g_steal_pointer(&out), FALSE);
}

gboolean
ini_has_section(Ini *self, const char *section)
{
    return find_entry(self, section, NULL) != NULL;
}

gboolean
ini_has_key(Ini *self, const char *section, const char *key)
{
    return find_value(self, section, key) != NULL;
}

char **
ini_get_sections(Ini *self)
{
    g_autoptr(GStrvBuilder) names = g_strv_builder_new();

    for (guint i = 0; i < self->entries->len; i++) {
        IniEntry *entry = g_ptr_array_index(self->entries, i);

        if (entry->kind == INI_SECTION && strcmp(entry->section, INI_DEFAULT_SECTION) != 0)
            g_strv_builder_add(names, entry->section);
    }
    return g_strv_builder_end(names);
}

char **
ini_get_keys(Ini *self, const char *section)
{
    g_autoptr(GStrvBuilder) names = g_strv_builder_new();

    for (guint i = 0; i < self->entries->len; i++) {
        IniEntry *entry = g_ptr_array_index(self->entries, i);

        if (entry->kind == INI_OPTION && strcmp(entry->section, section) == 0)
            g_strv_builder_add(names, entry->key);
    }
    return g_strv_builder_end(names);
}

/* Adds a line end to the entry before @index if it is missing. It may be missing in the last line
 * of a file. */
static void
end_line(Ini *self, guint index)
{
    IniEntry *entry;
    gsize length;

    if (index == 0)
        return;
    entry = g_ptr_array_index(self->entries, index - 1);
    length = strlen(entry->raw);
    if (length > 0 && entry->raw[length - 1] != '\n' && entry->raw[length - 1] != '\r') {
        g_autofree char *raw = g_steal_pointer(&entry->raw);

        entry->raw = g_strconcat(raw, self->eol, NULL);
    }
}

static IniEntry *
insert_entry(Ini *self, guint place, IniKind kind, const char *section, const char *key, char *raw)
{
    IniEntry *entry = g_new0(IniEntry, 1);

    entry->kind = kind;
    entry->section = g_strdup(section);
    entry->key = key ? ini_fold(key) : NULL;
    entry->raw = raw;
    end_line(self, place);
    g_ptr_array_insert(self->entries, (int)place, entry);
    if (kind != INI_TEXT)
        ini_index(self, entry);
    return entry;
}

static void
add_section(Ini *self, const char *section)
{
    guint n = self->entries->len;

    if (n > 0) {
        IniEntry *last = g_ptr_array_index(self->entries, n - 1);

        if (last->kind != INI_TEXT || !ini_is_blank(last->raw))
            insert_entry(self, n, INI_TEXT, NULL, NULL, g_strdup(self->eol));
    }
    insert_entry(self, self->entries->len, INI_SECTION, section, NULL,
                 g_strconcat("[", section, "]", self->eol, NULL));
}

/* Returns the index of the last option of a section. If the section has no options, returns the
 * index of the line "[section]". */
static guint
find_last(Ini *self, const char *section)
{
    guint last = 0;

    for (guint i = 0; i < self->entries->len; i++) {
        IniEntry *entry = g_ptr_array_index(self->entries, i);

        if (entry->section && strcmp(entry->section, section) == 0)
            last = i;
    }
    return last;
}

/* Returns the indentation for a new key. It is the same as that of the adjacent keys, because a key
 * that is indented deeper than the preceding key would be read as a part of the preceding key's
 * value. */
static char *
choose_indent(Ini *self, guint after)
{
    IniEntry *model = g_ptr_array_index(self->entries, after);

    if (model->kind == INI_SECTION)
        for (guint i = after + 1; i < self->entries->len; i++) {
            IniEntry *next = g_ptr_array_index(self->entries, i);

            if (next->kind != INI_TEXT) {
                model = next;
                break;
            }
        }
    return g_strndup(model->raw, ini_skip_space(model->raw) - model->raw);
}

static void
add_option(Ini *self, const char *section, const char *key, const char *text)
{
    g_autofree char *indent = NULL;
    IniEntry *entry;
    guint after;

    if (!find_entry(self, section, NULL))
        add_section(self, section);
    after = find_last(self, section);
    indent = choose_indent(self, after);
    entry = insert_entry(self, after + 1, INI_OPTION, section, key,
                         g_strconcat(indent, key, " = ", text, self->eol, NULL));
    entry->value = g_strdup(text);
    entry->value_at = strlen(indent) + strlen(key) + strlen(" = ");
}

/* Appends the comment lines inside a value of several lines to @out, because these comments must
 * remain when the value is replaced or removed. */
static void
keep_comments(const char *raw, GString *out)
{
    const char *line = ini_next_line(raw);

    while (*line) {
        const char *next = ini_next_line(line);

        if (ini_is_comment(line))
            g_string_append_len(out, line, next - line);
        line = next;
    }
}

static void
change_option(Ini *self, IniEntry *entry, const char *text)
{
    g_autoptr(GString) raw = g_string_new_len(entry->raw, entry->value_at);
    const char *first_end = entry->raw + entry->value_at;

    /* An option with an empty value may end with the delimiter ("key =" or "key="). If a space
     * precedes the delimiter, a space is also added after it: "key =" becomes "key = value", but
     * "key=" becomes "key=value". */
    if (g_str_has_suffix(raw->str, " =") || g_str_has_suffix(raw->str, " :"))
        g_string_append_c(raw, ' ');
    entry->value_at = raw->len;
    g_string_append(raw, text);
    first_end += strcspn(first_end, "\r\n");
    if (*first_end) {
        const char *next = ini_next_line(first_end);

        g_string_append_len(raw, first_end, next - first_end);
    }
    keep_comments(entry->raw, raw);
    g_free(entry->raw);
    entry->raw = g_string_free(g_steal_pointer(&raw), FALSE);
    g_free(entry->value);
    entry->value = g_strdup(text);
}

static void
remove_option(Ini *self, const char *section, const char *key)
{
    IniEntry *entry = find_entry(self, section, key);
    g_autoptr(GString) comments = g_string_new(NULL);
    guint place;

    if (!entry)
        return;
    keep_comments(entry->raw, comments);
    place = remove_entry(self, entry);
    if (comments->len > 0)
        insert_entry(self, place, INI_TEXT, NULL, NULL,
                     g_string_free(g_steal_pointer(&comments), FALSE));
}

gboolean
ini_set(Ini *self, const char *section, const char *key, const char *value, GError **error)
{
    g_autofree char *current = ini_get(self, section, key, NULL);
    g_autofree char *text = NULL;
    IniEntry *entry;

    if (!value &&
        !(find_entry(self, section, NULL) && find_entry(self, INI_DEFAULT_SECTION, key))) {
        remove_option(self, section, key);
        return TRUE;
    }
    /* If @value is NULL here, [DEFAULT] has the key too. If the key were removed from @section, its
     * value in [DEFAULT] would apply. Therefore the key is kept with an empty value. */
    if (!value)
        value = "";
    if (strpbrk(value, "\r\n") || !ini_is_stripped(value) || !g_utf8_validate(value, -1, NULL)) {
        g_set_error(
            error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
            _("%s: a value must be one line of UTF-8 text without leading or trailing white space"),
            key);
        return FALSE;
    }
    if (current && strcmp(current, value) == 0)
        return TRUE;
    {
        g_auto(GStrv) parts = g_strsplit(value, "%", -1);

        text = g_strjoinv("%%", parts);
    }
    entry = find_entry(self, section, key);
    if (entry)
        change_option(self, entry, text);
    else
        add_option(self, section, key, text);
    return TRUE;
}

void
ini_rename_section(Ini *self, const char *section, const char *name)
{
    IniEntry *head = find_entry(self, section, NULL);
    g_autofree char *old = g_strdup(section);
    g_autofree char *raw = NULL;
    const char *open;

    if (!head || find_entry(self, name, NULL))
        return;
    open = strchr(head->raw, '[') + 1;
    raw = g_strdup_printf("%.*s%s%s", (int)(open - head->raw), head->raw, name, open + strlen(old));
    g_free(head->raw);
    head->raw = g_steal_pointer(&raw);
    for (guint i = 0; i < self->entries->len; i++) {
        IniEntry *entry = g_ptr_array_index(self->entries, i);
        g_autofree char *key = NULL;

        if (!entry->section || strcmp(entry->section, old) != 0)
            continue;
        key = index_key(old, entry->key);
        g_hash_table_remove(self->index, key);
        g_free(entry->section);
        entry->section = g_strdup(name);
        ini_index(self, entry);
    }
}

void
ini_remove_section(Ini *self, const char *section)
{
    IniEntry *head = find_entry(self, section, NULL);
    guint first = 0;

    if (!head)
        return;
    g_ptr_array_find(self->entries, head, &first);
    for (guint last = find_last(self, section) + 1; last > first; last--)
        remove_entry(self, g_ptr_array_index(self->entries, last - 1));
}

char *
ini_to_data(Ini *self, gsize *length)
{
    g_autoptr(GString) out = g_string_new(self->bom ? INI_BOM : NULL);

    for (guint i = 0; i < self->entries->len; i++)
        g_string_append(out, ((IniEntry *)g_ptr_array_index(self->entries, i))->raw);
    if (length)
        *length = out->len;
    return g_string_free(g_steal_pointer(&out), FALSE);
}

char *
ini_hash(Ini *self)
{
    gsize length;
    char *data = ini_to_data(self, &length);
    g_autoptr(GBytes) bytes = g_bytes_new_take(data, length);

    return hash_bytes(bytes);
}
