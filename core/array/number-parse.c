/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Converts decimal text to the nearest double. Up to 19 significant digits are converted by the
 * Eisel-Lemire algorithm (D. Lemire, "Number Parsing at a Gigabyte per Second", 2021,
 * arXiv:2101.11408), which needs no fallback (N. Mushtak and D. Lemire, "Fast Number Parsing
 * Without Fallback", 2022, arXiv:2212.06644). A number with more digits lies between two numbers
 * with 19 digits. If the algorithm converts both to the same double, this double is the result.
 * Otherwise g_ascii_strtod() converts the whole text. */
#include <string.h>

#include "number.h"

#define MAX_DIGITS 19 /* every number of 19 digits fits in a guint64 */

#define MANTISSA_BITS 52
#define MIN_EXPONENT (-1023)
#define INFINITE_POWER 0x7ff

/* When the value of the exponent has reached this limit, its further digits are ignored, because
 * the result is 0 or infinity anyway. */
#define EXPONENT_LIMIT 100000000

__extension__ typedef unsigned __int128 Wide;

static double
assemble(guint64 mantissa, int power)
{
    guint64 bits = (guint64)power << MANTISSA_BITS | mantissa;
    double value;

    memcpy(&value, &bits, sizeof value);
    return value;
}

/* Returns the upper 128 bits of @w × 5^@q. The last bits may be wrong, but not so far that the
 * rounding to a double is affected. */
static Wide
multiply(int q, guint64 w)
{
    NumberPower power = number_powers()[q];
    const guint64 precision_mask = G_MAXUINT64 >> (MANTISSA_BITS + 3);
    Wide first;

    /* For q < 0, @power is 1 / 5^-q, rounded down. For q from -27 to -1, it must be rounded up,
     * because otherwise a @w that is divisible by 5^-q would give a quotient that is too small. */
    if (q < 0 && q >= -27 && ++power.low == 0)
        power.high++;
    first = (Wide)w * power.high;
    if (((guint64)(first >> 64) & precision_mask) == precision_mask)
        first += ((Wide)w * power.low) >> 64;
    return first;
}

static double
scale(guint64 w, gint64 q)
{
    int zeros, upper, shift, power;
    guint64 high, mantissa;
    Wide product;

    if (w == 0 || q < NUMBER_MIN_POWER)
        return 0;
    if (q > 308)
        return assemble(0, INFINITE_POWER);
    zeros = __builtin_clzll(w);
    product = multiply((int)q, w << zeros);
    high = (guint64)(product >> 64);
    upper = (int)(high >> 63);
    shift = upper + 64 - MANTISSA_BITS - 3;
    mantissa = high >> shift;
    /* The factor 217706 / 2^16 approximates log2(10). */
    power = number_floor_shift(217706 * q, 16) + 63 + upper - zeros - MIN_EXPONENT;
    if (power <= 0) { /* subnormal */
        if (-power + 1 >= 64)
            return 0;
        mantissa >>= -power + 1;
        mantissa += mantissa & 1;
        mantissa >>= 1;
        power = mantissa < G_GUINT64_CONSTANT(1) << MANTISSA_BITS ? 0 : 1;
        return assemble(mantissa & ((G_GUINT64_CONSTANT(1) << MANTISSA_BITS) - 1), power);
    }
    /* If the number is exactly halfway between two doubles, the result is the double with the even
     * mantissa. If this is the smaller double, the lowest bit is cleared, so that the number is not
     * rounded up below. */
    if ((guint64)product <= 1 && q >= -4 && q <= 23 && (mantissa & 3) == 1 &&
        mantissa << shift == high)
        mantissa &= ~G_GUINT64_CONSTANT(1);
    mantissa += mantissa & 1;
    mantissa >>= 1;
    if (mantissa >= G_GUINT64_CONSTANT(2) << MANTISSA_BITS) {
        mantissa = G_GUINT64_CONSTANT(1) << MANTISSA_BITS;
        power++;
    }
    if (power >= INFINITE_POWER)
        return assemble(0, INFINITE_POWER);
    return assemble(mantissa & ~(G_GUINT64_CONSTANT(1) << MANTISSA_BITS), power);
}

static gboolean
is_digit(char c)
{
    return (guint8)(c - '0') < 10;
}

/* Returns whether all eight bytes are ASCII digits. */
static gboolean
are_eight_digits(guint64 bytes)
{
    return ((bytes & 0xf0f0f0f0f0f0f0f0) |
            (((bytes + 0x0606060606060606) & 0xf0f0f0f0f0f0f0f0) >> 4)) == 0x3333333333333333;
}

/* Converts eight ASCII digits to a number. First, each pair of digits becomes a number from 0
 * to 99. The upper half of the product with @first is then 1000000 × the first pair + 100 × the
 * third pair. The upper half of the product with @second is 10000 × the second pair + the fourth
 * pair. */
static guint32
eight_digits(guint64 bytes)
{
    const guint64 mask = 0x000000ff000000ff;
    const guint64 first = 0x000f424000000064;
    const guint64 second = 0x0000271000000001;

    bytes -= 0x3030303030303030;
    bytes = bytes * 10 + (bytes >> 8);
    return (guint32)(((bytes & mask) * first + ((bytes >> 16) & mask) * second) >> 32);
}

static const char *
scan_digits(const char *p, guint64 *w)
{
    guint64 bytes, value = *w;

    while (memcpy(&bytes, p, 8), bytes = GUINT64_FROM_LE(bytes), are_eight_digits(bytes)) {
        value = value * 100000000 + eight_digits(bytes);
        p += 8;
    }
    for (; is_digit(*p); p++)
        value = value * 10 + (guint64)(*p - '0');
    *w = value;
    return p;
}

/* Converts a number of more than 19 digits. @exponent: the number after 'e' in the text, or 0. */
static double
scale_many_digits(const char *digits, const char *end, gint64 exponent, const char *number_end)
{
    gboolean after_point = FALSE;
    guint64 w = 0;
    guint n = 0;
    double low;

    for (const char *p = digits; p < end; p++) {
        if (*p == '.') {
            after_point = TRUE;
            continue;
        }
        if (n < MAX_DIGITS) {
            w = w * 10 + (guint64)(*p - '0');
            n += w != 0;
            exponent -= after_point;
        } else {
            exponent += !after_point;
        }
    }
    low = scale(w, exponent);
    if (low != scale(w + 1, exponent)) {
        g_autofree char *text = g_strndup(digits, (gsize)(number_end - digits));

        low = g_ascii_strtod(text, NULL);
    }
    return low;
}

static const char *
scan_exponent(const char *p, gint64 *exponent)
{
    const char *start = p;
    gboolean negative;
    gint64 value = 0;

    p++;
    negative = *p == '-';
    if (*p == '-' || *p == '+')
        p++;
    if (!is_digit(*p))
        return start; /* no digits follow, so the 'e' does not belong to the number */
    for (; is_digit(*p); p++)
        if (value < EXPONENT_LIMIT)
            value = value * 10 + (*p - '0');
    *exponent = negative ? -value : value;
    return p;
}

const char *
number_scan_double(const char *text, double *value)
{
    const char *p = text, *digits, *end;
    gint64 exponent = 0, fraction = 0, n_digits;
    gboolean negative = *p == '-';
    guint64 w = 0;
    double result;

    if (*p == '-' || *p == '+')
        p++;
    digits = p;
    p = scan_digits(p, &w);
    n_digits = p - digits;
    if (*p == '.') {
        const char *point = p++;

        p = scan_digits(p, &w);
        fraction = p - point - 1;
        n_digits += fraction;
    }
    if (n_digits == 0)
        return NULL;
    end = p;
    if (*p == 'e' || *p == 'E')
        p = scan_exponent(p, &exponent);
    if (n_digits <= MAX_DIGITS)
        result = scale(w, exponent - fraction);
    else
        result = scale_many_digits(digits, end, exponent, p);
    *value = negative ? -result : result;
    return p;
}

static gboolean
parse_word(const char *text, gsize length, double *value)
{
    gboolean negative = length > 0 && *text == '-';
    guint64 bits;

    if (length > 0 && (*text == '-' || *text == '+')) {
        text++;
        length--;
    }
    if (length == 3 && g_ascii_strncasecmp(text, "nan", 3) == 0)
        bits = G_GUINT64_CONSTANT(0x7ff8000000000000);
    else if ((length == 3 && g_ascii_strncasecmp(text, "inf", 3) == 0) ||
             (length == 8 && g_ascii_strncasecmp(text, "infinity", 8) == 0))
        bits = G_GUINT64_CONSTANT(0x7ff0000000000000);
    else
        return FALSE;
    bits |= (guint64)negative << 63;
    memcpy(value, &bits, sizeof bits);
    return TRUE;
}

gboolean
number_parse_double(const char *text, gsize length, double *value)
{
    char room[128] = {0};
    char *copy = length + NUMBER_PADDING <= sizeof room ? room : g_malloc0(length + NUMBER_PADDING);
    gboolean parsed;

    if (length > 0)
        memcpy(copy, text, length);
    parsed = length > 0 && number_scan_double(copy, value) == copy + length;
    if (copy != room)
        g_free(copy);
    return parsed || parse_word(text, length, value);
}

NumberInt
number_parse_int(const char *text, gsize length, gint64 *value)
{
    gboolean negative = length > 0 && *text == '-', too_big = FALSE;
    gsize i = length > 0 && (*text == '-' || *text == '+');
    guint64 magnitude = 0;

    if (i == length)
        return NUMBER_NOT_AN_INT;
    for (; i < length; i++) {
        if (!is_digit(text[i]))
            return NUMBER_NOT_AN_INT;
        too_big = too_big || __builtin_mul_overflow(magnitude, 10, &magnitude) ||
                  __builtin_add_overflow(magnitude, (guint64)(text[i] - '0'), &magnitude);
    }
    if (too_big || (negative && magnitude > (guint64)G_MAXINT64 + 1))
        return NUMBER_TOO_BIG;
    *value = (gint64)(negative ? -magnitude : magnitude);
    return negative || magnitude <= G_MAXINT64 ? NUMBER_INT : NUMBER_UINT;
}
