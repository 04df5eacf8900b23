/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of quoting text from hosts and files, so that it is safe in a terminal, a shell or a
 * file. Letters of all scripts stay readable, and control characters are escaped. Unquoting must
 * return the original bytes. */
#include "quote.h"

#include <string.h>

#include "mamuto-text.h"

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
    assert_quoted("a\nb\tc\r", "a\\nb\\tc\\r");
    assert_quoted("\x1b[2J\x7f", "\\x1b[2J\\x7f");
    assert_quoted("\xc2\x9b", "\\x9b"); /* U+009B is a control character that terminals treat like
                                           the two characters ESC [ */
}

static void
test_bytes(void)
{
    assert_quoted("\xff\xc3(\xc3", "\\xff\\xc3(\\xc3");
}

/* Invisible characters must be escaped if they change how the text around them is displayed. */
static void
test_invisible(void)
{
    assert_quoted("a\xe2\x80\xae"
                  "b",
                  "a\\u202eb");
    assert_quoted("\xf3\xa0\x81\x81", "\\U000e0041");
    assert_quoted("a\xc2\xad", "a\\xad");
}

static void
test_twice(void)
{
    const char *const raw = "\x1b[2J\n\xff \xe2\x80\xae";
    g_autofree char *once = quote_text(raw);

    assert_quoted(once, once);
}

static void
test_lines(void)
{
    g_autofree char *quoted = quote_lines("a\n\tb\r\n\x1b[2J\xff");

    g_assert_cmpstr(quoted, ==, "a\n\tb\\r\n\\x1b[2J\\xff");
    g_free(quoted);
    quoted = mamuto_text_escape("a\nb", FALSE);
    g_assert_cmpstr(quoted, ==, "a\\nb");
}

static void
test_start(void)
{
    static const struct {
        const char *text;
        guint max;
        const char *expected;
    } cases[] = {
        {"short", 5, "short"}, {"longer", 5, "longe…"}, {"größe", 3, "grö…"}, {"a\nb", 2, "a\\n…"},
        {"", 3, ""},
    };
    g_autofree char *large = g_strnfill(100000, 'x');
    g_autofree char *cut = quote_start(large, 100000, 3);

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *start = quote_start(cases[i].text, strlen(cases[i].text), cases[i].max);

        g_assert_cmpstr(start, ==, cases[i].expected);
    }
    g_assert_cmpstr(cut, ==, "xxx…");
}

/* A shell that reads the quoted word must see the original word. */
static void
test_words(void)
{
    static const char *const words[] = {"plain",     "a/b-c_d.e:f@g%h,1+2",
                                        "two words", "",
                                        "it's",      "$HOME",
                                        "`x`",       "a\nb",
                                        "#c",        "~",
                                        "größe",     "\\",
                                        "\"",        "a;b",
                                        "*"};
    g_autofree char *plain = quote_word(words[1]);

    g_assert_cmpstr(plain, ==, words[1]);
    for (guint i = 0; i < G_N_ELEMENTS(words); i++) {
        g_autofree char *quoted = quote_word(words[i]);
        g_autofree char *command = g_strdup_printf("printf %%s %s", quoted);
        char *argv[] = {(char *)"sh", (char *)"-c", command, NULL};
        g_autofree char *output = NULL;

        g_assert_true(g_spawn_sync(NULL, argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &output, NULL,
                                   NULL, NULL));
        g_assert_cmpstr(output, ==, words[i]);
    }
}

static void
test_json_and_cell(void)
{
    g_autoptr(GString) out = g_string_new(NULL);

    quote_append_json(out, "a\"b\\\n\t\x1b\x7f\xff ü");
    g_assert_cmpstr(out->str, ==, "\"a\\\"b\\\\\\n\\u0009\\u001b\\u007f\xef\xbf\xbd ü\"");
    g_string_truncate(out, 0);
    quote_append_cell(out, "say \"x\"\n\t\r\x1b,");
    g_assert_cmpstr(out->str, ==, "\"say \"\"x\"\"\n\t\\r\\x1b,\"");
}

/* Terminals, windows and spreadsheets must not take text from a host for something else: U+009B is
 * the same as ESC [, U+202E turns the text around, and some first characters begin a formula. */
static void
test_disguises(void)
{
    static const char *const formulas[] = {"=1+1", "+1", "-1", "@x", "\t=1", "\n=1"};
    g_autoptr(GString) out = g_string_new(NULL);

    quote_append_json(out, "a\xc2\x9b\u202e\u200b\U000e0041\U0001f418 大");
    g_assert_cmpstr(out->str, ==, "\"a\\u009b\\u202e\\u200b\\udb40\\udc41\U0001f418 大\"");
    for (guint i = 0; i < G_N_ELEMENTS(formulas); i++) {
        g_string_truncate(out, 0);
        quote_append_cell(out, formulas[i]);
        g_assert_true(g_str_has_prefix(out->str, "\"'"));
    }
    g_string_truncate(out, 0);
    quote_append_cell(out, "a=\u202eb");
    g_assert_cmpstr(out->str, ==, "\"a=\\u202eb\"");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/quote/text-stays", test_text_stays);
    g_test_add_func("/quote/controls", test_controls);
    g_test_add_func("/quote/bytes", test_bytes);
    g_test_add_func("/quote/invisible", test_invisible);
    g_test_add_func("/quote/twice", test_twice);
    g_test_add_func("/quote/lines", test_lines);
    g_test_add_func("/quote/start", test_start);
    g_test_add_func("/quote/words", test_words);
    g_test_add_func("/quote/json-and-cell", test_json_and_cell);
    g_test_add_func("/quote/disguises", test_disguises);
    return g_test_run();
}
