/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of array files in numpy's format NPY: valid and invalid headers, and saving and loading.
 * The test "numpy" in tests/integration compares all element types with numpy. */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "file-fixture.h"
#include "mamuto-error.h"
#include "npy.h"

static char *folder;

static char *
write_file(const char *name, gconstpointer data, gsize size)
{
    char *path = g_build_filename(folder, name, NULL);

    g_assert_true(g_file_set_contents(path, data, (gssize)size, NULL));
    return path;
}

/* Writes a file in the given version of the format. The header is @dict, and @data_size bytes of
 * data follow it. */
static char *
write_npy(guint8 version, const char *dict, gsize data_size)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    guint32 length = GUINT32_TO_LE((guint32)strlen(dict));
    g_autofree guint8 *data = g_malloc0(data_size + 1);

    g_byte_array_append(bytes, (const guint8 *)NPY_MAGIC, NPY_MAGIC_SIZE);
    g_byte_array_append(bytes, (guint8[]){version, 0}, 2);
    g_byte_array_append(bytes, (const guint8 *)&length, version == 1 ? 2 : 4);
    g_byte_array_append(bytes, (const guint8 *)dict, (guint)strlen(dict));
    g_byte_array_append(bytes, data, (guint)data_size);
    return write_file("a.npy", bytes->data, bytes->len);
}

static void
test_dicts(void)
{
    static const char *const good[] = {
        "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }          \n",
        "{\"shape\":(2,3),\"descr\":\"<f8\",\"fortran_order\":True}",
        " { 'fortran_order' : False , 'descr' : '<f8' , 'shape' : ( 2 , 3 , ) } ",
        /* headers of numpy in Python 2, and a type by its name */
        "{'descr': '<f8', 'fortran_order': False, 'shape': (2L, 3L), }",
        "{u'descr': u'<f8', u'fortran_order': False, U\"shape\": (2L, 3 L)}",
        "{'descr': 'float64', 'fortran_order': False, 'shape': (2, 3)}",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(good); i++)
        for (guint8 version = 1; version <= 3; version++) {
            g_autofree char *path = write_npy(version, good[i], 48);
            g_autoptr(GError) error = NULL;
            g_autoptr(MamutoArray) array = mamuto_array_load_npy(path, &error);

            g_assert_no_error(error);
            g_assert_cmpint(mamuto_array_get_shape(array, NULL)[1], ==, 3);
            g_assert_cmpint(mamuto_array_is_c_contiguous(array), ==, i != 1);
        }
}

