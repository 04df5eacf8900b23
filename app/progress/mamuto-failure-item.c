/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See mamuto-failure-item.h. */
#include "mamuto-failure-item.h"

struct _MamutoFailureItem {
    GObject parent_instance;
    char *cause;
    GListStore *rows;          /* of a cause */
    MamutoRowFailure *failure; /* of a row */
};

G_DEFINE_FINAL_TYPE(MamutoFailureItem, mamuto_failure_item, G_TYPE_OBJECT)

static void
mamuto_failure_item_finalize(GObject *object)
{
    MamutoFailureItem *self = MAMUTO_FAILURE_ITEM(object);

    g_free(self->cause);
    g_clear_object(&self->rows);
    g_clear_pointer(&self->failure, mamuto_row_failure_free);
    G_OBJECT_CLASS(mamuto_failure_item_parent_class)->finalize(object);
}

static void
mamuto_failure_item_class_init(MamutoFailureItemClass *klass)
{
    G_OBJECT_CLASS(klass)->finalize = mamuto_failure_item_finalize;
}

static void
mamuto_failure_item_init(MamutoFailureItem *self)
{
}

static MamutoFailureItem *
find_cause(GListStore *causes, GHashTable *by_cause, const char *cause)
{
    MamutoFailureItem *found = g_hash_table_lookup(by_cause, cause);
    g_autoptr(MamutoFailureItem) item = NULL;

    if (found)
        return found;
    item = g_object_new(MAMUTO_TYPE_FAILURE_ITEM, NULL);
    item->cause = g_strdup(cause);
    item->rows = g_list_store_new(MAMUTO_TYPE_FAILURE_ITEM);
    g_hash_table_insert(by_cause, item->cause, item);
    g_list_store_append(causes, item);
    return item; /* the list keeps it */
}

static int
compare(gconstpointer a, gconstpointer b, gpointer data)
{
    guint x = g_list_model_get_n_items(G_LIST_MODEL(((const MamutoFailureItem *)a)->rows));
    guint y = g_list_model_get_n_items(G_LIST_MODEL(((const MamutoFailureItem *)b)->rows));

    return x < y ? 1 : x > y ? -1 : 0;
}

GListModel *
mamuto_failure_item_group(GPtrArray *failures)
{
    GListStore *causes = g_list_store_new(MAMUTO_TYPE_FAILURE_ITEM);
    g_autoptr(GHashTable) by_cause = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < failures->len; i++) {
        const MamutoRowFailure *failure = g_ptr_array_index(failures, i);
        MamutoFailureItem *cause = find_cause(causes, by_cause, failure->cause);
        g_autoptr(MamutoFailureItem) row = g_object_new(MAMUTO_TYPE_FAILURE_ITEM, NULL);

        row->cause = g_strdup(failure->cause);
        row->failure = mamuto_row_failure_copy(failure);
        g_list_store_append(cause->rows, row);
    }
    g_list_store_sort(causes, compare, NULL);
    return G_LIST_MODEL(causes);
}

const char *
mamuto_failure_item_get_cause(MamutoFailureItem *self)
{
    return self->cause;
}

GListModel *
mamuto_failure_item_get_rows(MamutoFailureItem *self)
{
    return G_LIST_MODEL(self->rows);
}

const MamutoRowFailure *
mamuto_failure_item_get_failure(MamutoFailureItem *self)
{
    return self->failure;
}
