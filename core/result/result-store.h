/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Collects results. Rows can be stored in any order and from any thread. At the end, the rows form
 * one array, in memory or in a .npy file. Each row has a status. */
#pragma once

#include "mamuto-array.h"
#include "row-status.h"

G_BEGIN_DECLS

typedef struct _ResultStore ResultStore;

/* The status of a row. */
enum { RESULT_MISSING = 0, RESULT_OK = 1, RESULT_FAILED = 2 };

/* The results of one chunk: the rows [lo, hi). The data contain only the rows that have not
 * failed. */
typedef struct {
    gint64 lo, hi;
    MamutoDtype dtype; /* dtype.kind is 0 if all rows failed */
    guint n_dims;      /* number of dimensions of one row's result */
    gint64 shape[MAMUTO_ARRAY_MAX_DIMS];
    const guint8 *failed; /* (nullable): one bit per row, lowest bit first; 1: failed */
    /* (nullable): like @failed; 1: the row failed and stays missing, because another host tries it
     */
    const guint8 *again;
    gconstpointer data; /* elements in C order; NULL: the elements are in @fd */
    int fd;             /* descriptor of the file that contains the elements, if @data is NULL */
    guint64 offset;     /* position of the first element in this file, in bytes */
    gsize size;         /* size of the data in bytes */
} ResultBlock;

/* @path: the .npy file to write; NULL: in memory. The file gets this name only in
 * result_store_finish(). Fails if the folder is not writable. */
ResultStore *result_store_new(gint64 n_rows, const char *path, GError **error);
/* Frees the store and deletes unfinished files. */
void result_store_free(ResultStore *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ResultStore, result_store_free)

/* Stores a block. Can be called from any thread. Blocks are written in parallel, except while the
 * type is widened. Fails with MAMUTO_ERROR_RESULT if the shape or type of the block does not match
 * the stored rows. The store is then unchanged. The message names a row of the block and a stored
 * row with a different shape or type. Fails with MAMUTO_ERROR_FAILED or a GIOError if the rows
 * cannot be written, for example because the disk is full. A row can be stored only once. */
gboolean result_store_put(ResultStore *self, const ResultBlock *block, GError **error);

gint64 result_store_get_n_ok(ResultStore *self);
gint64 result_store_get_n_failed(ResultStore *self);
/* Returns (transfer none): the status of each row. The status changes until the store is
 * finished. */
RowStatus *result_store_get_status(ResultStore *self);

/* Finishes the store and returns the array of all rows. The array has the value nan in failed and
 * missing rows, or 0 or empty text if the element type has no nan. An array without rows has the
 * shape (0,) and the type float64. If the store has an output file, writes the header, flushes the
 * file to the disk and renames it to @path (NULL: the path given to result_store_new()). If rows
 * failed or are missing, writes a mask (bool, TRUE: no result) as "NAME.mask.npy"; otherwise
 * removes an existing mask of this name. May be called only once. */
MamutoArray *result_store_finish(ResultStore *self, const char *path, GError **error);
/* Finishes the store of a run that ended early. The array is in memory or in an unnamed file. No
 * mask is written, and the output file is removed. May be called only once. */
MamutoArray *result_store_finish_unnamed(ResultStore *self, GError **error);

/* Returns whether finishing takes at most about 1 ms, so that the main loop may call
 * result_store_finish(). This is the case if the store has no output file and only few rows have no
 * result. */
gboolean result_store_is_quick_to_finish(ResultStore *self);

/* Returns the path of the mask for an output file (transfer full), for example "out.mask.npy" for
 * "out.npy". */
char *result_mask_path(const char *path);
/* Removes the mask of an earlier run. A missing mask is not an error. */
gboolean result_mask_remove(const char *mask_path, GError **error);

G_END_DECLS
