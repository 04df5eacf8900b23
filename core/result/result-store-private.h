/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The structures of the result store and its file.
 *
 * result-store.c    creating and freeing, counts
 * result-put.c      storing blocks, types, locking
 * result-block.c    validation of blocks
 * result-groups.c   rows of one shape and kind
 * result-lines.c    results that are JSON values
 * result-texts.c    texts and bytes of any width
 * result-aside.c    the file of the rows whose shape or kind is not the usual one
 * result-settle.c   decides which shape and kind is the usual one
 * result-file.c     reading and writing the file
 * result-finish.c   finishing: header, mask, file name */
#pragma once

#include <pthread.h>

#include "output-file.h"
#include "result-groups.h"
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
    MamutoDtype dtype; /* dtype.kind is 0 until the first row is stored */
    guint n_dims;      /* number of dimensions of a row */
    guint n_axes;      /* number of dimensions before those of a row: 1, or more for a grid */
    gint64
        shape[2 * MAMUTO_ARRAY_MAX_DIMS]; /* the `n_axes` dimensions of rows, then those of a row */
    gsize row_items;
    gsize reserved;   /* space for the header in bytes */
    gboolean damaged; /* TRUE: a conversion to a wider type failed halfway; the rows are lost */
} ResultFile;

typedef struct {
    gint64 lo, hi;
} RowRange;

/* Rows of one group in the file of rows set aside. If `listed`, the segment in the file begins with
 * the row numbers (gint64). The results follow. */
typedef struct {
    gint64 row, n;  /* the first row, and the number of rows */
    guint64 offset; /* position of the segment in the file, in bytes */
    MamutoDtype dtype;
    guint group, host;
    gboolean listed; /* FALSE: the rows are consecutive */
} AsideSegment;

/* Lines of consecutive rows in the file of results that are JSON. */
typedef struct {
    gint64 row, n;        /* the first row, and the number of rows */
    guint64 offset, size; /* position and size of the lines in the file, in bytes */
} LineSegment;

/* Rows of the result that a host computed. */
typedef struct {
    gint64 lo, hi;
    guint host;
} RowOwner;

/* Maximum number of elements in ResultStore.owners. For further rows the host is unknown. */
#define RESULT_MAX_OWNERS 65536

struct _ResultStore {
    ResultFile file;
    OutputFile *output; /* NULL: the results are stored in memory */
    char *path;         /* (nullable) */
    char *name;
    gboolean finished;
    gboolean sets_aside; /* TRUE: rows of other shapes are set aside, FALSE: they are refused */

    /* Locked for writing while the type changes or the store is finished. Locked for reading while
     * rows are written and marked as stored. If the type changed between the writing and the
     * marking, the rows would not be converted, because only marked rows are converted. */
    pthread_rwlock_t type_lock;
    gint64 type_row; /* first stored row; its result determined the type */
    /* (nullable): the group of the rows in the file. The types of this group are also guarded by
     * `type_lock`, those of the other groups by `lock`. */
    ResultGroup *main;

    pthread_mutex_t lock; /* protects the fields below */
    RowStatus *status;
    GArray *claims; /* elements are RowRange: rows that a thread is writing */
    gint64 n_ok, n_failed;
    gint64 n_aside; /* rows set aside, which also count as failed */
    ResultGroups *groups;
    GArray *owners;   /* elements are RowOwner: the hosts of the rows in the file */
    GArray *segments; /* elements are AsideSegment */
    ResultFile aside; /* the file of the rows set aside; fd is -1 as long as there are none */
    guint64 aside_end;
    gboolean is_json; /* the results are JSON values of any kind */
    /* (nullable): elements are LineSegment. NULL: the results form an array. The pointer is guarded
     * by `type_lock`: an array of text becomes lines when a text is too long for it; so does an
     * array of bytes. The elements are also guarded by `type_lock` while it is held for writing. */
    GArray *lines;
    guint64 lines_end;   /* end of the last line in the file, in bytes */
    gboolean keeps_main; /* TRUE: an early change of `main` failed, so `main` changes only at the
                            end */
};

/* result-file.c */
gboolean result_file_set_type(ResultFile *file, const MamutoDtype *dtype, guint n_dims,
                              const gint64 *shape, GError **error);
gboolean result_file_widen(ResultFile *file, const MamutoDtype *dtype, RowStatus *status,
                           GError **error);
gboolean result_file_place(const ResultFile *file, gint64 row, gint64 n, const ResultBlock *block,
                           const MamutoDtype *dtype, guint64 from, GError **error);
gboolean result_file_read(int fd, guint64 offset, gpointer dest, gsize size, GError **error);
gboolean result_file_copy(const ResultFile *file, guint64 offset, const ResultBlock *block,
                          guint64 from, gsize size, GError **error);
guint64 result_file_offset(const ResultFile *file, gint64 row);
gboolean result_file_fill(const ResultFile *file, RowStatus *status, GError **error);

/* result-block.c */
/* Whether row number @i of the block has failed. */
gboolean result_block_row_failed(const ResultBlock *block, gint64 i);
/* Whether row number @i of the block has failed, and another host will compute it. */
gboolean result_block_is_tried_again(const ResultBlock *block, gint64 i);
/* Returns the number of rows in the block that have not failed and are not in a part, or -1 with an
 * error if the block is inconsistent. @n_rows: number of rows of the store. The offsets and bytes
 * of JSON text are not checked, but that there are enough bytes for the offsets. */
