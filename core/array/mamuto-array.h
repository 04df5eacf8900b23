/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * An n-dimensional array as numpy knows it: mapped from a file, in memory of its own, or over the
 * caller's memory. Mamuto maps functions over the first axis, its rows. */
#pragma once

#include <gio/gio.h>

#include "mamuto-dtype.h"

G_BEGIN_DECLS

/**
 * MAMUTO_ARRAY_MAX_DIMS:
 *
 * How many dimensions an array can have; as in numpy 1.x.
 */
#define MAMUTO_ARRAY_MAX_DIMS 32

#define MAMUTO_TYPE_ARRAY (mamuto_array_get_type())
G_DECLARE_FINAL_TYPE(MamutoArray, mamuto_array, MAMUTO, ARRAY, GObject)

/* Making: own zeroed memory (a memfd, so that a local agent can be handed a reference to it), or
 * over memory of the caller (strides in bytes; NULL: C order). */
MamutoArray *mamuto_array_new(const MamutoDtype *dtype, guint n_dims, const gint64 *shape,
                              GError **error);
MamutoArray *mamuto_array_new_for_memory(gpointer data, gsize size, const MamutoDtype *dtype,
                                         guint n_dims, const gint64 *shape, const gint64 *strides,
                                         GDestroyNotify destroy, gpointer destroy_data,
                                         GError **error);
/* Over @size bytes of an open file at @offset (the array takes the descriptor over, whatever
 * happens): what NPY files and finished results are. */
MamutoArray *mamuto_array_new_for_fd(int fd, guint64 offset, const MamutoDtype *dtype, guint n_dims,
                                     const gint64 *shape, gboolean fortran_order, GError **error);

/* Loading: by what the name says: "p.npy", "a.npz:name", "t.csv", "t.csv:x", "t.csv:x,y", "t.tsv".
 * Long (CSV); call it from a thread if that matters. */
MamutoArray *mamuto_array_load(const char *spec, GCancellable *cancellable, GError **error);
MamutoArray *mamuto_array_load_with_progress(const char *spec, GFileProgressCallback progress,
                                             gpointer progress_data, GCancellable *cancellable,
                                             GError **error);
MamutoArray *mamuto_array_load_npy(const char *path, GError **error);
MamutoArray *mamuto_array_load_npz(const char *path, const char *name, GCancellable *cancellable,
                                   GError **error);
char **mamuto_array_list_npz(const char *path, GError **error);

/* Saving: through a temporary file in the same folder, fsync, rename. */
gboolean mamuto_array_save(MamutoArray *self, const char *path, GError **error);
gboolean mamuto_array_save_npy(MamutoArray *self, const char *path, GError **error);
gboolean mamuto_array_save_csv(MamutoArray *self, const char *path, GError **error);

void mamuto_array_get_dtype(MamutoArray *self, MamutoDtype *dtype);
guint mamuto_array_get_n_dims(MamutoArray *self);
const gint64 *mamuto_array_get_shape(MamutoArray *self, guint *n_dims);
const gint64 *mamuto_array_get_strides(MamutoArray *self, guint *n_dims);
gpointer mamuto_array_get_data(MamutoArray *self);
gint64 mamuto_array_get_n_rows(MamutoArray *self);
gsize mamuto_array_get_row_size(MamutoArray *self);
gboolean mamuto_array_is_c_contiguous(MamutoArray *self);

/* The open file that the array lies in, if any (-1 if none); stays the array's. */
int mamuto_array_get_fd(MamutoArray *self, guint64 *offset);

/* Rows [lo, hi) in C order, in the array's own byte order, into (hi - lo) * row_size bytes. Reads a
 * file with pread(): a file that was cut short meanwhile is an error, not a SIGBUS. Any thread. */
gboolean mamuto_array_read_rows(MamutoArray *self, gint64 lo, gint64 hi, gpointer dest,
                                GError **error);

/* FALSE if the file was written to since it was mapped. Any thread. */
gboolean mamuto_array_check_unchanged(MamutoArray *self, GError **error);

/* SHA-256 (64 hex digits) of dtype, shape and the C-order bytes; remembered. Any thread. */
const char *mamuto_array_hash(MamutoArray *self, GCancellable *cancellable, GError **error);

/* One element as text that reads back the same, independent of the locale; (transfer full). */
char *mamuto_array_format_element(MamutoArray *self, const gint64 *index);

G_END_DECLS
