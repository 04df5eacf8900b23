/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Groups the results of rows so that the results of a group fit into one array: they have the same
 * shape and are all numbers, all text, or all bytes. Counts the rows of each group, finds the group
 * with the most rows, and computes the element type of each group. The largest group and the types
 * do not depend on the order in which results are added. Not thread-safe: the caller must lock. */
#pragma once

#include "mamuto-dtype.h"

G_BEGIN_DECLS

/* Maximum number of groups. Each needs about 100 bytes. */
#define RESULT_MAX_GROUPS 100000

typedef struct {
    guint number; /* index in the list of groups */
    gint64 n_rows;
    gint64 first_row; /* lowest row; G_MAXINT64: none */
    /* numpy's promotion depends on the order of the types: int8, uint8, float16 give int16 and then
     * float32, but int8, float16, uint8 give float16. Therefore integers and floats are promoted
     * separately, and the two types are promoted only at the end. A type without results has the
     * kind 0. */
    MamutoDtype exact;   /* of integers and booleans, or of texts */
    MamutoDtype inexact; /* of floats and complex numbers */
    char class;          /* 'n' number, 'U' text, 'S' bytes */
    guint n_dims;        /* dimensions of the result of one row */
    gint64 shape[];
} ResultGroup;

typedef struct _ResultGroups ResultGroups;

ResultGroups *result_groups_new(void);
void result_groups_free(ResultGroups *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ResultGroups, result_groups_free)

/* Returns (transfer none): the group for results of this type and shape. Adds the group if it does
 * not exist. Returns NULL with MAMUTO_ERROR_RESULT if there are too many groups. */
ResultGroup *result_groups_get(ResultGroups *self, const MamutoDtype *dtype, guint n_dims,
                               const gint64 *shape, GError **error);
ResultGroup *result_groups_index(ResultGroups *self, guint number);
/* Returns (nullable): the group with the most rows. If several groups have the same number of rows,
 * returns the group that contains the lowest row. */
ResultGroup *result_groups_find_largest(ResultGroups *self);

gboolean result_group_matches(const ResultGroup *self, const MamutoDtype *dtype, guint n_dims,
                              const gint64 *shape);
/* Returns whether the element type of the group already holds all values of @dtype. */
gboolean result_group_has_type(const ResultGroup *self, const MamutoDtype *dtype);
/* Promotes the element type of the group so that it holds all values of @dtype. Returns FALSE for a
 * text of more than G_MAXINT32 bytes. */
gboolean result_group_add_type(ResultGroup *self, const MamutoDtype *dtype);
/* Gets the element type of an array of all results of the group, in native byte order. */
void result_group_get_type(const ResultGroup *self, MamutoDtype *dtype);

char result_class_of(const MamutoDtype *dtype);
/* Returns (transfer full): why a row with a result of @class and @shape has failed, for example
 * "returned shape (3,), other rows shape (2,)", with the advice to write JSON lines. @other_class,
 * @other_shape: class and shape of the result of the run. */
char *result_describe_odd(char class, guint n_dims, const gint64 *shape, char other_class,
                          guint other_n_dims, const gint64 *other_shape);
/* Returns (transfer full): a shape in the notation of Python. */
char *result_shape_to_string(guint n_dims, const gint64 *shape);

G_END_DECLS
