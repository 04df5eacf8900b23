/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of the store that collects the results of a run. Blocks of rows arrive in any order and
 * in several threads, some are invalid, and some need a wider element type than the earlier
 * ones. The disk may be full. A mask file marks failed rows. numpy reads the saved files. */
#include <errno.h>
#include <glib/gstdio.h>
#include <math.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mamuto-error.h"
#include "result-store.h"

static const MamutoDtype i8 = {'i', '<', 8}, f8 = {'f', '<', 8}, c16 = {'c', '<', 16};
static const MamutoDtype b1 = {'b', '|', 1}, i1 = {'i', '|', 1};

typedef struct {
    char *folder, *path;
} Place;

static void
place_init(Place *place)
{
    place->folder = g_dir_make_tmp("mamuto-results-XXXXXX", NULL);
    g_assert_nonnull(place->folder);
    place->path = g_build_filename(place->folder, "out.npy", NULL);
}

static guint
count_files(const char *folder)
{
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    guint n = 0;

    while (g_dir_read_name(dir))
        n++;
    return n;
}

static void
place_clear(Place *place)
{
    g_autoptr(GDir) dir = g_dir_open(place->folder, 0, NULL);
    const char *name;

    while ((name = g_dir_read_name(dir))) {
        g_autofree char *path = g_build_filename(place->folder, name, NULL);

        g_unlink(path);
    }
    g_rmdir(place->folder);
    g_free(place->folder);
    g_free(place->path);
}

/* Runs Python code, in which the array @a is the content of the file. Fails if the code fails. */
static void
check_with_numpy(const char *path, const char *code)
{
    const char *argv[] = {"/usr/bin/python3", "-c", NULL, path, NULL};
    g_autofree char *whole = g_strdup_printf(
        "import io, sys, numpy as np\n"
        "a = np.load(sys.argv[1])\n"
        "f = io.BytesIO()\n"
        "np.save(f, a)\n"
        "assert f.getvalue() == open(sys.argv[1], 'rb').read(), 'not the bytes of numpy.save()'\n"
        "%s\n",
        code);
    g_autofree char *err = NULL;
    g_autoptr(GError) error = NULL;
    int status;

    argv[2] = whole;
    g_assert_true(g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, &err,
                               &status, &error));
    if (status != 0)
        g_test_message("%s", err);
    g_assert_cmpint(status, ==, 0);
}

static ResultStore *
make(gint64 n_rows, const char *path)
{
    g_autoptr(GError) error = NULL;
    ResultStore *store = result_store_new(n_rows, path, &error);

    g_assert_no_error(error);
    return store;
}

static ResultBlock
block(gint64 lo, gint64 hi, MamutoDtype dtype, gconstpointer data, gsize size)
{
    return (ResultBlock){.lo = lo, .hi = hi, .dtype = dtype, .data = data, .fd = -1, .size = size};
}

static void
put(ResultStore *store, ResultBlock b)
{
    g_autoptr(GError) error = NULL;

    result_store_put(store, &b, &error);
    g_assert_no_error(error);
}

static void
refuse(ResultStore *store, ResultBlock b, int code, const char *words)
{
    g_autoptr(GError) error = NULL;
    gint64 n_ok = result_store_get_n_ok(store), n_failed = result_store_get_n_failed(store);

    g_assert_false(result_store_put(store, &b, &error));
    g_assert_error(error, MAMUTO_ERROR, code);
    if (words && !strstr(error->message, words))
        g_error("the error '%s' does not contain '%s'", error->message, words);
    g_assert_cmpint(result_store_get_n_ok(store), ==, n_ok);
    g_assert_cmpint(result_store_get_n_failed(store), ==, n_failed);
}

static MamutoArray *
finish(ResultStore *store, const char *path)
{
    g_autoptr(GError) error = NULL;
    MamutoArray *array = result_store_finish(store, path, &error);

    g_assert_no_error(error);
    g_assert_nonnull(array);
    return array;
}

static void
assert_type(MamutoArray *array, const char *expected, gint64 n_rows)
{
    MamutoDtype dtype;
    char text[MAMUTO_DTYPE_STRING_MAX];

    mamuto_array_get_dtype(array, &dtype);
    mamuto_dtype_to_string(&dtype, text);
    g_assert_cmpstr(text, ==, expected);
    g_assert_cmpint(mamuto_array_get_n_rows(array), ==, n_rows);
}

