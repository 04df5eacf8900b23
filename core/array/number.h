/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Converts between numbers and text exactly, as Python's float() and repr() do, independent of the
 * locale. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** NUMBER_PADDING: zero bytes required behind the text of number_scan_double() */
#define NUMBER_PADDING 16

/** NUMBER_TEXT_MAX: size of the longest formatted float, including the NUL */
#define NUMBER_TEXT_MAX 32

typedef enum { NUMBER_NOT_AN_INT, NUMBER_INT, NUMBER_UINT, NUMBER_TOO_BIG } NumberInt;

/* Parses a decimal number (no nan, inf or spaces) at @text. Returns its end, or NULL if there is no
 * number. NUMBER_PADDING zero bytes must follow the whole text. */
const char *number_scan_double(const char *text, double *value);

/* Parses all of @text like float(), without spaces and underscores: decimal, "nan", "inf" or
 * "infinity" in any case, with optional sign. */
gboolean number_parse_double(const char *text, gsize length, double *value);

/* Parses all of @text as an integer. NUMBER_INT: fits gint64; NUMBER_UINT: fits guint64 only, whose
 * bits are stored in @value. */
NumberInt number_parse_int(const char *text, gsize length, gint64 *value);

/* Formats the shortest digits that parse to the same value of the given width (2, 4 or 8 bytes), in
 * the layout of repr(). @point: "1.0" instead of "1". Returns the length. */
guint number_format(double value, guint width, gboolean point, char *text);

/* Leading 128 bits of 5^exponent, normalised and truncated (-342 <= exponent <= 324). */
typedef struct {
    guint64 high;
    guint64 low;
} NumberPower;
#define NUMBER_MIN_POWER (-342)
#define NUMBER_MAX_POWER 324
const NumberPower *number_powers(void);

/* value / 2^bits, rounded down, because a right shift of a negative value is implementation-defined
 */
static inline int
number_floor_shift(gint64 value, guint bits)
{
    return (int)(value >= 0 ? value >> bits : ~(~value >> bits));
}

G_END_DECLS
