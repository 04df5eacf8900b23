/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of results that are bytes of any width. As long as an array of all rows is small, it
 * contains them. When a row is too long for that, the rows become JSON objects, whatever the order
 * in which arrays and variable rows arrive. No row is lost or changed, and impossible positions are
 * refused. */
#include <string.h>

#include "file-fixture.h"
#include "mamuto-error.h"
#include "result-store-private.h"

/* With so many rows, bytes of WIDE are too long for an array. */
#define MANY 80000
#define WIDE 5000

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

/* The bytes of a row: its number, a NUL, what is not UTF-8, and padding; none for every 7th row. */
static GByteArray *
make_bytes(gint64 row, gsize width)
{
    g_autofree char *number = g_strdup_printf("%" G_GINT64_FORMAT, row);
    GByteArray *bytes = g_byte_array_new();

    if (row % 7 == 3 && width == 0)
        return bytes;
    g_byte_array_append(bytes, (const guint8 *)number, (guint)strlen(number));
    g_byte_array_append(bytes, (const guint8 *)"\0\xff", 2);
    while (bytes->len < width)
        g_byte_array_append(bytes, (const guint8 *)"\x80", 1);
    return bytes;
}

/* Stores variable rows from row @lo on. @rows: the bytes of all rows, which end at the offsets in
 * @ends. */
static gboolean
put_rows(ResultStore *store, gint64 lo, gboolean is_bytes, const GArray *ends,
         const GByteArray *rows, GError **error)
{
    g_autoptr(GByteArray) data = g_byte_array_new();
    guint64 offset = 0;
    ResultBlock block = {
        .lo = lo, .hi = lo + ends->len, .is_json = !is_bytes, .is_bytes = is_bytes, .fd = -1};

    g_byte_array_append(data, (const guint8 *)&offset, sizeof offset);
    for (guint i = 0; i < ends->len; i++) {
        offset = GUINT64_TO_LE((guint64)g_array_index(ends, guint, i));
        g_byte_array_append(data, (const guint8 *)&offset, sizeof offset);
    }
    if (rows->len > 0)
        g_byte_array_append(data, rows->data, rows->len);
    block.data = data->data;
    block.size = data->len;
    return result_store_put(store, &block, error);
}

/* Stores the rows [lo, hi) as variable rows. Only row @long_row has the given width. */
static gboolean
put_bytes(ResultStore *store, gint64 lo, gint64 hi, gint64 long_row, gsize width, GError **error)
{
    g_autoptr(GArray) ends = g_array_new(FALSE, FALSE, sizeof(guint));
    g_autoptr(GByteArray) rows = g_byte_array_new();

    for (gint64 row = lo; row < hi; row++) {
        g_autoptr(GByteArray) bytes = make_bytes(row, row == long_row ? width : 0);

        if (bytes->len > 0)
            g_byte_array_append(rows, bytes->data, bytes->len);
        g_array_append_val(ends, rows->len);
    }
    return put_rows(store, lo, TRUE, ends, rows, error);
}

/* Stores @n rows from row 0 on, which are texts of WIDE characters in JSON. */
static gboolean
put_texts(ResultStore *store, int n, GError **error)
{
    g_autoptr(GArray) ends = g_array_new(FALSE, FALSE, sizeof(guint));
    g_autoptr(GByteArray) rows = g_byte_array_new();
    g_autofree char *text = g_strnfill(WIDE + 2, 'x');

    text[0] = text[WIDE + 1] = '"';
    for (int i = 0; i < n; i++) {
        g_byte_array_append(rows, (const guint8 *)text, WIDE + 2);
        g_array_append_val(ends, rows->len);
    }
    return put_rows(store, 0, FALSE, ends, rows, error);
}

/* Stores the rows [lo, hi) as an array. */
static gboolean
put_array(ResultStore *store, gint64 lo, gint64 hi, gsize width, GError **error)
{
    ResultBlock block = {
        .lo = lo, .hi = hi, .dtype = {'S', '|', (guint32)MAX(width, 16)}, .fd = -1};
    g_autofree guint8 *data = g_malloc0((gsize)(hi - lo) * block.dtype.itemsize);

    for (gint64 row = lo; row < hi; row++) {
        g_autoptr(GByteArray) bytes = make_bytes(row, width);

        if (bytes->len > 0)
            memcpy(data + (gsize)(row - lo) * block.dtype.itemsize, bytes->data, bytes->len);
    }
    block.size = (gsize)(hi - lo) * block.dtype.itemsize;
    block.data = data;
    return result_store_put(store, &block, error);
}