static void
test_memory(void)
{
    g_autoptr(ResultStore) store = make(5, NULL);
    g_autoptr(MamutoArray) array = NULL;
    const gint64 a[] = {10, 11}, b[] = {2, 3, 4};
    const gint64 all[] = {2, 3, 4, 10, 11};

    put(store, block(3, 5, i8, a, sizeof a));
    g_assert_cmpint(row_status_get(result_store_get_status(store), 3), ==, RESULT_OK);
    g_assert_cmpint(row_status_get(result_store_get_status(store), 2), ==, RESULT_MISSING);
    put(store, block(0, 3, i8, b, sizeof b));
    g_assert_cmpint(result_store_get_n_ok(store), ==, 5);
    array = finish(store, NULL);
    assert_type(array, "<i8", 5);
    g_assert_cmpmem(mamuto_array_get_data(array), 40, all, 40);
    g_clear_pointer(&store, result_store_free);
    g_assert_cmpmem(mamuto_array_get_data(array), 40, all, 40);
}

static void
test_nothing(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(ResultStore) store = NULL;
    g_autoptr(MamutoArray) array = NULL;
    Place place;

    place_init(&place);
    store = make(0, place.path);
    array = finish(store, NULL);
    assert_type(array, "<f8", 0);
    g_assert_cmpint(mamuto_array_get_n_dims(array), ==, 1);
    check_with_numpy(place.path, "assert a.shape == (0,) and a.dtype == float");
    g_assert_null(result_store_finish(store, NULL, &error)); /* a second call must fail */
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FAILED);
    g_assert_cmpint(count_files(place.folder), ==, 1);
    place_clear(&place);
}

/* The result of each row is an array with several dimensions. All results together are stored in
 * a file. */
static void
test_file(void)
{
    g_autoptr(ResultStore) store = NULL;
    g_autoptr(MamutoArray) array = NULL;
    double rows[24];
    ResultBlock b;
    Place place;

    place_init(&place);
    store = make(4, place.path);
    for (guint i = 0; i < 24; i++)
        rows[i] = i;
    b = block(0, 2, f8, rows, 96);
    b.n_dims = 2;
    b.shape[0] = 2;
    b.shape[1] = 3;
    put(store, b);
    b.lo = 2;
    b.hi = 4;
    b.data = rows + 12;
    put(store, b);
    g_assert_false(g_file_test(place.path, G_FILE_TEST_EXISTS));
    array = finish(store, NULL);
    g_assert_cmpmem(mamuto_array_get_data(array), sizeof rows, rows, sizeof rows);
    check_with_numpy(place.path, "assert (a == np.arange(24.).reshape(4, 2, 3)).all()");
    g_assert_cmpint(count_files(place.folder), ==, 1);
    place_clear(&place);
}

static void
test_abandoned(void)
{
    const double x = 1;
    Place place;

    place_init(&place);
    for (guint i = 0; i < 2; i++) {
        g_autoptr(ResultStore) store = make(1, place.path);

        if (i)
            put(store, block(0, 1, f8, &x, 8));
    }
    g_assert_cmpint(count_files(place.folder), ==, 0);
    place_clear(&place);
}

static void
test_no_folder(void)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(result_store_new(3, "/nonexistent/folder/out.npy", &error));
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FAILED);
    g_assert_nonnull(strstr(error->message, "/nonexistent/folder/out.npy"));
    g_clear_error(&error);
    g_assert_null(result_store_new(-1, NULL, &error));
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FAILED);
}

static void
test_unnamed(void)
{
    g_autoptr(ResultStore) store = NULL;
    g_autoptr(MamutoArray) array = NULL;
    const double x[] = {1, 2};
    const double *data;
    Place place;

    place_init(&place);
    store = make(4, place.path);
    put(store, block(1, 3, f8, x, sizeof x));
    array = result_store_finish_unnamed(store, NULL);
    g_assert_nonnull(array);
    g_assert_cmpint(count_files(place.folder), ==, 0);
    g_clear_pointer(&store, result_store_free);
    data = mamuto_array_get_data(array);
    g_assert_true(isnan(data[0]) && data[1] == 1 && data[2] == 2 && isnan(data[3]));
    place_clear(&place);
}

/* The finished result is saved under another name than the store's file. There are three cases: the
 * new file is in the same folder; it is in another folder; the store has no file, so that the
 * result was only in memory. */
