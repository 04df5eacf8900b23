/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of arrays in memory and in mapped files: strides, reading rows, hashes, and files that
 * other programs truncate or change. */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mamuto-array.h"
#include "mamuto-error.h"

static const MamutoDtype int32 = {'i', '<', 4};
static const MamutoDtype float64 = {'f', '<', 8};

static char *
make_folder(void)
{
    g_autoptr(GError) error = NULL;
    char *folder = g_dir_make_tmp("mamuto-test-XXXXXX", &error);

    g_assert_no_error(error);
    return folder;
}

static void
test_own_memory(void)
{
    g_autoptr(GError) error = NULL;
    gint64 shape[] = {3, 4};
    g_autoptr(MamutoArray) array = mamuto_array_new(&int32, 2, shape, &error);
    gint32 row[4] = {9, 9, 9, 9}, seen[4];
    guint64 offset;

    g_assert_no_error(error);
    g_assert_cmpint(mamuto_array_get_n_rows(array), ==, 3);
    g_assert_cmpuint(mamuto_array_get_row_size(array), ==, 16);
    g_assert_true(mamuto_array_is_c_contiguous(array));
    g_assert_true(mamuto_array_read_rows(array, 1, 2, row, &error));
    g_assert_cmpint(row[0] | row[3], ==, 0);
    ((gint32 *)mamuto_array_get_data(array))[7] = 42;
    g_assert_cmpint(pread(mamuto_array_get_fd(array, &offset), seen, 16, 16), ==, 16);
    g_assert_cmpint(seen[3], ==, 42);
    g_assert_cmpuint(offset, ==, 0);
    /* Other processes may get this descriptor. They must not be able to shrink the memory,
     * because this process would crash when it reads the missing part. */
    g_assert_cmpint(ftruncate(mamuto_array_get_fd(array, NULL), 0), ==, -1);

    g_assert_false(mamuto_array_read_rows(array, 2, 4, row, &error));
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT);
}

static void
test_shapes(void)
{
    gint64 overflow[] = {1, G_MAXINT64 / 4}, negative[] = {3, -1}, empty[] = {5, 0, 7};
    gint64 hidden[] = {0, G_MAXINT64 / 2}, many[MAMUTO_ARRAY_MAX_DIMS + 1] = {0};
    const struct {
        guint n_dims;
        gint64 *shape;
        MamutoError code;
    } bad[] = {{2, overflow, MAMUTO_ERROR_INVALID_ARGUMENT},
               {2, negative, MAMUTO_ERROR_INVALID_ARGUMENT},
               {2, hidden, MAMUTO_ERROR_INVALID_ARGUMENT},
               {G_N_ELEMENTS(many), many, MAMUTO_ERROR_UNSUPPORTED}};
    g_autoptr(MamutoArray) nothing = mamuto_array_new(&float64, 3, empty, NULL);
    g_autoptr(MamutoArray) single = mamuto_array_new(&float64, 0, NULL, NULL);
    double value = 1;

    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_null(mamuto_array_new(&float64, bad[i].n_dims, bad[i].shape, &error));
        g_assert_error(error, MAMUTO_ERROR, (int)bad[i].code);
    }
    g_assert_cmpint(mamuto_array_get_n_rows(nothing), ==, 5);
    g_assert_cmpuint(mamuto_array_get_row_size(nothing), ==, 0);
    g_assert_true(mamuto_array_read_rows(nothing, 0, 5, &value, NULL));
    g_assert_cmpint(mamuto_array_get_n_rows(single), ==, 1);
    g_assert_true(mamuto_array_read_rows(single, 0, 1, &value, NULL));
    g_assert_cmpfloat(value, ==, 0);
}

static void
count_call(gpointer data)
{
    ++*(int *)data;
}

static void
test_strides(void)
{
    gint32 memory[24];
    gint64 shape[] = {3, 2, 2}, strides[] = {-32, 4, -16};
    int destroyed = 0;
    gint32 rows[8];
    MamutoArray *array;

    for (int i = 0; i < 24; i++)
        memory[i] = i;
    array = mamuto_array_new_for_memory(memory, sizeof memory, &int32, 3, shape, strides,
                                        count_call, &destroyed, NULL);
    g_assert_nonnull(array);
    g_assert_false(mamuto_array_is_c_contiguous(array));
    /* Two strides are negative, so the first element is not at the lowest address. It is
     * @memory[20], because (2 * 32 + 16) / 4 = 20. */
    g_assert_cmpint(*(gint32 *)mamuto_array_get_data(array), ==, 20);
    g_assert_true(mamuto_array_read_rows(array, 1, 3, rows, NULL));
    g_assert_cmpmem(rows, sizeof rows, ((gint32[]){12, 8, 13, 9, 4, 0, 5, 1}), sizeof rows);
    g_object_unref(array);
    g_assert_cmpint(destroyed, ==, 1);
}

