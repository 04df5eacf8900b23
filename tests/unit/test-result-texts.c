/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of results that are texts of any width. As long as an array of all rows is small, it
 * contains them. When a text is too long for that, the rows become JSON strings, whatever the order
 * in which arrays and JSON strings arrive. No row is lost or changed, and what is no text is
 * refused. */
#include <glib/gstdio.h>
#include <string.h>

#include "array-lines.h"
#include "file-fixture.h"
#include "json-text.h"
#include "mamuto-error.h"
#include "result-store-private.h"

/* With so many rows, a text of WIDE characters is too long for an array. */
#define MANY 80000
#define WIDE 900

static ResultStore *
new_store(gint64 n_rows, const char *path, gboolean sets_aside)
{
    g_autoptr(GError) error = NULL;
    ResultStore *store = result_store_new(n_rows, path, &error);

    g_assert_no_error(error);
    if (sets_aside)
        result_store_set_odd_aside(store);
    return store;
}

/* The text of a row: its number, some characters that JSON escapes, and padding. */
static char *
make_text(gint64 row, gsize width)
{
    g_autoptr(GString) text = g_string_new(NULL);

    g_string_append_printf(text, "%" G_GINT64_FORMAT "ä\"\\\n\U0001F600", row);
    while (text->len < width)
        g_string_append_c(text, 'x');
    return g_string_free(g_steal_pointer(&text), FALSE);
}

/* Returns the texts of the rows [lo, hi) as the bytes of an array. */
static guint8 *
make_array(gint64 lo, gint64 hi, gsize width, gsize itemsize)
{
    guint8 *data = g_malloc0((gsize)(hi - lo) * itemsize);

    for (gint64 row = lo; row < hi; row++) {
        g_autofree char *text = make_text(row, width);
        g_autofree gunichar *wide = NULL;
        glong n;

        wide = g_utf8_to_ucs4_fast(text, -1, &n);
        for (glong i = 0; i < n; i++)
            wide[i] = GUINT32_TO_LE(wide[i]);
        memcpy(data + (gsize)(row - lo) * itemsize, wide, (gsize)n * 4);
    }
    return data;
}

/* Stores the rows [lo, hi) as an array. */
static gboolean
put_array(ResultStore *store, gint64 lo, gint64 hi, gsize width, GError **error)
{
    ResultBlock block = {
        .lo = lo, .hi = hi, .dtype = {'U', '<', (guint32)MAX(width, 32) * 4}, .fd = -1};
    g_autofree guint8 *data = make_array(lo, hi, width, block.dtype.itemsize);

    block.size = (gsize)(hi - lo) * block.dtype.itemsize;
    block.data = data;
    return result_store_put(store, &block, error);
}

static gboolean
put_lines(ResultStore *store, gint64 lo, char *const *lines, GError **error)
{
    guint n = g_strv_length((char **)lines);
    g_autofree guint64 *offsets = g_new0(guint64, n + 1);
    g_autoptr(GByteArray) data = g_byte_array_new();
    ResultBlock block = {.lo = lo, .hi = lo + n, .is_json = TRUE, .fd = -1};
    guint64 at = 0;

    for (guint i = 0; i < n; i++) {
        at += strlen(lines[i]);
        offsets[i + 1] = GUINT64_TO_LE(at);
    }
    g_byte_array_append(data, (const guint8 *)offsets, (n + 1) * 8);
    for (guint i = 0; i < n; i++)
        g_byte_array_append(data, (const guint8 *)lines[i], (guint)strlen(lines[i]));
    block.data = data->data;
    block.size = data->len;
    return result_store_put(store, &block, error);
}

static char *
quote(const char *text)
{
    g_autoptr(GString) json = g_string_new(NULL);
    g_autofree gunichar *wide = NULL;
    glong n;

    wide = g_utf8_to_ucs4_fast(text, -1, &n);
    g_assert_true(json_text_append(json, wide, (gsize)n));
    return g_string_free(g_steal_pointer(&json), FALSE);
}

/* Stores the rows [lo, hi) as JSON strings. Only row @long_row has the given width. */
static gboolean
put_json(ResultStore *store, gint64 lo, gint64 hi, gint64 long_row, gsize width, GError **error)
{
    g_auto(GStrv) lines = g_new0(char *, (gsize)(hi - lo) + 1);

    for (gint64 row = lo; row < hi; row++) {
        g_autofree char *text = make_text(row, row == long_row ? width : 0);

        lines[row - lo] = quote(text);
    }
    return put_lines(store, lo, lines, error);
}

