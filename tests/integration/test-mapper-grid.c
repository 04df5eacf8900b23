/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Maps functions over grids, with real agents and real Python. The same tests run on this computer
 * and over ssh, see mapper-util.h. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "mapper-util.h"

static MamutoArgument *
range(gint64 n, const char *name)
{
    g_autoptr(MamutoArray) array = mamuto_array_new_integer_range(0, n - 1, NULL);
    g_autoptr(MamutoArgument) argument = mamuto_argument_new_array(array);

    return mamuto_argument_with_name(argument, name);
}

static void
expect_shape(Map *map, guint n, const gint64 *expected)
{
    guint n_dims;
    const gint64 *shape = mamuto_array_get_shape(mamuto_result_get_array(map->result), &n_dims);

    g_assert_cmpuint(n_dims, ==, n);
    g_assert_cmpmem(shape, n * sizeof *shape, expected, n * sizeof *shape);
}

/* The function is place(a, b, *, c), which returns 10000 a + 100 b + c. */
static void
test_combinations(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper();
    const gint64 shape[] = {7, 20, 30};

    for (int batch = 0; batch < 2; batch++) {
        g_auto(Map) map = {0};
        const gint64 *out;

        map_run(&map, mapper, "place", MAMUTO_MAP_GRID | (batch ? MAMUTO_MAP_BATCH : 0), NULL,
                range(7, NULL), range(20, NULL), range(30, "c"), NULL);
        map_expect(&map);
        expect_shape(&map, 3, shape);
        g_assert_cmpint(mamuto_result_get_n_rows(map.result), ==, 7 * 20 * 30);
        out = mamuto_array_get_data(mamuto_result_get_array(map.result));
        for (gint64 i = 0; i < 7 * 20 * 30; i++)
            g_assert_cmpint(out[i], ==, 10000 * (i / 600) + 100 * (i / 30 % 20) + i % 30);
    }
}

/* The axes are in the order in which the arguments are given. Arrays in files and whole arrays take
 * part, too. The rows of an argument may be arrays. */
static void
test_order(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper();
    g_autoptr(MamutoArray) data = mamuto_array_new_integer_range(1, 3, NULL);
    g_auto(Map) map = {0}, pairs = {0}, one = {0};
    const gint64 shape[] = {5, 7, 20}, pair_shape[] = {4, 6, 2}, flat[] = {9};
    const gint64 *out;
    const double *pair;

    map_run(&map, mapper, "place", MAMUTO_MAP_GRID, NULL, range(5, "c"), range(7, NULL),
            range(20, NULL), NULL);
    map_expect(&map);
    expect_shape(&map, 3, shape);
    out = mamuto_array_get_data(mamuto_result_get_array(map.result));
    for (gint64 i = 0; i < 700; i++)
        g_assert_cmpint(out[i], ==, 10000 * (i / 20 % 7) + 100 * (i % 20) + i / 140);
    map_run(&pairs, mapper, "pair_of", MAMUTO_MAP_GRID, NULL, count_up(4, 3), count_up(6, 0),
            mamuto_argument_new_whole(data), NULL);
    map_expect(&pairs);
    expect_shape(&pairs, 3, pair_shape);
    pair = mamuto_array_get_data(mamuto_result_get_array(pairs.result));
    for (int i = 0; i < 24; i++) {
        g_assert_cmpfloat(pair[2 * i], ==, 9 * (i / 6) + 3 + 6); /* the sum of a row, and of data */
        g_assert_cmpfloat(pair[2 * i + 1], ==, i % 6);
    }
    map_run(&one, mapper, "double", MAMUTO_MAP_GRID, NULL, count_up(9, 0), NULL);
    map_expect(&one);
    expect_shape(&one, 1, flat);
}

