/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Formats a float as the shortest decimal text that parses to the same value. If several texts are
 * shortest, the text closest to the value is used. The algorithm is Schubfach (R. Giulietti, "The
 * Schubfach way to render doubles", 2020). Decimal point and exponent are placed as by Python's
 * repr(). */
#include <math.h>
#include <string.h>

#include "dtype-convert.h"
#include "number.h"

__extension__ typedef unsigned __int128 Wide;

typedef struct {
    guint64 digits;
    int exponent; /* the value is digits × 10^exponent */
} Decimal;

/* The greatest n for which 128 bits can represent 5^n exactly. */
#define LAST_EXACT_POWER 55

static guint64
round_to_odd(NumberPower g, guint64 c)
{
    Wide low = (Wide)g.low * c;
    Wide high = (Wide)g.high * c + (low >> 64);

    return (guint64)(high >> 64) | ((guint64)high > 1);
}

/* Returns the shortest decimal number for which c × 2^q is the nearest float. @lower_closer: TRUE
 * if the next smaller float is only half as far away as the next larger float. */
static Decimal
to_decimal(guint64 c, int q, gboolean lower_closer)
{
    /* 1262611 / 2^22 approximates log10(2). 1741647 / 2^19 approximates log2(10). 524031 / 2^22
     * approximates log10(4/3). */
    int k = number_floor_shift(q * 1262611 - (lower_closer ? 524031 : 0), 22);
    int h = q + number_floor_shift(-k * 1741647, 19) + 1;
    NumberPower g = number_powers()[-k];
    gboolean odd = c & 1;
    guint64 lower, middle, upper, s;

    if ((-k < 0 || -k > LAST_EXACT_POWER) && ++g.low == 0)
        g.high++;
    lower = round_to_odd(g, (4 * c - 2 + (guint64)(lower_closer != 0)) << h) + odd;
    middle = round_to_odd(g, (4 * c) << h);
    upper = round_to_odd(g, (4 * c + 2) << h) - odd;
    s = middle / 4;
    if (s >= 10) {
        guint64 tens = s / 10;
        gboolean down = lower <= 40 * tens, up = 40 * tens + 40 <= upper;

        if (down != up)
            return (Decimal){tens + up, k + 1};
    }
    if ((lower <= 4 * s) != (4 * s + 4 <= upper))
        return (Decimal){s + (4 * s + 4 <= upper), k};
    return (Decimal){s + (middle > 4 * s + 2 || (middle == 4 * s + 2 && (s & 1))), k};
}

/* Returns the shortest decimal number that parses to @value. @width: size of the float type in
 * bytes. */
static Decimal
shortest(double value, guint width)
{
    guint mantissa_bits = width == 8 ? 52 : width == 4 ? 23 : 10;
    int bias = width == 8 ? 1075 : width == 4 ? 150 : 25;
    guint64 bits = 0, fraction;
    int exponent;

    if (width == 8) {
        memcpy(&bits, &value, sizeof value);
    } else if (width == 4) {
        float single = (float)value;
        guint32 single_bits;

        memcpy(&single_bits, &single, sizeof single);
        bits = single_bits;
    } else {
        bits = half_from_double(value);
    }
    fraction = bits & ((G_GUINT64_CONSTANT(1) << mantissa_bits) - 1);
    exponent = (int)(bits >> mantissa_bits);
    if (exponent == 0)
        return to_decimal(fraction, 1 - bias, FALSE);
    return to_decimal(fraction | G_GUINT64_CONSTANT(1) << mantissa_bits, exponent - bias,
                      fraction == 0 && exponent > 1);
}

static guint
write_exponent(int exponent, char *text)
{
    guint n = 0;

    text[n++] = 'e';
    text[n++] = exponent < 0 ? '-' : '+';
    exponent = ABS(exponent);
    if (exponent >= 100)
        text[n++] = (char)('0' + exponent / 100);
    text[n++] = (char)('0' + exponent / 10 % 10);
    text[n++] = (char)('0' + exponent % 10);
    return n;
}

/* Writes the digits with a decimal point after the first @point digits, or with an exponent in the
 * cases in which Python's repr() writes one. @with_point: TRUE writes a whole number as "1.0"
 * instead of "1". Returns the length of the text. */
static guint
lay_out(const char *digits, int n_digits, int point, gboolean with_point, char *text)
{
    guint n = 0;

    if (point <= -4 || point > 16) {
        text[n++] = digits[0];
        if (n_digits > 1)
            text[n++] = '.';
        memcpy(text + n, digits + 1, (gsize)n_digits - 1);
        n += (guint)n_digits - 1;
        return n + write_exponent(point - 1, text + n);
    }
    if (point <= 0) {
        memcpy(text, "0.0000", (gsize)(2 - point));
        n = (guint)(2 - point);
        memcpy(text + n, digits, (gsize)n_digits);
        return n + (guint)n_digits;
    }
    for (int i = 0; i < point; i++)
        text[n++] = i < n_digits ? digits[i] : '0';
    if (n_digits <= point && !with_point)
        return n;
    text[n++] = '.';
    if (n_digits <= point)
        text[n++] = '0';
    for (int i = point; i < n_digits; i++)
        text[n++] = digits[i];
    return n;
}

guint
number_format(double value, guint width, gboolean point, char *text)
{
    char reversed[20], digits[20];
    int n_digits = 0;
    guint n = 0;
    Decimal decimal;

    if (isnan(value)) {
        memcpy(text, "nan", 4);
        return 3;
    }
    if (signbit(value))
        text[n++] = '-';
    value = fabs(value);
    if (isinf(value)) {
        memcpy(text + n, "inf", 4);
        return n + 3;
    }
    decimal = value != 0 ? shortest(value, width) : (Decimal){0, 0};
    while (decimal.digits >= 10 && decimal.digits % 10 == 0) {
        decimal.digits /= 10;
        decimal.exponent++;
    }
    do
        reversed[n_digits++] = (char)('0' + decimal.digits % 10);
    while ((decimal.digits /= 10) > 0);
    for (int i = 0; i < n_digits; i++)
        digits[i] = reversed[n_digits - 1 - i];
    n += lay_out(digits, n_digits, n_digits + decimal.exponent, point, text + n);
    text[n] = '\0';
    return n;
}