static void
expect_text(MamutoArray *array, gint64 row, gsize width)
{
    g_autofree char *text = make_text(row, width);
    g_autofree char *json = quote(text);
    g_autofree char *found = mamuto_array_is_json(array) ? mamuto_array_read_text(array, row, NULL)
                                                         : mamuto_array_format_element(array, &row);

    g_assert_cmpstr(found, ==, text);
    if (mamuto_array_is_json(array)) {
        g_autofree char *stored = mamuto_array_read_json(array, row, NULL);

        g_assert_cmpstr(stored, ==, json);
    }
}

static void
test_codec(void)
{
    static const struct {
        const char *json;
        gunichar text[8];
        const char *again;
    } cases[] = {
        {"\"\"", {0}, "\"\""},
        {"\"a\\u0062\\n\\/\\\\\\\"\"", {'a', 'b', '\n', '/', '\\', '"'}, "\"ab\\u000a/\\\\\\\"\""},
        {"\"\\ud83d\\ude00\"", {0x1f600}, "\"\U0001F600\""},
        {"\"\\ud83d\"", {0xd83d}, "\"\\ud83d\""},
        {"\"\\ud83dx\\ude00\"", {0xd83d, 'x', 0xde00}, "\"\\ud83dx\\ude00\""},
        {"\"\\ud83d\\ud83d\\ude00\"", {0xd83d, 0x1f600}, "\"\\ud83d\U0001F600\""},
        {"\"\\b\\f\\r\\t\x7fé\"",
         {8, 12, 13, 9, 0x7f, 0xe9},
         "\"\\u0008\\u000c\\u000d\\u0009\x7fé\""},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GString) json = g_string_new(NULL);
        gunichar text[64];
        gsize n = json_text_decode(cases[i].json, strlen(cases[i].json), text), expected = 0;

        while (cases[i].text[expected] != 0)
            expected++;
        g_assert_cmpmem(text, n * 4, cases[i].text, expected * 4);
        g_assert_cmpuint(json_text_decode(cases[i].json, strlen(cases[i].json), NULL), ==, n);
        g_assert_true(json_text_append(json, text, n));
        g_assert_cmpstr(json->str, ==, cases[i].again);
    }
    {
        g_autoptr(GString) json = g_string_new(NULL);

        g_assert_false(json_text_append(json, (const gunichar[]){0x110000}, 1));
    }
}

static void
test_small(FileFixture *fixture, gconstpointer data)
{
    for (int on_disk = 0; on_disk < 2; on_disk++) {
        g_autoptr(ResultStore) store = new_store(5, on_disk ? fixture->path : NULL, FALSE);
        g_autoptr(MamutoArray) array = NULL;
        g_autoptr(GError) error = NULL;

        g_assert_true(put_json(store, 3, 5, 4, 300, &error));
        g_assert_true(put_array(store, 1, 3, 0, &error));
        g_assert_true(put_json(store, 0, 1, 0, 400, &error));
        array = result_store_finish(store, NULL, &error);
        g_assert_no_error(error);
        g_assert_false(mamuto_array_is_json(array));
        for (gint64 row = 0; row < 5; row++)
            expect_text(array, row, row == 0 ? 400 : row == 4 ? 300 : 0);
    }
}

