/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Reads the odd rows of a RESULT frame: the rows whose results do not fit into one array with the
 * other results of the chunk (see "Odd rows" in wire.h). Each group of odd rows that fit into one
 * array becomes a ResultPart. */
#pragma once

#include "result-store.h"
#include "wire.h"

G_BEGIN_DECLS

typedef struct {
    ResultPart *parts;
    gint64 *rows; /* the rows of all parts */
} OddResults;

void odd_results_clear(OddResults *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OddResults, odd_results_clear)

/* Reads the wire_odds up to the end of the metadata, and the row numbers, which are in the data of
 * @block. Adds the parts to @block, which borrows them. Returns FALSE if the parts are invalid. */
gboolean odd_results_read(OddResults *self, struct wire_reader *r, const struct wire_result *result,
                          ResultBlock *block);

G_END_DECLS
