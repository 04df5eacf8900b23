/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Table of the 128 leading bits of powers of five, used for parsing and formatting floats. The
 * first use computes the table in 0.1 ms. The source does not contain the 1300 constants, because
 * nobody could check them. */
#include <string.h>

#include "number.h"

/* Half the number of 32-bit words in a Big. The 36 words have 1152 bits. 5^324 needs 753 bits.
 * 2^1024, from which the negative powers are computed, needs 1025 bits. */
#define WORDS 18

typedef struct {
    guint32 word[2 * WORDS]; /* least significant word first */
} Big;

static void
multiply_by_5(Big *big)
{
    guint64 carry = 0;

    for (guint i = 0; i < G_N_ELEMENTS(big->word); i++) {
        carry += (guint64)big->word[i] * 5;
        big->word[i] = (guint32)carry;
        carry >>= 32;
    }
}

static void
divide_by_5(Big *big)
{
    guint64 rest = 0;

    for (guint i = G_N_ELEMENTS(big->word); i-- > 0;) {
        rest = rest << 32 | big->word[i];
        big->word[i] = (guint32)(rest / 5);
        rest %= 5;
    }
}

/* Returns the 128 leading bits of @big, starting at the highest bit that is 1. */
static NumberPower
top_bits(const Big *big)
{
    int top = G_N_ELEMENTS(big->word) - 1;
    guint32 part[4];
    guint shift;

    while (big->word[top] == 0)
        top--;
    shift = (guint)__builtin_clz(big->word[top]);
    for (int i = 0; i < 4; i++) {
        guint64 high = top - i >= 0 ? big->word[top - i] : 0;
        guint64 low = top - i - 1 >= 0 ? big->word[top - i - 1] : 0;

        part[i] = (guint32)((high << 32 | low) << shift >> 32);
    }
    return (NumberPower){(guint64)part[0] << 32 | part[1], (guint64)part[2] << 32 | part[3]};
}

const NumberPower *
number_powers(void)
{
    static NumberPower powers[NUMBER_MAX_POWER - NUMBER_MIN_POWER + 1];
    static gsize done;
    NumberPower *one = powers - NUMBER_MIN_POWER;

    if (g_once_init_enter(&done)) {
        Big big = {{1}};

        for (int i = 0; i <= NUMBER_MAX_POWER; i++, multiply_by_5(&big))
            one[i] = top_bits(&big);
        /* The entry for 5^-n has the leading bits of 2^1024 / 5^n, rounded down. Each division by 5
         * computes the next entry. Rounding down after each division gives the same result as
         * rounding down once at the end. */
        memset(&big, 0, sizeof big);
        big.word[32] = 1;
        for (int i = -1; i >= NUMBER_MIN_POWER; i--) {
            divide_by_5(&big);
            one[i] = top_bits(&big);
        }
        g_once_init_leave(&done, 1);
    }
    return one;
}
