/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Reads a column of numbers as blocks of doubles. */
#include "column-blocks.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "array-private.h"
#include "mamuto-error.h"

static gboolean
check_column(MamutoArray *array, gint64 column, GError **error)
{
    gint64 n_columns = 1;

    for (guint i = 1; i < array->n_dims; i++)
        n_columns *= array->shape[i];
    if (!strchr("biuf", array->dtype.kind)) {
        char string[MAMUTO_DTYPE_STRING_MAX];

        mamuto_dtype_to_string(&array->dtype, string);
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_UNSUPPORTED,
                    _("elements of type '%s' have no order; only real numbers can be summarized"),
                    string);
        return FALSE;
    }
    if (column >= 0 && column < n_columns)
        return TRUE;
    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                _("no column %'" PRId64 ": rows have %'" PRId64), column, n_columns);
    return FALSE;
}

static gboolean
check_mask(MamutoArray *array, MamutoArray *mask, GError **error)
{
    if (!mask)
        return TRUE;
    if (mask->dtype.kind == 'b' && mask->n_dims > 0 && mask->n_dims <= MAX(array->n_dims, 1) &&
        mamuto_array_get_n_rows(mask) == mamuto_array_get_n_rows(array) &&
        memcmp(mask->shape + 1, array->shape + 1, (mask->n_dims - 1) * sizeof *mask->shape) == 0)
        return TRUE;
    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                _("a mask must be a bool for each of the %'" PRId64 " rows"),
                mamuto_array_get_n_rows(array));
    return FALSE;
}

gboolean
column_blocks_init(ColumnBlocks *self, MamutoArray *array, gint64 column, MamutoArray *mask,
                   GCancellable *cancellable, GError **error)
{
    *self =
        (ColumnBlocks){.array = array, .mask = mask, .column = column, .cancellable = cancellable};
    if (!check_column(array, column, error) || !check_mask(array, mask, error))
        return FALSE;
    self->values = g_new(double, COLUMN_BLOCK);
    self->raw = g_malloc(COLUMN_BLOCK * array->dtype.itemsize);
    self->skip = mask ? g_malloc(COLUMN_BLOCK) : NULL;
    return TRUE;
}

void
column_blocks_clear(ColumnBlocks *self)
{
    g_clear_pointer(&self->values, g_free);
    g_clear_pointer(&self->raw, g_free);
    g_clear_pointer(&self->skip, g_free);
}

void
column_blocks_rewind(ColumnBlocks *self)
{
    self->next = 0;
}

/* The mask of a grid has the first axes of the array, so that several columns of the array share
 * one of the mask. */
static gint64
find_mask_column(const ColumnBlocks *self)
{
    gsize size = mamuto_array_get_row_size(self->array) / MAX(self->array->dtype.itemsize, 1);

    return self->column / MAX((gint64)(size / mamuto_array_get_row_size(self->mask)), 1);
}

gboolean
column_blocks_next(ColumnBlocks *self, GError **error)
{
    const MamutoDtype number = {'f', G_BYTE_ORDER == G_LITTLE_ENDIAN ? '<' : '>', 8};

    self->first = self->next;
    self->n = (gsize)MIN(mamuto_array_get_n_rows(self->array) - self->first, COLUMN_BLOCK);
    self->n_skipped = 0;
    if (self->n == 0 || g_cancellable_set_error_if_cancelled(self->cancellable, error) ||
        !array_read_column(self->array, self->column, self->first, (gint64)self->n, self->raw,
                           error) ||
        (self->mask && !array_read_column(self->mask, find_mask_column(self), self->first,
                                          (gint64)self->n, self->skip, error)))
        return FALSE;
    mamuto_dtype_convert(&self->array->dtype, self->raw, &number, self->values, self->n);
    for (gsize i = 0; self->mask && i < self->n; i++)
        if (self->skip[i]) {
            self->values[i] = NAN;
            self->n_skipped++;
        }
    self->next += (gint64)self->n;
    return TRUE;
}
