/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The file that results lie in while they come: where a row stands, and bounded ways of writing,
 * copying, widening and filling.
 *
 * result-store.c    which rows are there, blocks, types; threads
 * result-file.c     bytes in the file
 * result-finish.c   the end: header, mask, name */
#pragma once

#include <pthread.h>

#include "output-file.h"
#include "result-store.h"

G_BEGIN_DECLS

/* Bytes that are held at a time when rows are converted, copied or filled. */
#define RESULT_PIECE_SIZE (256 * 1024)

#define RESULT_FLOAT64                                                                             \
    {                                                                                              \
        'f', G_BYTE_ORDER == G_LITTLE_ENDIAN ? '<' : '>', 8                                        \
    }

typedef struct {
    int fd;           /* belongs to who made it */
    const char *name; /* for messages */
    gboolean on_disk; /* else a memfd */
    gint64 n_rows;
    MamutoDtype dtype;                       /* kind 0: no row has told yet */
    guint n_dims;                            /* of a row */
    gint64 shape[MAMUTO_ARRAY_MAX_DIMS + 1]; /* with the rows in front */
    gsize row_items;
    gsize reserved;   /* for the header */
    gboolean damaged; /* widening failed half-way */
} ResultFile;

struct _ResultStore {
    ResultFile file;
    OutputFile *output; /* NULL: in memory until the end */
    char *path;         /* (nullable) */
    char *name;
    gboolean finished;

    /* Held for writing while the type changes or the end comes, for reading while rows are written
     * and marked: a row that is not marked is not widened. */
    pthread_rwlock_t type_lock;
    gint64 type_row; /* the first row that told the type */

    pthread_mutex_t lock; /* of all below */
    RowStatus *status;
    GArray *claims; /* of RowRange: rows that are just being written */
    gint64 n_ok, n_failed;
};

typedef struct {
    gint64 lo, hi;
} RowRange;

/* result-file.c */
gboolean result_file_set_type(ResultFile *file, const MamutoDtype *dtype, guint n_dims,
                              const gint64 *shape, GError **error);
gboolean result_file_widen(ResultFile *file, const MamutoDtype *dtype, RowStatus *status,
                           GError **error);
gboolean result_file_place(const ResultFile *file, gint64 row, gint64 n, const ResultBlock *block,
                           gint64 block_row, GError **error);
gboolean result_file_fill(const ResultFile *file, RowStatus *status, GError **error);

/* FALSE with an error if nothing can be put or finished any more. */
gboolean result_store_check_open(ResultStore *self, GError **error);

G_END_DECLS
