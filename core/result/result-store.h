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

/* Results of a chunk that do not fit into one array with the other results of the chunk. */
typedef struct {
    MamutoDtype dtype;
    guint n_dims; /* number of dimensions of one row's result */
    gint64 shape[MAMUTO_ARRAY_MAX_DIMS];
    const gint64 *rows; /* ascending */
    gint64 n_rows;
    guint64 from; /* position of the first element in the data of the block, in bytes */
} ResultPart;

/* The results of one chunk: the rows [lo, hi). The data begin with the results of the rows that
 * have not failed and are not in a part. The parts follow. */
typedef struct {
    gint64 lo, hi;
    MamutoDtype dtype; /* dtype.kind is 0 if all rows failed */
    guint n_dims;      /* number of dimensions of one row's result */
    gint64 shape[MAMUTO_ARRAY_MAX_DIMS];
    const guint8
        *failed; /* (nullable): one bit per row, lowest bit first; 1: failed, or in a part */
    /* (nullable): like @failed; 1: the row failed and stays missing, because another host tries it
     */
    const guint8 *again;
    gconstpointer data; /* elements in C order; NULL: the elements are in @fd */
    int fd;             /* descriptor of the file that contains the elements, if @data is NULL */
    guint64 offset;     /* position of the first element in this file, in bytes */
    gsize size;         /* size of the data in bytes */
    gsize unused;       /* bytes of the data that belong to no row */
    /* At most one of these is TRUE. Then the data are variable rows, which wire.h describes, and
     * all fields about type, shape and parts are unused. */
    gboolean is_json;  /* JSON values; without result_store_set_json(), each of them is a text */
    gboolean is_bytes; /* bytes */
    const ResultPart *parts;
    guint n_parts;
    guint host; /* number of the host that computed the rows, for result_store_settle() */
} ResultBlock;

/* Returns the number of rows in the parts of a block. */
gint64 result_block_count_in_parts(const ResultBlock *block);
/* Marks the rows of parts as failed if the shape or kind of their results differs from that of the
 * block. Removes these parts from the block, and adds failures for the first of their rows to
 * @errors (element-type MamutoRowFailure), which stays sorted. @parts: a copy of block->parts,
 * which the function changes. Fails with MAMUTO_ERROR_PROTOCOL if the block is inconsistent. */
gboolean result_block_fail_parts(ResultBlock *block, ResultPart *parts, GPtrArray *errors,
                                 const char *host, GError **error);

/* @path: the .npy file to write; NULL: in memory. The file gets this name only in
 * result_store_finish(). Fails if the folder is not writable. */
ResultStore *result_store_new(gint64 n_rows, const char *path, GError **error);
/* Frees the store and deletes unfinished files. */
void result_store_free(ResultStore *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ResultStore, result_store_free)

/* The result gets these axes instead of one axis of rows, because the run is a grid. The product of
 * their lengths is the number of rows. Must be called before the first result_store_put(). */
void result_store_set_axes(ResultStore *self, guint n_axes, const gint64 *axes);

/* From now on, rows whose shape or kind (number, text, bytes) differs from the stored rows are set
 * aside in another file and count as failed, until result_store_settle() decides which shape and
 * kind the result has. Must be called before the first result_store_put(). */
void result_store_set_odd_aside(ResultStore *self);

/* From now on, the results are JSON values, and the output is a file of lines. Must be called
 * before the first result_store_put(). */
void result_store_set_json(ResultStore *self);

/* Stores a block. Texts or bytes for which an array would be too large become lines of JSON if the
 * results are in memory. Can be called from any thread. Blocks are written in parallel, except
 * while the type is widened. Without result_store_set_odd_aside(), fails with MAMUTO_ERROR_RESULT
 * if the shape or type of the block does not match the stored rows. The store is then unchanged.
 * The message names a row of the block and a stored row with a different shape or type. Fails with
 * MAMUTO_ERROR_FAILED or a GIOError if the rows cannot be written, for example because the disk is
 * full. A row can be stored only once. */
gboolean result_store_put(ResultStore *self, const ResultBlock *block, GError **error);

gint64 result_store_get_n_ok(ResultStore *self);
gint64 result_store_get_n_failed(ResultStore *self);
/* Returns how many of the failed rows are set aside. */
gint64 result_store_get_n_aside(ResultStore *self);
/* Returns (transfer none): the status of each row. The status changes until the store is
 * finished. */
RowStatus *result_store_get_status(ResultStore *self);

/* Called for each row whose result differs from the result of the run in shape or kind. @host: as
 * in ResultBlock, or G_MAXUINT if unknown. @cause: why the row has failed. */
typedef void (*ResultOddFunc)(gint64 row, guint host, const char *cause, gpointer data);

/* Decides which shape and kind the result has: those of the largest number of rows. If two shapes
 * have the same number of rows, the shape of the lowest row is used. Stores all rows of this shape
 * and kind, and calls @func for each row set aside, which has failed. Must be called before the
 * store is finished if rows may be set aside. Fails if the rows cannot be stored. */
gboolean result_store_settle(ResultStore *self, ResultOddFunc func, gpointer data, GError **error);
/* Finishes the store and returns the array of all rows. The array has the value nan in failed and
 * missing rows, or 0 or empty text if the element type has no nan, or null if it is JSON. An array
 * without rows has the shape (0,) and the type float64. If the store has an output file, writes the
 * header, flushes the file to the disk and renames it to @path (NULL: the path given to
 * result_store_new()). If rows failed or are missing, writes a mask (bool, TRUE: no result) as
 * "NAME.mask.npy"; otherwise removes an existing mask of this name. May be called only once. */
MamutoArray *result_store_finish(ResultStore *self, const char *path, GError **error);
/* Finishes the store of a run that ended early. The array is in memory or in an unnamed file. No
 * mask is written, and the output file is removed. May be called only once. */
MamutoArray *result_store_finish_unnamed(ResultStore *self, GError **error);

/* Returns whether finishing takes at most about 1 ms, so that the main loop may call
 * result_store_finish(). This is the case if the store has no output file, only few rows have no
 * result, and no rows are set aside. */
gboolean result_store_is_quick_to_finish(ResultStore *self);

/* Returns the path of the mask for an output file (transfer full), for example "out.mask.npy" for
 * "out.npy". */
char *result_mask_path(const char *path);
/* Removes the mask of an earlier run. A missing mask is not an error. */
gboolean result_mask_remove(const char *mask_path, GError **error);

G_END_DECLS
