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
add_member(zip_t *zip, const char *name, zip_int32_t method, gconstpointer data, gsize size)
{
    zip_int64_t index = zip_file_add(zip, name, zip_source_buffer(zip, data, size, 0), 0);

    g_assert_cmpint(index, >=, 0);
    g_assert_cmpint(zip_set_file_compression(zip, (zip_uint64_t)index, method, 0), ==, 0);
}

/* Writes an archive of arrays. A name that begins with "text" is a member that is not an array. */
static void
write_npz(zip_int32_t method, const char *const *names)
{
    g_autoptr(GByteArray) npy = make_npy();
    zip_t *zip = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, NULL);

    for (; *names != NULL; names++)
        if (g_str_has_prefix(*names, "text"))
            add_member(zip, *names, method, "only text", 9);
        else
            add_member(zip, *names, method, npy->data, npy->len);
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
    static const char *const names[] = {"x.npy", "text.txt", "folder/y.npy", NULL};
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
    check_error("text.txt", MAMUTO_ERROR_INVALID_ARGUMENT,
                "'text.txt', but this member is not in the NPY format");
}

/* As in numpy.load(), a member whose name has no ".npy" is an array if it begins with the magic
 * bytes of NPY, and a member that is named exactly as wanted is preferred. */
static void
test_without_suffix(void)
{
    const zip_int32_t methods[] = {ZIP_CM_STORE, ZIP_CM_DEFLATE};

    for (gsize i = 0; i < G_N_ELEMENTS(methods); i++) {
        g_autoptr(MamutoArray) alone = NULL;
        g_autoptr(MamutoArray) named = NULL;
        g_auto(GStrv) list = NULL;

        write_npz(methods[i], (const char *const[]){"text.txt", "data", NULL});
        check_values(alone = mamuto_array_load_npz(path, NULL, NULL, NULL));
        check_values(named = mamuto_array_load_npz(path, "data", NULL, NULL));
        list = mamuto_array_list_npz(path, NULL);
        g_assert_cmpuint(g_strv_length(list), ==, 1);
        g_assert_cmpstr(list[0], ==, "data");
        write_npz(methods[i], (const char *const[]){"text.txt", "text", NULL});
        check_error(NULL, MAMUTO_ERROR_INVALID_FILE,
                    "no array; its members are 'text.txt', 'text'");
        check_error("text", MAMUTO_ERROR_INVALID_FILE, "NPY format");
        /* Both names are shown in full, so that either array can be chosen. */
        write_npz(methods[i], (const char *const[]){"x", "x.npy", NULL});
        check_error(NULL, MAMUTO_ERROR_INVALID_ARGUMENT,
                    "2 arrays; choose one, as in "
                    "'a.npz:name': 'x', 'x.npy'");
    }
}

/* Writes one NPY file with a single number for each name, with the values 0, 1, … */
static void
write_numbered(zip_int32_t method, const char *const *names)
{
    const MamutoDtype dtype = {'f', '<', 8};
    zip_t *zip = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, NULL);
    g_autoptr(GPtrArray) contents =
        g_ptr_array_new_with_free_func((GDestroyNotify)g_byte_array_unref);

    for (guint i = 0; names[i] != NULL; i++) {
        GByteArray *npy = npy_format_header(&dtype, 1, (gint64[]){1}, FALSE, 0, NULL);
        double value = i;

        g_byte_array_append(npy, (const guint8 *)&value, sizeof value);
        g_ptr_array_add(contents, npy);
        add_member(zip, names[i], method, npy->data, npy->len);
    }
    g_assert_cmpint(zip_close(zip), ==, 0);
}

