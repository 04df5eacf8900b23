/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of the arrays of a grid, whose rows are copied from the combined arrays where they are
 * read, and of the results of a grid. */
#include <glib/gstdio.h>
#include <string.h>

#include "array-private.h"
#include "mamuto-error.h"
#include "mamuto-summary.h"
#include "result-private.h"
#include "run.h"

static MamutoArray *
make_base(gint64 n, gint64 columns)
{
    const MamutoDtype dtype = {'i', '<', 2};
    const gint64 shape[] = {n, columns};
    MamutoArray *array = mamuto_array_new(&dtype, columns > 0 ? 2 : 1, shape, NULL);
    gint16 *data = mamuto_array_get_data(array);

    for (gint64 i = 0; i < n * MAX(columns, 1); i++)
        data[i] = (gint16)i;
    return array;
}

/* Any piece of the array of an argument has the elements that the definition of a grid says. */
static void
test_pieces(void)
{
    for (guint turn = 0; turn < 300; turn++) {
        gint64 n = g_test_rand_int_range(1, 9), columns = g_test_rand_int_range(0, 4);
        gint64 repeats = g_test_rand_int_range(1, 12), outer = g_test_rand_int_range(1, 6);
        gint64 n_rows = outer * n * repeats, items = MAX(columns, 1);
        g_autoptr(MamutoArray) base = make_base(n, columns);
        g_autoptr(MamutoArray) array = array_new_tiled(base, repeats, n_rows, NULL);
        g_autofree gint16 *piece = g_new(gint16, n_rows * items);

        for (guint k = 0; k < 20; k++) {
            gint64 first = g_test_rand_int_range(0, (gint32)(n_rows * items) + 1);
            gint64 count = g_test_rand_int_range(0, (gint32)(n_rows * items - first) + 1);

            g_assert_true(array_read_items(array, first, count, piece, NULL));
            for (gint64 i = 0; i < count; i++) {
                gint64 row = (first + i) / items;

                g_assert_cmpint(piece[i], ==, row / repeats % n * items + (first + i) % items);
            }
        }
        g_assert_true(mamuto_array_read_rows(array, n_rows - 1, n_rows, piece, NULL));
        g_assert_null(mamuto_array_get_data(array));
        g_assert_cmpint(mamuto_array_get_fd(array, NULL), ==, -1);
    }
}

static RunArgument *
gather(GPtrArray *given, RunGrid *grid, guint *n, gint64 *n_rows, GError **error)
{
    return run_arguments_gather(NULL, NULL, given, grid, n, n_rows, error);
}

static void
add_range(GPtrArray *arguments, gint64 n, const char *name)
{
    g_autoptr(MamutoArray) array = mamuto_array_new_integer_range(0, n - 1, NULL);
    g_autoptr(MamutoArgument) argument = mamuto_argument_new_array(array);

    g_ptr_array_add(arguments, mamuto_argument_with_name(argument, name));
}

/* The axes have the order in which the caller gives the arguments, whatever the order in which the
 * function gets them. */
static void
test_order(void)
{
    g_autoptr(GPtrArray) given =
        g_ptr_array_new_with_free_func((GDestroyNotify)mamuto_argument_unref);
    RunGrid grid;
    RunArgument *arguments;
    gint64 n_rows, value;
    guint n;

    add_range(given, 3, "a");
    add_range(given, 4, NULL);
    g_ptr_array_add(given, mamuto_argument_new_value("1", NULL));
    add_range(given, 5, NULL);
    arguments = gather(given, &grid, &n, &n_rows, NULL);
    g_assert_cmpuint(n, ==, 4);
    g_assert_cmpint(n_rows, ==, 60);
    g_assert_cmpuint(grid.n_axes, ==, 3);
    g_assert_cmpint(grid.axes[0] * 100 + grid.axes[1] * 10 + grid.axes[2], ==, 345);
    for (gint64 row = 0; row < 60; row++) {
        const gint64 expected[] = {row / 5 % 4, 0, row % 5, row / 20}; /* the last one by name */

        for (guint i = 0; i < 4; i++) {
            MamutoArray *array = mamuto_argument_get_array(arguments[i].argument);

            if (array == NULL)
                continue;
            g_assert_true(mamuto_array_read_rows(array, row, row + 1, &value, NULL));
            g_assert_cmpint(value, ==, expected[i]);
        }
    }
    run_arguments_free(arguments, n);
}

/* A host copies the rows of a kept array for each combination, so that they count for the size of
 * chunks, although they are not sent. */
static void
test_kept(void)
{
    g_autoptr(MamutoArray) large = make_base(4, 1000);
    g_autoptr(GPtrArray) kept =
        g_ptr_array_new_with_free_func((GDestroyNotify)mamuto_argument_unref);
    g_autoptr(GPtrArray) given =
        g_ptr_array_new_with_free_func((GDestroyNotify)mamuto_argument_unref);
    RunArgument *arguments;
    RunGrid grid;
    gint64 n_rows;
    guint n;

    g_ptr_array_add(kept, mamuto_argument_new_array(large));
    g_ptr_array_add(given, NULL);
    add_range(given, 6, NULL);
    arguments = run_arguments_gather(NULL, kept, given, &grid, &n, &n_rows, NULL);
    g_assert_cmpint(n_rows, ==, 24);
    g_assert_cmpint(arguments[0].repeats, ==, 6);
    g_assert_cmpuint(run_arguments_row_bytes(arguments, n), ==, 2008);
    run_arguments_free(arguments, n);
    g_ptr_array_set_size(given, 1);
    add_range(given, 4, NULL);
    arguments = run_arguments_gather(NULL, kept, given, NULL, &n, &n_rows, NULL);
    g_assert_cmpuint(run_arguments_row_bytes(arguments, n), ==, 8);
    run_arguments_free(arguments, n);
}