static void
test_failures(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper();
    g_autoptr(MamutoArray) mask = NULL;
    g_auto(Map) map = {0}, empty = {0};
    const gint64 shape[] = {4, 0};
    const MamutoRowFailure *failure;
    guint n_dims;

    map_run(&map, mapper, "not_three_five", MAMUTO_MAP_GRID | MAMUTO_MAP_CONTINUE, NULL,
            range(6, NULL), range(10, NULL), NULL);
    map_expect(&map);
    g_assert_cmpint(mamuto_result_get_n_failed(map.result), ==, 1);
    failure = g_ptr_array_index(mamuto_result_get_failures(map.result), 0);
    g_assert_cmpint(failure->row, ==, 35);
    mask = mamuto_result_make_mask(map.result, NULL);
    g_assert_cmpint(mamuto_array_get_shape(mask, &n_dims)[1], ==, 10);
    g_assert_cmpuint(n_dims, ==, 2);
    g_assert_cmpint(((const guint8 *)mamuto_array_get_data(mask))[35], ==, 1);
    map_run(&empty, mapper, "add_both", MAMUTO_MAP_GRID, NULL, range(4, NULL), count_up(0, 0),
            NULL);
    map_expect(&empty);
    expect_shape(&empty, 2, shape);
}

/* Lines of JSON have one axis, also if the rows are combinations. */
static void
test_json(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper();
    g_autofree char *folder = g_dir_make_tmp("mamuto-grid-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "out.jsonl", NULL);
    g_autofree char *copy = g_build_filename(folder, "copy.jsonl", NULL);
    g_autofree char *mask_path = g_build_filename(folder, "out.jsonl.mask.npy", NULL);
    g_autofree char *mask_copy = g_build_filename(folder, "copy.jsonl.mask.npy", NULL);
    g_autofree char *text = NULL, *again = NULL;
    g_autoptr(MamutoArray) mask = NULL;
    g_autoptr(GError) error = NULL;
    g_auto(Map) map = {0}, wrong = {0};
    guint n_dims;

    map_run(&wrong, mapper, "double", MAMUTO_MAP_JSON, "out.npy", range(6, NULL), NULL);
    g_assert_error(wrong.error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT);
    g_assert_false(g_file_test("out.npy", G_FILE_TEST_EXISTS));
    map_run(&map, mapper, "not_three_five", MAMUTO_MAP_GRID | MAMUTO_MAP_CONTINUE, path,
            range(6, NULL), range(10, NULL), NULL);
    map_expect(&map);
    g_assert_cmpuint(mamuto_result_get_n_axes(map.result), ==, 1);
    mask = mamuto_result_make_mask(map.result, &error);
    g_assert_no_error(error);
    g_assert_cmpint(mamuto_array_get_shape(mask, &n_dims)[0], ==, 60);
    g_assert_cmpuint(n_dims, ==, 1);
    g_assert_cmpint(((const guint8 *)mamuto_array_get_data(mask))[35], ==, 1);
    g_assert_true(mamuto_result_save(map.result, copy, &error));
    g_assert_no_error(error);
    g_assert_true(g_file_get_contents(path, &text, NULL, &error));
    g_assert_true(g_file_get_contents(copy, &again, NULL, &error));
    g_assert_cmpstr(text, ==, again);
    unlink(path);
    unlink(copy);
    unlink(mask_path);
    unlink(mask_copy);
    rmdir(folder);
}

/* Writes three numbers to a file, in place if the file exists, and loads them. */
static MamutoArgument *
write_and_load(const char *path, gint64 first)
{
    g_autoptr(MamutoArray) numbers = mamuto_array_new_integer_range(first, first + 2, NULL);
    g_autoptr(MamutoArray) loaded = NULL;
    g_autofree char *other = g_strconcat(path, ".new", NULL);
    g_autofree char *content = NULL;
    g_autoptr(GError) error = NULL;
    FILE *file = fopen(path, "w");
    gsize size;

    g_assert_true(mamuto_array_save_npy(numbers, other, &error));
    g_assert_true(g_file_get_contents(other, &content, &size, &error));
    unlink(other);
    g_assert_nonnull(file);
    g_assert_cmpuint(fwrite(content, 1, size, file), ==, size);
    fclose(file);
    loaded = mamuto_array_load(path, NULL, &error);
    g_assert_no_error(error);
    return mamuto_argument_new_array(loaded);
}

/* A kept array that was written and loaded again between two runs has its new values, although the
 * file is the same for the processes of the host. */
static void
test_kept_again(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper();
    g_autoptr(MamutoFunction) function = find_function("add_both");
    g_autofree char *name = g_strdup_printf("mamuto-grid-%d.npy", (int)getpid());
    g_autofree char *path = g_build_filename(g_get_tmp_dir(), name, NULL);

    for (gint64 first = 0; first <= 200; first += 100) {
        g_auto(Map) map = {0};
        const gint64 *out;

        keep_argument(mapper, function, 0, write_and_load(path, first));
        map_run_function(&map, mapper, function, MAMUTO_MAP_GRID, NULL, range(40, "b"), NULL);
        map_expect(&map);
        out = mamuto_array_get_data(mamuto_result_get_array(map.result));
        for (gint64 i = 0; i < 120; i++)
            g_assert_cmpint(out[i], ==, first + i / 40 + i % 40);
    }
    unlink(path);
}

/* Returns a line of /proc/self/status in kB. */
static gint64
read_status(const char *name)
{
    g_autofree char *text = NULL;
    const char *at;

    g_assert_true(g_file_get_contents("/proc/self/status", &text, NULL, NULL));
    at = strstr(text, name);
    return at != NULL ? g_ascii_strtoll(at + strlen(name), NULL, 10) : 0;
}

/* Memory in kB that the address sanitizer keeps after it was freed. */
#ifdef __SANITIZE_ADDRESS__
#define KEPT_KB (256 << 10)
#else
#define KEPT_KB 0
#endif

/* The combinations need no memory here. MAMUTO_TEST_GRID is the length of each of the two axes, by
 * default 2000; with 10000, the grid has 10^8 rows. */
static void
test_memory(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper();
    const char *text = g_getenv("MAMUTO_TEST_GRID");
    gint64 n = text != NULL ? g_ascii_strtoll(text, NULL, 10) : 2000, before, peak, value;
    g_autofree char *name = g_strdup_printf("mamuto-grid-%d.npy", (int)getpid());
    g_autofree char *path = g_build_filename(g_get_tmp_dir(), name, NULL);
    gint64 begin = g_get_monotonic_time();
    g_auto(Map) map = {0};
    MamutoArray *array;

    before = read_status("VmRSS:");
    map_run(&map, mapper, "add_both", MAMUTO_MAP_GRID | MAMUTO_MAP_BATCH, path, range(n, NULL),
            range(n, NULL), NULL);
    map_expect(&map);
    peak = read_status("VmHWM:");
    array = mamuto_result_get_array(map.result);
    for (gint64 i = 0; i < n; i += n / 7) {
        value = ((const gint64 *)mamuto_array_get_data(array))[i * n + n - 1 - i];
        g_assert_cmpint(value, ==, n - 1);
    }
    printf("# %" G_GINT64_FORMAT " rows in %.2f s, %" G_GINT64_FORMAT
           " kB before, peak %" G_GINT64_FORMAT " kB\n",
           n * n, (double)(g_get_monotonic_time() - begin) / 1e6, before, peak);
    unlink(path);
    g_assert_cmpint(peak - before, <, 200000 + KEPT_KB);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/mapper-grid/combinations", test_combinations);
    g_test_add_func("/mapper-grid/order", test_order);
    g_test_add_func("/mapper-grid/failures", test_failures);
    g_test_add_func("/mapper-grid/json", test_json);
    g_test_add_func("/mapper-grid/kept-again", test_kept_again);
    g_test_add_func("/mapper-grid/memory", test_memory);
    return g_test_run();
}