/* The bits of @order say where the long text is and how blocks arrive. */
static void
test_wide(FileFixture *fixture, gconstpointer data)
{
    g_autofree char *csv = g_strconcat(fixture->path, ".csv", NULL);

    for (guint order = 0; order < 12; order++) {
        g_autoptr(ResultStore) store = new_store(MANY, NULL, order & 1);
        g_autoptr(MamutoArray) array = NULL, again = NULL;
        g_autoptr(GError) error = NULL;
        gint64 third = MANY / 3, long_row = third + 5;

        for (guint i = 0; i < 3; i++)
            switch ((i + order / 4) % 3) {
            case 0:
                g_assert_true(put_array(store, 0, third, 0, &error));
                break;
            case 1:
                if (order & 2) {
                    g_assert_true(put_json(store, third, 2 * third, long_row, WIDE, &error));
                } else {
                    g_assert_true(put_array(store, third, long_row, 0, &error));
                    g_assert_true(put_array(store, long_row, long_row + 1, WIDE, &error));
                    g_assert_true(put_array(store, long_row + 1, 2 * third, 0, &error));
                }
                break;
            default: /* the last row is missing */
                g_assert_true(put_json(store, 2 * third, MANY - 1, -1, 0, &error));
            }
        g_assert_no_error(error);
        g_assert_cmpint(result_store_get_n_ok(store), ==, MANY - 1);
        g_assert_true(result_store_settle(store, NULL, NULL, &error));
        array = result_store_finish_unnamed(store, &error);
        g_assert_no_error(error);
        g_assert_true(mamuto_array_is_json(array) && mamuto_array_is_text(array));
        for (gint64 row = 0; row < MANY - 1; row++)
            expect_text(array, row, row == long_row ? WIDE : 0);
        g_assert_true(mamuto_array_save_csv(array, csv, &error));
        g_assert_no_error(error);
        g_unlink(csv);
    }
}

static void
test_wide_in_file(FileFixture *fixture, gconstpointer data)
{
    g_autoptr(ResultStore) store = new_store(MANY, fixture->path, FALSE);
    g_autoptr(GError) error = NULL;

    g_assert_false(put_json(store, 0, 10, 5, 2 * WIDE, &error));
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_RESULT);
    g_assert_nonnull(strstr(error->message, "-o out.jsonl"));
    g_assert_cmpint(result_store_get_n_ok(store), ==, 0);
}

static void
count_odd(gint64 row, guint host, const char *cause, gpointer data)
{
    gint64 *n = data;

    g_assert_nonnull(cause);
    ++*n;
}

/* Numbers and texts: the kind of most rows is that of the result. */
static void
test_mixed(void)
{
    const double numbers[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};

    for (guint mode = 0; mode < 8; mode++) {
        gint64 n_texts = mode & 1 ? 8 : 2, lo = mode & 2 ? 0 : MANY - n_texts, n_odd = 0;
        g_autoptr(ResultStore) store = new_store(MANY, NULL, TRUE);
        g_autoptr(MamutoArray) array = NULL;
        g_autoptr(GError) error = NULL;
        ResultBlock block = {.lo = 100,
                             .hi = 110 - n_texts,
                             .dtype = {'f', '<', 8},
                             .data = numbers,
                             .size = (gsize)(10 - n_texts) * 8,
                             .fd = -1};

        if (mode & 4)
            g_assert_true(result_store_put(store, &block, &error));
        g_assert_true(put_json(store, lo, lo + n_texts, lo + 1, WIDE, &error));
        if (!(mode & 4))
            g_assert_true(result_store_put(store, &block, &error));
        g_assert_true(result_store_settle(store, count_odd, &n_odd, &error));
        g_assert_no_error(error);
        g_assert_cmpint(n_odd, ==, 2);
        g_assert_cmpint(result_store_get_n_ok(store), ==, 8);
        array = result_store_finish_unnamed(store, &error);
        g_assert_no_error(error);
        g_assert_true(mamuto_array_is_json(array) == (n_texts == 8));
        for (gint64 row = lo; n_texts == 8 && row < lo + 8; row++)
            expect_text(array, row, row == lo + 1 ? WIDE : 0);
        for (gint64 i = 0; n_texts == 2 && i < 8; i++)
            g_assert_cmpfloat(((double *)mamuto_array_get_data(array))[100 + i], ==, numbers[i]);
    }
}

