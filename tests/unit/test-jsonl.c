/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of files of JSON lines as arguments: which lines are rows, and the block of variable rows
 * that is sent for a chunk. Wrong lines are refused with their number. */
#include <glib/gstdio.h>
#include <string.h>

#include "array-lines.h"
#include "file-fixture.h"
#include "mamuto-error.h"

/* Expects the rows, separated by '|'. */
static void
expect(FileFixture *fixture, const char *text, const char *rows)
{
    g_auto(GStrv) lines = g_strsplit(rows, "|", -1);
    g_autoptr(GError) error = NULL;
    g_autoptr(MamutoArray) array = NULL;

    g_assert_true(g_file_set_contents(fixture->path, text, -1, NULL));
    array = mamuto_array_load(fixture->path, NULL, &error);
    g_assert_no_error(error);
    g_assert_true(mamuto_array_is_json(array));
    g_assert_cmpint(mamuto_array_get_n_rows(array), ==, g_strv_length(lines));
    for (gint64 i = 0; lines[i] != NULL; i++) {
        g_autofree char *row = mamuto_array_read_json(array, i, &error);

        g_assert_cmpstr(row, ==, lines[i]);
    }
}

static void
test_rows(FileFixture *fixture, gconstpointer data)
{
    expect(fixture, "1\n[2]\n{\"a\": 3}\n", "1|[2]|{\"a\": 3}");
    expect(fixture, "1\n2", "1|2");
    expect(fixture, "1\r\n2\r\n", "1|2");
    expect(fixture,
           "\xef\xbb\xbf"
           "1\n2\n",
           "1|2");
    expect(fixture, "\n\n1\n\n \t\r\n2\n\n\n", "1|2");
    expect(fixture, "\xef\xbb\xbf\n\"\xc3\xa4\"\n", "\"\xc3\xa4\"");
    expect(fixture, "null\nNaN\n-Infinity", "null|NaN|-Infinity");
    expect(fixture, "", "");
    expect(fixture, "\n\n", "");
}

static void
refused(FileFixture *fixture, const char *text, const char *place)
{
    g_autoptr(GError) error = NULL;

    g_assert_true(g_file_set_contents(fixture->path, text, -1, NULL));
    g_assert_null(mamuto_array_load(fixture->path, NULL, &error));
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE);
    if (strstr(error->message, place) == NULL || strstr(error->message, "in.jsonl") == NULL)
        g_error("'%s' is not in: %s", place, error->message);
    g_assert_true(g_utf8_validate(error->message, -1, NULL));
}

static void
test_wrong_lines(FileFixture *fixture, gconstpointer data)
{
    refused(fixture, "1\n{'a': 1}\n", "line 2: '{'a': 1}'");
    refused(fixture, "1\n\n\nTrue\n", "line 4: 'True'");
    refused(fixture, "1\n2 3\n", "line 2");
    refused(fixture, "[1,\n2]\n", "line 1: '[1,'");
    refused(fixture, "1\n[2", "line 2: '[2'");
    refused(fixture, "\"\xff\"\n", "line 1");
    refused(fixture, "1\n\"a\tb\"\n", "line 2");
    refused(fixture, "1\n\x1b[0m\n", "line 2");
    refused(fixture, "a,b\n1,2\n", "line 1: 'a,b'");
}

/* The blocks of all ranges of rows, read in pieces. */
static void
test_blocks(FileFixture *fixture, gconstpointer data)
{
    static const char text[] = "\n11\n[2, 3]\r\n\n{}\n\"4\"";
    static const char *const starts[] = {"11", "[2, 3]", "{}", "\"4\""};
    g_autoptr(GError) error = NULL;
    g_autoptr(MamutoArray) array = NULL;
    guint8 block[100];

    g_assert_true(g_file_set_contents(fixture->path, text, -1, NULL));
    array = mamuto_array_load(fixture->path, NULL, &error);
    g_assert_no_error(error);
    for (gint64 lo = 0; lo < 4; lo++)
        for (gint64 hi = lo + 1; hi <= 4; hi++) {
            guint64 size = array_lines_get_block_size(array, lo, hi),
                    head = 8 * (guint64)(hi - lo + 1);

            for (gsize step = 8; step <= 64; step += 8)
                for (guint64 at = 0; at < size; at += step)
                    g_assert_true(array_lines_read_block(
                        array, lo, hi, at, (gsize)MIN(step, size - at), block + at, &error));
            for (gint64 i = 0; i < hi - lo; i++) {
                guint64 from, to;

                memcpy(&from, block + 8 * i, 8);
                memcpy(&to, block + 8 * i + 8, 8);
                from = GUINT64_FROM_LE(from);
                to = GUINT64_FROM_LE(to);
                g_assert_true(from <= to && to <= size - head);
                g_assert_true(strncmp((char *)block + head + from, starts[lo + i],
                                      strlen(starts[lo + i])) == 0);
                g_assert_true(i > 0 || from == 0);
                g_assert_true(i < hi - lo - 1 || to == size - head);
            }
        }
}