static void
test_strides_out_of_memory(void)
{
    gint32 memory[24] = {0};
    gint64 shape[] = {3, 2};
    gint64 bad[][2] = {
        {48, 4}, {-48, 4}, {G_MAXINT64, 4}, {G_MININT64, 4}, {4, G_MAXINT64 / 2 + 5}};
    gint64 good[][2] = {{44, 4}, {44, -4}, {-44, -4}, {0, 0}};

    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        int destroyed = 0;

        g_assert_null(mamuto_array_new_for_memory(memory, sizeof memory, &int32, 2, shape, bad[i],
                                                  count_call, &destroyed, &error));
        g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT);
        g_assert_cmpint(destroyed, ==, 1);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(good); i++) {
        g_autoptr(MamutoArray) array = mamuto_array_new_for_memory(
            memory, sizeof memory, &int32, 2, shape, good[i], NULL, NULL, NULL);

        g_assert_nonnull(array);
    }
}

static void
test_hash_is_of_content(void)
{
    gint32 c_order[] = {1, 2, 3, 4, 5, 6}, f_order[] = {1, 4, 2, 5, 3, 6};
    gint64 shape[] = {2, 3}, turned[] = {3, 2}, strides[] = {4, 8};
    const MamutoDtype uint32 = {'u', '<', 4};
    g_autoptr(MamutoArray) a =
        mamuto_array_new_for_memory(c_order, 24, &int32, 2, shape, NULL, NULL, NULL, NULL);
    g_autoptr(MamutoArray) b =
        mamuto_array_new_for_memory(f_order, 24, &int32, 2, shape, strides, NULL, NULL, NULL);
    g_autoptr(MamutoArray) c =
        mamuto_array_new_for_memory(c_order, 24, &int32, 2, turned, NULL, NULL, NULL, NULL);
    g_autoptr(MamutoArray) d =
        mamuto_array_new_for_memory(c_order, 24, &uint32, 2, shape, NULL, NULL, NULL, NULL);
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    g_autoptr(MamutoArray) e = mamuto_array_new(&int32, 2, shape, NULL);
    g_autoptr(GError) error = NULL;
    g_autofree char *text = NULL;
    g_autofree char *expected = NULL;
    GString *bytes = g_string_new("mamuto-array <i4 2 3\n");

    g_string_append_len(bytes, (const char *)c_order, 24);
    text = g_strdup(mamuto_array_hash(a, NULL, NULL));
    expected = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (guchar *)bytes->str, bytes->len);
    g_string_free(bytes, TRUE);
    g_assert_cmpstr(text, ==, expected);
    g_assert_cmpstr(text, ==, mamuto_array_hash(b, NULL, NULL));
    g_assert_cmpstr(text, !=, mamuto_array_hash(c, NULL, NULL));
    g_assert_cmpstr(text, !=, mamuto_array_hash(d, NULL, NULL));

    g_cancellable_cancel(cancellable);
    g_assert_null(mamuto_array_hash(e, cancellable, &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_assert_nonnull(mamuto_array_hash(e, NULL, NULL));
}

/* The library caches the hash of a file until the modification time of the file changes. The
 * hash of a new file must not be cached, because another write within the same clock tick does
 * not change the time. */
static void
test_hash_of_files(void)
{
    g_autofree char *folder = make_folder();
    g_autofree char *path = g_build_filename(folder, "a.bin", NULL);
    g_autofree char *first = NULL;
    gint64 shape[] = {2};

    for (int turn = 0; turn < 4; turn++) {
        gint32 values[] = {1, turn / 2};
        struct timespec old[] = {{.tv_sec = 1000 + turn / 2}, {.tv_sec = 1000 + turn / 2}};
        g_autoptr(MamutoArray) array = NULL;
        int fd;

        g_assert_true(g_file_set_contents(path, (char *)values, 8, NULL));
        fd = open(path, O_RDWR | O_CLOEXEC);
        futimens(fd, old);
        array = mamuto_array_new_for_fd(fd, 0, &int32, 1, shape, FALSE, NULL);
        if (turn == 0)
            first = g_strdup(mamuto_array_hash(array, NULL, NULL));
        else if (turn == 1)
            g_assert_cmpstr(mamuto_array_hash(array, NULL, NULL), ==, first);
        else
            g_assert_cmpstr(mamuto_array_hash(array, NULL, NULL), !=, first);
    }
    g_unlink(path);
    g_rmdir(folder);
}

static void
test_file_cut_short(void)
{
    g_autofree char *folder = make_folder();
    g_autofree char *path = g_build_filename(folder, "a.bin", NULL);
    g_autofree guint8 *bytes = g_malloc0(80000);
    gint64 shape[] = {100, 100}, too_long[] = {100, 101};

    for (int fortran = 0; fortran < 2; fortran++) {
        g_autoptr(MamutoArray) array = NULL;
        g_autoptr(GError) error = NULL;

        g_assert_true(g_file_set_contents(path, (char *)bytes, 80000, NULL));
        g_assert_null(mamuto_array_new_for_fd(open(path, O_RDONLY | O_CLOEXEC), 0, &float64, 2,
                                              too_long, fortran, &error));
        g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE);
        g_clear_error(&error);
        array = mamuto_array_new_for_fd(open(path, O_RDONLY | O_CLOEXEC), 0, &float64, 2, shape,
                                        fortran, &error);
        g_assert_no_error(error);
        g_assert_true(mamuto_array_read_rows(array, 90, 100, bytes, &error));
        g_assert_true(mamuto_array_check_unchanged(array, &error));
        g_assert_cmpint(truncate(path, 4096), ==, 0);
        g_assert_false(mamuto_array_check_unchanged(array, &error));
        g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE);
        g_clear_error(&error);
        g_assert_false(mamuto_array_read_rows(array, 90, 100, bytes, &error));
        g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE);
        g_clear_error(&error);
        g_assert_null(mamuto_array_hash(array, NULL, &error));
        g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE);
    }
    g_unlink(path);
    g_rmdir(folder);
}

