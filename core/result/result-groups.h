/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Groups the results of rows by what fits into one array: results of one shape that are all
 * numbers, all text, or all bytes. Counts the rows of each group, and finds the group of most rows
 * and the element type of each group. Neither depends on the order in which results are added. Not
 * thread-safe: the caller must lock. */
#pragma once

#include "mamuto-dtype.h"

G_BEGIN_DECLS

/* Maximum number of groups. Each needs about 100 bytes. */
#define RESULT_MAX_GROUPS 100000

typedef struct {
    guint number; /* index in the list of groups */
    gint64 n_rows;
    gint64 first_row; /* lowest row; G_MAXINT64: none */
    /* The promotion of types is not associative: int8 and uint8 give int16, which needs float32
     * with float16, but each alone fits float16. Therefore integers and floats are promoted
     * separately, so that the order does not matter. kind is 0 if there is none. */
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

/* Returns (transfer none) the group of results of this type and shape; adds it if necessary.
 * Returns NULL with MAMUTO_ERROR_RESULT if there are too many groups. */
ResultGroup *result_groups_get(ResultGroups *self, const MamutoDtype *dtype, guint n_dims,
                               const gint64 *shape, GError **error);
ResultGroup *result_groups_index(ResultGroups *self, guint number);
/* Returns (nullable): the group of most rows, and of equal ones that with the lowest row. */
ResultGroup *result_groups_find_largest(ResultGroups *self);

gboolean result_group_matches(const ResultGroup *self, const MamutoDtype *dtype, guint n_dims,
                              const gint64 *shape);
/* Returns whether adding the type would change nothing. */
gboolean result_group_has_type(const ResultGroup *self, const MamutoDtype *dtype);
/* Adds a type. Returns FALSE if two texts have no common type, because it would be too wide. */
gboolean result_group_add_type(ResultGroup *self, const MamutoDtype *dtype);
/* Gets the element type of an array of all results of the group, in native byte order. */
void result_group_get_type(const ResultGroup *self, MamutoDtype *dtype);

char result_class_of(const MamutoDtype *dtype);
/* Returns (transfer full) why a result of @class and @shape is a failure if the others have the
 * class and shape of @other, such as "returned shape (3,), other rows shape (2,)". */
char *result_describe_odd(char class, guint n_dims, const gint64 *shape, char other_class,
                          guint other_n_dims, const gint64 *other_shape);
/* Returns (transfer full) a shape in the notation of Python. */
char *result_shape_to_string(guint n_dims, const gint64 *shape);

G_END_DECLS
