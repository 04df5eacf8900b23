/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of the check that bytes are one JSON value in UTF-8. The bytes come in pieces of random
 * sizes, which must not change the answer. */
#include <string.h>

#include "json-check.h"

static gboolean
check_in_pieces(JsonCheck *check, const char *text, gsize length, gsize most)
{
    json_check_begin(check);
    for (gsize at = 0; at < length;) {
        gsize n = (gsize)g_test_rand_int_range(1, (gint32)most + 1);

        n = MIN(n, length - at);
        if (!json_check_add(check, (const guint8 *)text + at, n))
            return FALSE;
        at += n;
    }
    return json_check_end(check);
}

static void
expect(const char *text, gsize length, gboolean more_lines, gboolean valid)
{
    g_auto(JsonCheck) check;

    json_check_init(&check, more_lines);
    for (gsize most = 1; most < 5; most++)
        if (check_in_pieces(&check, text, length, most) != valid)
            g_error("%s is called %s", text, valid ? "invalid" : "valid");
    if (check_in_pieces(&check, text, length, length + 1) != valid)
        g_error("%s is called %s", text, valid ? "invalid" : "valid");
}

static void
test_valid(void)
{
    static const char *const texts[] = {
        "0",
        "-0",
        "10",
        "1.5",
        "-0.25e+10",
        "1E5",
        "1e-05",
        "0e0",
        "true",
        "false",
        "null",
        "NaN",
        "Infinity",
        "-Infinity",
        "\"\"",
        "\"a\"",
        "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00eF\"",
        "[]",
        "{}",
        "[ ]",
        "{ }",
        "[1]",
        "[1, 2,3]",
        "[[], [[]], {}]",
        "{\"a\": 1}",
        "{\"a\": {\"b\": [1, {\"\": null}]}, \"c\": \"d\"}",
        " 1 ",
        "[1 , 2 ]",
        "{\"a\" :1}",
        "\"\xc2\x80\xdf\xbf\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf\xf0\x90\x80\x80\xf4\x8f"
        "\xbf\xbf\"",
        "\"\x7f\"",
        "[NaN,-1,\"x\"]",
    };

    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        expect(texts[i], strlen(texts[i]), FALSE, TRUE);
        expect(texts[i], strlen(texts[i]), TRUE, TRUE);
    }
}

static void
test_invalid(void)
{
    static const char *const texts[] = {
        "",
        " ",
        "01",
        "-",
        "+1",
        ".5",
        "1.",
        "1.e5",
        "1e",
        "1e+",
        "1e5.5",
        "--1",
        "1-",
        "0x1",
        "1 2",
        "tru",
        "truex",
        "nul",
        "None",
        "True",
        "nan",
        "inf",
        "-NaN",
        "-Inf",
        "Infinit",
        "'a'",
        "\"",
        "\"a",
        "\"\\",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "\"\\U0001\"",
        "[",
        "]",
        "{",
        "}",
        "[1",
        "[1,",
        "[1,]",
        "[,1]",
        "[1 2]",
        "{1: 2}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\": 1,}",
        "{\"a\": 1",
        "{\"a\" 1}",
        "{,}",
        "[}",
        "{]",
        "[1}",
        "{\"a\": 1]",
        "[1]]",
        "[1]1",
        "\"a\" \"b\"",
        "1,2",
        "//",
        "[1,//\n2]",
        "\"\x80\"",
        "\"\xc1\x81\"",
        "\"\xc3(\"",
        "\"\xe0\x9f\xbf\"",
        "\"\xed\xa0\x80\"",
        "\"\xf0\x8f\xbf\xbf\"",
        "\"\xf4\x90\x80\x80\"",
        "\"\xf5\x80\x80\x80\"",
        "\"\xe2\x82\"",
        "\"\xff\"",
        "\xc3\xa4",
        "\xef\xbb\xbf"
        "1",
        "\"\x01\"",
        "\"\x1f\"",
        "\"a\nb\"",
        "\"\t\"",
        "\x1b[0m",
        "1\x0b",
        "1\x0c",
    };

    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        expect(texts[i], strlen(texts[i]), FALSE, FALSE);
        expect(texts[i], strlen(texts[i]), TRUE, FALSE);
    }
    expect("\"\0\"", 3, FALSE, FALSE);
    expect("1\0", 2, FALSE, FALSE);
    expect("\0", 1, TRUE, FALSE);
    expect("\"\\\0\"", 4, TRUE, FALSE);
}

static void
test_lines(void)
{
    static const char *const texts[] = {"1\n", "\t1\r\n", "[1,\n2]", "{\"a\"\n:\t1}\n\n"};

    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        expect(texts[i], strlen(texts[i]), FALSE, FALSE);
        expect(texts[i], strlen(texts[i]), TRUE, TRUE);
    }
}

static void
test_deep(void)
{
    const gsize depth = 300000;
    g_autoptr(GString) text = g_string_new(NULL);
    g_auto(JsonCheck) check;

    for (gsize i = 0; i < depth; i++)
        g_string_append(text, i % 3 == 0 ? "[" : "{\"a\":");
    g_string_append(text, "0");
    for (gsize i = depth; i-- > 0;)
        g_string_append_c(text, i % 3 == 0 ? ']' : '}');
    json_check_init(&check, FALSE);
    g_assert_true(check_in_pieces(&check, text->str, text->len, text->len));
    text->str[text->len - 1] = '}';
    g_assert_false(check_in_pieces(&check, text->str, text->len, text->len));
    text->str[text->len - 1] = ']';
    text->str[text->len - 2] = ']';
    g_assert_false(check_in_pieces(&check, text->str, text->len, text->len));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/json-check/valid", test_valid);
    g_test_add_func("/json-check/invalid", test_invalid);
    g_test_add_func("/json-check/lines", test_lines);
    g_test_add_func("/json-check/deep", test_deep);
    return g_test_run();
}
