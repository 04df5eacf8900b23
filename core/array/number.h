/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Numbers as text, both ways, to the last bit: what Python's float() reads and repr() writes. The
 * locale has no say in it. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** NUMBER_PADDING: zero bytes that must follow the text that number_scan_double() gets */
#define NUMBER_PADDING 16

/** NUMBER_TEXT_MAX: room that any formatted float takes, with its NUL */
#define NUMBER_TEXT_MAX 32

typedef enum { NUMBER_NOT_AN_INT, NUMBER_INT, NUMBER_UINT, NUMBER_TOO_BIG } NumberInt;

/* A decimal number (no nan, inf or blanks) at @text: where it ends, or NULL if there is none. The
 * text must be followed by NUMBER_PADDING zero bytes, wherever it ends. */
const char *number_scan_double(const char *text, double *value);

/* The whole of @text as float() understands it, without blanks and underscores: decimal, "nan",
 * "inf" or "infinity" in any case, with a sign. */
gboolean number_parse_double(const char *text, gsize length, double *value);

/* The whole of @text as an int: NUMBER_INT fits gint64, NUMBER_UINT only guint64 (and is then
 * stored as that in the bits of @value). */
NumberInt number_parse_int(const char *text, gsize length, gint64 *value);

/* Shortest digits that read back as the same value of the given width (2, 4 or 8 bytes), laid out
 * as repr() does; @point: "1.0" rather than "1". Returns the length. */
guint number_format(double value, guint width, gboolean point, char *text);

/* 128 bits of 5^exponent, normalised, truncated (-342 <= exponent <= 324). */
typedef struct {
    guint64 high;
    guint64 low;
} NumberPower;
#define NUMBER_MIN_POWER (-342)
#define NUMBER_MAX_POWER 324
const NumberPower *number_powers(void);

/* value / 2^bits, rounded down; what a plain shift of a negative value does is up to the compiler
 */
static inline int
number_floor_shift(gint64 value, guint bits)
{
    return (int)(value >= 0 ? value >> bits : ~(~value >> bits));
}

G_END_DECLS
