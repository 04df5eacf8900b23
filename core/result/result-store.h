/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Where results find their places: rows come in any order from any thread and stand at the end as
 * one array, in memory or as a .npy file, with a status for each row. */
#pragma once

#include "mamuto-array.h"
#include "row-status.h"

G_BEGIN_DECLS

typedef struct _ResultStore ResultStore;

/* Status of a row. */
enum { RESULT_MISSING = 0, RESULT_OK = 1, RESULT_FAILED = 2 };

/* A block of results as a chunk gives them: of rows [lo, hi), without those that failed. */
typedef struct {
    gint64 lo, hi;
    MamutoDtype dtype; /* kind 0: there are none (all rows failed) */
    guint n_dims;      /* of one row's result */
    gint64 shape[MAMUTO_ARRAY_MAX_DIMS];
    const guint8 *failed; /* (nullable): a bit for each row, see wire.h */
    gconstpointer data;   /* C order, or NULL: */
    int fd;               /* … at this offset of this file */
    guint64 offset;
    gsize size; /* bytes */
} ResultBlock;

/* @path: the .npy to write (NULL: in memory). Nothing appears under that name before
 * result_store_finish(). Fails at once if the folder cannot be written to. */
ResultStore *result_store_new(gint64 n_rows, const char *path, GError **error);
/* Takes nothing over; unfinished files vanish. */
void result_store_free(ResultStore *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ResultStore, result_store_free)

/* Puts a block into its place. Any thread; blocks of differing rows do not wait for each other but
 * while the type is promoted. Fails with MAMUTO_ERROR_RESULT if its shape or type cannot stand with
 * the rows that are there (nothing is changed then; the message names the first row of each), or
 * with MAMUTO_ERROR_FAILED / a GIOError if writing failed (disk full). A row is stored once. */
gboolean result_store_put(ResultStore *self, const ResultBlock *block, GError **error);

gint64 result_store_get_n_ok(ResultStore *self);
gint64 result_store_get_n_failed(ResultStore *self);
/* What became of each row; belongs to the store, which goes on changing it until it is finished. */
RowStatus *result_store_get_status(ResultStore *self);

/* The array of all rows: failed and missing ones are nan where the dtype has it, else 0 or empty.
 * Of a file: writes the header, fsyncs, renames to @path (NULL: the path of result_store_new())
 * and, if rows failed or are missing, writes a mask (bool, TRUE: no result) beside it as
 * "NAME.mask.npy"; otherwise an old mask of that name is removed. Once. Zero rows: shape (0,),
 * float64. */
MamutoArray *result_store_finish(ResultStore *self, const char *path, GError **error);
/* The same for a run that ended before its time: the array lies in memory or in a file without a
 * name, no mask is written, and nothing is left of the output file. Once. */
MamutoArray *result_store_finish_unnamed(ResultStore *self, GError **error);

/* Where the mask of an output stands: "out.npy" → "out.mask.npy". */
char *result_mask_path(const char *path);
/* Removes a mask of an earlier run; that there is none is no error. */
gboolean result_mask_remove(const char *mask_path, GError **error);

G_END_DECLS