/* If a name occurs twice, the last member counts, as in numpy.load(). */
static void
test_same_name(void)
{
    const zip_int32_t methods[] = {ZIP_CM_STORE, ZIP_CM_DEFLATE};

    for (gsize i = 0; i < G_N_ELEMENTS(methods); i++) {
        g_autoptr(MamutoArray) array = NULL;
        g_autoptr(GError) error = NULL;
        double value;

        /* libzip does not write the same name twice, so a name is replaced in the written file:
         * first in the member's own header, then in the directory. */
        write_numbered(methods[i], (const char *const[]){"b.npy", "x.npy", "y.npy", "c.npy", NULL});
        patch("x.npy", 0, "y.npy", 5);
        patch("x.npy", 0, "y.npy", 5);
        array = mamuto_array_load_npz(path, "y", NULL, &error);
        g_assert_no_error(error);
        g_assert_true(mamuto_array_read_rows(array, 0, 1, &value, NULL));
        g_assert_cmpfloat(value, ==, 2);
        check_error(NULL, MAMUTO_ERROR_INVALID_ARGUMENT,
                    "3 arrays; choose one, as in "
                    "'a.npz:name': 'b', 'y', 'c'");
    }
}

/* The checksum of each member is verified, whether the member is mapped or copied. */
static void
test_damaged(void)
{
    static const struct {
        zip_int32_t method;
        const char *name; /* the length of the name decides whether the array is mapped */
    } cases[] = {
        {ZIP_CM_STORE, "sixsix.npy"}, {ZIP_CM_STORE, "not.npy"}, {ZIP_CM_DEFLATE, "x.npy"}};
    const double wrong = 5;

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const guint8 wrong_crc[] = {1, 2, 3, 4};

        write_npz(cases[i].method, (const char *const[]){cases[i].name, NULL});
        if (cases[i].method == ZIP_CM_STORE)
            patch("NUMPY", 127 + 8, &wrong, sizeof wrong); /* the second number of the array */
        else
            patch("PK\1\2", 16, wrong_crc, sizeof wrong_crc);
        check_error(NULL, MAMUTO_ERROR_INVALID_FILE, "checksum does not match");
    }
}

/* The checksum of a large mapped array is verified by a thread of its own. */
static void
test_damaged_large(void)
{
    const MamutoDtype dtype = {'f', '<', 8};
    gint64 shape[] = {3 * 1024 * 1024};
    gsize size = (gsize)shape[0] * sizeof(double);
    g_autofree guint8 *data = g_malloc0(size);

    for (int damaged = 0; damaged < 2; damaged++) {
        g_autoptr(GByteArray) npy = npy_format_header(&dtype, 1, shape, FALSE, 0, NULL);
        g_autoptr(GCancellable) cancellable = g_cancellable_new();
        g_autoptr(MamutoArray) array = NULL;
        g_autoptr(MamutoArray) unused = NULL;
        g_autoptr(GError) error = NULL;
        zip_t *zip = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, NULL);

        g_byte_array_append(npy, data, (guint)size);
        memcpy(npy->data + npy->len - 16, "mark1234", 8);
        add_member(zip, "sixsix.npy", ZIP_CM_STORE, npy->data, npy->len);
        g_assert_cmpint(zip_close(zip), ==, 0);
        if (damaged)
            patch("mark1234", 0, "nark", 4);
        array = mamuto_array_load_npz(path, NULL, NULL, &error);
        g_assert_no_error(error);
        unused = mamuto_array_load_npz(path, NULL, NULL, &error);
        g_assert_no_error(error);
        for (int again = 0; again < 2; again++) {
            g_autoptr(GError) found = NULL;

            g_assert_cmpint(mamuto_array_check_content(array, TRUE, cancellable, &found), ==,
                            !damaged);
            g_assert_cmpint(mamuto_array_check_content(array, FALSE, NULL, NULL), ==, !damaged);
            if (!damaged)
                continue;
            g_assert_error(found, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE);
            g_assert_nonnull(strstr(found->message, "'sixsix.npy': is damaged"));
            g_assert_true(g_str_has_prefix(found->message, path));
        }
    }
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
    check_error("x", MAMUTO_ERROR_INVALID_FILE, "checksum");
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
    g_test_add_func("/npz/without-suffix", test_without_suffix);
    g_test_add_func("/npz/same-name", test_same_name);
    g_test_add_func("/npz/stored", test_stored);
    g_test_add_func("/npz/damaged", test_damaged);
    g_test_add_func("/npz/damaged-large", test_damaged_large);
    g_test_add_func("/npz/refused", test_refused);
    g_test_add_func("/npz/cancel", test_cancel);
    status = g_test_run();
    g_unlink(path);
    g_rmdir(folder);
    g_free(path);
    return status;
}