static void
expect_bytes(MamutoArray *array, gint64 row, gsize width)
{
    g_autoptr(GByteArray) bytes = make_bytes(row, width);
    MamutoDtype dtype;

    mamuto_array_get_dtype(array, &dtype);
    if (mamuto_array_is_json(array)) {
        g_autofree char *stored = mamuto_array_read_json(array, row, NULL);
        g_autofree char *encoded = g_base64_encode(bytes->data, bytes->len);
        g_autofree char *expected = g_strdup_printf("{\"base64\": \"%s\"}", encoded);

        g_assert_cmpstr(stored, ==, expected);
    } else {
        g_assert_cmpint(dtype.kind, ==, 'S');
        while (bytes->len < dtype.itemsize)
            g_byte_array_append(bytes, (const guint8 *)"", 1);
        g_assert_cmpmem((guint8 *)mamuto_array_get_data(array) + (gsize)row * dtype.itemsize,
                        dtype.itemsize, bytes->data, bytes->len);
    }
}

static void
test_small(FileFixture *fixture, gconstpointer data)
{
    for (int on_disk = 0; on_disk < 2; on_disk++) {
        g_autoptr(ResultStore) store = new_store(6, on_disk ? fixture->path : NULL, FALSE);
        g_autoptr(MamutoArray) array = NULL;
        g_autoptr(GError) error = NULL;

        g_assert_true(put_bytes(store, 3, 6, 4, WIDE, &error));
        g_assert_true(put_array(store, 1, 3, 0, &error));
        g_assert_true(put_bytes(store, 0, 1, 0, 2 * WIDE, &error));
        array = result_store_finish(store, NULL, &error);
        g_assert_no_error(error);
        for (gint64 row = 0; row < 6; row++)
            expect_bytes(array, row, row == 0 ? 2 * WIDE : row == 4 ? WIDE : 0);
    }
}

/* The bits of @order say where the long row is and how blocks arrive. */
static void
test_wide(FileFixture *fixture, gconstpointer data)
{
    g_autofree char *csv = g_strconcat(fixture->path, ".csv", NULL);

    for (guint order = 0; order < 12; order++) {
        g_autoptr(ResultStore) store = new_store(MANY, NULL, order & 1);
        g_autoptr(MamutoArray) array = NULL;
        g_autoptr(GError) error = NULL, refused = NULL;
        gint64 third = MANY / 3, long_row = third + 5;

        for (guint i = 0; i < 3; i++)
            switch ((i + order / 4) % 3) {
            case 0:
                g_assert_true(put_array(store, 0, third, 0, &error));
                break;
            case 1:
                if (order & 2) {
                    g_assert_true(put_bytes(store, third, 2 * third, long_row, WIDE, &error));
                } else {
                    g_assert_true(put_array(store, third, long_row, 0, &error));
                    g_assert_true(put_array(store, long_row, long_row + 1, WIDE, &error));
                    g_assert_true(put_array(store, long_row + 1, 2 * third, 0, &error));
                }
                break;
            default: /* the last row is missing */
                g_assert_true(put_bytes(store, 2 * third, MANY - 1, -1, 0, &error));
            }
        g_assert_no_error(error);
        g_assert_cmpint(result_store_get_n_ok(store), ==, MANY - 1);
        g_assert_true(result_store_settle(store, NULL, NULL, &error));
        array = result_store_finish_unnamed(store, &error);
        g_assert_no_error(error);
        g_assert_true(mamuto_array_is_json(array) && !mamuto_array_is_text(array));
        for (gint64 row = 0; row < MANY - 1; row++)
            expect_bytes(array, row, row == long_row ? WIDE : 0);
        g_assert_false(mamuto_array_save_csv(array, csv, &refused));
        g_assert_error(refused, MAMUTO_ERROR, MAMUTO_ERROR_UNSUPPORTED);
        g_assert_nonnull(strstr(refused->message, "bytes of any length"));
    }
}

