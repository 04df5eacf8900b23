/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See literal.h. The parser reads the union of JSON and Python's literals. No text has different
 * values in the two languages: a "\/", which Python would keep as two characters, is a slash only
 * in a text with double quotes, as in JSON. literal-fault.c explains invalid texts. */
#include "literal.h"

#include <string.h>

#include "literal-private.h"

/* Maximum number of nested lists and dicts. Python's module json, which reads the value on the
 * hosts, has a limit of about 1,000. */
#define MAX_DEPTH 500

typedef struct {
    const char *p;
    GString *json;
    GArray *parts;
    gboolean plain; /* no notation of Python was used, so that the text itself is JSON */
    LiteralTrouble trouble;
} Reader;

static gboolean read_value(Reader *self, guint depth);

static gboolean
fail(Reader *self, LiteralTrouble trouble)
{
    if (self->trouble == LITERAL_FINE)
        self->trouble = trouble;
    return FALSE;
}

static void
skip_spaces(Reader *self)
{
    while (*self->p != '\0' && strchr(" \t\r\n", *self->p) != NULL)
        self->p++;
}

static void
add_part(Reader *self, LiteralKind kind, gsize start)
{
    LiteralPart part = {kind, start, self->json->len - start};

    g_array_append_val(self->parts, part);
}

/* ---- words ---- */

/* Reads a word that stands for a value. Returns FALSE for another word. */
static gboolean
read_word(Reader *self)
{
    static const struct {
        const char *word, *json;
        LiteralKind kind;
    } words[] = {
        {"null", "null", LITERAL_NULL},     {"None", "null", LITERAL_NULL},
        {"true", "true", LITERAL_TRUE},     {"True", "true", LITERAL_TRUE},
        {"false", "false", LITERAL_FALSE},  {"False", "false", LITERAL_FALSE},
        {"NaN", "NaN", LITERAL_FLOAT},      {"nan", "NaN", LITERAL_FLOAT},
        {"inf", "Infinity", LITERAL_FLOAT}, {"Infinity", "Infinity", LITERAL_FLOAT},
    };
    const char *end = self->p;

    while (g_ascii_isalnum(*end) || *end == '_')
        end++;
    for (guint i = 0; i < G_N_ELEMENTS(words); i++) {
        gsize length = (gsize)(end - self->p), start = self->json->len;

        if (strlen(words[i].word) != length || strncmp(self->p, words[i].word, length) != 0)
            continue;
        self->plain = self->plain && strcmp(words[i].word, words[i].json) == 0;
        g_string_append(self->json, words[i].json);
        add_part(self, words[i].kind, start);
        self->p = end;
        return TRUE;
    }
    return fail(self, LITERAL_SYNTAX);
}

/* ---- numbers ---- */

/* Appends digits to the JSON. A single underscore may stand between two digits, as in Python.
 * Returns the number of digits, or -1 if an underscore is misplaced. */
static int
read_digits(Reader *self)
{
    int n = 0;

    for (;; self->p++) {
        if (g_ascii_isdigit(*self->p)) {
            g_string_append_c(self->json, *self->p);
            n += n < G_MAXINT;
        } else if (*self->p == '_' && n > 0 && g_ascii_isdigit(self->p[1])) {
            self->plain = FALSE;
        } else {
            return *self->p == '_' ? -1 : n;
        }
    }
}

/* Reads an integer such as 0x1f. Its value must be less than 2^64, because the conversion of longer
 * numbers would need arithmetic with long integers. */
static gboolean
read_prefixed(Reader *self)
{
    char letter = g_ascii_tolower(self->p[1]);
    guint base = letter == 'x' ? 16 : letter == 'o' ? 8 : 2;
    guint64 value = 0;

    self->p += 2;
    if (*self->p == '\0' || *self->p == '_')
        return fail(self, LITERAL_SYNTAX);
    for (; g_ascii_isxdigit(*self->p) || *self->p == '_'; self->p++) {
        if (*self->p == '_' && g_ascii_isxdigit(self->p[1]))
            continue;
        if (*self->p == '_' || (guint)g_ascii_xdigit_value(*self->p) >= base ||
            !g_uint64_checked_mul(&value, value, base) ||
            !g_uint64_checked_add(&value, value, (guint64)g_ascii_xdigit_value(*self->p)))
            return fail(self, LITERAL_SYNTAX);
    }
    self->plain = FALSE;
    g_string_append_printf(self->json, "%" G_GUINT64_FORMAT, value);
    return TRUE;
}

static gboolean
read_fraction(Reader *self, int n_whole)
{
    int n;

    self->p++;
    if (n_whole == 0)
        g_string_append_c(self->json, '0');
    g_string_append_c(self->json, '.');
    n = read_digits(self);
    if (n < 0 || (n == 0 && n_whole == 0))
        return fail(self, LITERAL_SYNTAX);
    if (n == 0)
        g_string_append_c(self->json, '0');
    self->plain = self->plain && n > 0 && n_whole > 0;
    return TRUE;
}

