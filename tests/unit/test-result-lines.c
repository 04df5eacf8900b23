/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of results that are JSON: blocks of rows arrive in any order, in memory or in files, with
 * failed rows and rows that another host tries again. The output has one line for each row, in
 * order. Blocks that are not JSON are refused, and change nothing. */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "array-lines.h"
#include "file-fixture.h"
#include "mamuto-error.h"
#include "result-store.h"
#include "row-reader.h"
#include "run.h"

/* The data of a block: offsets and bytes. */
static GByteArray *
make_data(char *const *lines)
{
    GByteArray *data = g_byte_array_new();
    guint64 at = 0, offset = 0;

    g_byte_array_append(data, (const guint8 *)&offset, sizeof offset);
    for (guint i = 0; lines[i]; i++) {
        at += strlen(lines[i]);
        offset = GUINT64_TO_LE(at);
        g_byte_array_append(data, (const guint8 *)&offset, sizeof offset);
    }
    for (guint i = 0; lines[i]; i++)
        g_byte_array_append(data, (const guint8 *)lines[i], (guint)strlen(lines[i]));
    return data;
}

static ResultStore *
new_store(gint64 n_rows, const char *path)
{
    g_autoptr(GError) error = NULL;
    ResultStore *store = result_store_new(n_rows, path, &error);

    g_assert_no_error(error);
    result_store_set_json(store);
    return store;
}

/* Stores rows [lo, hi). @failed, @again: (nullable): the bits of at most 8 rows. @in_file: whether
 * the data are in a file. */
static gboolean
put_data(ResultStore *store, gint64 lo, gint64 hi, GByteArray *data, const guint8 *failed,
         const guint8 *again, gboolean in_file, GError **error)
{
    ResultBlock block = {.lo = lo,
                         .hi = hi,
                         .is_json = TRUE,
                         .failed = failed,
                         .again = again,
                         .data = data->data,
                         .size = data->len,
                         .fd = -1};
    gboolean stored;

    if (in_file) {
        block.fd = memfd_create("test", MFD_CLOEXEC);
        g_assert_cmpint(pwrite(block.fd, data->data, data->len, 100), ==, data->len);
        block.offset = 100;
        block.data = NULL;
    }
    stored = result_store_put(store, &block, error);
    if (in_file)
        close(block.fd);
    return stored;
}

static void
put(ResultStore *store, gint64 lo, const char *text, gboolean in_file)
{
    g_auto(GStrv) lines = g_strsplit(text, "|", -1);
    g_autoptr(GByteArray) data = make_data(lines);
    g_autoptr(GError) error = NULL;

    put_data(store, lo, lo + g_strv_length(lines), data, NULL, NULL, in_file, &error);
    g_assert_no_error(error);
}

static MamutoArray *
finish(ResultStore *store)
{
    g_autoptr(GError) error = NULL;
    MamutoArray *array = result_store_finish(store, NULL, &error);

    g_assert_no_error(error);
    g_assert_true(mamuto_array_is_json(array));
    return array;
}

static void
expect_rows(MamutoArray *array, const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "|", -1);

    g_assert_cmpint(mamuto_array_get_n_rows(array), ==, g_strv_length(lines));
    for (gint64 i = 0; lines[i]; i++) {
        g_autofree char *row = mamuto_array_format_element(array, &i);

        g_assert_cmpstr(row, ==, lines[i]);
    }
}

static void
test_order(FileFixture *fixture, gconstpointer data)
{
    for (gint64 mode = 0; mode < 4; mode++) {
        g_autoptr(ResultStore) store = new_store(7, mode & 1 ? fixture->path : NULL);
        g_autoptr(MamutoArray) array = NULL;

        put(store, 3, "{\"a\": 1}|[1, 2, 3]", mode & 2);
        put(store, 5, "\"ä\"|NaN", mode & 2);
        put(store, 0, "null|true|1.5", mode & 2);
        array = finish(store);
        expect_rows(array, "null|true|1.5|{\"a\": 1}|[1, 2, 3]|\"ä\"|NaN");
        if (mode & 1)
            file_fixture_assert_text(fixture->path,
                                     "null\ntrue\n1.5\n{\"a\": 1}\n[1, 2, 3]\n\"ä\"\nNaN\n");
    }
}

