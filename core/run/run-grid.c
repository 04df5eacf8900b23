/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Turns the arguments that are mapped over into a grid: the rows of the run are all combinations of
 * their rows, of which the last argument changes fastest. */
#include <glib/gi18n-lib.h>
#include <inttypes.h>

#include "array-private.h"
#include "mamuto-error.h"
#include "run.h"

/* Arrays of at most this many bytes are copied into memory, because a row is read once for each
 * combination of the arguments before it, and each read from a file is a system call. */
#define COPIED_SIZE (4 << 20)

/* Puts the arguments that are mapped over in the order in which the caller has given them. */
static guint
find_axes(RunArgument *arguments, guint n, RunArgument *axes[RUN_MAX_ARGUMENTS])
{
    guint n_axes = 0;

    for (guint i = 0; i < n; i++) {
        guint at = n_axes;

        if (!run_argument_is_mapped(&arguments[i]))
            continue;
        for (; at > 0 && axes[at - 1]->rank > arguments[i].rank; at--)
            axes[at] = axes[at - 1];
        axes[at] = &arguments[i];
        n_axes++;
    }
    return n_axes;
}

static gboolean
count_rows(const RunGrid *grid, gint64 *n_rows, GError **error)
{
    gboolean overflow = FALSE;

    *n_rows = 1;
    for (guint i = 0; i < grid->n_axes; i++)
        if (grid->axes[i] == 0) {
            *n_rows = 0;
            return TRUE;
        }
    for (guint i = 0; i < grid->n_axes && !overflow; i++)
        overflow = __builtin_mul_overflow(*n_rows, grid->axes[i], n_rows);
    if (!overflow)
        return TRUE;
    g_set_error_literal(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                        _("the arguments have more combinations than rows can be counted"));
    return FALSE;
}

/* Returns (transfer full): the array, or a copy in memory of a small one. */
static MamutoArray *
make_quick(MamutoArray *array, GError **error)
{
    g_autoptr(MamutoArray) copy = NULL;
    const gint64 *shape;
    MamutoDtype dtype;
    guint n_dims;

    if (array->n_bytes > COPIED_SIZE)
        return g_object_ref(array);
    mamuto_array_get_dtype(array, &dtype);
    shape = mamuto_array_get_shape(array, &n_dims);
    copy = mamuto_array_new(&dtype, n_dims, shape, error);
    if (copy == NULL ||
        !mamuto_array_read_rows(array, 0, shape[0], mamuto_array_get_data(copy), error) ||
        !mamuto_array_check_unchanged(array, error))
        return NULL;
    return g_steal_pointer(&copy);
}

static gboolean
make_axis(RunArgument *axis, gint64 repeats, gint64 n_rows, GError **error)
{
    MamutoArgument *given = axis->argument;
    g_autoptr(MamutoArray) quick = make_quick(mamuto_argument_get_array(given), error);
    g_autoptr(MamutoArray) tiled =
        quick != NULL ? array_new_tiled(quick, repeats, n_rows, error) : NULL;
    g_autoptr(MamutoArgument) unnamed = NULL;

    if (tiled == NULL) {
        run_argument_name_in(error, given, axis->number);
        return FALSE;
    }
    unnamed = mamuto_argument_new_array(tiled);
    axis->argument = mamuto_argument_with_name(unnamed, mamuto_argument_get_name(given));
    mamuto_argument_unref(given);
    return TRUE;
}

gboolean
run_arguments_make_grid(RunArgument *arguments, guint n, RunGrid *grid, gint64 *n_rows,
                        GError **error)
{
    RunArgument *axes[RUN_MAX_ARGUMENTS];
    gint64 repeats;

    grid->n_axes = find_axes(arguments, n, axes);
    if (grid->n_axes > MAMUTO_ARRAY_MAX_DIMS) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                    _("%u arguments to combine are too many; a result has at most %d axes"),
                    grid->n_axes, MAMUTO_ARRAY_MAX_DIMS);
        return FALSE;
    }
    for (guint i = 0; i < grid->n_axes; i++)
        grid->axes[i] = mamuto_array_get_n_rows(mamuto_argument_get_array(axes[i]->argument));
    if (!count_rows(grid, n_rows, error))
        return FALSE;
    repeats = MAX(*n_rows, 1);
    for (guint i = 0; i < grid->n_axes; i++) {
        repeats /= MAX(grid->axes[i], 1);
        if (axes[i]->kept)
            axes[i]->repeats = MAX(repeats, 1);
        else if (!make_axis(axes[i], MAX(repeats, 1), *n_rows, error))
            return FALSE;
    }
    return TRUE;
}