gint64 result_block_check(const ResultBlock *block, gint64 n_rows, GError **error);
/* Returns (transfer full) the numbers of the rows that have not failed and are not in a part. */
gint64 *result_block_list_rows(const ResultBlock *block, gint64 n_ok);

/* result-aside.c */

/* Writes @size bytes of the data of @block, from the byte @from on, to the file of rows set aside.
 * The bytes are the results of segment->n rows: @rows, or consecutive rows from segment->row if
 * @rows is NULL. Sets segment->offset and segment->listed. The caller adds @segment to the list of
 * segments. */
gboolean result_aside_write(ResultStore *self, AsideSegment *segment, const gint64 *rows,
                            const ResultBlock *block, guint64 from, gsize size, GError **error);
/* Returns (transfer full) the rows of a segment as ranges (element-type RowRange). */
GArray *result_aside_read_rows(ResultStore *self, const AsideSegment *segment, GError **error);
/* Releases the disk space of a segment. */
void result_aside_punch(ResultStore *self, const AsideSegment *segment);

/* result-settle.c */

/* Makes @group the group of the rows in the file, unless another thread has changed the group
 * meanwhile. Sets the rows in the file aside. @keep: whether to keep the results of these rows.
 * Call without locks. */
gboolean result_store_change_main(ResultStore *self, ResultGroup *group, gboolean keep,
                                  GError **error);

/* result-lines.c */

/* Appends the lines of a block to the file, and adds their segments to @segments. Returns FALSE
 * with MAMUTO_ERROR_PROTOCOL if a result is not JSON, or another error if the file cannot be
 * written. The caller holds the type lock for reading. */
gboolean result_lines_write(ResultStore *self, const ResultBlock *block, gint64 n_ok,
                            GArray *segments, GError **error);
/* Returns (transfer full) (nullable): the offsets of the results in their bytes, n_ok + 1 numbers
 * that were checked. */
guint64 *result_lines_read_offsets(const ResultBlock *block, gint64 n_ok, GError **error);
/* Puts all lines of the file in the order of their rows, and returns (transfer full) the file as an
 * array. */
MamutoArray *result_lines_complete(ResultStore *self, GError **error);

/* result-texts.c */

/* The rows of a block of variable rows: texts as JSON strings, or bytes. */
typedef struct {
    char kind; /* 'U': texts, 'S': bytes */
    guint64 *offsets;
    const char *rows;
    char *copy; /* (nullable): memory of `rows` */
    gint64 n;
    gsize longest; /* characters or bytes */
} ResultTexts;

static inline gsize
result_texts_get_size(const ResultTexts *self, gint64 i)
{
    return (gsize)(self->offsets[i + 1] - self->offsets[i]);
}

/* Reads and checks the @n results of a block. Fails with MAMUTO_ERROR_PROTOCOL if one of them is
 * not a text in JSON, or ends in a NUL character. @self: all fields are 0. */
gboolean result_texts_read(ResultTexts *self, const ResultBlock *block, gint64 n, GError **error);
void result_texts_clear(ResultTexts *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ResultTexts, result_texts_clear)
MamutoDtype result_texts_get_dtype(const ResultTexts *self);
/* Returns whether results of this type and number of dimensions are stored as lines, because an
 * array of them would be too large. */
gboolean result_texts_need_lines(const ResultStore *self, const MamutoDtype *dtype, guint n_dims);
/* Makes the file a file of lines. @kind: of the results, 'U' or 'S'. @move: whether to keep the
 * stored rows, which are an array of this kind. Call with the type lock held for writing. */
gboolean result_texts_begin_lines(ResultStore *self, char kind, gboolean move, GError **error);
/* Stores @n texts, from number @first on, in the rows from @row on. The caller holds the type lock.
 * @lines: (nullable): as for result_store_place(). */
gboolean result_texts_place(ResultStore *self, const ResultTexts *texts, gint64 first, gint64 n,
                            gint64 row, GArray *lines, GError **error);
/* Sets the texts of a block aside. Each becomes a segment of its own in @segments, because a
 * segment of many of them would have the width of the longest. */
gboolean result_texts_set_aside(ResultStore *self, const ResultTexts *texts,
                                const ResultBlock *block, GArray *segments, GError **error);
/* Stores @n results like result_file_place(), also if the file consists of lines. @lines:
 * (nullable): NULL if the file is an array; otherwise receives the segments of the lines. The
 * segments of a block are listed in ResultStore.lines only when the whole block was written,
 * because the rows of a block that fails are computed again. */
gboolean result_store_place(ResultStore *self, gint64 row, gint64 n, const ResultBlock *block,
                            const MamutoDtype *dtype, guint64 from, GArray *lines, GError **error);

/* result-put.c */
void result_store_add_owner(ResultStore *self, gint64 lo, gint64 hi, guint host);

/* result-store.c */

/* Returns FALSE with an error if the store is finished or damaged. */
gboolean result_store_check_open(ResultStore *self, GError **error);
/* Returns FALSE with an error if rows of @dtype make a large file that consists mainly of padding.
 * @row is named in the error. */
gboolean result_store_check_text_width(ResultStore *self, const MamutoDtype *dtype, guint n_dims,
                                       const gint64 *shape, gint64 row, GError **error);

G_END_DECLS
