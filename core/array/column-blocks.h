/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Reads a column of numbers as blocks of doubles. */
#pragma once

#include "mamuto-array.h"

G_BEGIN_DECLS

/** COLUMN_BLOCK: number of rows per block, so that a block of doubles fits in the processor's
 * cache */
#define COLUMN_BLOCK 8192

typedef struct {
    MamutoArray *array;
    MamutoArray *mask;
    gint64 column;
    GCancellable *cancellable;
    gint64 next;     /* first row of the next block to read */
    gint64 first;    /* first row of the block in @values */
    gsize n;         /* number of values in the block, including the skipped ones, which are nan */
    gsize n_skipped; /* number of values in the block that @mask skips */
    double *values;
    guint8 *raw;
    guint8 *skip;
} ColumnBlocks;

/* Prepares to read a column. Fails if the elements are not real numbers, or if @column or @mask
 * does not match the array. @mask (nullable): bool for each row; rows with TRUE are skipped. @self
 * keeps pointers to the arguments, so the arguments must outlive @self. */
gboolean column_blocks_init(ColumnBlocks *self, MamutoArray *array, gint64 column,
                            MamutoArray *mask, GCancellable *cancellable, GError **error);
void column_blocks_clear(ColumnBlocks *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ColumnBlocks, column_blocks_clear)

/* Reads the next block. Returns FALSE at the end of the column or, with @error set, on an error. */
gboolean column_blocks_next(ColumnBlocks *self, GError **error);
void column_blocks_rewind(ColumnBlocks *self);

G_END_DECLS
