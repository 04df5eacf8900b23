/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Groups the results of rows by shape and kind. */
#include "result-groups.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "mamuto-error.h"

struct _ResultGroups {
    GPtrArray *all;        /* elements are ResultGroup */
    GHashTable *by_result; /* set of the same elements, by class and shape */
};

static guint
hash_group(gconstpointer key)
{
    const ResultGroup *group = key;
    guint hash = (guint)group->class;

    for (guint i = 0; i < group->n_dims; i++)
        hash = hash * 31 + g_int64_hash(&group->shape[i]);
    return hash;
}

static gboolean
is_alike(char class, guint n_dims, const gint64 *shape, const ResultGroup *group)
{
    return group->class == class && group->n_dims == n_dims &&
           (n_dims == 0 || memcmp(group->shape, shape, n_dims * sizeof *shape) == 0);
}

static gboolean
groups_equal(gconstpointer a, gconstpointer b)
{
    const ResultGroup *group = a;

    return is_alike(group->class, group->n_dims, group->shape, b);
}

ResultGroups *
result_groups_new(void)
{
    ResultGroups *self = g_new0(ResultGroups, 1);

    self->all = g_ptr_array_new_with_free_func(g_free);
    self->by_result = g_hash_table_new(hash_group, groups_equal);
    return self;
}

void
result_groups_free(ResultGroups *self)
{
    g_hash_table_unref(self->by_result);
    g_ptr_array_unref(self->all);
    g_free(self);
}

char
result_class_of(const MamutoDtype *dtype)
{
    return dtype->kind == 'S' || dtype->kind == 'U' ? dtype->kind : 'n';
}

ResultGroup *
result_groups_get(ResultGroups *self, const MamutoDtype *dtype, guint n_dims, const gint64 *shape,
                  GError **error)
{
    g_autofree ResultGroup *key = g_malloc0(sizeof(ResultGroup) + n_dims * sizeof *shape);
    ResultGroup *found;

    key->class = result_class_of(dtype);
    key->n_dims = n_dims;
    key->first_row = G_MAXINT64;
    if (n_dims > 0)
        memcpy(key->shape, shape, n_dims * sizeof *shape);
    found = g_hash_table_lookup(self->by_result, key);
    if (found != NULL)
        return found;
    if (self->all->len == RESULT_MAX_GROUPS) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_RESULT,
                    _("the rows give results of more than %'d different shapes: let the function "
                      "return one shape"),
                    RESULT_MAX_GROUPS);
        return NULL;
    }
    key->number = self->all->len;
    found = g_steal_pointer(&key);
    g_ptr_array_add(self->all, found);
    g_hash_table_add(self->by_result, found);
    return found;
}

ResultGroup *
result_groups_index(ResultGroups *self, guint number)
{
    return g_ptr_array_index(self->all, number);
}

ResultGroup *
result_groups_find_largest(ResultGroups *self)
{
    ResultGroup *largest = NULL;

    for (guint i = 0; i < self->all->len; i++) {
        ResultGroup *group = g_ptr_array_index(self->all, i);

        if (group->n_rows > 0 &&
            (largest == NULL || group->n_rows > largest->n_rows ||
             (group->n_rows == largest->n_rows && group->first_row < largest->first_row)))
            largest = group;
    }
    return largest;
}

gboolean
result_group_matches(const ResultGroup *self, const MamutoDtype *dtype, guint n_dims,
                     const gint64 *shape)
{
    return is_alike(result_class_of(dtype), n_dims, shape, self);
}

static MamutoDtype *
slot_of(ResultGroup *self, const MamutoDtype *dtype)
{
    return dtype->kind == 'f' || dtype->kind == 'c' ? &self->inexact : &self->exact;
}

gboolean
result_group_has_type(const ResultGroup *self, const MamutoDtype *dtype)
{
    const MamutoDtype *slot = slot_of((ResultGroup *)self, dtype);
    MamutoDtype both;

    return slot->kind != 0 &&
           (mamuto_dtype_equal(slot, dtype) ||
            (mamuto_dtype_promote(slot, dtype, &both) && mamuto_dtype_equal(&both, slot)));
}

gboolean
result_group_add_type(ResultGroup *self, const MamutoDtype *dtype)
{
    MamutoDtype *slot = slot_of(self, dtype);

    /* The promotion of a type with itself changes only its byte order, to the order of this
     * computer. */
    return mamuto_dtype_promote(slot->kind != 0 ? slot : dtype, dtype, slot);
}

void
result_group_get_type(const ResultGroup *self, MamutoDtype *dtype)
{
    if (self->exact.kind == 0)
        *dtype = self->inexact;
    else if (self->inexact.kind == 0)
        *dtype = self->exact;
    else
        mamuto_dtype_promote(&self->exact, &self->inexact, dtype);
}

char *
result_shape_to_string(guint n_dims, const gint64 *shape)
{
    GString *text = g_string_new("(");

    for (guint i = 0; i < n_dims; i++)
        g_string_append_printf(text, "%s%" G_GINT64_FORMAT "%s", i ? ", " : "", shape[i],
                               n_dims == 1 ? "," : "");
    g_string_append_c(text, ')');
    return g_string_free(text, FALSE);
}

static const char *
name_class(char class)
{
    /* Translators: as in "row 5: returned a string, other rows a number" */
    return class == 'U' ? _("a string") : class == 'S' ? _("bytes") : _("a number");
}

char *
result_describe_odd(char class, guint n_dims, const gint64 *shape, char other_class,
                    guint other_n_dims, const gint64 *other_shape)
{
    g_autofree char *here = result_shape_to_string(n_dims, shape);
    g_autofree char *there = result_shape_to_string(other_n_dims, other_shape);

    if (strcmp(here, there) != 0)
        return g_strdup_printf(_("returned shape %s, other rows shape %s"), here, there);
    return g_strdup_printf(_("returned %s, other rows %s"), name_class(class),
                           name_class(other_class));
}
