/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What the files of this room know of an array beyond its public face. */
#pragma once

#include <time.h>

#include "mamuto-array.h"

G_BEGIN_DECLS

struct _MamutoArray {
    GObject parent_instance;
    MamutoDtype dtype;
    guint n_dims;
    gint64 shape[MAMUTO_ARRAY_MAX_DIMS];
    gint64 strides[MAMUTO_ARRAY_MAX_DIMS]; /* in bytes */
    gint64 n_items;
    gint64 n_bytes;
    guint8 *data; /* of the element at index 0, 0, … */
    int fd;       /* -1: memory of the caller */
    guint64 offset;
    gboolean is_file;      /* may be cut short by others: read with pread() where that can be */
    struct timespec mtime; /* of the file when it was mapped */
    gpointer map;
    gsize map_size;
    GDestroyNotify destroy;
    gpointer destroy_data;
    GMutex lock; /* of hash */
    char *hash;
};

/* Checks a shape and counts it; refuses what overflows. */
gboolean array_count(const MamutoDtype *dtype, guint n_dims, const gint64 *shape, gint64 *n_items,
                     gint64 *n_bytes, GError **error);

gboolean array_is_fortran_contiguous(MamutoArray *self);

/* @n items from the @first on, in C order, in the array's own byte order. */
gboolean array_read_items(MamutoArray *self, gint64 first, gint64 n, gpointer dest, GError **error);

/* @n items of one column (its index among the elements of a row) from the row @lo on, in the
 * array's own byte order. */
gboolean array_read_column(MamutoArray *self, gint64 column, gint64 lo, gint64 n, gpointer dest,
                           GError **error);

/* As they lie in a contiguous array (C or Fortran order), from the byte @first on. */
gboolean array_read_bytes(MamutoArray *self, gint64 first, gsize size, gpointer dest,
                          GError **error);

/* The text of one element; @item points at its bytes, in @dtype's byte order. */
void array_append_element(GString *text, const MamutoDtype *dtype, gconstpointer item);

/* Text from a file for a message: quoted, short, printable. */
char *array_show_text(const char *text, gsize length);

/* Has the elements of an array in own memory lie with the first index changing fastest. */
void array_set_fortran_order(MamutoArray *self);

G_END_DECLS
