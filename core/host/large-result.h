/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Collects a result that is too large for one frame and therefore arrives in parts (see "Large
 * rows" in wire.h). The parts are written to a file in memory. Memory is used only for bytes that
 * have arrived, because the size that a host announces may be wrong. All functions are called in
 * the thread of the host's connection. */
#pragma once

#include "frame-stream.h"

G_BEGIN_DECLS

typedef struct {
    struct wire_parts parts;
    struct wire_header header; /* header of the RESULT frame */
    guint8 *meta;              /* metadata of the RESULT frame */
    guint8 *marks; /* the bits of failed rows, with which the payload begins; see wire.h */
    gsize marks_size;
    int fd; /* file with the payload; -1: the result is not needed, and its parts are discarded */
} LargeResult;

/* Begins to collect the result of a RESULT frame for which wire_parts_begin() returned 1. @wanted:
 * FALSE if the result is not needed. Returns FALSE with @error if the announced size contradicts
 * the announced shape (MAMUTO_ERROR_PROTOCOL), or if there is no memory for the result. In the
 * latter case the caller calls large_result_discard(). */
gboolean large_result_begin(LargeResult *self, const Frame *frame, const struct wire_result *result,
                            gboolean wanted, GError **error);
/* Adds a RESULT_PART frame. Returns FALSE with @error if the part is not the next one
 * (MAMUTO_ERROR_PROTOCOL), or if there is no memory for it, as for large_result_begin(). */
gboolean large_result_add(LargeResult *self, const Frame *part, GError **error);
/* Returns the file of the complete result. Sets @frame, @r and @result to the values that a RESULT
 * frame with this file as its descriptor would have. All of them are valid until the next call of
 * another function for @self. */
int large_result_finish(LargeResult *self, Frame *frame, struct wire_reader *r,
                        struct wire_result *result);
/* Frees the received parts. Later parts of the result are checked and discarded. */
void large_result_discard(LargeResult *self);
/* Frees the received parts. No more parts are expected. */
void large_result_clear(LargeResult *self);

G_END_DECLS
