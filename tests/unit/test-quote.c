/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Text of others within messages: readable in every script, harmless, on one line. */
#include "quote.h"

static void
assert_quoted(const char *text, const char *expected)
{
    g_autofree char *quoted = quote_text(text);

    g_assert_cmpstr(quoted, ==, expected);
}

static void
test_text_stays(void)
{
    assert_quoted("", "");
    assert_quoted("return \"a\\b\"", "return \"a\\b\"");
    assert_quoted("größe 大きさ", "größe 大きさ");
}

static void
test_controls(void)
{
    assert_quoted("a\nb\tc\r", "a\\nb\\tc\\x0d");
    assert_quoted("\x1b[2J\x7f", "\\x1b[2J\\x7f");
    assert_quoted("\xc2\x9b", "\\x9b"); /* CSI as one character */
}

static void
test_bytes(void)
{
    assert_quoted("\xff\xc3(\xc3", "\\xff\\xc3(\\xc3");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/quote/text-stays", test_text_stays);
    g_test_add_func("/quote/controls", test_controls);
    g_test_add_func("/quote/bytes", test_bytes);
    return g_test_run();
}