static void
test_other_name(void)
{
    const double x[] = {1, 2};

    for (guint i = 0; i < 3; i++) {
        g_autoptr(ResultStore) store = NULL;
        g_autoptr(MamutoArray) array = NULL;
        g_autofree char *other = NULL;
        Place place, second;

        place_init(&place);
        place_init(&second);
        store = make(2, i < 2 ? place.path : NULL);
        put(store, block(0, 2, f8, x, sizeof x));
        other = g_build_filename(i == 0 ? place.folder : second.folder, "other.npy", NULL);
        array = finish(store, other);
        g_clear_pointer(&store, result_store_free);
        check_with_numpy(other, "assert (a == [1, 2]).all()");
        g_assert_cmpmem(mamuto_array_get_data(array), 16, x, 16);
        g_assert_cmpint(count_files(place.folder) + count_files(second.folder), ==, 1);
        place_clear(&place);
        place_clear(&second);
    }
}

static void
test_not_a_file(void)
{
    g_autoptr(ResultStore) store = make(2, "/dev/null");
    g_autoptr(MamutoArray) array = NULL;
    const double x = 7;

    put(store, block(1, 2, f8, &x, 8));
    array = finish(store, NULL);
    g_assert_cmpfloat(((double *)mamuto_array_get_data(array))[1], ==, 7);
    g_assert_false(g_file_test("/dev/null.mask.npy", G_FILE_TEST_EXISTS));
}

/* Failed and missing rows contain a fill value such as NaN, and the mask file marks them. If a
 * later run of the job succeeds, it must remove the mask file. */
static void
test_mask(void)
{
    const guint8 failed[] = {0x05};
    const guint8 all_failed[] = {0x01};
    const double x[] = {1, 3};
    Place place;

    place_init(&place);
    for (guint i = 0; i < 2; i++) {
        g_autoptr(ResultStore) store = make(6, place.path);
        g_autoptr(MamutoArray) array = NULL;
        g_autofree char *mask_path = result_mask_path(place.path);
        ResultBlock b = block(0, 4, f8, x, sizeof x);

        g_assert_true(g_str_has_suffix(mask_path, "/out.mask.npy"));
        if (i == 0) {
            b.failed = failed;
            put(store, b);
            b = (ResultBlock){.lo = 4, .hi = 5, .failed = all_failed, .fd = -1};
            put(store, b);
            g_assert_cmpint(result_store_get_n_failed(store), ==, 3);
            g_assert_cmpint(row_status_get(result_store_get_status(store), 0), ==, RESULT_FAILED);
        } else {
            put(store, block(0, 6, b1, "\1\0\1\0\1\0", 6));
        }
        array = finish(store, NULL);
        if (i == 0) {
            check_with_numpy(mask_path, "assert a.tolist() == [True, False] * 2 + [True] * 2 and "
                                        "a.dtype == bool");
            check_with_numpy(place.path,
                             "np.testing.assert_array_equal(a, [np.nan, 1, np.nan, 3, np.nan, "
                             "np.nan])");
        } else {
            g_assert_cmpint(count_files(place.folder), ==, 1);
            check_with_numpy(place.path, "assert a.tolist() == [True, False] * 3");
        }
    }
    place_clear(&place);
}

/* Rows without a result contain a fill value, such as NaN or an empty string. It depends on the
 * element type. */