static void
test_refused_dicts(void)
{
    static const struct {
        const char *dict;
        int code;
        const char *says;
    } bad[] = {
        {"", MAMUTO_ERROR_INVALID_FILE, "'{'"},
        {"{}", MAMUTO_ERROR_INVALID_FILE, "missing"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (2, -3)}", MAMUTO_ERROR_INVALID_FILE,
         "negative"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999,)}",
         MAMUTO_ERROR_INVALID_FILE, "too big"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296, 4294967296)}",
         MAMUTO_ERROR_INVALID_ARGUMENT, "too big"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (0, 9223372036854775807)}",
         MAMUTO_ERROR_INVALID_ARGUMENT, "too big"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (2)}", MAMUTO_ERROR_INVALID_FILE,
         "tuple"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': [2]}", MAMUTO_ERROR_INVALID_FILE,
         "tuple"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (2l, 3)}", MAMUTO_ERROR_INVALID_FILE,
         "tuple of ints"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (2LL,)}", MAMUTO_ERROR_INVALID_FILE,
         "tuple of ints"},
        {"{'descr': b'<f8', 'fortran_order': False, 'shape': (2,)}", MAMUTO_ERROR_INVALID_FILE,
         "'descr' must be a string"},
        {"{'descr': 'float', 'fortran_order': False, 'shape': (2,)}", MAMUTO_ERROR_UNSUPPORTED,
         "not known"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (,)}", MAMUTO_ERROR_INVALID_FILE,
         "tuple"},
        {"{'descr': '<f8', 'fortran_order': 0, 'shape': (2,)}", MAMUTO_ERROR_INVALID_FILE, "True"},
        {"{'descr': '<f8', 'descr': '<f8', 'fortran_order': False, 'shape': (2,)}",
         MAMUTO_ERROR_INVALID_FILE, "duplicate"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (2,)} import os",
         MAMUTO_ERROR_INVALID_FILE, "follows"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (2,), 'x': 1}",
         MAMUTO_ERROR_INVALID_FILE, "unknown"},
        {"{'descr': [('x', '<f8')], 'fortran_order': False, 'shape': (2,)}",
         MAMUTO_ERROR_UNSUPPORTED, "np.save"},
        {"{'descr': '|O', 'fortran_order': False, 'shape': (2,)}", MAMUTO_ERROR_UNSUPPORTED,
         "astype"},
        {"{'descr': '<M8[ns]', 'fortran_order': False, 'shape': (2,)}", MAMUTO_ERROR_UNSUPPORTED,
         "astype"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,"
         "1,1,1,1,1,1,1,1,1,1,1,1,1,1)}",
         MAMUTO_ERROR_UNSUPPORTED, "32"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (7,)}", MAMUTO_ERROR_INVALID_FILE,
         "too short"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autofree char *path = write_npy(1, bad[i].dict, 48);
        g_autoptr(GError) error = NULL;

        g_assert_null(mamuto_array_load_npy(path, &error));
        g_assert_error(error, MAMUTO_ERROR, bad[i].code);
        g_assert_nonnull(strstr(error->message, bad[i].says));
        g_assert_true(g_str_has_prefix(error->message, path));
        g_assert_null(mamuto_array_load_npy(path, NULL));
    }
}

static void
test_refused_files(void)
{
    static const char long_header[] = NPY_MAGIC "\x02\x00\xff\xff\xff\x7f{";
    g_autofree char *empty = write_file("empty.npy", "", 0);
    g_autofree char *text = write_file("text.npy", "no numbers here", 15);
    g_autofree char *version = write_file("version.npy", NPY_MAGIC "\x09\x00\x00\x00\x00", 11);
    g_autofree char *length = write_file("length.npy", long_header, sizeof long_header - 1);
    g_autofree char *within = write_file("within.npy", NPY_MAGIC "\x01\x00\x70\x00{'d", 13);
    const char *const paths[] = {empty,  text,   version,     length,
                                 within, folder, "/dev/null", "/nowhere/a.npy"};

    for (gsize i = 0; i < G_N_ELEMENTS(paths); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_null(mamuto_array_load_npy(paths[i], &error));
        g_assert_nonnull(error);
        g_assert_true(error->domain == MAMUTO_ERROR);
        g_assert_true(g_str_has_prefix(error->message, paths[i]));
    }
}

static void
test_round_trip(void)
{
    gint64 shape[] = {2, 3}, strides[] = {8, 16}, reversed[] = {-24, -8};
    double values[] = {1, 2, 3, 4, 5, 6}, rows[6];
    const MamutoDtype big = {'f', '>', 8};
    g_autofree char *path = g_build_filename(folder, "b.npy", NULL);
    gint64 *all_strides[] = {NULL, strides, reversed};

    for (int i = 0; i < 3; i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(MamutoArray) array = mamuto_array_new_for_memory(
            values, sizeof values, &big, 2, shape, all_strides[i], NULL, NULL, &error);
        g_autoptr(MamutoArray) loaded = NULL;
        MamutoDtype dtype;
        double expected[6];

        mamuto_array_save_npy(array, path, &error);
        g_assert_no_error(error);
        loaded = mamuto_array_load_npy(path, &error);
        g_assert_no_error(error);
        mamuto_array_get_dtype(loaded, &dtype);
        g_assert_true(mamuto_dtype_equal(&dtype, &big));
        g_assert_cmpint(mamuto_array_is_c_contiguous(loaded), ==, i != 1);
        mamuto_array_read_rows(array, 0, 2, expected, &error);
        mamuto_array_read_rows(loaded, 0, 2, rows, &error);
        g_assert_cmpmem(rows, sizeof rows, expected, sizeof expected);
        /* Save the array to its own file. The array is mapped from this file, so the file must
         * not be overwritten in place. */
        g_assert_true(mamuto_array_save_npy(loaded, path, &error));
        mamuto_array_read_rows(loaded, 0, 2, rows, &error);
        g_assert_cmpmem(rows, sizeof rows, expected, sizeof expected);
    }
    g_unlink(path);
}