static void
test_in_order(FileFixture *fixture, gconstpointer data)
{
    g_autoptr(ResultStore) store = new_store(4, fixture->path);
    g_autoptr(MamutoArray) array = NULL;

    put(store, 0, "1|[2]", FALSE);
    put(store, 2, "3|{}", TRUE);
    array = finish(store);
    expect_rows(array, "1|[2]|3|{}");
    file_fixture_assert_text(fixture->path, "1\n[2]\n3\n{}\n");
}

static void
test_failed_and_again(FileFixture *fixture, gconstpointer data)
{
    g_autofree char *mask_path = g_strconcat(fixture->path, ".mask.npy", NULL);
    g_autoptr(ResultStore) store = new_store(6, fixture->path);
    char *two[] = {(char *)"10", (char *)"14", NULL}, *one[] = {(char *)"[2]", NULL};
    char *none[] = {NULL};
    g_autoptr(GByteArray) some = make_data(two), later = make_data(one);
    g_autoptr(GByteArray) nothing = g_byte_array_new();
    g_autoptr(MamutoArray) array = NULL, mask = NULL;
    g_autoptr(GError) error = NULL;

    g_assert_null(none[0]);
    /* rows 1 to 3 failed, and another host tries row 2 again */
    put_data(store, 0, 5, some, (const guint8[]){0x0e}, (const guint8[]){0x04}, FALSE, &error);
    g_assert_no_error(error);
    g_assert_cmpint(result_store_get_n_ok(store), ==, 2);
    g_assert_cmpint(result_store_get_n_failed(store), ==, 2);
    put_data(store, 5, 6, nothing, (const guint8[]){0x01}, NULL, FALSE, &error);
    g_assert_no_error(error);
    put_data(store, 2, 3, later, NULL, NULL, FALSE, &error);
    g_assert_no_error(error);
    array = finish(store);
    expect_rows(array, "10|null|[2]|null|14|null");
    mask = mamuto_array_load_npy(mask_path, &error);
    g_assert_no_error(error);
    g_assert_cmpmem(mamuto_array_get_data(mask), 6, "\0\1\0\1\0\1", 6);
}

static void
expect_refused(ResultStore *store, GByteArray *data)
{
    for (int in_file = 0; in_file < 2; in_file++) {
        g_autoptr(GError) error = NULL;

        g_assert_false(put_data(store, 0, 3, data, NULL, NULL, in_file, &error));
        g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_PROTOCOL);
        g_assert_cmpint(result_store_get_n_ok(store), ==, 0);
    }
}

/* Changes one offset and restores it. */
static void
expect_refused_with(ResultStore *store, GByteArray *data, guint number, guint64 offset)
{
    guint64 before;

    memcpy(&before, data->data + 8 * number, 8);
    offset = GUINT64_TO_LE(offset);
    memcpy(data->data + 8 * number, &offset, 8);
    expect_refused(store, data);
    memcpy(data->data + 8 * number, &before, 8);
}