static void
test_wide_in_file(FileFixture *fixture, gconstpointer data)
{
    g_autoptr(ResultStore) store = new_store(MANY, fixture->path, FALSE);
    g_autoptr(GError) error = NULL;

    g_assert_false(put_bytes(store, 0, 10, 5, WIDE, &error));
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_RESULT);
    g_assert_nonnull(strstr(error->message, "-o out.jsonl"));
    g_assert_cmpint(result_store_get_n_ok(store), ==, 0);
}

static void
count_odd(gint64 row, guint host, const char *cause, gpointer data)
{
    gint64 *n = data;

    g_assert_true(g_str_equal(cause, "returned a string, other rows bytes") ||
                  g_str_equal(cause, "returned bytes, other rows a string"));
    ++*n;
}

/* Texts have become lines, and at the end bytes turn out to be more frequent. */
static void
test_texts_and_bytes(void)
{
    for (int n_texts = 2; n_texts <= 8; n_texts += 6) {
        g_autoptr(ResultStore) store = new_store(MANY, NULL, TRUE);
        g_autoptr(MamutoArray) array = NULL;
        g_autoptr(GError) error = NULL;
        gint64 n_odd = 0;

        g_assert_true(put_texts(store, n_texts, &error));
        g_assert_true(put_bytes(store, 100, 110 - n_texts, 100, WIDE, &error));
        g_assert_true(result_store_settle(store, count_odd, &n_odd, &error));
        g_assert_cmpint(n_odd, ==, 2);
        array = result_store_finish_unnamed(store, &error);
        g_assert_no_error(error);
        g_assert_true(mamuto_array_is_json(array));
        g_assert_true(mamuto_array_is_text(array) == (n_texts == 8));
        for (gint64 row = 0; n_texts == 8 && row < 8; row++) {
            g_autofree char *text = mamuto_array_read_text(array, row, NULL);

            g_assert_cmpuint(strlen(text), ==, WIDE);
        }
        for (gint64 row = 100; n_texts == 2 && row < 108; row++)
            expect_bytes(array, row, row == 100 ? WIDE : 0);
    }
}

static void
test_refused(void)
{
    static const struct {
        guint64 offsets[3];
        const char *rows;
        gsize size;
    } cases[] = {{{0, 1, 2}, "a\0", 2}, {{0, 2, 1}, "ab", 2}, {{0, 1, 3}, "ab", 2},
                 {{0, 1, 1}, "ab", 2},  {{1, 1, 2}, "ab", 2}, {{0, 1, G_MAXUINT64}, "ab", 2}};
    g_autoptr(ResultStore) store = new_store(2, NULL, FALSE);

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GByteArray) data = g_byte_array_new();
        ResultBlock block = {.lo = 0, .hi = 2, .is_bytes = TRUE, .fd = -1};
        g_autoptr(GError) error = NULL;

        for (guint k = 0; k < 3; k++) {
            guint64 offset = GUINT64_TO_LE(cases[i].offsets[k]);

            g_byte_array_append(data, (const guint8 *)&offset, sizeof offset);
        }
        g_byte_array_append(data, (const guint8 *)cases[i].rows, (guint)cases[i].size);
        block.data = data->data;
        block.size = data->len;
        g_assert_false(result_store_put(store, &block, &error));
        g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_PROTOCOL);
        block.size = 16;
        g_clear_error(&error);
        g_assert_false(result_store_put(store, &block, &error));
        g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_PROTOCOL);
        g_assert_cmpint(result_store_get_n_ok(store), ==, 0);
    }
    {
        g_autoptr(ResultStore) lines = new_store(2, NULL, FALSE);
        g_autoptr(GError) error = NULL;

        result_store_set_json(lines);
        g_assert_false(put_bytes(lines, 0, 2, -1, 0, &error));
        g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_PROTOCOL);
    }
}

#define ADD(path, func)                                                                            \
    g_test_add(path, FileFixture, "out.npy", file_fixture_set_up, func, file_fixture_tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("/result-bytes/small", test_small);
    ADD("/result-bytes/wide", test_wide);
    ADD("/result-bytes/wide-in-file", test_wide_in_file);
    g_test_add_func("/result-bytes/texts-and-bytes", test_texts_and_bytes);
    g_test_add_func("/result-bytes/refused", test_refused);
    return g_test_run();
}
