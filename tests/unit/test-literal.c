/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of values in JSON and in Python's notation, and of the arrays made from lists. */
#include <string.h>

#include "literal-array.h"
#include "mamuto-error.h"

static void
test_values(void)
{
    static const struct {
        const char *text, *json;
        gboolean plain;
    } cases[] = {
        {"0", "0", TRUE},
        {"-0.5e-3", "-0.5e-3", TRUE},
        {"+5", "5", FALSE},
        {"1_000.5", "1000.5", FALSE},
        {".5", "0.5", FALSE},
        {"-.5", "-0.5", FALSE},
        {"5.", "5.0", FALSE},
        {"5.e3", "5.0e3", FALSE},
        {"0x1f", "31", FALSE},
        {"0x1_f", "31", FALSE},
        {"-0b101", "-5", FALSE},
        {"18446744073709551616", "18446744073709551616", TRUE},
        {"NaN", "NaN", TRUE},
        {"-Infinity", "-Infinity", TRUE},
        {"+inf", "Infinity", FALSE},
        {"-nan", "NaN", FALSE},
        {"null", "null", TRUE},
        {"None", "null", FALSE},
        {"true", "true", TRUE},
        {"False", "false", FALSE},
        {"\"a\\u00e9\\/\\ud83d\\ude00\"", "\"aé/😀\"", TRUE},
        {"'it\\'s \"x\"'", "\"it's \\\"x\\\"\"", FALSE},
        {"'a\\x41\\u0042\\U0001f600\\t'", "\"aAB😀\\u0009\"", FALSE},
        {"\"\\u0000\"", "\"\\u0000\"", TRUE},
        {"''", "\"\"", FALSE},
        {" [ 1 ,2 ] ", "[1, 2]", TRUE},
        {"[1, 2,]", "[1, 2]", FALSE},
        {"[]", "[]", TRUE},
        {"{}", "{}", TRUE},
        {"{'a': {\"b\": [True, None]}, 'c': 'd',}", "{\"a\": {\"b\": [true, null]}, \"c\": \"d\"}",
         FALSE},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(Literal) literal = {0};

        g_test_message("%s", cases[i].text);
        g_assert_true(literal_parse(cases[i].text, &literal, NULL));
        g_assert_cmpstr(literal.json, ==, cases[i].json);
        g_assert_cmpint(literal.plain, ==, cases[i].plain);
        g_assert_cmpint(literal_is_json(cases[i].text), ==, cases[i].plain);
    }
}

static void
test_refused(void)
{
    static const char *const cases[] = {
        "",
        " ",
        "01",
        "-01",
        "1__0",
        "1_",
        "_1",
        "0x",
        "0x1_",
        "0x1__2",
        "0b2",
        "1e",
        "1.e",
        ".",
        "+",
        "--1",
        "- 1",
        "1 2",
        "1j",
        "(1,)",
        "{1}",
        "{1: 2}",
        "[1 2]",
        "[,]",
        "[1,,2]",
        "{,}",
        "nul",
        "NAN",
        "b'a'",
        "r'a'",
        "'''a'''",
        "'a",
        "\"a'",
        "'a\nb'",
        "'\\d'",
        "'\\/'",
        "'\\0'",
        "\"\\ud800\"",
        "\"\\ude00\"",
        "\"\\ud800\\u0041\"",
        "'\\U00110000'",
        "\xff",
        "'\xff'",
        "[1]]",
        "{'a' 1}",
        "0x1ffffffffffffffff",
        "1+1",
        "np.nan",
        "00",
        "0_1",
    };
    g_autofree char *deep = g_strnfill(100000, '[');

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(Literal) literal = {0};
        g_auto(LiteralFault) fault = {0};

        g_test_message("%s", cases[i]);
        g_assert_false(literal_parse(cases[i], &literal, &fault));
        g_assert_nonnull(fault.problem);
        g_assert_null(literal.json);
        g_assert_false(literal_is_json(cases[i]));
    }
    g_assert_false(literal_is_json(deep));
}

static MamutoArray *
make(const char *text, GError **error)
{
    g_auto(Literal) literal = {0};

    g_assert_true(literal_parse(text, &literal, NULL));
    return literal_make_array(&literal, error);
}

static void
test_arrays(void)
{
    static const struct {
        const char *list, *dtype;
        guint n_dims;
        gint64 shape[2];
        const char *last; /* the last element */
    } cases[] = {
        {"[1, 2, 5]", "<i8", 1, {3}, "5"},
        {"[1, 2.5]", "<f8", 1, {2}, "2.5"},
        {"[1, nan]", "<f8", 1, {2}, "nan"},
        {"[0.1]", "<f8", 1, {1}, "0.1"},
        {"[9223372036854775807]", "<i8", 1, {1}, "9223372036854775807"},
        {"[0, 18446744073709551615]", "<u8", 1, {2}, "18446744073709551615"},
        {"[True, False, True]", "|b1", 1, {3}, "True"},
        {"['a', 'äöü😀']", "<U4", 1, {2}, "äöü😀"},
        {"['']", "<U1", 1, {1}, ""},
        {"[[1, 2, 3], [4, 5, 6]]", "<i8", 2, {2, 3}, "6"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(MamutoArray) array = make(cases[i].list, &error);
        char dtype_text[MAMUTO_DTYPE_STRING_MAX];
        gint64 last[2] = {cases[i].shape[0] - 1, cases[i].shape[1] - 1};
        const gint64 *shape;
        MamutoDtype dtype;
        guint n_dims;
        g_autofree char *text = NULL;

        g_test_message("%s", cases[i].list);
        g_assert_no_error(error);
        mamuto_array_get_dtype(array, &dtype);
        mamuto_dtype_to_string(&dtype, dtype_text);
        g_assert_cmpstr(dtype_text, ==, cases[i].dtype);
        shape = mamuto_array_get_shape(array, &n_dims);
        g_assert_cmpuint(n_dims, ==, cases[i].n_dims);
        for (guint d = 0; d < n_dims; d++)
            g_assert_cmpint(shape[d], ==, cases[i].shape[d]);
        text = mamuto_array_format_element(array, last);
        g_assert_cmpstr(text, ==, cases[i].last);
    }
}

static void
test_no_arrays(void)
{
    static const char *const cases[] = {
        "[]",
        "[[]]",
        "[1, 'a']",
        "[1, true]",
        "[null]",
        "[{\"a\": 1}]",
        "[[1], 2]",
        "[1, [2]]",
        "[[1], [2, 3]]",
        "[[1, 2], [3]]",
        "5",
        "[18446744073709551616]",
        "[-1, 18446744073709551615]",
        "[9007199254740993, 0.5]",
        "[\"a\\u0000\"]",
        "[[[1]], [1]]",
        "[[1], [[1]]]",
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;

        g_test_message("%s", cases[i]);
        g_assert_null(make(cases[i], &error));
        g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/literal/values", test_values);
    g_test_add_func("/literal/refused", test_refused);
    g_test_add_func("/literal/arrays", test_arrays);
    g_test_add_func("/literal/no-arrays", test_no_arrays);
    return g_test_run();
}
