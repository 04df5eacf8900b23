/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Lists the members of an NPZ file, with the types and shapes of its arrays. */
#pragma once

#include <glib-object.h>

#include "mamuto-dtype.h"

G_BEGIN_DECLS

#define MAMUTO_TYPE_NPZ_MEMBER (mamuto_npz_member_get_type())
/**
 * MamutoNpzMember:
 * @name: the name by which mamuto_array_load_npz() finds the member
 * @size: size of the uncompressed member in bytes
 * @compressed: whether the member is compressed
 * @problem: (nullable): why the member cannot be loaded, for example because it is not an array;
 *   %NULL if its type and shape are known
 * @dtype: the type of the elements; only set if @problem is %NULL
 * @n_dims: number of dimensions
 * @shape: (array length=n_dims): length of each dimension
 *
 * A member of an NPZ file.
 */
typedef struct {
    char *name;
    guint64 size;
    gboolean compressed;
    char *problem;
    MamutoDtype dtype;
    guint n_dims;
    gint64 *shape;
} MamutoNpzMember;
GType mamuto_npz_member_get_type(void);
MamutoNpzMember *mamuto_npz_member_copy(const MamutoNpzMember *self);
void mamuto_npz_member_free(MamutoNpzMember *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MamutoNpzMember, mamuto_npz_member_free)

GPtrArray *mamuto_npz_list_members(const char *path, GError **error);

G_END_DECLS
