/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Collects results: rows are stored in any order from any thread and form one array at the end, in
 * memory or as a .npy file, with a status for each row. */
#pragma once

#include "mamuto-array.h"
#include "row-status.h"

G_BEGIN_DECLS

typedef struct _ResultStore ResultStore;

/* Status of a row. */
enum { RESULT_MISSING = 0, RESULT_OK = 1, RESULT_FAILED = 2 };

/* The results of a chunk: rows [lo, hi), without the failed rows. */
typedef struct {
    gint64 lo, hi;
    MamutoDtype dtype; /* kind 0: no results (all rows failed) */
    guint n_dims;      /* of one row's result */
    gint64 shape[MAMUTO_ARRAY_MAX_DIMS];
    const guint8 *failed; /* (nullable): one bit per row, see wire.h, RESULT */
    gconstpointer data;   /* C order; NULL: the bytes are in @fd */
    int fd;               /* file with the bytes, at @offset */
    guint64 offset;
    gsize size; /* bytes */
} ResultBlock;

/* @path: the .npy file to write; NULL: in memory. The name appears only at result_store_finish().
 * Fails if the folder is not writable. */
ResultStore *result_store_new(gint64 n_rows, const char *path, GError **error);
/* Removes unfinished files. */
void result_store_free(ResultStore *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ResultStore, result_store_free)

/* Stores a block. Any thread; blocks are written in parallel except while the type is promoted.
 * Fails with MAMUTO_ERROR_RESULT if shape or type of the block do not match the stored rows (the
 * store is then unchanged; the message names a row of either type), or with MAMUTO_ERROR_FAILED or
 * a GIOError if writing failed (disk full). A row is stored once. */
gboolean result_store_put(ResultStore *self, const ResultBlock *block, GError **error);

gint64 result_store_get_n_ok(ResultStore *self);
gint64 result_store_get_n_failed(ResultStore *self);
/* (transfer none): status of each row; changes until the store is finished. */
RowStatus *result_store_get_status(ResultStore *self);

/* Finishes the store and returns the array of all rows. Failed and missing rows are nan if the
 * dtype has nan, else 0 or empty. For a file: writes the header, fsyncs, renames to @path (NULL:
 * the path of result_store_new()) and, if rows failed or are missing, writes a mask (bool, TRUE: no
 * result) as "NAME.mask.npy"; otherwise removes an existing mask of that name. Callable once. Zero
 * rows: shape (0,), float64. */
MamutoArray *result_store_finish(ResultStore *self, const char *path, GError **error);
/* Finishes the store of a run that ended early: the array is in memory or in an unnamed file, no
 * mask is written, and the output file is removed. Callable once. */
MamutoArray *result_store_finish_unnamed(ResultStore *self, GError **error);

/* Whether finishing takes at most about 1 ms, so that the main loop may do it: there is no output
 * file to flush, and few bytes must be filled. */
gboolean result_store_is_quick_to_finish(ResultStore *self);

/* (transfer full): path of the mask for an output: "out.npy" → "out.mask.npy". */
char *result_mask_path(const char *path);
/* Removes the mask of an earlier run. A missing mask is no error. */
gboolean result_mask_remove(const char *mask_path, GError **error);

G_END_DECLS
