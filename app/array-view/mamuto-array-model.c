/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See mamuto-array-model.h. */
#include "mamuto-array-model.h"

struct _MamutoArrayRow {
    GObject parent_instance;
    gint64 row;
};

G_DEFINE_FINAL_TYPE(MamutoArrayRow, mamuto_array_row, G_TYPE_OBJECT)

static void
mamuto_array_row_class_init(MamutoArrayRowClass *klass)
{
}

static void
mamuto_array_row_init(MamutoArrayRow *self)
{
}

gint64
mamuto_array_row_get_row(MamutoArrayRow *self)
{
    return self->row;
}

struct _MamutoArrayModel {
    GObject parent_instance;
    MamutoArray *array;
    gint64 first;
    guint n;
};

static GType
get_item_type(GListModel *model)
{
    return MAMUTO_TYPE_ARRAY_ROW;
}

static guint
get_n_items(GListModel *model)
{
    return MAMUTO_ARRAY_MODEL(model)->n;
}

static gpointer
get_item(GListModel *model, guint position)
{
    MamutoArrayModel *self = MAMUTO_ARRAY_MODEL(model);
    MamutoArrayRow *row;

    if (position >= self->n)
        return NULL;
    row = g_object_new(MAMUTO_TYPE_ARRAY_ROW, NULL);
    row->row = self->first + position;
    return row;
}

static void
list_model_init(GListModelInterface *iface)
{
    iface->get_item_type = get_item_type;
    iface->get_n_items = get_n_items;
    iface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE(MamutoArrayModel, mamuto_array_model, G_TYPE_OBJECT,
                              G_IMPLEMENT_INTERFACE(G_TYPE_LIST_MODEL, list_model_init))

static void
mamuto_array_model_finalize(GObject *object)
{
    g_clear_object(&MAMUTO_ARRAY_MODEL(object)->array);
    G_OBJECT_CLASS(mamuto_array_model_parent_class)->finalize(object);
}

static void
mamuto_array_model_class_init(MamutoArrayModelClass *klass)
{
    G_OBJECT_CLASS(klass)->finalize = mamuto_array_model_finalize;
}

static void
mamuto_array_model_init(MamutoArrayModel *self)
{
}

MamutoArrayModel *
mamuto_array_model_new(void)
{
    return g_object_new(MAMUTO_TYPE_ARRAY_MODEL, NULL);
}

void
mamuto_array_model_set_array(MamutoArrayModel *self, MamutoArray *array, gint64 first)
{
    guint before = self->n;
    gint64 rows = array ? mamuto_array_get_n_rows(array) : 0;

    g_set_object(&self->array, array);
    self->first = CLAMP(first, 0, rows);
    self->n = (guint)MIN(rows - self->first, MAMUTO_ARRAY_MODEL_MAX_ROWS);
    if (before > 0 || self->n > 0)
        g_list_model_items_changed(G_LIST_MODEL(self), 0, before, self->n);
}

MamutoArray *
mamuto_array_model_get_array(MamutoArrayModel *self)
{
    return self->array;
}

gint64
mamuto_array_model_get_first(MamutoArrayModel *self)
{
    return self->first;
}
