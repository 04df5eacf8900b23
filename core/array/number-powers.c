/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Table of the 128 leading bits of powers of five, used for parsing and formatting floats. The
 * table is computed at the first use, in 0.1 ms, because 1300 constants in the source could not be
 * reviewed. */
#include <string.h>

#include "number.h"

/* Half the length of a Big in 32-bit words. 36 words are enough for 5^324, which has 753 bits, and
 * for 2^1024, the dividend of the negative powers. */
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

/* Returns the 128 leading bits, starting at the highest bit that is 1. */
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
        /* Divides by 5 repeatedly. The result is exact, because repeated floor divisions equal one
         * floor division. */
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
