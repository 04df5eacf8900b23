/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The structures of the result store and its file.
 *
 * result-store.c    stored rows, blocks, types, locking
 * result-file.c     reading and writing the file
 * result-finish.c   finishing: header, mask, file name */
#pragma once

#include <pthread.h>

#include "output-file.h"
#include "result-store.h"

G_BEGIN_DECLS

/* Size of the buffer for converting, copying and filling rows, in bytes. */
#define RESULT_PIECE_SIZE (256 * 1024)

#define RESULT_FLOAT64                                                                             \
    {                                                                                              \
        'f', G_BYTE_ORDER == G_LITTLE_ENDIAN ? '<' : '>', 8                                        \
    }

typedef struct {
    int fd;           /* file descriptor; the store closes it */
    const char *name; /* name of the file in error messages */
    gboolean on_disk; /* FALSE: the file is in memory (memfd_create()) */
    gint64 n_rows;
    MamutoDtype dtype;                       /* dtype.kind is 0 until the first row is stored */
    guint n_dims;                            /* number of dimensions of a row */
    gint64 shape[MAMUTO_ARRAY_MAX_DIMS + 1]; /* the first dimension is the number of rows */
    gsize row_items;
    gsize reserved;   /* space for the header in bytes */
    gboolean damaged; /* TRUE: a conversion to a wider type failed halfway; the rows are lost */
} ResultFile;

struct _ResultStore {
    ResultFile file;
    OutputFile *output; /* NULL: the results are stored in memory */
    char *path;         /* (nullable) */
    char *name;
    gboolean finished;

    /* Locked for writing while the type changes or the store is finished. Locked for reading while
     * rows are written and marked as stored. If the type changed between the writing and the
     * marking, the rows would not be converted, because only marked rows are converted. */
    pthread_rwlock_t type_lock;
    gint64 type_row; /* first stored row; its result determined the type */

    pthread_mutex_t lock; /* protects the fields below */
    RowStatus *status;
    GArray *claims; /* elements are RowRange: rows that a thread is writing */
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

/* Returns FALSE with an error if the store is finished or damaged. */
gboolean result_store_check_open(ResultStore *self, GError **error);

G_END_DECLS
