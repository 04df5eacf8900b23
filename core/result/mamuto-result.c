/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The result of a run. It is immutable. */
#include "mamuto-result.h"

#include <glib/gi18n-lib.h>

#include "mamuto-error.h"
#include "result-private.h"
#include "result-store.h"
#include "unfinished.h"

struct _MamutoResult {
    GObject parent_instance;
    MamutoArray *array;
    RowStatus *status;
    FailureLog *failures;
    GPtrArray *causes;
    guint n_axes; /* number of the first axes of `array` that number the rows */
    gint64 n_rows, n_ok, n_failed;
};

G_DEFINE_FINAL_TYPE(MamutoResult, mamuto_result, G_TYPE_OBJECT)

G_STATIC_ASSERT((int)MAMUTO_ROW_MISSING == RESULT_MISSING);
G_STATIC_ASSERT((int)MAMUTO_ROW_OK == RESULT_OK);
G_STATIC_ASSERT((int)MAMUTO_ROW_FAILED == RESULT_FAILED);

static void
mamuto_result_finalize(GObject *object)
{
    MamutoResult *self = MAMUTO_RESULT(object);

    g_clear_object(&self->array);
    g_clear_pointer(&self->failures, failure_log_free);
    g_clear_pointer(&self->causes, g_ptr_array_unref);
    row_status_unref(self->status);
    G_OBJECT_CLASS(mamuto_result_parent_class)->finalize(object);
}

static void
mamuto_result_class_init(MamutoResultClass *klass)
{
    G_OBJECT_CLASS(klass)->finalize = mamuto_result_finalize;
}

static void
mamuto_result_init(MamutoResult *self)
{
}

MamutoResult *
result_new(MamutoArray *array, guint n_axes, RowStatus *status, FailureLog *failures)
{
    MamutoResult *self = g_object_new(MAMUTO_TYPE_RESULT, NULL);

    self->array = g_object_ref(array);
    self->n_axes = n_axes;
    self->status = row_status_ref(status);
    self->n_rows = row_status_get_n_rows(status);
    self->failures = failures;
    failure_log_finish(failures);
    self->causes = failure_log_copy_causes(failures);
    for (gint64 row = 0, end; row < self->n_rows; row = end) {
        end = row_status_run_end(status, row);
        if (row_status_get(status, row) == RESULT_OK)
            self->n_ok += end - row;
        else if (row_status_get(status, row) == RESULT_FAILED)
            self->n_failed += end - row;
    }
    return self;
}

/**
 * mamuto_result_get_array:
 * @self: a result
 *
 * Returns: (transfer none): the array of results. For n rows, its shape is (n,) if the function
 *   returns scalars, and (n, *s) if it returns arrays of shape s. The result of a grid has the
 * shape (n1, n2, …, *s)
 */
MamutoArray *
mamuto_result_get_array(MamutoResult *self)
{
    g_return_val_if_fail(MAMUTO_IS_RESULT(self), NULL);
    return self->array;
}

/**
 * mamuto_result_get_n_axes:
 * @self: a result
 *
 * Returns: how many of the first axes of the array number the rows: 1, or for a grid
 *   (%MAMUTO_MAP_GRID) the number of the arguments that were combined
 */
guint
mamuto_result_get_n_axes(MamutoResult *self)
{
    g_return_val_if_fail(MAMUTO_IS_RESULT(self), 0);
    return self->n_axes;
}

/**
 * mamuto_result_get_n_rows:
 * @self: a result
 *
 * Returns: the number of rows; for a grid, the number of combinations
 */
gint64
mamuto_result_get_n_rows(MamutoResult *self)
{
    g_return_val_if_fail(MAMUTO_IS_RESULT(self), 0);
    return self->n_rows;
}

/**
 * mamuto_result_get_n_ok:
 * @self: a result
 *
 * Returns: the number of rows with a result
 */
gint64
mamuto_result_get_n_ok(MamutoResult *self)
{
    g_return_val_if_fail(MAMUTO_IS_RESULT(self), 0);
    return self->n_ok;
}

/**
 * mamuto_result_get_n_failed:
 * @self: a result
 *
 * Returns: the number of failed rows
 */
gint64
mamuto_result_get_n_failed(MamutoResult *self)
{
    g_return_val_if_fail(MAMUTO_IS_RESULT(self), 0);
    return self->n_failed;
}

/**
 * mamuto_result_get_n_missing:
 * @self: a result
 *
 * Returns: the number of rows that were not computed
 */
gint64
mamuto_result_get_n_missing(MamutoResult *self)
{
    g_return_val_if_fail(MAMUTO_IS_RESULT(self), 0);
    return self->n_rows - self->n_ok - self->n_failed;
}

/**
 * mamuto_result_get_status:
 * @self: a result
 * @row: a row, from 0
 *
 * Returns: the status of the row
 */
