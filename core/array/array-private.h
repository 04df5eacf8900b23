/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Internal structure and functions of MamutoArray. */
#pragma once

#include <time.h>

#include "content-check.h"
#include "mamuto-array.h"

G_BEGIN_DECLS

/* How the elements of an array are computed; see array-computed.c. */
typedef struct _ArrayFormula ArrayFormula;

struct _MamutoArray {
    GObject parent_instance;
    MamutoDtype dtype;
    guint n_dims;
    gint64 shape[MAMUTO_ARRAY_MAX_DIMS];
    gint64 strides[MAMUTO_ARRAY_MAX_DIMS]; /* in bytes */
    gint64 n_items;
    gint64 n_bytes;
    ArrayFormula *formula; /* (nullable): computes the elements; NULL: they are stored at `data` */
    MamutoArray *base; /* (nullable): the rows are copied from this array, see array_new_tiled() */
    gint64 repeats;
    guint8 *data; /* address of the first element, whose indices are all 0 */
    int fd;       /* -1: the elements are in memory of the caller */
    guint64 offset;
    gboolean is_file; /* TRUE: elements are in a mapped file, which another program may truncate */
    struct timespec mtime; /* modification time of the file when it was mapped */
    ContentCheck *check;   /* NULL: nothing of the file's content has still to be verified */
    gpointer map;
    gsize map_size;
    GDestroyNotify destroy;
    gpointer destroy_data;
    GMutex lock; /* protects `hash` and `index` */
    char *hash;
    MamutoTable *table;  /* (nullable): how the text table with the elements was understood */
    guint64 *index;      /* (nullable): positions of the rows of JSON values, see array-lines.h */
    char *key;           /* (nullable): see mamuto_array_get_key() */
    char *lines_path;    /* (nullable): see array_lines_find_line() */
    GArray *blank_lines; /* (nullable): elements: BlankLines, in order */
    /* At most one of these is TRUE: all JSON values are strings, or all are objects with bytes, or
     * null in rows without a value; see array_lines_set_kind() */
    gboolean is_text, is_bytes;
};

/* Checks @shape and computes the number of elements and of bytes. Fails if a length is negative or
 * if the number of bytes overflows. */
gboolean array_count(const MamutoDtype *dtype, guint n_dims, const gint64 *shape, gint64 *n_items,
                     gint64 *n_bytes, GError **error);

/* Creates an array in C order without elements. The caller sets the fields that contain them. */
MamutoArray *array_new_unbacked(const MamutoDtype *dtype, guint n_dims, const gint64 *shape,
                                GError **error);

/* Computes @n elements from number @first on. Can be called from any thread. */
void array_formula_compute(const ArrayFormula *self, gint64 first, gint64 n, gpointer dest);

/* Creates an array of @n_rows rows for one argument of a grid. Row i is row (i / @repeats) % n of
 * @base, which has n rows. */
MamutoArray *array_new_tiled(MamutoArray *base, gint64 repeats, gint64 n_rows, GError **error);
/* Copies elements of such an array, see array_read_items(). */
gboolean array_read_tiled(MamutoArray *self, gint64 first, gint64 n, guint8 *dest, GError **error);

gboolean array_is_fortran_contiguous(MamutoArray *self);
/* Returns whether the first index changes fastest in memory, and not also the last one. */
gboolean array_is_stored_in_fortran_order(MamutoArray *self);

/* Copies @n elements to @dest without changing their byte order. The elements are numbered in C
 * order, and the first copied element is number @first. */
gboolean array_read_items(MamutoArray *self, gint64 first, gint64 n, gpointer dest, GError **error);

/* Copies @n elements of one column to @dest, from row @lo on, without changing their byte order.
 * @column: index of the element within a row. */
gboolean array_read_column(MamutoArray *self, gint64 column, gint64 lo, gint64 n, gpointer dest,
                           GError **error);

/* Copies @size bytes of the elements to @dest, starting at byte @first. The array must be
 * contiguous, in C or Fortran order, and must not be a range. */
gboolean array_read_bytes(MamutoArray *self, gint64 first, gsize size, gpointer dest,
                          GError **error);

/* Formats one element and appends the text to @text. @item: the bytes of the element, in the byte
 * order of @dtype. */
void array_append_element(GString *text, const MamutoDtype *dtype, gconstpointer item);

/* Shortens, quotes and escapes a text from a file, so that an error message can show it. Returns
 * the new text (transfer full). */
char *array_show_text(const char *text, gsize length);

/* Computes the strides of a contiguous array of the type and shape of @self. @strides: space for
 * one stride per dimension, in bytes. */
void array_fill_strides(MamutoArray *self, gboolean fortran_order, gint64 *strides);

/* Sets the strides of a new array to Fortran order. Existing elements are not moved. */
void array_set_fortran_order(MamutoArray *self);

G_END_DECLS