static void
test_fill(void)
{
    static const struct {
        const char *dtype, *check;
    } types[] = {
        {"|b1", "not a[0]"},       {"|i1", "a[0] == 0"},
        {"<u8", "a[0] == 0"},      {"<f2", "np.isnan(a[0])"},
        {"<f4", "np.isnan(a[0])"}, {"<f8", "np.isnan(a[0])"},
        {"<c8", "np.isnan(a[0])"}, {"<c16", "np.isnan(a[0].real) and a[0].imag == 0"},
        {"|S3", "a[0] == b''"},    {"<U2", "a[0] == ''"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(types); i++) {
        g_autoptr(ResultStore) store = NULL;
        g_autoptr(MamutoArray) array = NULL;
        g_autofree char *code = g_strdup_printf(
            "assert len(a) == 3 and a.dtype.str == '%s' and %s and a[2] == a[0] or a[2] != a[2]",
            types[i].dtype, types[i].check);
        const guint8 zeros[16] = {0};
        MamutoDtype dtype;
        Place place;

        place_init(&place);
        store = make(3, place.path);
        g_assert_true(mamuto_dtype_parse(types[i].dtype, &dtype, NULL));
        put(store, block(1, 2, dtype, zeros, dtype.itemsize));
        array = finish(store, NULL);
        check_with_numpy(place.path, code);
        place_clear(&place);
    }
}

/* Items without bytes can be as many as a shape can say. Work on them must not take a step for
 * each: otherwise this test does not end. */
static void
test_no_bytes(void)
{
    const gint64 many = G_GINT64_CONSTANT(1) << 40;
    g_autoptr(ResultStore) store = make(1000, NULL);
    g_autoptr(MamutoArray) array = NULL;
    ResultBlock b = block(0, 500, (MamutoDtype){'U', '<', 0}, "", 0);

    b.n_dims = 1;
    b.shape[0] = many;
    put(store, b);
    b.dtype = (MamutoDtype){'U', '>', 0};
    b.lo = 500;
    b.hi = 900;
    put(store, b);
    b.dtype = (MamutoDtype){'U', '<', 0};
    b.lo = 900;
    b.hi = 999;
    put(store, b);
    array = finish(store, NULL);
    g_assert_cmpint(mamuto_array_get_n_dims(array), ==, 2);
}

/* Rows without bytes become empty texts when a wider type comes, before and after it. */
static void
test_empty_to_wide(void)
{
    static const guint32 text[] = {'a', 'b', 'c', 'd'};
    g_autoptr(ResultStore) store = NULL;
    g_autoptr(MamutoArray) array = NULL;
    ResultBlock b = block(0, 1, (MamutoDtype){'U', '<', 0}, "", 0);
    Place place;

    place_init(&place);
    store = make(4, place.path);
    b.n_dims = 1;
    b.shape[0] = 2;
    put(store, b);
    b.lo = 2;
    b.hi = 3;
    b.dtype.itemsize = 8;
    b.data = text;
    b.size = 16;
    put(store, b);
    b.lo = 1;
    b.hi = 2;
    b.dtype.itemsize = 4;
    b.size = 8;
    put(store, b);
    b.lo = 3;
    b.hi = 4;
    b.dtype.itemsize = 0;
    b.size = 0;
    put(store, b);
    array = finish(store, NULL);
    check_with_numpy(place.path,
                     "assert a.tolist() == [['', ''], ['a', 'b'], ['ab', 'cd'], ['', '']]");
    place_clear(&place);
}

/* Each row of an array has the width of the widest text, so a single long text must not make a
 * large file. In a small array, it may be long. In memory, the results are not an array then. */
static void
test_wide_text(void)
{
    const gsize length = 100000 * 4;
    g_autofree guint32 *text = g_malloc0(length);
    g_autoptr(ResultStore) store = NULL, only = NULL, in_memory = make(2000, NULL);
    g_autoptr(ResultStore) small = NULL;
    g_autoptr(MamutoArray) lines = NULL;
    const MamutoDtype wide = {'U', '<', (guint32)length};
    Place place;

    place_init(&place);
    store = make(2000, place.path);
    put(store, block(0, 1, (MamutoDtype){'U', '<', 4}, text, 4));
    refuse(store, block(7, 8, wide, text, length), MAMUTO_ERROR_RESULT, "rows from 7 on");
    put(store, block(7, 8, (MamutoDtype){'U', '<', 4000}, text, 4000));
    g_clear_pointer(&store, result_store_free);
    only = make(2000, place.path);
    refuse(only, block(7, 8, wide, text, length), MAMUTO_ERROR_RESULT, "100000");
    refuse(only, block(7, 8, (MamutoDtype){'S', '|', (guint32)length}, text, length),
           MAMUTO_ERROR_RESULT, "400000 bytes");
    g_clear_pointer(&only, result_store_free);
    small = make(20, place.path);
    put(small, block(0, 1, wide, text, length));
    g_clear_pointer(&small, result_store_free);
    text[length / 4 - 1] = GUINT32_TO_LE('x');
    put(in_memory, block(7, 8, wide, text, length));
    lines = finish(in_memory, NULL);
    g_assert_true(mamuto_array_is_json(lines));
    g_assert_cmpuint(mamuto_array_get_n_bytes(lines), ==,
                     1999 * strlen("null\n") + 6 * (length / 4 - 1) + 4);
    place_clear(&place);
}

static void
test_text(void)
{
    static const guint32 wide[] = {'x', 0x20ac};
    g_autoptr(ResultStore) store = NULL;
    g_autoptr(MamutoArray) array = NULL;
    Place place;

    place_init(&place);
    store = make(4, place.path);
    put(store, block(0, 1, (MamutoDtype){'S', '|', 0}, "", 0));
    put(store, block(1, 2, (MamutoDtype){'S', '|', 5}, "hello", 5));
    put(store, block(2, 3, (MamutoDtype){'S', '|', 2}, "ab", 2));
    refuse(store, block(3, 4, (MamutoDtype){'U', '<', 8}, wide, 8), MAMUTO_ERROR_RESULT, "row 3 ");
    array = finish(store, NULL);
    assert_type(array, "|S5", 4);
    check_with_numpy(place.path, "assert a.tolist() == [b'', b'hello', b'ab', b'']");
    g_clear_pointer(&store, result_store_free);
    g_clear_object(&array);
    store = make(2, place.path);
    put(store, block(0, 1, (MamutoDtype){'U', '<', 4}, "y\0\0", 4));
    put(store, block(1, 2, (MamutoDtype){'U', '<', 8}, wide, 8));
    array = finish(store, NULL);
    assert_type(array, "<U2", 2);
    check_with_numpy(place.path, "assert a.tolist() == ['y', 'x\\u20ac']");
    place_clear(&place);
}

static void
test_disagreement(void)
{
    g_autoptr(ResultStore) store = make(20, NULL);
    g_autoptr(MamutoArray) array = NULL;
    const guint8 failed[] = {0x03};
    const gint64 x[] = {1, 2, 3};
    ResultBlock b = block(5, 8, i8, x, 8);

    b.failed = failed;
    put(store, b);
    b = block(10, 11, i8, x, 24);
    b.n_dims = 1;
    b.shape[0] = 3;
    refuse(store, b, MAMUTO_ERROR_RESULT, "row 10 gives");
    refuse(store, b, MAMUTO_ERROR_RESULT, "row 7 one");
    refuse(store, b, MAMUTO_ERROR_RESULT, "shape (3,)");
    refuse(store, block(10, 12, (MamutoDtype){'S', '|', 3}, x, 6), MAMUTO_ERROR_RESULT,
           "row 7 one");
    put(store, block(10, 13, i8, x, 24)); /* the refused blocks must not have changed the store */
    array = finish(store, NULL);
    g_assert_cmpint(((gint64 *)mamuto_array_get_data(array))[12], ==, 3);
    g_assert_cmpint(((gint64 *)mamuto_array_get_data(array))[13], ==, 0);
}

static void
test_wrong_blocks(void)
{
    g_autoptr(ResultStore) store = make(10, NULL);
    const gint64 x[10] = {0};
    const guint8 failed[] = {0xff, 0xff};
    ResultBlock b;

    refuse(store, block(-1, 1, i8, x, 16), MAMUTO_ERROR_PROTOCOL, NULL);
    refuse(store, block(9, 11, i8, x, 16), MAMUTO_ERROR_PROTOCOL, NULL);
    refuse(store, block(3, 3, i8, x, 0), MAMUTO_ERROR_PROTOCOL, NULL);
    refuse(store, block(5, 3, i8, x, 16), MAMUTO_ERROR_PROTOCOL, NULL);
    refuse(store, block(G_MININT64, G_MAXINT64, i8, x, 16), MAMUTO_ERROR_PROTOCOL, NULL);
    refuse(store, block(0, 2, i8, x, 15), MAMUTO_ERROR_PROTOCOL, "15 bytes");
    refuse(store, block(0, 2, i8, x, 24), MAMUTO_ERROR_PROTOCOL, NULL);
    refuse(store, block(0, 2, (MamutoDtype){0}, x, 0), MAMUTO_ERROR_PROTOCOL, NULL);
    refuse(store, block(0, 2, (MamutoDtype){'O', '|', 8}, x, 16), MAMUTO_ERROR_PROTOCOL, NULL);
    refuse(store, block(0, 2, (MamutoDtype){'f', '<', 0}, x, 0), MAMUTO_ERROR_PROTOCOL, NULL);
    b = block(0, 2, i8, x, 16);
    b.failed = failed; /* a block with results is refused if all its rows failed */
    refuse(store, b, MAMUTO_ERROR_PROTOCOL, NULL);
    b = block(0, 2, i8, x, 16);
    b.n_dims = MAMUTO_ARRAY_MAX_DIMS;
    refuse(store, b, MAMUTO_ERROR_PROTOCOL, NULL);
    b.n_dims = 2;
    b.shape[0] = b.shape[1] = G_MAXINT32;
    refuse(store, b, MAMUTO_ERROR_PROTOCOL, NULL);
    b.shape[0] = b.shape[1] = -1;
    refuse(store, b, MAMUTO_ERROR_PROTOCOL, NULL);
    put(store, block(2, 5, i8, x, 24));
    refuse(store, block(0, 3, i8, x, 24), MAMUTO_ERROR_PROTOCOL, "already");
    refuse(store, block(4, 6, i8, x, 16), MAMUTO_ERROR_PROTOCOL, "already");
    refuse(store, block(2, 5, f8, x, 24), MAMUTO_ERROR_PROTOCOL, "already");
    put(store, block(5, 6, i8, x, 8));
}

/* Blocks of results arrive as files: one is complete, one is shorter than announced, and one has
 * elements that must be converted to another type. */
static void
test_descriptors(void)
{
    g_autoptr(ResultStore) store = make(400000, NULL);
    g_autoptr(MamutoArray) array = NULL;
    g_autofree gint64 *rows = g_new(gint64, 200000);
    int fd = memfd_create("block", MFD_CLOEXEC);
    ResultBlock b = block(0, 200000, i8, NULL, 1600000);
    const double *data;

    for (guint i = 0; i < 200000; i++)
        rows[i] = i;
    g_assert_cmpint(pwrite(fd, rows, 1600000, 100), ==, 1600000);
    b.fd = fd;
    b.offset = 101;
    refuse(store, b, MAMUTO_ERROR_PROTOCOL, "shorter");
    b.offset = 100;
    put(store, b);
    put(store, block(200000, 200001, f8, &(double){0.5}, 8));
    b.lo = 200001;
    b.hi = 400000;
    b.size = 199999 * 8;
    b.offset = 1000000;
    refuse(store, b, MAMUTO_ERROR_PROTOCOL, "shorter");
    b.offset = 100;
    put(store, b);
    close(fd);
    array = finish(store, NULL);
    assert_type(array, "<f8", 400000);
    data = mamuto_array_get_data(array);
    for (guint i = 0; i < 400000; i++)
        g_assert_cmpfloat(data[i], ==, i < 200000 ? i : i == 200000 ? 0.5 : i - 200001);
}

/* Large blocks for a file on the disk. The bytes come from files in memory, or from a file that the
 * kernel cannot copy, which is shorter than announced. Places in the files are not multiples of a
 * page. */
static void
test_large_descriptors(void)
{
    enum { N = 700000, FIRST = 300001 };
    g_autoptr(ResultStore) store = NULL;
    g_autoptr(MamutoArray) array = NULL;
    g_autofree gint64 *rows = g_new(gint64, N);
    ResultBlock b = block(0, FIRST, i8, NULL, FIRST * 8);
    int fd = memfd_create("block", MFD_CLOEXEC), status = open("/proc/self/status", O_RDONLY);
    Place place;

    place_init(&place);
    store = make(N, place.path);
    for (gint64 i = 0; i < N; i++)
        rows[i] = i * i;
    g_assert_cmpint(pwrite(fd, rows, N * 8, 100), ==, N * 8);
    b.fd = status;
    refuse(store, b, MAMUTO_ERROR_PROTOCOL, "shorter");
    b.fd = fd;
    b.offset = 3000000;
    b.size = 1 << 22;
    b.hi = 1 << 19;
    refuse(store, b, MAMUTO_ERROR_PROTOCOL, "shorter");
    b = block(FIRST, N, i8, NULL, (N - FIRST) * 8);
    b.fd = fd;
    b.offset = 100 + FIRST * 8;
    put(store, b);
    b = block(0, FIRST, i8, NULL, FIRST * 8);
    b.fd = fd;
    b.offset = 100;
    put(store, b);
    close(fd);
    close(status);
    array = finish(store, place.path);
    g_assert_cmpint(memcmp(mamuto_array_get_data(array), rows, N * 8), ==, 0);
    check_with_numpy(place.path, "assert (a == np.arange(700000) ** 2).all()");
    place_clear(&place);
}

/* Four threads store blocks in random order. The blocks have different element types. */

#define N_ROWS 60000
#define N_THREADS 4

typedef struct {
    ResultStore *store;
    GArray *ranges; /* of gint64: first row of each block, in random order */
    gint next;      /* index of the next block to store (atomic) */
    gint64 *ends;
    guint seed;
} Storm;

static gboolean
storm_fails(gint64 row)
{
    return row % 97 == 5;
}

/* Stores blocks until none is left. Most blocks contain bytes, and a few contain a wider type.
 * Thus the store must widen the elements of many stored rows. */
static gpointer
storm_thread(gpointer data)
{
    Storm *storm = data;
    guint i;

    while ((i = (guint)g_atomic_int_add(&storm->next, 1)) < storm->ranges->len) {
        gint64 lo = g_array_index(storm->ranges, gint64, i), hi = storm->ends[lo];
        double values[2 * 512];
        gint8 bytes[512];
        guint8 failed[64] = {0};
        gsize n = 0;
        guint kind = i % 37 == 0 ? (3 * (i / 37) + storm->seed) % 4 : 0;
        ResultBlock b = {.lo = lo, .hi = hi, .failed = failed, .fd = -1};

        for (gint64 row = lo; row < hi; row++) {
            if (storm_fails(row)) {
                failed[(row - lo) / 8] |= 1 << (row - lo) % 8;
                continue;
            }
            bytes[n] = (gint8)(row % 100);
            if (kind == 1)
                memcpy(values + n, &(gint64){row % 100}, 8);
            else if (kind == 2)
                values[n] = row % 100;
            else if (kind == 3)
                values[2 * n] = row % 100, values[2 * n + 1] = 0.25;
            n++;
        }
        b.dtype = kind == 0 ? i1 : kind == 1 ? i8 : kind == 2 ? f8 : c16;
        b.data = kind == 0 ? (gconstpointer)bytes : values;
        b.size = n * b.dtype.itemsize;
        if (n == 0)
            b.dtype.kind = 0;
        put(storm->store, b);
    }
    return NULL;
}

static void
test_storm(void)
{
    for (guint32 seed = 0; seed < 5; seed++) {
        g_autoptr(GRand) rand = g_rand_new_with_seed(seed);
        g_autoptr(GArray) ranges = g_array_new(FALSE, FALSE, sizeof(gint64));
        g_autofree gint64 *ends = g_new0(gint64, N_ROWS);
        g_autoptr(MamutoArray) array = NULL;
        GThread *threads[N_THREADS];
        Storm storm = {NULL, ranges, 0, ends, seed};
        const double *data;
        Place place;

        place_init(&place);
        storm.store = make(N_ROWS, seed % 2 ? NULL : place.path);
        for (gint64 lo = 0; lo < N_ROWS; lo = ends[lo]) {
            gint64 hi = lo + g_rand_int_range(rand, 1, 500);

            ends[lo] = MIN(hi, N_ROWS);
            g_array_append_val(ranges, lo);
        }
        for (guint i = ranges->len; i-- > 1;) {
            guint j = (guint)g_rand_int_range(rand, 0, (gint32)i + 1);
            gint64 *r = (gint64 *)(gpointer)ranges->data, lo = r[i];

            r[i] = r[j];
            r[j] = lo;
        }
        for (guint i = 0; i < N_THREADS; i++)
            threads[i] = g_thread_new("put", storm_thread, &storm);
        for (guint i = 0; i < N_THREADS; i++)
            g_thread_join(threads[i]);
        g_assert_cmpint(result_store_get_n_ok(storm.store) + result_store_get_n_failed(storm.store),
                        ==, N_ROWS);
        array = finish(storm.store, place.path);
        assert_type(array, "<c16", N_ROWS);
        data = mamuto_array_get_data(array);
        for (gint64 row = 0; row < N_ROWS; row++) {
            if (storm_fails(row))
                g_assert_true(isnan(data[2 * row]));
            else
                g_assert_cmpfloat(data[2 * row], ==, row % 100);
        }
        result_store_free(storm.store);
        check_with_numpy(place.path, "assert np.isnan(a).sum() == (len(a) + 91) // 97");
        place_clear(&place);
    }
}

/* The header of a result file describes the element type. A wider type may need a longer header
 * than the space that was reserved at the beginning of the file. */
static void
test_long_header(void)
{
    g_autoptr(ResultStore) store = NULL;
    g_autoptr(MamutoArray) array = NULL;
    const gint8 a[] = {1, 2};
    Place place;

    for (guint n_dims = 10; n_dims < MAMUTO_ARRAY_MAX_DIMS; n_dims++) {
        ResultBlock b = block(0, 2, i1, a, 2);

        place_init(&place);
        store = make(4, place.path);
        b.n_dims = n_dims;
        for (guint i = 0; i < n_dims; i++)
            b.shape[i] = 1;
        put(store, b);
        b.lo = 2;
        b.hi = 4;
        b.dtype = c16;
        b.data = (double[]){3, 0, 4, 0};
        b.size = 32;
        put(store, b);
        array = finish(store, NULL);
        check_with_numpy(place.path, "assert a.ravel().tolist() == [1, 2, 3, 4]");
        g_clear_object(&array);
        g_clear_pointer(&store, result_store_free);
        place_clear(&place);
    }
}

/* Stores a block of a wider element type, which makes the file too large for the disk. The store
 * must refuse the block before it changes any row. The error message must contain @words. */
static void
fill_disk(const char *path, const char *words)
{
    g_autoptr(ResultStore) store = make(100000, path);
    const double one[2] = {1, 0};

    put(store, block(0, 1, i1, one, 1)); /* a file of 100 kB still fits on the disk */
    refuse(store, block(1, 2, c16, one, 16), MAMUTO_ERROR_FAILED, words);
    put(store, block(1, 2, i1, one, 1));
    g_assert_cmpint(result_store_get_n_ok(store), ==, 2);
}

static void
test_file_limit(void)
{
    struct rlimit old, small;
    Place place;

    place_init(&place);
    signal(SIGXFSZ, SIG_IGN);
    g_assert_cmpint(getrlimit(RLIMIT_FSIZE, &old), ==, 0);
    small = old;
    small.rlim_cur = 500000;
    g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &small), ==, 0);
    fill_disk(place.path, "larger than is allowed: 1600128 bytes needed");
    g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &old), ==, 0);
    g_assert_cmpint(count_files(place.folder), ==, 0);
    place_clear(&place);
}