static void
test_refused(FileFixture *fixture, gconstpointer data)
{
    static const char *const wrong[] = {"1|2|",    "1||3",         "1|{'a': 1}|3", "1|2|\"\xc3\"",
                                        "1|[1|2]", "1|\"\x1b\"|3", "1|2 3|4",      "1|2|3\n"};
    g_autoptr(ResultStore) store = new_store(3, fixture->path);
    char *three[] = {(char *)"11", (char *)"22", (char *)"33", NULL};
    g_autoptr(GByteArray) good = make_data(three), few = g_byte_array_new();
    g_autoptr(MamutoArray) array = NULL;
    g_autoptr(GError) error = NULL;
    ResultBlock numbers = {
        .lo = 0, .hi = 1, .dtype = {'f', '<', 8}, .data = &(double){1}, .size = 8, .fd = -1};

    for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_auto(GStrv) lines = g_strsplit(wrong[i], "|", -1);
        g_autoptr(GByteArray) bad = make_data(lines);

        expect_refused(store, bad);
    }
    expect_refused_with(store, good, 0, 1);
    expect_refused_with(store, good, 1, 5);
    expect_refused_with(store, good, 2, 1);
    expect_refused_with(store, good, 3, 7);
    expect_refused_with(store, good, 3, 5);
    expect_refused_with(store, good, 3, G_MAXUINT64);
    expect_refused_with(store, good, 2, G_MAXUINT64);
    g_byte_array_append(few, good->data, 24);
    expect_refused(store, few);
    g_assert_false(result_store_put(store, &numbers, &error));
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_PROTOCOL);
    g_clear_error(&error);
    put_data(store, 0, 3, good, NULL, NULL, TRUE, &error);
    g_assert_no_error(error);
    array = finish(store);
    expect_rows(array, "11|22|33");
}

/* JSON is refused by a store of numbers. */
static void
test_not_asked(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(ResultStore) store = result_store_new(1, NULL, &error);
    char *one[] = {(char *)"1", NULL};
    g_autoptr(GByteArray) block = make_data(one);

    g_assert_false(put_data(store, 0, 1, block, NULL, NULL, FALSE, &error));
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_PROTOCOL);
}

static void
test_missing(FileFixture *fixture, gconstpointer data)
{
    g_autoptr(ResultStore) store = new_store(6, fixture->path);
    g_autoptr(MamutoArray) array = NULL;
    g_autoptr(GError) error = NULL;

    put(store, 4, "4", FALSE);
    put(store, 1, "[1]|2", FALSE);
    array = result_store_finish_unnamed(store, &error);
    g_assert_no_error(error);
    expect_rows(array, "null|[1]|2|null|4|null");
    g_assert_false(g_file_test(fixture->path, G_FILE_TEST_EXISTS));
    g_assert_true(mamuto_array_save(array, fixture->path, &error));
    file_fixture_assert_text(fixture->path, "null\n[1]\n2\nnull\n4\nnull\n");
}

static void
test_other_formats(FileFixture *fixture, gconstpointer data)
{
    g_autoptr(ResultStore) store = new_store(2, NULL);
    g_autoptr(MamutoArray) array = NULL, numbers = NULL;
    double values[2];

    put(store, 0, "1|2", FALSE);
    array = finish(store);
    for (guint i = 0; i < 3; i++) {
        g_autofree char *path =
            g_strconcat(fixture->path, (const char *[]){".npy", ".csv", ".tsv"}[i], NULL);
        g_autoptr(GError) error = NULL;

        g_assert_false(mamuto_array_save(array, path, &error));
        g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_UNSUPPORTED);
        g_clear_error(&error);
        g_assert_false(mamuto_array_read_rows(array, 0, 2, values, &error));
        g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_UNSUPPORTED);
        g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
    }
}

static void
test_no_rows(FileFixture *fixture, gconstpointer data)
{
    g_autoptr(ResultStore) store = new_store(0, fixture->path);
    g_autoptr(MamutoArray) array = finish(store);

    g_assert_cmpint(mamuto_array_get_n_rows(array), ==, 0);
    file_fixture_assert_text(fixture->path, "");
}

