/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See mamuto-failure-item.h. */
#include "mamuto-failure-item.h"

struct _MamutoFailureItem {
    GObject parent_instance;
    char *cause;
    MamutoAdvice advice;
    char *kind;       /* NULL if this item is a failed row */
    GListStore *rows; /* NULL if this item is a failed row */
    gint64 n_rows;
    MamutoRowFailure *failure; /* NULL if this item is a cause of failures */
};

enum { PROP_N_ROWS = 1, PROP_CAUSE, N_PROPS };

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE(MamutoFailureItem, mamuto_failure_item, G_TYPE_OBJECT)

static void
mamuto_failure_item_get_property(GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
    if (id == PROP_N_ROWS)
        g_value_set_int64(value, MAMUTO_FAILURE_ITEM(object)->n_rows);
    else if (id == PROP_CAUSE)
        g_value_set_string(value, MAMUTO_FAILURE_ITEM(object)->cause);
    else
        G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
}

static void
mamuto_failure_item_finalize(GObject *object)
{
    MamutoFailureItem *self = MAMUTO_FAILURE_ITEM(object);

    g_free(self->cause);
    g_free(self->kind);
    g_clear_object(&self->rows);
    g_clear_pointer(&self->failure, mamuto_row_failure_free);
    G_OBJECT_CLASS(mamuto_failure_item_parent_class)->finalize(object);
}

static void
mamuto_failure_item_class_init(MamutoFailureItemClass *klass)
{
    GObjectClass *object_class = G_OBJECT_CLASS(klass);

    object_class->get_property = mamuto_failure_item_get_property;
    object_class->finalize = mamuto_failure_item_finalize;
    props[PROP_N_ROWS] = g_param_spec_int64("n-rows", NULL, NULL, 0, G_MAXINT64, 0,
                                            G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
    props[PROP_CAUSE] =
        g_param_spec_string("cause", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
    g_object_class_install_properties(object_class, N_PROPS, props);
}

static void
mamuto_failure_item_init(MamutoFailureItem *self)
{
}

static void
set_n_rows(MamutoFailureItem *self, gint64 n)
{
    if (self->n_rows == n)
        return;
    self->n_rows = n;
    g_object_notify_by_pspec(G_OBJECT(self), props[PROP_N_ROWS]);
}

GListStore *
mamuto_failure_item_new_list(void)
{
    GListStore *causes = g_list_store_new(MAMUTO_TYPE_FAILURE_ITEM);

    g_object_set_data_full(G_OBJECT(causes), "by-kind", g_hash_table_new(g_str_hash, g_str_equal),
                           (GDestroyNotify)g_hash_table_unref);
    return causes;
}

static MamutoFailureItem *
ensure_cause(GListStore *causes, const char *cause, const char *kind, MamutoAdvice advice)
{
    GHashTable *by_kind = g_object_get_data(G_OBJECT(causes), "by-kind");
    MamutoFailureItem *found = g_hash_table_lookup(by_kind, kind);
    g_autoptr(MamutoFailureItem) item = NULL;

    if (found)
        return found;
    item = g_object_new(MAMUTO_TYPE_FAILURE_ITEM, NULL);
    item->cause = g_strdup(cause);
    item->kind = g_strdup(kind);
    item->advice = advice;
    item->rows = g_list_store_new(MAMUTO_TYPE_FAILURE_ITEM);
    g_hash_table_insert(by_kind, item->kind, item);
    g_list_store_append(causes, item);
    return item; /* the item stays valid, because the list @causes holds a reference to it */
}

static int
compare_rows(gconstpointer a, gconstpointer b, gpointer data)
{
    gint64 x = ((const MamutoFailureItem *)a)->failure->row;
    gint64 y = ((const MamutoFailureItem *)b)->failure->row;

    return x < y ? -1 : x > y;
}

void
mamuto_failure_item_add(GListStore *causes, const MamutoRowFailure *failure)
{
    g_autofree char *kind = mamuto_failure_kind(failure->cause);
    MamutoFailureItem *cause = ensure_cause(causes, failure->cause, kind, failure->advice);
    g_autoptr(MamutoFailureItem) row = g_object_new(MAMUTO_TYPE_FAILURE_ITEM, NULL);

    row->cause = g_strdup(failure->cause);
    row->advice = failure->advice;
    row->failure = mamuto_row_failure_copy(failure);
    g_list_store_insert_sorted(cause->rows, row, compare_rows, NULL);
    set_n_rows(cause, MAX(cause->n_rows, g_list_model_get_n_items(G_LIST_MODEL(cause->rows))));
}

void
mamuto_failure_item_count(GListStore *causes, GPtrArray *counts)
{
    for (guint i = 0; i < counts->len; i++) {
        const MamutoFailureCause *count = g_ptr_array_index(counts, i);

        MamutoFailureItem *item = ensure_cause(causes, count->cause, count->kind, count->advice);

        if (!g_str_equal(item->cause, count->cause) || item->advice != count->advice) {
            g_free(item->cause);
            item->cause = g_strdup(count->cause);
            item->advice = count->advice;
            g_object_notify_by_pspec(G_OBJECT(item), props[PROP_CAUSE]);
        }
        set_n_rows(item, count->n_rows);
    }
}

/* Sorts causes by number of rows, in descending order, with unknown causes at the end. */
static int
compare_causes(gconstpointer a, gconstpointer b, gpointer data)
{
    const MamutoFailureItem *x = a, *y = b;
    gboolean unknown_x = *x->cause == '\0', unknown_y = *y->cause == '\0';

    if (unknown_x != unknown_y)
        return unknown_x ? 1 : -1;
    return x->n_rows < y->n_rows ? 1 : x->n_rows > y->n_rows ? -1 : 0;
}

void
mamuto_failure_item_sort(GListStore *causes)
{
    g_list_store_sort(causes, compare_causes, NULL);
}

const char *
mamuto_failure_item_get_cause(MamutoFailureItem *self)
{
    return self->cause;
}

MamutoAdvice
mamuto_failure_item_get_advice(MamutoFailureItem *self)
{
    return self->advice;
}

GListModel *
mamuto_failure_item_get_rows(MamutoFailureItem *self)
{
    return G_LIST_MODEL(self->rows);
}

gint64
mamuto_failure_item_get_n_rows(MamutoFailureItem *self)
{
    return self->n_rows;
}

const MamutoRowFailure *
mamuto_failure_item_get_failure(MamutoFailureItem *self)
{
    return self->failure;
}
