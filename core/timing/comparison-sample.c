/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Selects evenly spaced rows for a measurement. The selection covers the whole array, because the
 * first rows may take more or less time than later rows. Each row is selected only once, because a
 * row that is read again comes from the CPU caches, which would make the measured time too
 * short. */
#include "comparison-run.h"

#include <glib/gi18n-lib.h>

#include "array-lines.h"

static MamutoArray *
sample_lines(MamutoArray *array, gint64 rows, GCancellable *cancellable, GError **error)
{
    g_autofree gint64 *picked = g_new(gint64, (gsize)rows + 1);

    for (gint64 i = 0; i < rows; i++)
        picked[i] = plan_pick_row(i, rows, mamuto_array_get_n_rows(array));
    return array_lines_pick(array, picked, rows, cancellable, error);
}

static MamutoArray *
sample_array(MamutoArray *array, gint64 rows, GCancellable *cancellable, GError **error)
{
    gint64 shape[MAMUTO_ARRAY_MAX_DIMS], n_rows = mamuto_array_get_n_rows(array);
    gsize size = mamuto_array_get_row_size(array);
    g_autoptr(MamutoArray) sample = NULL;
    MamutoDtype dtype;
    const gint64 *from;
    guint n_dims;
    char *data;

    mamuto_array_get_dtype(array, &dtype);
    from = mamuto_array_get_shape(array, &n_dims);
    for (guint i = 0; i < n_dims; i++)
        shape[i] = i == 0 ? rows : from[i];
    sample = mamuto_array_new(&dtype, n_dims, shape, error);
    if (sample == NULL)
        return NULL;
    data = mamuto_array_get_data(sample);
    for (gint64 i = 0; i < rows;) {
        gint64 lo = plan_pick_row(i, rows, n_rows), n = 1;

        /* Reads adjacent selected rows with one call. */
        while (i + n < rows && plan_pick_row(i + n, rows, n_rows) == lo + n)
            n++;
        if (g_cancellable_set_error_if_cancelled(cancellable, error) ||
            !mamuto_array_read_rows(array, lo, lo + n, data + (gsize)i * size, error))
            return NULL;
        i += n;
    }
    return g_steal_pointer(&sample);
}

/* Whether the array can be used without a copy: all rows are selected, and other processes can map
 * the array's file. */
static gboolean
is_ready(MamutoArgument *argument, gint64 rows)
{
    MamutoArray *array = mamuto_argument_get_array(argument);

    if (mamuto_array_get_fd(array, NULL) < 0)
        return FALSE;
    return mamuto_argument_is_whole(argument) ||
           (mamuto_array_get_n_rows(array) == rows && mamuto_array_is_c_contiguous(array));
}

GPtrArray *
comparison_sample(GPtrArray *arguments, gint64 n_rows, gint64 rows, GCancellable *cancellable,
                  GError **error)
{
    g_autoptr(GPtrArray) sampled =
        g_ptr_array_new_with_free_func((GDestroyNotify)mamuto_argument_unref);

    for (guint i = 0; i < arguments->len; i++) {
        MamutoArgument *argument = g_ptr_array_index(arguments, i);
        MamutoArray *array = mamuto_argument_get_array(argument);
        g_autoptr(MamutoArray) sample = NULL;
        g_autoptr(MamutoArgument) copy = NULL;

        if (array == NULL || is_ready(argument, rows)) {
            g_ptr_array_add(sampled, mamuto_argument_ref(argument));
            continue;
        }
        if (mamuto_argument_is_whole(argument))
            sample = sample_array(array, mamuto_array_get_n_rows(array), cancellable, error);
        else if (mamuto_array_is_json(array))
            sample = sample_lines(array, rows, cancellable, error);
        else
            sample = sample_array(array, rows, cancellable, error);
        if (sample == NULL) {
            g_prefix_error(error, _("argument %u: "), i + 1);
            return NULL;
        }
        copy = mamuto_argument_is_whole(argument) ? mamuto_argument_new_whole(sample)
                                                  : mamuto_argument_new_array(sample);
        g_ptr_array_add(sampled,
                        mamuto_argument_with_name(copy, mamuto_argument_get_name(argument)));
    }
    return g_steal_pointer(&sampled);
}
