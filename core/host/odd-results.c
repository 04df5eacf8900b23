/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See odd-results.h. */
#include "odd-results.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

void
odd_results_clear(OddResults *self)
{
    g_clear_pointer(&self->parts, g_free);
    g_clear_pointer(&self->rows, g_free);
}

static gboolean
read_data(const ResultBlock *block, guint64 from, gpointer dest, gsize size)
{
    guint8 *to = dest;

    if (from > block->size || size > block->size - from)
        return FALSE;
    if (block->data != NULL)
        memcpy(dest, (const guint8 *)block->data + from, size);
    while (block->data == NULL && size > 0) {
        ssize_t n = pread(block->fd, to, size, (off_t)(block->offset + from));

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return FALSE;
        to += n;
        from += (guint64)n;
        size -= (gsize)n;
    }
    return TRUE;
}

/* Reads one group of odd rows. @from: its position in the data of the block, in bytes; receives the
 * position after its end. */
static gboolean
read_part(const struct wire_odd *wire, const ResultBlock *block, guint64 *from, ResultPart *part,
          gint64 *rows)
{
    char dtype[MAMUTO_DTYPE_STRING_MAX + 1] = "";
    gsize list_size = (gsize)wire->n_rows * sizeof *rows;
    guint64 size;

    if (*from > block->size || !wire_odd_size(wire, block->size - *from, &size) ||
        wire->dtype.len >= sizeof dtype || wire->n_dims >= MAMUTO_ARRAY_MAX_DIMS ||
        !read_data(block, *from, rows, list_size))
        return FALSE;
    for (guint64 i = 0; i < wire->n_rows; i++)
        rows[i] = GINT64_FROM_LE(rows[i]);
    memcpy(dtype, wire->dtype.data, wire->dtype.len);
    part->n_dims = wire->n_dims;
    memcpy(part->shape, wire->shape, wire->n_dims * sizeof *part->shape);
    part->rows = rows;
    part->n_rows = (gint64)wire->n_rows;
    part->from = *from + list_size;
    *from += size;
    return mamuto_dtype_parse(dtype, &part->dtype, NULL);
}

gboolean
odd_results_read(OddResults *self, struct wire_reader *r, const struct wire_result *result,
                 ResultBlock *block)
{
    g_autoptr(GArray) parts = g_array_new(FALSE, TRUE, sizeof(ResultPart));
    guint64 left = result->n_failed - result->n_listed, from, n_read = 0;
    bool valid;
    guint32 itemsize = wire_dtype_itemsize(result->dtype, &valid);

    if (r->used == r->size)
        return TRUE;
    if (!valid || !wire_block_size(result->hi - result->lo - result->n_failed, itemsize,
                                   result->n_dims, result->shape, block->size, &from))
        return FALSE;
    self->rows = g_try_new(gint64, left);
    while (r->used < r->size) {
        struct wire_odd wire;
        ResultPart part = {0};

        if (self->rows == NULL || parts->len == WIRE_MAX_ODD || wire_get_odd(r, &wire) != 0 ||
            wire.n_rows > left || !read_part(&wire, block, &from, &part, self->rows + n_read))
            return FALSE;
        n_read += wire.n_rows;
        left -= wire.n_rows;
        g_array_append_val(parts, part);
    }
    block->n_parts = parts->len;
    block->parts = self->parts =
        (ResultPart *)(gpointer)g_array_free(g_steal_pointer(&parts), FALSE);
    return TRUE;
}
