/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A column of numbers, block after block, as doubles. */
#pragma once

#include "mamuto-array.h"

G_BEGIN_DECLS

/** COLUMN_BLOCK: rows of a block: their doubles stay in the cache */
#define COLUMN_BLOCK 8192

typedef struct {
    MamutoArray *array;
    MamutoArray *mask;
    gint64 column;
    GCancellable *cancellable;
    gint64 next;     /* row that the next block begins with */
    gint64 first;    /* row that this block began with */
    gsize n;         /* values in it; those left out are nan */
    gsize n_skipped; /* of them, left out */
    double *values;
    guint8 *raw;
    guint8 *skip;
} ColumnBlocks;

/* Refuses what is not a number, columns and masks that do not fit. All are borrowed. */
gboolean column_blocks_init(ColumnBlocks *self, MamutoArray *array, gint64 column,
                            MamutoArray *mask, GCancellable *cancellable, GError **error);
void column_blocks_clear(ColumnBlocks *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ColumnBlocks, column_blocks_clear)

/* FALSE at the end, or with @error. */
gboolean column_blocks_next(ColumnBlocks *self, GError **error);
void column_blocks_rewind(ColumnBlocks *self);

G_END_DECLS
