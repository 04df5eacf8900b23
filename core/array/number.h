/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Converts between numbers and text like Python's float() and repr(). The conversions are exactly
 * rounded and do not depend on the locale. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** NUMBER_PADDING: number of zero bytes that must follow a text for number_scan_double(), because
 * this function reads up to 8 bytes at once */
#define NUMBER_PADDING 16

/** NUMBER_TEXT_MAX: size of the longest formatted float, including the NUL */
#define NUMBER_TEXT_MAX 32

typedef enum { NUMBER_NOT_AN_INT, NUMBER_INT, NUMBER_UINT, NUMBER_TOO_BIG } NumberInt;

/* Parses a decimal number at @text. Does not accept nan, inf or spaces. Returns the end of the
 * number, or NULL if @text does not begin with a number. NUMBER_PADDING zero bytes must follow the
 * whole text. */
const char *number_scan_double(const char *text, double *value);

/* Parses all of @text as Python's float() does, but does not accept spaces and underscores. Accepts
 * decimal numbers, "nan", "inf" and "infinity" in any case, with an optional sign. */
gboolean number_parse_double(const char *text, gsize length, double *value);

/* Parses all of @text as an integer. NUMBER_INT: @value fits in a gint64. NUMBER_UINT: @value
 * contains the bits of a guint64. */
NumberInt number_parse_int(const char *text, gsize length, gint64 *value);

/* Formats a float with the fewest digits that parse to the same value, in the layout of Python's
 * repr(). @width: size of the float type in bytes (2, 4 or 8). @point: TRUE writes a whole number
 * as "1.0" instead of "1". Returns the length of the text. */
guint number_format(double value, guint width, gboolean point, char *text);

/* The 128 leading bits of 5^n for an n from -342 to 324, starting at the highest bit that is 1. The
 * following bits are dropped. */
typedef struct {
    guint64 high;
    guint64 low;
} NumberPower;
#define NUMBER_MIN_POWER (-342)
#define NUMBER_MAX_POWER 324
const NumberPower *number_powers(void);

/* Returns value / 2^bits, rounded down. The operator >> is not used for negative values, because
 * its result would be implementation-defined. */
static inline int
number_floor_shift(gint64 value, guint bits)
{
    return (int)(value >= 0 ? value >> bits : ~(~value >> bits));
}

G_END_DECLS
