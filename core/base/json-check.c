/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See json-check.h. A state machine that reads each byte once. */
#include "json-check.h"

#include <string.h>

enum {
    AT_VALUE,            /* a value must follow */
    AT_FIRST_ITEM,       /* a value or ']' */
    AT_FIRST_KEY,        /* a key or '}' */
    AT_KEY,              /* a key */
    AT_COLON,            /* the colon after a key */
    AFTER_VALUE,         /* a comma, the end of the open array or object, or the end of the text */
    IN_STRING,           /* also within a character of several bytes: `left` > 0 */
    IN_ESCAPE,           /* after a backslash */
    IN_HEX,              /* in the four digits after \u; `left` of them follow */
    IN_WORD,             /* in true, false, null, NaN or Infinity */
    AFTER_MINUS,         /* after the sign of a number */
    AFTER_ZERO,          /* after a 0 at the beginning of a number */
    IN_DIGITS,           /* in the digits before the point */
    AFTER_POINT,         /* a digit must follow */
    IN_FRACTION,         /* in the digits after the point */
    AFTER_E,             /* a sign or a digit must follow */
    AFTER_EXPONENT_SIGN, /* a digit must follow */
    IN_EXPONENT,         /* in the digits of the exponent */
};

void
json_check_init(JsonCheck *self, gboolean more_lines)
{
    *self = (JsonCheck){.state = AT_VALUE, .more_lines = more_lines};
}

void
json_check_clear(JsonCheck *self)
{
    g_clear_pointer(&self->kinds, g_byte_array_unref);
}

void
json_check_begin(JsonCheck *self)
{
    self->state = AT_VALUE;
    self->left = 0;
    self->depth = 0;
}

/* Opens an array or an object. */
static void
open_value(JsonCheck *self, gboolean is_object)
{
    guint8 bit = (guint8)(1u << self->depth % 8), zero = 0;

    if (self->kinds == NULL)
        self->kinds = g_byte_array_new();
    if (self->depth / 8 == self->kinds->len)
        g_byte_array_append(self->kinds, &zero, 1);
    if (is_object)
        self->kinds->data[self->depth / 8] |= bit;
    else
        self->kinds->data[self->depth / 8] &= (guint8)~bit;
    self->depth++;
    self->state = is_object ? AT_FIRST_KEY : AT_FIRST_ITEM;
}

static gboolean
is_in_object(const JsonCheck *self)
{
    guint64 last = self->depth - 1;

    return self->depth > 0 && (self->kinds->data[last / 8] >> last % 8 & 1) != 0;
}

static gboolean
begin_word(JsonCheck *self, const char *rest)
{
    self->word = rest;
    self->state = IN_WORD;
    return TRUE;
}

static gboolean
begin_string(JsonCheck *self, gboolean is_key)
{
    self->is_key = is_key;
    self->state = IN_STRING;
    return TRUE;
}

static gboolean
begin_value(JsonCheck *self, guint8 c)
{
    switch (c) {
    case '[':
    case '{':
        open_value(self, c == '{');
        return TRUE;
    case '"':
        return begin_string(self, FALSE);
    case 't':
        return begin_word(self, "rue");
    case 'f':
        return begin_word(self, "alse");
    case 'n':
        return begin_word(self, "ull");
    case 'N':
        return begin_word(self, "aN");
    case 'I':
        return begin_word(self, "nfinity");
    case '-':
        self->state = AFTER_MINUS;
        return TRUE;
    case '0':
        self->state = AFTER_ZERO;
        return TRUE;
    default:
        self->state = IN_DIGITS;
        return g_ascii_isdigit(c);
    }
}

/* Reads a byte after a value: a comma, or the end of the array or object that contains the
 * value. */
static gboolean
end_value(JsonCheck *self, guint8 c)
{
    gboolean in_object = is_in_object(self);

    self->state = AFTER_VALUE;
    if (self->depth == 0)
        return FALSE;
    if (c == ',') {
        self->state = in_object ? AT_KEY : AT_VALUE;
        return TRUE;
    }
    self->depth--;
    return c == (in_object ? '}' : ']');
}

/* Begins a character of several bytes in a string. Surrogates, characters above U+10FFFF, and
 * longer sequences than necessary are invalid. */
static gboolean
begin_character(JsonCheck *self, guint8 c)
{
    self->low = c == 0xe0 ? 0xa0 : c == 0xf0 ? 0x90 : 0x80;
    self->high = c == 0xed ? 0x9f : c == 0xf4 ? 0x8f : 0xbf;
    self->left = c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;
    return c >= 0xc2 && c <= 0xf4;
}