MamutoRowStatus
mamuto_result_get_status(MamutoResult *self, gint64 row)
{
    g_return_val_if_fail(MAMUTO_IS_RESULT(self), MAMUTO_ROW_MISSING);
    g_return_val_if_fail(row >= 0 && row < self->n_rows, MAMUTO_ROW_MISSING);
    return (MamutoRowStatus)row_status_get(self->status, row);
}

/**
 * mamuto_result_get_failures:
 * @self: a result
 *
 * Returns: (transfer none) (element-type MamutoRowFailure): the first %MAMUTO_MAX_LISTED_FAILURES
 *   failures that were reported, sorted by row
 */
GPtrArray *
mamuto_result_get_failures(MamutoResult *self)
{
    g_return_val_if_fail(MAMUTO_IS_RESULT(self), NULL);
    return failure_log_get_listed(self->failures);
}

/**
 * mamuto_result_get_causes:
 * @self: a result
 *
 * Returns: (transfer none) (element-type MamutoFailureCause): the causes with their numbers of
 *   rows, the most frequent first. The sum of these numbers is the number of failed rows
 */
GPtrArray *
mamuto_result_get_causes(MamutoResult *self)
{
    g_return_val_if_fail(MAMUTO_IS_RESULT(self), NULL);
    return self->causes;
}

/**
 * mamuto_result_save_failures:
 * @self: a result
 * @path: the file to write
 * @error: return location for a #GError
 *
 * Saves a table with a line for every failed row: row, host, cause, traceback. Tracebacks are known
 * only for the rows in mamuto_result_get_failures(). Host and cause are known for the first million
 * failures for which hosts sent details, and may be unknown for other rows. Unknown cells are
 * empty. Can be called from any thread.
 *
 * Returns: whether the file was saved
 */
gboolean
mamuto_result_save_failures(MamutoResult *self, const char *path, GError **error)
{
    g_return_val_if_fail(MAMUTO_IS_RESULT(self), FALSE);
    g_return_val_if_fail(path != NULL, FALSE);
    return failure_log_save(self->failures, self->status, path, error);
}

/**
 * mamuto_result_make_mask:
 * @self: a result
 * @error: return location for a #GError
 *
 * Creates a mask of the rows without a result. Can be called from any thread.
 *
 * Returns: (transfer full): an array of bool, shape (n,), or (n1, n2, …) for a grid, %TRUE for rows
 *   without a result; %NULL
 * with %MAMUTO_ERROR_FAILED if memory is exhausted
 */
MamutoArray *
mamuto_result_make_mask(MamutoResult *self, GError **error)
{
    const MamutoDtype dtype = {'b', '|', 1};
    MamutoArray *mask;
    guint8 *data;

    g_return_val_if_fail(MAMUTO_IS_RESULT(self), NULL);

    mask = mamuto_array_new(&dtype, self->n_axes, mamuto_array_get_shape(self->array, NULL), error);
    if (mask == NULL)
        return NULL;
    data = mamuto_array_get_data(mask);
    for (gint64 i = 0; i < self->n_rows; i++)
        data[i] = row_status_get(self->status, i) != RESULT_OK;
    return mask;
}

static gboolean
save(MamutoResult *self, const char *path, GError **error)
{
    g_autofree char *mask_path = result_mask_path(path);

    if (self->n_axes > 1 && !g_str_has_suffix(path, ".npy")) {
        g_autofree char *shown = g_filename_display_name(path);

        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_UNSUPPORTED,
                    _("%s: the result of a grid has an axis for each of the %u combined arguments, "
                      "which this format cannot tell; save it as .npy"),
                    shown, self->n_axes);
        return FALSE;
    }
    if (self->n_ok < self->n_rows) {
        g_autoptr(MamutoArray) mask = mamuto_result_make_mask(self, error);

        if (mask == NULL || !mamuto_array_save_npy(mask, mask_path, error))
            return FALSE;
    } else if (!result_mask_remove(mask_path, error)) {
        return FALSE;
    }
    return mamuto_array_save(self->array, path, error);
}

/**
 * mamuto_result_save:
 * @self: a result
 * @path: the file to write; its suffix (.npy, .csv) selects the format
 * @error: return location for a #GError
 *
 * Saves the array. If some rows have no result, also saves a mask as "NAME.mask.npy" in the same
 * folder: an array of bool that is %TRUE for these rows. Otherwise removes an existing mask of this
 * name. The result of a grid (%MAMUTO_MAP_GRID) can be saved only as .npy, because a table cannot
 * tell its axes; %MAMUTO_ERROR_UNSUPPORTED otherwise. Can be called from any thread.
 *
 * Returns: whether the file was saved
 */
gboolean
mamuto_result_save(MamutoResult *self, const char *path, GError **error)
{
    gboolean saved;

    g_return_val_if_fail(MAMUTO_IS_RESULT(self), FALSE);
    g_return_val_if_fail(path != NULL, FALSE);

    unfinished_begin_saving();
    saved = save(self, path, error);
    unfinished_end_saving();
    return saved;
}