static void
test_key(FileFixture *fixture, gconstpointer data)
{
    g_autofree char *spec = g_strconcat(fixture->path, ":a b", NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(MamutoArray) array = NULL;

    g_assert_true(g_file_set_contents(fixture->path, "{\"a b\": 1}\n", -1, NULL));
    array = mamuto_array_load(spec, NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(mamuto_array_get_key(array), ==, "a b");
    for (int i = 0; i < 2; i++) {
        g_autofree char *wrong = g_strconcat(fixture->path, i ? ":\xff" : ":", NULL);

        g_assert_null(mamuto_array_load(wrong, NULL, &error));
        g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT);
        g_clear_error(&error);
    }
}

static void
test_changed(FileFixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(MamutoArray) array = NULL;
    g_autofree char *row = NULL;

    g_assert_true(g_file_set_contents(fixture->path, "1\n22222222\n", -1, NULL));
    array = mamuto_array_load(fixture->path, NULL, &error);
    g_assert_no_error(error);
    g_assert_true(mamuto_array_check_unchanged(array, &error));
    g_assert_cmpint(truncate(fixture->path, 3), ==, 0);
    g_assert_false(mamuto_array_check_unchanged(array, &error));
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE);
    g_clear_error(&error);
    row = mamuto_array_read_json(array, 1, &error);
    g_assert_null(row);
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE);
}

/* A file of several blocks, and lines that cross them. */
static void
test_large(FileFixture *fixture, gconstpointer data)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(MamutoArray) array = NULL;

    for (int i = 0; i < 3000; i++) {
        g_autofree char *filler = g_strnfill((gsize)(i * 7919 % 3000), 'x');

        g_string_append_printf(text, "{\"i\": %d, \"text\": \"%s\"}\n", i, filler);
    }
    g_assert_true(g_file_set_contents(fixture->path, text->str, -1, NULL));
    array = mamuto_array_load(fixture->path, NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpint(mamuto_array_get_n_rows(array), ==, 3000);
    for (gint64 i = 0; i < 3000; i += 17) {
        g_autofree char *row = mamuto_array_read_json(array, i, &error);
        g_autofree char *start = g_strdup_printf("{\"i\": %d, \"text\": \"", (int)i);

        g_assert_true(g_str_has_prefix(row, start) && g_str_has_suffix(row, "\"}"));
        g_assert_cmpint(strlen(row), ==, strlen(start) + (gsize)(i * 7919 % 3000) + 2);
    }
    g_string_append(text, "x\n");
    g_assert_true(g_file_set_contents(fixture->path, text->str, -1, NULL));
    g_assert_null(mamuto_array_load(fixture->path, NULL, &error));
    g_assert_nonnull(strstr(error->message, "3001"));
}

static void
test_list_keys(FileFixture *fixture, gconstpointer data)
{
    static const struct {
        const char *text, *keys;
        gboolean complete;
    } cases[] = {
        {"{\"a\": 1, \"b\": {\"c\": 2}}\n[1]\n{\"b\": 1, \"d\": null}\n", "a b d", TRUE},
        {"1\n", "", TRUE},
        {"", "", TRUE},
        {"{\"a\": NaN}\n{\"b\": 1}\n", "b", FALSE},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(MamutoArray) array = NULL;
        g_auto(GStrv) keys = NULL;
        g_autofree char *joined = NULL;
        gboolean complete = !cases[i].complete;

        g_assert_true(g_file_set_contents(fixture->path, cases[i].text, -1, NULL));
        array = mamuto_array_load_jsonl(fixture->path, NULL, NULL, NULL, NULL, &error);
        g_assert_no_error(error);
        keys = mamuto_array_list_keys(array, &complete);
        joined = g_strjoinv(" ", keys);
        g_assert_cmpstr(joined, ==, cases[i].keys);
        g_assert_cmpint(complete, ==, cases[i].complete);
    }
}

static void
test_cancelled(FileFixture *fixture, gconstpointer data)
{
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    g_autoptr(GError) error = NULL;

    g_assert_true(g_file_set_contents(fixture->path, "1\n", -1, NULL));
    g_cancellable_cancel(cancellable);
    g_assert_null(mamuto_array_load(fixture->path, cancellable, &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

#define ADD(path, test)                                                                            \
    g_test_add(path, FileFixture, "in.jsonl", file_fixture_set_up, test, file_fixture_tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("/jsonl/rows", test_rows);
    ADD("/jsonl/wrong-lines", test_wrong_lines);
    ADD("/jsonl/blocks", test_blocks);
    ADD("/jsonl/key", test_key);
    ADD("/jsonl/list-keys", test_list_keys);
    ADD("/jsonl/changed", test_changed);
    ADD("/jsonl/large", test_large);
    ADD("/jsonl/cancelled", test_cancelled);
    return g_test_run();
}