static gboolean
find_damage(gpointer data, GCancellable *cancellable, GError **error)
{
    g_set_error_literal(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE, "is damaged");
    return FALSE;
}

/* A large array that is damaged is not believed because it is combined with others. */
static void
test_damaged(void)
{
    g_autoptr(MamutoArray) base = make_base(3, 0), array = NULL;
    g_autoptr(GError) error = NULL;

    base->check = content_check_start(find_damage, NULL, g_free);
    array = array_new_tiled(base, 2, 12, &error);
    g_assert_no_error(error);
    g_assert_false(mamuto_array_check_content(array, TRUE, NULL, &error));
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE);
}

static void
test_limits(void)
{
    g_autoptr(GPtrArray) given =
        g_ptr_array_new_with_free_func((GDestroyNotify)mamuto_argument_unref);
    g_autoptr(GError) error = NULL;
    RunGrid grid;
    gint64 n_rows;
    guint n;

    for (guint i = 0; i < 3; i++)
        add_range(given, G_GINT64_CONSTANT(1) << 21, NULL);
    g_assert_null(gather(given, &grid, &n, &n_rows, &error));
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT);
    g_clear_error(&error);
    g_ptr_array_set_size(given, 0);
    for (guint i = 0; i < 33; i++)
        add_range(given, 1, NULL);
    g_assert_null(gather(given, &grid, &n, &n_rows, &error));
    g_assert_nonnull(strstr(error->message, "33 arguments to combine are too many"));
}

static void
put(ResultStore *store, gint64 row, gboolean failed)
{
    const guint8 bit = 1;
    double values[2] = {(double)row, -(double)row};
    ResultBlock block = {.lo = row, .hi = row + 1, .failed = failed ? &bit : NULL};
    g_autoptr(GError) error = NULL;

    if (!failed) {
        block.dtype = (MamutoDtype){'f', '<', 8};
        block.n_dims = 1;
        block.shape[0] = 2;
        block.data = values;
        block.size = sizeof values;
    }
    g_assert_true(result_store_put(store, &block, &error));
    g_assert_no_error(error);
}

/* The result has the axes of the grid, then those of a row. So does the mask. */
static void
test_result(void)
{
    g_autofree char *folder = g_dir_make_tmp("mamuto-grid-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "out.npy", NULL);
    g_autofree char *mask_path = g_build_filename(folder, "out.mask.npy", NULL);
    g_autofree char *csv = g_build_filename(folder, "out.csv", NULL);
    const gint64 axes[] = {2, 3, 4}, *shape;

    for (int in_file = 0; in_file < 2; in_file++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(ResultStore) store = result_store_new(24, in_file ? path : NULL, &error);
        g_autoptr(MamutoArray) array = NULL, mask = NULL, saved = NULL;
        g_autoptr(MamutoResult) result = NULL;
        g_autoptr(MamutoSummary) summary = NULL;
        guint n_dims;

        result_store_set_axes(store, 3, axes);
        for (gint64 row = 24; row-- > 0;)
            put(store, row, row == 7);
        array = result_store_finish(store, NULL, &error);
        g_assert_no_error(error);
        result = result_new(array, 3, result_store_get_status(store), failure_log_new());
        shape = mamuto_array_get_shape(array, &n_dims);
        g_assert_cmpuint(n_dims, ==, 4);
        g_assert_cmpmem(shape, 3 * sizeof *shape, axes, sizeof axes);
        g_assert_cmpint(shape[3], ==, 2);
        g_assert_cmpint(mamuto_result_get_n_rows(result), ==, 24);
        g_assert_cmpuint(mamuto_result_get_n_axes(result), ==, 3);
        g_assert_true(mamuto_result_save(result, path, &error));
        g_assert_no_error(error);
        saved = mamuto_array_load(path, NULL, &error);
        g_assert_cmpstr(mamuto_array_hash(saved, NULL, NULL), ==,
                        mamuto_array_hash(array, NULL, NULL));
        mask = mamuto_array_load(mask_path, NULL, &error);
        g_assert_no_error(error);
        shape = mamuto_array_get_shape(mask, &n_dims);
        g_assert_cmpuint(n_dims, ==, 3);
        g_assert_cmpmem(shape, 3 * sizeof *shape, axes, sizeof axes);
        g_assert_cmpint(((const guint8 *)mamuto_array_get_data(mask))[7], ==, 1);
        /* column 14 contains the rows 7 and 19, of which the mask skips row 7 */
        summary = mamuto_array_summarize(array, 14, mask, NULL, &error);
        g_assert_no_error(error);
        g_assert_cmpint(summary->n, ==, 1);
        g_assert_true(summary->min == 19);
        g_assert_false(mamuto_result_save(result, csv, &error));
        g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_UNSUPPORTED);
        g_unlink(path);
        g_unlink(mask_path);
    }
    g_rmdir(folder);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/grid/pieces", test_pieces);
    g_test_add_func("/grid/order", test_order);
    g_test_add_func("/grid/kept", test_kept);
    g_test_add_func("/grid/damaged", test_damaged);
    g_test_add_func("/grid/limits", test_limits);
    g_test_add_func("/grid/result", test_result);
    return g_test_run();
}
