/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The rows are divided into blocks. A block whose rows all have the same status is stored as one
 * value, any other block as one byte per row. With one byte per row, 500 million rows would need
 * 500 MB. If no block has rows of different status, 120 KB are enough. */
#include "row-status.h"

#include <string.h>

#define BLOCK_ROWS 65536

typedef struct {
    guint8 *rows; /* NULL: all rows of the block have the same value */
    guint8 all;
} Block;

struct _RowStatus {
    gatomicrefcount ref_count;
    gint64 n_rows;
    gint64 n_blocks;
    Block *blocks;
};

RowStatus *
row_status_new(gint64 n_rows)
{
    gint64 n_blocks = n_rows / BLOCK_ROWS + 1;
    Block *blocks = n_rows >= 0 ? g_try_new0(Block, n_blocks) : NULL;
    RowStatus *self;

    if (blocks == NULL)
        return NULL;
    self = g_new0(RowStatus, 1);
    g_atomic_ref_count_init(&self->ref_count);
    self->n_rows = n_rows;
    self->n_blocks = n_blocks;
    self->blocks = blocks;
    return self;
}

RowStatus *
row_status_ref(RowStatus *self)
{
    g_atomic_ref_count_inc(&self->ref_count);
    return self;
}

void
row_status_unref(RowStatus *self)
{
    if (!g_atomic_ref_count_dec(&self->ref_count))
        return;
    for (gint64 i = 0; i < self->n_blocks; i++)
        g_free(self->blocks[i].rows);
    g_free(self->blocks);
    g_free(self);
}

gint64
row_status_get_n_rows(RowStatus *self)
{
    return self->n_rows;
}

guint8
row_status_get(RowStatus *self, gint64 row)
{
    const Block *block = &self->blocks[row / BLOCK_ROWS];

    return block->rows != NULL ? block->rows[row % BLOCK_ROWS] : block->all;
}

static gint64
rows_in(const RowStatus *self, gint64 block)
{
    return MIN(self->n_rows - block * BLOCK_ROWS, BLOCK_ROWS);
}

static gboolean
all_alike(const guint8 *rows, gint64 n)
{
    return memcmp(rows, rows + 1, (gsize)(n - 1)) == 0;
}

static void
set_in_block(RowStatus *self, gint64 number, gint64 lo, gint64 hi, guint8 value)
{
    Block *block = &self->blocks[number];
    gint64 n = rows_in(self, number);

    if (block->rows == NULL && block->all == value)
        return;
    if (hi - lo < n) {
        if (block->rows == NULL) {
            block->rows = g_malloc((gsize)n);
            memset(block->rows, block->all, (gsize)n);
        }
        memset(block->rows + lo, value, (gsize)(hi - lo));
        if (!all_alike(block->rows, n))
            return;
    }
    g_clear_pointer(&block->rows, g_free);
    block->all = value;
}

void
row_status_set(RowStatus *self, gint64 lo, gint64 hi, guint8 value)
{
    while (lo < hi) {
        gint64 number = lo / BLOCK_ROWS;
        gint64 end = MIN(hi, (number + 1) * BLOCK_ROWS);

        set_in_block(self, number, lo - number * BLOCK_ROWS, end - number * BLOCK_ROWS, value);
        lo = end;
    }
}

gint64
row_status_run_end(RowStatus *self, gint64 row)
{
    guint8 value = row_status_get(self, row);

    while (row < self->n_rows && row_status_get(self, row) == value) {
        if (self->blocks[row / BLOCK_ROWS].rows == NULL)
            row = MIN((row / BLOCK_ROWS + 1) * BLOCK_ROWS, self->n_rows);
        else
            row++;
    }
    return row;
}

gint64
row_status_run_begin(RowStatus *self, gint64 row)
{
    guint8 value = row_status_get(self, row - 1);

    while (row > 0 && row_status_get(self, row - 1) == value) {
        if (self->blocks[(row - 1) / BLOCK_ROWS].rows == NULL)
            row = (row - 1) / BLOCK_ROWS * BLOCK_ROWS;
        else
            row--;
    }
    return row;
}