static void
test_reserved_header(void)
{
    const MamutoDtype dtype = {'U', '<', 48};
    gint64 shape[] = {3, 2};
    g_autofree char *path = g_build_filename(folder, "c.npy", NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(MamutoArray) array = NULL;
    guint64 offset;
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

    g_assert_cmpint(ftruncate(fd, NPY_RESERVED_SIZE + 6 * 48), ==, 0);
    g_assert_true(npy_write_header(fd, &dtype, 2, shape, NPY_RESERVED_SIZE, &error));
    close(fd);
    array = mamuto_array_load_npy(path, &error);
    g_assert_no_error(error);
    mamuto_array_get_fd(array, &offset);
    g_assert_cmpuint(offset, ==, NPY_RESERVED_SIZE);
    g_assert_null(npy_format_header(&dtype, 2, shape, FALSE, 64, &error));
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FAILED);
    g_unlink(path);
}

static void
test_cannot_save(void)
{
    const MamutoDtype dtype = {'f', '<', 8};
    g_autofree char *path = g_build_filename(folder, "none", "a.npy", NULL);
    gint64 shape[] = {100000};
    g_autoptr(MamutoArray) array = mamuto_array_new(&dtype, 1, shape, NULL);
    const char *const paths[] = {path, folder, "/dev/full"};

    for (gsize i = 0; i < G_N_ELEMENTS(paths); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_false(mamuto_array_save_npy(array, paths[i], &error));
        g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FAILED);
        g_assert_true(g_str_has_prefix(error->message, paths[i]));
    }
}

/* Saving fails because a limit of the file size acts like a full disk. The old file must stay.
 * main() checks that no temporary file is left. */
static void
test_full_disk(void)
{
    const MamutoDtype dtype = {'f', '<', 8};
    g_autofree char *path = write_file("d.npy", "old", 3);
    g_autoptr(MamutoArray) array = mamuto_array_new(&dtype, 1, (gint64[]){100000}, NULL);
    g_autoptr(GError) error = NULL;
    g_autofree char *content = NULL;
    struct rlimit old, limit;

    g_assert_cmpint(getrlimit(RLIMIT_FSIZE, &old), ==, 0);
    limit = (struct rlimit){.rlim_cur = 400000, .rlim_max = old.rlim_max};
    signal(SIGXFSZ, SIG_IGN);
    g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &limit), ==, 0);
    g_assert_false(mamuto_array_save_npy(array, path, &error));
    g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &old), ==, 0);
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FAILED);
    g_assert_true(g_str_has_prefix(error->message, path));
    g_assert_true(g_file_get_contents(path, &content, NULL, NULL));
    g_assert_cmpstr(content, ==, "old");
}

int
main(int argc, char **argv)
{
    int status;

    g_test_init(&argc, &argv, NULL);
    folder = g_dir_make_tmp("mamuto-test-XXXXXX", NULL);
    g_test_add_func("/npy/dicts", test_dicts);
    g_test_add_func("/npy/refused-dicts", test_refused_dicts);
    g_test_add_func("/npy/refused-files", test_refused_files);
    g_test_add_func("/npy/round-trip", test_round_trip);
    g_test_add_func("/npy/reserved-header", test_reserved_header);
    g_test_add_func("/npy/cannot-save", test_cannot_save);
    g_test_add_func("/npy/full-disk", test_full_disk);
    status = g_test_run();
    file_fixture_remove_folder(folder);
    g_free(folder);
    return status;
}