static void
test_refused(void)
{
    static const char *const wrong[] = {"1",   "null",       "[\"a\"]",  "\"a\\u0000\"",
                                        "\"a", "\"a\"\"b\"", "\"\xc3\"", "\"\x1b\"",
                                        "",    "\""};
    g_autoptr(ResultStore) store = new_store(2, NULL, FALSE);
    const guint64 beyond[] = {0, GUINT64_TO_LE(9), 0};
    const ResultBlock short_block = {
        .lo = 0, .hi = 1, .is_json = TRUE, .data = beyond, .size = sizeof beyond, .fd = -1};
    g_autoptr(GError) positions = NULL;

    g_assert_false(result_store_put(store, &short_block, &positions));
    g_assert_error(positions, MAMUTO_ERROR, MAMUTO_ERROR_PROTOCOL);
    for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
        char *lines[] = {(char *)"\"good\"", (char *)wrong[i], NULL};
        g_autoptr(GError) error = NULL;

        g_assert_false(put_lines(store, 0, lines, &error));
        g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_PROTOCOL);
        g_assert_cmpint(result_store_get_n_ok(store), ==, 0);
    }
    {
        char *lines[] = {(char *)"\"\\\\u0000\"", (char *)"\"\\u0000a\"", NULL};
        g_autoptr(MamutoArray) array = NULL;
        g_autoptr(GError) error = NULL;
        g_autofree char *text = NULL;

        g_assert_true(put_lines(store, 0, lines, &error));
        array = result_store_finish(store, NULL, &error);
        g_assert_no_error(error);
        text = mamuto_array_format_element(array, (const gint64[]){0});
        g_assert_cmpstr(text, ==, "\\u0000");
    }
}

/* Damages a text of an array that is stored in several pieces. */
static void
damage(guint8 *data, gint64 row, gsize itemsize)
{
    const guint32 beyond = GUINT32_TO_LE(0x110000);

    memcpy(data + (gsize)row * itemsize, &beyond, sizeof beyond);
}

/* A block that is refused when a part of it was written leaves no line behind, so that its rows can
 * come from another host. */
static void
test_refused_halfway(void)
{
    g_autoptr(ResultStore) store = new_store(MANY, NULL, TRUE);
    g_autoptr(MamutoArray) array = NULL;
    g_autoptr(GError) error = NULL, refused = NULL;
    ResultBlock block = {.hi = 200, .dtype = {'U', '<', WIDE * 4}, .fd = -1};
    g_autofree guint8 *data = make_array(0, 200, WIDE, block.dtype.itemsize);

    g_assert_true(put_array(store, MANY - 1, MANY, WIDE, &error));
    damage(data, 150, block.dtype.itemsize);
    block.data = data;
    block.size = 200 * (gsize)block.dtype.itemsize;
    g_assert_false(result_store_put(store, &block, &refused));
    g_assert_error(refused, MAMUTO_ERROR, MAMUTO_ERROR_RESULT);
    g_assert_true(put_array(store, 0, MANY - 1, 0, &error));
    array = result_store_finish_unnamed(store, &error);
    g_assert_no_error(error);
    for (gint64 row = 0; row < MANY; row++)
        expect_text(array, row, row == MANY - 1 ? WIDE : 0);
}

/* A thread that found another kind to be more frequent may come when texts have become lines. */
static void
test_late_change(void)
{
    const double numbers[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    const MamutoDtype number = {'f', '<', 8};
    const ResultBlock block = {
        .lo = 0, .hi = 10, .dtype = number, .data = numbers, .size = sizeof numbers, .fd = -1};
    g_autoptr(ResultStore) store = new_store(MANY, NULL, TRUE);
    g_autoptr(MamutoArray) array = NULL;
    g_autoptr(GError) error = NULL;
    ResultGroup *group;
    gint64 n_odd = 0;

    g_assert_true(put_json(store, 10, 12, 11, WIDE, &error));
    g_assert_true(result_store_put(store, &block, &error));
    group = result_groups_get(store->groups, &number, 0, NULL, &error);
    result_store_change_main(store, group, TRUE, NULL);
    g_assert_true(put_json(store, 12, MANY, -1, 0, &error));
    g_assert_true(result_store_settle(store, count_odd, &n_odd, &error));
    array = result_store_finish_unnamed(store, &error);
    g_assert_no_error(error);
    g_assert_cmpint(n_odd, ==, 10);
    for (gint64 row = 10; row < MANY; row++)
        expect_text(array, row, row == 11 ? WIDE : 0);
}

#define ADD(path, func)                                                                            \
    g_test_add(path, FileFixture, "out.npy", file_fixture_set_up, func, file_fixture_tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/result-texts/codec", test_codec);
    ADD("/result-texts/small", test_small);
    ADD("/result-texts/wide", test_wide);
    ADD("/result-texts/wide-in-file", test_wide_in_file);
    g_test_add_func("/result-texts/mixed", test_mixed);
    g_test_add_func("/result-texts/refused", test_refused);
    g_test_add_func("/result-texts/refused-halfway", test_refused_halfway);
    g_test_add_func("/result-texts/late-change", test_late_change);
    return g_test_run();
}