static gboolean
read_exponent(Reader *self)
{
    g_string_append_c(self->json, *self->p++);
    if (*self->p == '+' || *self->p == '-')
        g_string_append_c(self->json, *self->p++);
    return read_digits(self) > 0 || fail(self, LITERAL_SYNTAX);
}

static gboolean
read_decimal(Reader *self, gsize start)
{
    const char *begin = self->p;
    LiteralKind kind = LITERAL_INT;
    int n = read_digits(self);

    if (n < 0)
        return fail(self, LITERAL_SYNTAX);
    if (*begin == '0' && n > 1)
        return fail(self, LITERAL_ZEROS);
    if (*self->p == '.') {
        kind = LITERAL_FLOAT;
        if (!read_fraction(self, n))
            return FALSE;
    } else if (n == 0) {
        return fail(self, LITERAL_SYNTAX);
    }
    if (*self->p == 'e' || *self->p == 'E') {
        kind = LITERAL_FLOAT;
        if (!read_exponent(self))
            return FALSE;
    }
    if (*self->p == 'j' || *self->p == 'J')
        return fail(self, LITERAL_COMPLEX);
    add_part(self, kind, start);
    return TRUE;
}

static gboolean
read_number(Reader *self)
{
    gsize start = self->json->len;
    char sign = *self->p == '-' || *self->p == '+' ? *self->p++ : '\0';

    if (sign == '+')
        self->plain = FALSE;
    if (sign != '\0' && (g_str_has_prefix(self->p, "inf") || g_str_has_prefix(self->p, "Inf"))) {
        if (!read_word(self))
            return FALSE;
        if (sign == '-') {
            g_string_insert_c(self->json, (gssize)start, '-');
            g_array_index(self->parts, LiteralPart, self->parts->len - 1).length++;
        }
        return TRUE;
    }
    if (sign != '\0' && (g_str_has_prefix(self->p, "nan") || g_str_has_prefix(self->p, "NaN"))) {
        self->plain = FALSE; /* a NaN with a sign is not JSON, and the sign has no meaning */
        return read_word(self);
    }
    if (sign == '-')
        g_string_append_c(self->json, '-');
    if (*self->p == '0' && self->p[1] != '\0' && strchr("xXoObB", self->p[1]) != NULL) {
        if (!read_prefixed(self))
            return FALSE;
        add_part(self, LITERAL_INT, start);
        return TRUE;
    }
    return read_decimal(self, start);
}

/* ---- texts ---- */

static gboolean
read_hex(Reader *self, guint n_digits, gunichar *c)
{
    *c = 0;
    for (guint i = 0; i < n_digits; i++, self->p++) {
        if (!g_ascii_isxdigit(*self->p))
            return fail(self, LITERAL_ESCAPE);
        *c = *c * 16 + (gunichar)g_ascii_xdigit_value(*self->p);
    }
    return TRUE;
}

/* Reads the rest of an escape with a number. Two \u escapes that are a surrogate pair are one
 * character, as in JSON. */
static gboolean
read_coded(Reader *self, char letter, char quote, gunichar *c)
{
    gunichar low;

    if (!read_hex(self, letter == 'x' ? 2 : letter == 'u' ? 4 : 8, c))
        return FALSE;
    if (letter != 'u' || quote == '\'')
        self->plain = FALSE;
    if (letter == 'u' && *c >= 0xd800 && *c < 0xdc00 && self->p[0] == '\\' && self->p[1] == 'u') {
        self->p += 2;
        if (!read_hex(self, 4, &low))
            return FALSE;
        if (low < 0xdc00 || low > 0xdfff)
            return fail(self, LITERAL_ESCAPE);
        *c = 0x10000 + ((*c - 0xd800) << 10) + (low - 0xdc00);
    }
    return g_unichar_validate(*c) || fail(self, LITERAL_ESCAPE);
}

/* Appends a character of a text to the JSON. */
static void
append_char(Reader *self, gunichar c)
{
    if (c == '"' || c == '\\')
        g_string_append_printf(self->json, "\\%c", (char)c);
    else if (c < ' ' || c == 0x7f)
        g_string_append_printf(self->json, "\\u%04x", c);
    else
        g_string_append_unichar(self->json, c);
}

static gboolean
read_escape(Reader *self, char quote)
{
    static const char letters[] = "nrtbfav\\'\"/";
    static const char values[] = "\n\r\t\b\f\a\v\\'\"/";
    char letter = *self->p;
    const char *at = letter != '\0' ? strchr(letters, letter) : NULL;
    gunichar c;

    if (at == NULL && (letter == 'x' || letter == 'u' || letter == 'U')) {
        self->p++;
        if (!read_coded(self, letter, quote, &c))
            return FALSE;
        append_char(self, c);
        return TRUE;
    }
    if (at == NULL || (letter == '/' && quote == '\''))
        return fail(self, LITERAL_ESCAPE);
    self->plain = self->plain && strchr("av'", letter) == NULL;
    append_char(self, (guint8)values[at - letters]);
    self->p++;
    return TRUE;
}

