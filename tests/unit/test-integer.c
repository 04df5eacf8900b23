/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of integer.h. */
#include "integer.h"

#include <errno.h>

static void
test_unsigned(void)
{
    const char *wrong[] = {"",
                           " 1",
                           "1 ",
                           "+1",
                           "-1",
                           "0x1",
                           "1.0",
                           "one",
                           "18446744073709551616",
                           "99999999999999999999"};
    guint64 value = 7;

    for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_assert_false(integer_parse_unsigned(wrong[i], 0, G_MAXUINT64, &value));
        g_assert_cmpuint(value, ==, 7);
    }
    g_assert_true(integer_parse_unsigned("18446744073709551615", 0, G_MAXUINT64, &value));
    g_assert_cmpuint(value, ==, G_MAXUINT64);
    g_assert_true(integer_parse_unsigned("0012", 1, 12, &value));
    g_assert_cmpuint(value, ==, 12);
    g_assert_false(integer_parse_unsigned("13", 1, 12, &value));
    g_assert_false(integer_parse_unsigned("0", 1, 12, &value));
}

static void
test_signed(void)
{
    const char *wrong[] = {
        "", "-", "+", "--1", "- 1", "1-", "9223372036854775808", "-9223372036854775809"};
    gint64 value = 7;

    for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_assert_false(integer_parse_signed(wrong[i], G_MININT64, G_MAXINT64, &value));
        g_assert_cmpint(value, ==, 7);
    }
    g_assert_true(integer_parse_signed("-19", -20, 19, &value));
    g_assert_cmpint(value, ==, -19);
    g_assert_true(integer_parse_signed("+19", -20, 19, &value));
    g_assert_cmpint(value, ==, 19);
    g_assert_false(integer_parse_signed("-21", -20, 19, &value));
    g_assert_true(integer_parse_signed("9223372036854775807", 0, G_MAXINT64, &value));
    g_assert_cmpint(value, ==, G_MAXINT64);
    g_assert_true(integer_parse_signed("-9223372036854775808", G_MININT64, 0, &value));
    g_assert_cmpint(value, ==, G_MININT64);
}

/* An earlier error of another function, here in errno, must not make a number invalid. */
static void
test_errno(void)
{
    gint64 value;

    errno = EAGAIN;
    g_assert_true(integer_parse_signed("2", 1, 4096, &value));
    g_assert_cmpint(value, ==, 2);
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/integer/unsigned", test_unsigned);
    g_test_add_func("/integer/signed", test_signed);
    g_test_add_func("/integer/errno", test_errno);
    return g_test_run();
}
