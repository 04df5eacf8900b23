/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of array files in numpy's format NPZ, a ZIP archive of NPY files. Arrays are found by
 * name, and damaged archives must be refused. The test "numpy" in tests/integration loads
 * archives that numpy wrote. */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zip.h>

#include "mamuto-error.h"
#include "npy.h"

static char *path;

/* Returns the bytes of an NPY file with the numbers 0.0, 1.0 and 2.0, to be stored in archives. */
static GByteArray *
make_npy(void)
{
    const MamutoDtype dtype = {'f', '<', 8};
    gint64 shape[] = {3};
    double values[] = {0, 1, 2};
    GByteArray *bytes = npy_format_header(&dtype, 1, shape, FALSE, 0, NULL);

    return g_byte_array_append(bytes, (const guint8 *)values, sizeof values);
}

static void
write_npz(zip_int32_t method, const char *const *names)
{
    g_autoptr(GByteArray) npy = make_npy();
    zip_t *zip = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, NULL);

    for (; *names != NULL; names++) {
        zip_int64_t index =
            zip_file_add(zip, *names, zip_source_buffer(zip, npy->data, npy->len, 0), 0);

        zip_set_file_compression(zip, (zip_uint64_t)index, method, 0);
    }
    g_assert_cmpint(zip_close(zip), ==, 0);
}

/* Damages the archive: finds the last occurrence of @mark in the file, and replaces @size bytes.
 * The first replaced byte is @offset bytes after the first byte of @mark. */
static void
patch(const char *mark, gsize offset, gconstpointer bytes, gsize size)
{
    g_autofree char *content = NULL;
    const char *found = NULL;
    gsize length;

    g_assert_true(g_file_get_contents(path, &content, &length, NULL));
    for (const char *p = content; p + strlen(mark) <= content + length; p++)
        if (memcmp(p, mark, strlen(mark)) == 0)
            found = p;
    g_assert_nonnull(found);
    memcpy(content + (found - content) + offset, bytes, size);
    g_assert_true(g_file_set_contents(path, content, (gssize)length, NULL));
}

static void
check_values(MamutoArray *array)
{
    double values[3];

    g_assert_nonnull(array);
    g_assert_true(mamuto_array_read_rows(array, 0, 3, values, NULL));
    g_assert_cmpfloat(values[0] + 10 * values[1] + 100 * values[2], ==, 210);
}

static void
check_error(const char *name, int code, const char *says)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(mamuto_array_load_npz(path, name, NULL, &error));
    g_assert_error(error, MAMUTO_ERROR, code);
    g_assert_nonnull(strstr(error->message, says));
    g_assert_true(g_str_has_prefix(error->message, path));
}

static void
test_names(void)
{
    static const char *const names[] = {"x.npy", "readme.txt", "folder/y.npy", NULL};
    g_autoptr(MamutoArray) x = NULL;
    g_autoptr(MamutoArray) y = NULL;
    g_auto(GStrv) list = NULL;

    write_npz(ZIP_CM_DEFLATE, names);
    list = mamuto_array_list_npz(path, NULL);
    g_assert_cmpuint(g_strv_length(list), ==, 2);
    g_assert_cmpstr(list[1], ==, "folder/y");
    check_values(x = mamuto_array_load_npz(path, "x", NULL, NULL));
    check_values(y = mamuto_array_load_npz(path, "folder/y.npy", NULL, NULL));
    check_error("z", MAMUTO_ERROR_INVALID_ARGUMENT, "no array 'z'; its arrays are 'x', 'folder/y'");
    check_error(NULL, MAMUTO_ERROR_INVALID_ARGUMENT, "2 arrays");
    check_error("readme.txt", MAMUTO_ERROR_INVALID_ARGUMENT, "no array");
    write_npz(ZIP_CM_STORE, (const char *const[]){"readme.txt", NULL});
    check_error(NULL, MAMUTO_ERROR_INVALID_FILE, "no array");
}

/* An uncompressed array in an archive is mapped into memory. If its numbers are not at a
 * multiple of their size in the file, the array is copied instead. */
static void
test_stored(void)
{
    /* In the archive, a header of 30 bytes and the name of the NPY file precede its content.
     * Thus the content begins at byte 40, a multiple of 8, or at byte 37. */
    static const char *const names[] = {"sixsix.npy", "not.npy"};

    for (int i = 0; i < 2; i++) {
        g_autoptr(MamutoArray) array = NULL;
        gboolean aligned = (30 + strlen(names[i])) % 8 == 0;
        struct stat file, seen;

        write_npz(ZIP_CM_STORE, (const char *const[]){names[i], NULL});
        array = mamuto_array_load_npz(path, NULL, NULL, NULL);
        check_values(array);
        g_assert_cmpint(stat(path, &file), ==, 0);
        g_assert_cmpint(fstat(mamuto_array_get_fd(array, NULL), &seen), ==, 0);
        g_assert_cmpint(file.st_ino == seen.st_ino && file.st_dev == seen.st_dev, ==, aligned);
        g_assert_cmpint(aligned, ==, i == 0);
    }
}

static void
test_refused(void)
{
    static const char *const names[] = {"x.npy", NULL};
    const guint8 huge[] = {0xf0, 0xff, 0xff, 0x7f};
    g_autoptr(GError) error = NULL;

    write_npz(ZIP_CM_DEFLATE, names);
    patch("PK\1\2", 24, huge, 4);
    check_error("x", MAMUTO_ERROR_INVALID_FILE, "announces");
    write_npz(ZIP_CM_STORE, names);
    patch("(3,)", 0, "(4,)", 4);
    check_error("x", MAMUTO_ERROR_INVALID_FILE, "too short");
    write_npz(ZIP_CM_STORE, names);
    patch("(3,)", 0, "(2,)", 4);
    check_error("x", MAMUTO_ERROR_INVALID_FILE, "uncompressed");
    write_npz(ZIP_CM_STORE, names);
    patch("'<f8'", 1, "|O8", 3);
    check_error("x", MAMUTO_ERROR_UNSUPPORTED, "astype");
    g_assert_true(g_file_set_contents(path, "PK\3\4 and nothing more", -1, NULL));
    check_error("x", MAMUTO_ERROR_INVALID_FILE, "not a valid NPZ file");
    g_assert_null(mamuto_array_list_npz(path, &error));
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE);
}

static void
test_cancel(void)
{
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    g_autoptr(GError) error = NULL;

    write_npz(ZIP_CM_DEFLATE, (const char *const[]){"x.npy", NULL});
    g_cancellable_cancel(cancellable);
    g_assert_null(mamuto_array_load_npz(path, "x", cancellable, &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main(int argc, char **argv)
{
    g_autofree char *folder = NULL;
    int status;

    g_test_init(&argc, &argv, NULL);
    folder = g_dir_make_tmp("mamuto-test-XXXXXX", NULL);
    path = g_build_filename(folder, "a.npz", NULL);
    g_test_add_func("/npz/names", test_names);
    g_test_add_func("/npz/stored", test_stored);
    g_test_add_func("/npz/refused", test_refused);
    g_test_add_func("/npz/cancel", test_cancel);
    status = g_test_run();
    g_unlink(path);
    g_rmdir(folder);
    g_free(path);
    return status;
}