/* Rows of up to some MiB, in blocks of random sizes and in random order. */
static void
test_random(FileFixture *fixture, gconstpointer data)
{
    enum { N = 400 };
    g_autoptr(ResultStore) store = new_store(N, fixture->path);
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GArray) starts = g_array_new(FALSE, FALSE, sizeof(gint64));
    g_autoptr(GString) expected = g_string_new(NULL);
    g_autoptr(MamutoArray) array = NULL;
    g_autoptr(GError) error = NULL;
    gint64 end = N;

    for (gint64 i = 0; i < N; i++) {
        gsize size = g_test_rand_int_range(0, 40) ? (gsize)g_test_rand_int_range(0, 3000)
                                                  : (gsize)g_test_rand_int_range(0, 2000000);
        g_autofree char *filler = g_strnfill(size, (char)('a' + i % 26));

        g_ptr_array_add(lines, g_strdup_printf("\"%s\"", filler));
        g_string_append_printf(expected, "\"%s\"\n", filler);
        if (i == 0 || g_test_rand_int_range(0, 5) == 0)
            g_array_append_val(starts, i);
    }
    g_array_append_val(starts, end);
    for (guint left = starts->len - 1, step = 7; left > 0; left--, step += 3) {
        /* the blocks in an order that is neither that of the rows nor its reverse */
        static gboolean taken[N];
        guint k = step % (starts->len - 1);
        gint64 lo, hi;
        g_autoptr(GByteArray) block = NULL;
        g_autofree char **some = NULL;

        while (taken[k])
            k = (k + 1) % (starts->len - 1);
        taken[k] = TRUE;
        lo = g_array_index(starts, gint64, k);
        hi = g_array_index(starts, gint64, k + 1);
        some = g_new0(char *, hi - lo + 1);
        for (gint64 i = lo; i < hi; i++)
            some[i - lo] = g_ptr_array_index(lines, i);
        block = make_data(some);
        put_data(store, lo, hi, block, NULL, NULL, k % 2, &error);
        g_assert_no_error(error);
    }
    array = finish(store);
    file_fixture_assert_text(fixture->path, expected->str);
    for (gint64 i = 0; i < N; i += 13) {
        g_autofree char *text = mamuto_array_format_element(array, &i);
        const char *line = g_ptr_array_index(lines, i);

        if (strlen(line) <= 1000) {
            g_assert_cmpstr(text, ==, line);
        } else {
            g_assert_true(g_str_has_suffix(text, "…"));
            g_assert_cmpint(strlen(text), ==, 1000 + strlen("…"));
            g_assert_true(strncmp(text, line, 1000) == 0);
        }
    }
}

/* The results of one run can be the argument of the next one. */
static void
test_as_argument(void)
{
    g_autoptr(ResultStore) store = new_store(3, NULL);
    g_autoptr(MamutoArray) array = NULL;
    g_autoptr(GPtrArray) given =
        g_ptr_array_new_with_free_func((GDestroyNotify)mamuto_argument_unref);
    char first[] = "[2]\n", second[] = "null\n";
    char *lines[] = {first, second, NULL};
    g_autoptr(GByteArray) expected = make_data(lines);
    g_autofree guint8 *block = NULL;
    g_autoptr(GError) error = NULL;
    RunArgument *arguments;
    RowReader *reader;
    gint64 n_rows;
    guint n;

    put(store, 0, "1|[2]|null", FALSE);
    array = finish(store);
    g_ptr_array_add(given, mamuto_argument_new_array(array));
    arguments = run_arguments_gather(NULL, NULL, given, NULL, &n, &n_rows, &error);
    g_assert_no_error(error);
    g_assert_cmpint(n_rows, ==, 3);
    reader = row_reader_new(&arguments[0].argument, &arguments[0].number, 1, 1, 3);
    g_assert_cmpuint(row_reader_get_size(reader), ==, expected->len);
    block = g_malloc(expected->len);
    g_assert_true(row_reader_read(0, block, expected->len, reader, &error));
    g_assert_cmpmem(block, expected->len, expected->data, expected->len);
    row_reader_unref(reader);
    run_arguments_free(arguments, n);
}

#define ADD(path, test)                                                                            \
    g_test_add(path, FileFixture, "out.jsonl", file_fixture_set_up, test, file_fixture_tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("/result-lines/order", test_order);
    ADD("/result-lines/in-order", test_in_order);
    ADD("/result-lines/failed-and-again", test_failed_and_again);
    ADD("/result-lines/refused", test_refused);
    g_test_add_func("/result-lines/not-asked", test_not_asked);
    ADD("/result-lines/missing", test_missing);
    ADD("/result-lines/other-formats", test_other_formats);
    ADD("/result-lines/no-rows", test_no_rows);
    g_test_add_func("/result-lines/as-argument", test_as_argument);
    ADD("/result-lines/random", test_random);
    return g_test_run();
}