static gboolean
read_in_string(JsonCheck *self, guint8 c)
{
    if (self->left > 0) {
        gboolean valid = c >= self->low && c <= self->high;

        self->left--;
        self->low = 0x80;
        self->high = 0xbf;
        return valid;
    }
    if (c == '"')
        self->state = self->is_key ? AT_COLON : AFTER_VALUE;
    else if (c == '\\')
        self->state = IN_ESCAPE;
    else if (c >= 0x80)
        return begin_character(self, c);
    return c >= 0x20;
}

static gboolean
read_escape(JsonCheck *self, guint8 c)
{
    if (self->state == IN_ESCAPE) {
        self->state = c == 'u' ? IN_HEX : IN_STRING;
        self->left = c == 'u' ? 4 : 0;
        return c != 0 && strchr("\"\\/bfnrtu", c) != NULL;
    }
    if (--self->left == 0)
        self->state = IN_STRING;
    return g_ascii_isxdigit(c);
}

static gboolean
read_in_word(JsonCheck *self, guint8 c)
{
    if (c != (guint8)*self->word)
        return FALSE;
    if (*++self->word == '\0')
        self->state = AFTER_VALUE;
    return TRUE;
}

/* Whether the number that the bytes until now are may end here. */
static gboolean
is_number(guint8 state)
{
    return state == AFTER_ZERO || state == IN_DIGITS || state == IN_FRACTION ||
           state == IN_EXPONENT;
}

/* Returns whether the byte belongs to the current number. */
static gboolean
read_in_number(JsonCheck *self, guint8 c)
{
    gboolean digit = g_ascii_isdigit(c);
    guint8 state = self->state;

    if (state == AFTER_MINUS && c == 'I')
        return begin_word(self, "nfinity");
    if (digit && state == AFTER_MINUS)
        self->state = c == '0' ? AFTER_ZERO : IN_DIGITS;
    else if (digit && (state == AFTER_POINT || state == IN_FRACTION))
        self->state = IN_FRACTION;
    else if (digit && (state == AFTER_E || state == AFTER_EXPONENT_SIGN || state == IN_EXPONENT))
        self->state = IN_EXPONENT;
    else if (digit)
        return state == IN_DIGITS;
    else if (c == '.' && (state == AFTER_ZERO || state == IN_DIGITS))
        self->state = AFTER_POINT;
    else if ((c == 'e' || c == 'E') && is_number(state) && state != IN_EXPONENT)
        self->state = AFTER_E;
    else if ((c == '+' || c == '-') && state == AFTER_E)
        self->state = AFTER_EXPONENT_SIGN;
    else
        return FALSE;
    return TRUE;
}

static gboolean
is_space(const JsonCheck *self, guint8 c)
{
    return c == ' ' || (self->more_lines && (c == '\t' || c == '\n' || c == '\r'));
}

/* Reads a byte between the parts of the value, or the first byte of a part. */
static gboolean
read_between(JsonCheck *self, guint8 c)
{
    if (is_space(self, c))
        return TRUE;
    switch (self->state) {
    case AT_FIRST_ITEM:
        return c == ']' ? end_value(self, c) : begin_value(self, c);
    case AT_VALUE:
        return begin_value(self, c);
    case AT_FIRST_KEY:
        return c == '}' ? end_value(self, c) : c == '"' && begin_string(self, TRUE);
    case AT_KEY:
        return c == '"' && begin_string(self, TRUE);
    case AT_COLON:
        self->state = AT_VALUE;
        return c == ':';
    default:
        return end_value(self, c);
    }
}

static gboolean
read_byte(JsonCheck *self, guint8 c)
{
    if (self->state < IN_STRING)
        return read_between(self, c);
    if (self->state == IN_STRING)
        return read_in_string(self, c);
    if (self->state == IN_ESCAPE || self->state == IN_HEX)
        return read_escape(self, c);
    if (self->state == IN_WORD)
        return read_in_word(self, c);
    if (read_in_number(self, c))
        return TRUE;
    if (!is_number(self->state))
        return FALSE;
    self->state = AFTER_VALUE;
    return read_between(self, c);
}

gboolean
json_check_add(JsonCheck *self, const guint8 *bytes, gsize n)
{
    const guint8 *end = bytes + n;

    while (bytes < end) {
        /* Most bytes of long strings need no other test. */
        while (self->state == IN_STRING && self->left == 0 && bytes < end && *bytes >= 0x20 &&
               *bytes < 0x80 && *bytes != '"' && *bytes != '\\')
            bytes++;
        if (bytes < end && !read_byte(self, *bytes++))
            return FALSE;
    }
    return TRUE;
}

gboolean
json_check_is_blank(const JsonCheck *self)
{
    return self->state == AT_VALUE && self->depth == 0;
}

gboolean
json_check_end(JsonCheck *self)
{
    return self->depth == 0 && (self->state == AFTER_VALUE || is_number(self->state));
}