static void
test_file_written_anew(void)
{
    g_autofree char *folder = make_folder();
    g_autofree char *path = g_build_filename(folder, "a.bin", NULL);
    gint64 shape[] = {512};
    g_autoptr(MamutoArray) array = NULL, memory = NULL;
    g_autoptr(GError) error = NULL;
    g_autofree guint8 *bytes = g_malloc0(4096);
    int fd;

    g_assert_true(g_file_set_contents(path, (char *)bytes, 4096, NULL));
    array = mamuto_array_new_for_fd(open(path, O_RDONLY | O_CLOEXEC), 0, &float64, 1, shape, FALSE,
                                    &error);
    g_assert_no_error(error);
    /* Wait, so that the next write changes the modification time. The kernel's clock for file
     * times may advance only every 10 ms. */
    g_usleep(20 * 1000);
    fd = open(path, O_WRONLY | O_CLOEXEC);
    g_assert_true(mamuto_array_check_unchanged(array, &error));
    g_assert_cmpint(pwrite(fd, "x", 1, 100), ==, 1);
    g_assert_false(mamuto_array_check_unchanged(array, &error));
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE);
    g_clear_error(&error);
    close(fd);
    /* Any part of the program may change an array in memory. Therefore
     * mamuto_array_check_unchanged() does not check such an array and always succeeds. */
    memory = mamuto_array_new(&float64, 1, shape, &error);
    memset(mamuto_array_get_data(memory), 1, 4096);
    g_assert_true(mamuto_array_check_unchanged(memory, &error));
    g_unlink(path);
    g_rmdir(folder);
}

static gpointer
cut_and_mend(gpointer data)
{
    int fd = *(int *)data;

    for (int i = 0; i < 2000; i++) {
        g_assert_cmpint(ftruncate(fd, 0), ==, 0);
        g_thread_yield();
        g_assert_cmpint(ftruncate(fd, 8 * 1000 * 100), ==, 0);
    }
    return NULL;
}

/* While the test reads rows of a file, another thread truncates and extends the file.
 * numpy.save() does the same when it replaces a file. The reader must not crash. */
static void
test_file_cut_short_while_read(void)
{
    g_autofree char *folder = make_folder();
    g_autofree char *path = g_build_filename(folder, "a.bin", NULL);
    g_autofree guint8 *bytes = g_malloc0(8 * 1000 * 100);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    gint64 shape[] = {1000, 100};
    g_autoptr(MamutoArray) array = NULL;
    GThread *thread;

    g_assert_cmpint(ftruncate(fd, 8 * 1000 * 100), ==, 0);
    array = mamuto_array_new_for_fd(open(path, O_RDONLY | O_CLOEXEC), 0, &float64, 2, shape, TRUE,
                                    NULL);
    g_assert_nonnull(array);
    thread = g_thread_new("cuts", cut_and_mend, &fd);
    for (int i = 0; i < 500; i++) {
        g_autoptr(GError) error = NULL;

        if (!mamuto_array_read_rows(array, 0, 1000, bytes, &error))
            g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE);
    }
    g_thread_join(thread);
    close(fd);
    g_unlink(path);
    g_rmdir(folder);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/array/own-memory", test_own_memory);
    g_test_add_func("/array/shapes", test_shapes);
    g_test_add_func("/array/strides", test_strides);
    g_test_add_func("/array/strides-out-of-memory", test_strides_out_of_memory);
    g_test_add_func("/array/hash-is-of-content", test_hash_is_of_content);
    g_test_add_func("/array/hash-of-files", test_hash_of_files);
    g_test_add_func("/array/file-cut-short", test_file_cut_short);
    g_test_add_func("/array/file-written-anew", test_file_written_anew);
    g_test_add_func("/array/file-cut-short-while-read", test_file_cut_short_while_read);
    return g_test_run();
}
