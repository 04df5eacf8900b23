/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * An n-dimensional array like numpy's. The elements are in a mapped file, in new memory, or in
 * memory of the caller. A row is the part of the array with the same index along the first
 * dimension. Mamuto calls the user's function once per row. */
#pragma once

#include <gio/gio.h>

#include "mamuto-dtype.h"
#include "mamuto-table.h"

G_BEGIN_DECLS

/**
 * MAMUTO_ARRAY_MAX_DIMS:
 *
 * Largest number of dimensions, as in numpy 1.x.
 */
#define MAMUTO_ARRAY_MAX_DIMS 32

#define MAMUTO_TYPE_ARRAY (mamuto_array_get_type())
G_DECLARE_FINAL_TYPE(MamutoArray, mamuto_array, MAMUTO, ARRAY, GObject)

MamutoArray *mamuto_array_new(const MamutoDtype *dtype, guint n_dims, const gint64 *shape,
                              GError **error);
MamutoArray *mamuto_array_new_for_memory(gpointer data, gsize size, const MamutoDtype *dtype,
                                         guint n_dims, const gint64 *shape, const gint64 *strides,
                                         GDestroyNotify destroy, gpointer destroy_data,
                                         GError **error);
MamutoArray *mamuto_array_new_for_fd(int fd, guint64 offset, const MamutoDtype *dtype, guint n_dims,
                                     const gint64 *shape, gboolean fortran_order, GError **error);

MamutoArray *mamuto_array_new_range(double from, double to, gint64 count, GError **error);
MamutoArray *mamuto_array_new_geometric_range(double from, double to, gint64 count, GError **error);
MamutoArray *mamuto_array_new_integer_range(gint64 first, gint64 last, GError **error);

MamutoArray *mamuto_array_load(const char *spec, GCancellable *cancellable, GError **error);
MamutoArray *mamuto_array_load_with_progress(const char *spec, GFileProgressCallback progress,
                                             gpointer progress_data, GCancellable *cancellable,
                                             GError **error);
MamutoArray *mamuto_array_load_npy(const char *path, GError **error);
MamutoArray *mamuto_array_load_npz(const char *path, const char *name, GCancellable *cancellable,
                                   GError **error);
char *mamuto_array_split_spec(const char *spec, char **part, char **options);
MamutoArray *mamuto_array_load_jsonl(const char *path, const char *key,
                                     GFileProgressCallback progress, gpointer progress_data,
                                     GCancellable *cancellable, GError **error);
char **mamuto_array_list_npz(const char *path, GError **error);

gboolean mamuto_array_save(MamutoArray *self, const char *path, GError **error);
gboolean mamuto_array_save_npy(MamutoArray *self, const char *path, GError **error);
gboolean mamuto_array_save_csv(MamutoArray *self, const char *path, GError **error);
gboolean mamuto_array_save_jsonl(MamutoArray *self, const char *path, GError **error);

void mamuto_array_get_dtype(MamutoArray *self, MamutoDtype *dtype);
guint mamuto_array_get_n_dims(MamutoArray *self);
const gint64 *mamuto_array_get_shape(MamutoArray *self, guint *n_dims);
const gint64 *mamuto_array_get_strides(MamutoArray *self, guint *n_dims);
gpointer mamuto_array_get_data(MamutoArray *self);
const MamutoTable *mamuto_array_get_table(MamutoArray *self);
gint64 mamuto_array_get_n_rows(MamutoArray *self);
gsize mamuto_array_get_row_size(MamutoArray *self);
guint64 mamuto_array_get_n_bytes(MamutoArray *self);
gboolean mamuto_array_is_c_contiguous(MamutoArray *self);
gboolean mamuto_array_is_json(MamutoArray *self);
gboolean mamuto_array_is_text(MamutoArray *self);
const char *mamuto_array_get_key(MamutoArray *self);
char **mamuto_array_list_keys(MamutoArray *self, gboolean *complete);

int mamuto_array_get_fd(MamutoArray *self, guint64 *offset);

gboolean mamuto_array_read_rows(MamutoArray *self, gint64 lo, gint64 hi, gpointer dest,
                                GError **error);

gboolean mamuto_array_check_unchanged(MamutoArray *self, GError **error);
gboolean mamuto_array_check_content(MamutoArray *self, gboolean wait, GCancellable *cancellable,
                                    GError **error);

gboolean mamuto_array_has_hash(MamutoArray *self);
const char *mamuto_array_hash(MamutoArray *self, GCancellable *cancellable, GError **error);

char *mamuto_array_format_element(MamutoArray *self, const gint64 *index);
char *mamuto_array_read_json(MamutoArray *self, gint64 row, GError **error);
char *mamuto_array_read_text(MamutoArray *self, gint64 row, GError **error);

G_END_DECLS