static gboolean
read_text(Reader *self)
{
    char quote = *self->p++;
    gsize start = self->json->len;

    if (quote == '\'')
        self->plain = FALSE;
    if (self->p[0] == quote && self->p[1] == quote) /* Python's long texts: '''a''' */
        return fail(self, LITERAL_SYNTAX);
    g_string_append_c(self->json, '"');
    while (*self->p != quote) {
        if (*self->p == '\0' || *self->p == '\n')
            return fail(self, LITERAL_OPEN_TEXT);
        if (*self->p == '\\') {
            self->p++;
            if (!read_escape(self, quote))
                return FALSE;
            continue;
        }
        self->plain = self->plain && (guint8)*self->p >= ' ';
        append_char(self, g_utf8_get_char(self->p));
        self->p = g_utf8_next_char(self->p);
    }
    self->p++;
    g_string_append_c(self->json, '"');
    add_part(self, LITERAL_TEXT, start);
    return TRUE;
}

/* ---- lists and dicts ---- */

/* Reads the comma or the bracket after an element. Sets @end after the bracket. */
static gboolean
read_separator(Reader *self, char close, gboolean *end)
{
    skip_spaces(self);
    *end = *self->p == close;
    if (*self->p != close && *self->p != ',')
        return fail(self, *self->p == '\0' ? LITERAL_OPEN_LIST : LITERAL_SYNTAX);
    if (*self->p++ == ',') {
        skip_spaces(self);
        if (*self->p == close) { /* Python allows a comma after the last element */
            self->plain = FALSE;
            self->p++;
            *end = TRUE;
        }
    }
    g_string_append(self->json, *end ? (close == ']' ? "]" : "}") : ", ");
    return TRUE;
}

static gboolean
read_key(Reader *self)
{
    if (*self->p != '"' && *self->p != '\'')
        return fail(self, LITERAL_KEY);
    if (!read_text(self))
        return FALSE;
    skip_spaces(self);
    if (*self->p++ != ':')
        return fail(self, LITERAL_SYNTAX);
    g_string_append(self->json, ": ");
    skip_spaces(self);
    return TRUE;
}

static gboolean
read_items(Reader *self, guint depth)
{
    char open = *self->p++, close = open == '[' ? ']' : '}';
    gboolean end = FALSE;

    if (depth == MAX_DEPTH)
        return fail(self, LITERAL_DEPTH);
    g_string_append_c(self->json, open);
    add_part(self, open == '[' ? LITERAL_BEGIN_LIST : LITERAL_BEGIN_DICT, self->json->len);
    skip_spaces(self);
    if (*self->p == close) {
        self->p++;
        g_string_append_c(self->json, close);
        end = TRUE;
    }
    while (!end) {
        if (open == '{' && !read_key(self))
            return FALSE;
        if (!read_value(self, depth + 1) || !read_separator(self, close, &end))
            return FALSE;
    }
    add_part(self, LITERAL_END, self->json->len);
    return TRUE;
}

static gboolean
read_value(Reader *self, guint depth)
{
    skip_spaces(self);
    switch (*self->p) {
    case '\0':
        return fail(self, depth > 0 ? LITERAL_OPEN_LIST : LITERAL_EMPTY);
    case '"':
    case '\'':
        return read_text(self);
    case '[':
    case '{':
        return read_items(self, depth);
    case '(':
        return fail(self, LITERAL_TUPLE);
    default:
        break;
    }
    if (g_ascii_isalpha(*self->p))
        return read_word(self);
    if (g_ascii_isdigit(*self->p) || (*self->p != '\0' && strchr("+-.", *self->p) != NULL))
        return read_number(self);
    return fail(self, LITERAL_SYNTAX);
}

void
literal_clear(Literal *literal)
{
    g_clear_pointer(&literal->json, g_free);
    g_clear_pointer(&literal->parts, g_array_unref);
}

static LiteralTrouble
parse(const char *text, Literal *literal)
{
    Reader reader = {.p = text, .plain = TRUE};

    if (!g_utf8_validate(text, -1, NULL))
        return LITERAL_SYNTAX;
    reader.json = g_string_new(NULL);
    reader.parts = g_array_new(FALSE, FALSE, sizeof(LiteralPart));
    if (read_value(&reader, 0)) {
        skip_spaces(&reader);
        if (*reader.p != '\0')
            fail(&reader, LITERAL_SYNTAX);
    }
    literal->json = g_string_free(reader.json, FALSE);
    literal->parts = reader.parts;
    literal->plain = reader.plain;
    if (reader.trouble != LITERAL_FINE)
        literal_clear(literal);
    return reader.trouble;
}

gboolean
literal_parse(const char *text, Literal *literal, LiteralFault *fault)
{
    LiteralTrouble trouble;

    *literal = (Literal){0};
    trouble = parse(text, literal);
    if (trouble != LITERAL_FINE && fault != NULL)
        literal_explain(text, trouble, fault);
    return trouble == LITERAL_FINE;
}

gboolean
literal_is_value(const char *text)
{
    g_auto(Literal) literal = {0};

    return parse(text, &literal) == LITERAL_FINE;
}

gboolean
literal_is_json(const char *text)
{
    g_auto(Literal) literal = {0};

    return parse(text, &literal) == LITERAL_FINE && literal.plain;
}
