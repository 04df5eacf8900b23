/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of the list of lines that the user's code printed. The list splits the text into lines
 * and escapes control characters. */
#include "../../app/progress/mamuto-log-model.h"

static char *
text_of(MamutoLogModel *model, guint position)
{
    g_autoptr(MamutoLogLine) line = g_list_model_get_item(G_LIST_MODEL(model), position);

    return g_strdup(mamuto_log_line_get_text(line));
}

static void
assert_text(MamutoLogModel *model, guint position, const char *wanted)
{
    g_autofree char *text = text_of(model, position);

    g_assert_cmpstr(text, ==, wanted);
}

static MamutoLogModel *
fill(const char *text)
{
    MamutoLogModel *model = mamuto_log_model_new(100);

    mamuto_log_model_add(model, 0, 1, 0.5, text);
    mamuto_log_model_flush(model);
    return model;
}

static void
test_lines(void)
{
    g_autoptr(MamutoLogModel) model =
        fill("one\n\ntwo\r\nthree \x1b[31m\na\tb\u202e\xc2\x9b\u200b");

    g_assert_cmpuint(g_list_model_get_n_items(G_LIST_MODEL(model)), ==, 5);
    assert_text(model, 0, "one");
    assert_text(model, 1, "");
    assert_text(model, 2, "two");
    assert_text(model, 3, "three \\x1b[31m");
    assert_text(model, 4, "a    b\\u202e\\x9b\\u200b");
}

/* A very long line is shown as several lines. No byte may be lost, and no UTF-8 character may be
 * split. */
static void
test_long_line(void)
{
    g_autoptr(GString) text = g_string_new("x");
    g_autoptr(GString) together = g_string_new(NULL);
    g_autoptr(MamutoLogModel) model = NULL;

    for (guint i = 0; i < 10000; i++)
        g_string_append(text, "é");
    model = fill(text->str);
    g_assert_cmpuint(g_list_model_get_n_items(G_LIST_MODEL(model)), >, 4);
    for (guint i = 0; i < g_list_model_get_n_items(G_LIST_MODEL(model)); i++) {
        g_autofree char *line = text_of(model, i);

        g_assert_cmpuint(strlen(line), <=, 4000);
        g_assert_true(g_utf8_validate(line, -1, NULL));
        g_string_append(together, line);
    }
    g_assert_cmpstr(together->str, ==, text->str);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/log-model/lines", test_lines);
    g_test_add_func("/log-model/long-line", test_long_line);
    return g_test_run();
}