/* Uses a file system in memory (tmpfs) of 1 MB as the full disk. Skipped if the test may not
 * mount file systems. */
static void
test_full_disk(void)
{
    Place place;
    pid_t child;
    int status;

    place_init(&place);
    child = fork();
    if (child == 0) {
        if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
            mount("tmpfs", place.folder, "tmpfs", 0, "size=1m") != 0)
            _exit(77);
        fill_disk(place.path, "disk full: 1600128 bytes needed, ");
        _exit(count_files(place.folder) == 0 ? 0 : 1);
    }
    g_assert_cmpint(waitpid(child, &status, 0), ==, child);
    g_assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == 77)
        g_test_message("no tmpfs can be mounted; the test used the limit of file sizes instead");
    else
        g_assert_cmpint(WEXITSTATUS(status), ==, 0);
    place_clear(&place);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/result-store/memory", test_memory);
    g_test_add_func("/result-store/nothing", test_nothing);
    g_test_add_func("/result-store/file", test_file);
    g_test_add_func("/result-store/abandoned", test_abandoned);
    g_test_add_func("/result-store/no-folder", test_no_folder);
    g_test_add_func("/result-store/unnamed", test_unnamed);
    g_test_add_func("/result-store/other-name", test_other_name);
    g_test_add_func("/result-store/not-a-file", test_not_a_file);
    g_test_add_func("/result-store/mask", test_mask);
    g_test_add_func("/result-store/fill", test_fill);
    g_test_add_func("/result-store/text", test_text);
    g_test_add_func("/result-store/no-bytes", test_no_bytes);
    g_test_add_func("/result-store/empty-to-wide", test_empty_to_wide);
    g_test_add_func("/result-store/wide-text", test_wide_text);
    g_test_add_func("/result-store/disagreement", test_disagreement);
    g_test_add_func("/result-store/wrong-blocks", test_wrong_blocks);
    g_test_add_func("/result-store/descriptors", test_descriptors);
    g_test_add_func("/result-store/large-descriptors", test_large_descriptors);
    g_test_add_func("/result-store/storm", test_storm);
    g_test_add_func("/result-store/long-header", test_long_header);
    g_test_add_func("/result-store/file-limit", test_file_limit);
    g_test_add_func("/result-store/full-disk", test_full_disk);
    return g_test_run();
}
