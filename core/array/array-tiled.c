/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * One argument of a grid. A grid has a row for each combination of the rows of several arrays. The
 * array of an argument has as many rows, but only the rows of the given array are stored. The
 * others are copied from them where they are read, so that a grid needs no memory. */
#include <string.h>

#include "array-private.h"

MamutoArray *
array_new_tiled(MamutoArray *base, gint64 repeats, gint64 n_rows, GError **error)
{
    gint64 shape[MAMUTO_ARRAY_MAX_DIMS];
    MamutoArray *self;

    memcpy(shape, base->shape, sizeof shape);
    shape[0] = n_rows;
    self = array_new_unbacked(&base->dtype, base->n_dims, shape, error);
    if (self == NULL)
        return NULL;
    self->base = g_object_ref(base);
    self->repeats = repeats;
    return self;
}

/* Fills @size bytes with copies of the row that is stored in the first @row_size bytes. */
static void
repeat_row(guint8 *dest, gsize row_size, gsize size)
{
    for (gsize filled = row_size; filled < size;) {
        gsize n = MIN(filled, size - filled);

        memcpy(dest + filled, dest, n);
        filled += n;
    }
}

/* Copies at most @n whole rows from row @row on. Sets @n to the number of copied rows. */
static gboolean
read_rows(MamutoArray *self, gint64 row, gint64 *n, guint8 *dest, GError **error)
{
    MamutoArray *base = self->base;
    gint64 row_size = (gint64)mamuto_array_get_row_size(self);
    gint64 from = row / self->repeats % base->shape[0];

    if (self->repeats == 1) {
        *n = MIN(*n, base->shape[0] - from);
        return mamuto_array_read_rows(base, from, from + *n, dest, error);
    }
    *n = MIN(*n, self->repeats - row % self->repeats);
    if (!mamuto_array_read_rows(base, from, from + 1, dest, error))
        return FALSE;
    repeat_row(dest, (gsize)row_size, (gsize)(*n * row_size));
    return TRUE;
}

gboolean
array_read_tiled(MamutoArray *self, gint64 first, gint64 n, guint8 *dest, GError **error)
{
    gint64 row_items = self->n_items / self->shape[0], itemsize = self->dtype.itemsize;

    while (n > 0) {
        gint64 row = first / row_items, within = first % row_items;
        gint64 rows = n / row_items, copied;

        if (within == 0 && rows > 0) {
            if (!read_rows(self, row, &rows, dest, error))
                return FALSE;
            copied = rows * row_items;
        } else {
            gint64 from = row / self->repeats % self->base->shape[0];

            copied = MIN(n, row_items - within);
            if (!array_read_items(self->base, from * row_items + within, copied, dest, error))
                return FALSE;
        }
        first += copied;
        n -= copied;
        dest += copied * itemsize;
    }
    return TRUE;
}
