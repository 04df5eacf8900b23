/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See column-names.h. */
#include "column-names.h"

#include "../array-view/array-text.h"

struct _MamutoColumnNames {
    GObject parent_instance;
    MamutoArray *array;
    guint n;
};

static GType
get_item_type(GListModel *model)
{
    return GTK_TYPE_STRING_OBJECT;
}

static guint
get_n_items(GListModel *model)
{
    return MAMUTO_COLUMN_NAMES(model)->n;
}

static gpointer
get_item(GListModel *model, guint position)
{
    MamutoColumnNames *self = MAMUTO_COLUMN_NAMES(model);
    g_autofree char *name = NULL;

    if (position >= self->n)
        return NULL;
    name = array_text_column_title(self->array, position);
    return gtk_string_object_new(name);
}

static void
list_model_init(GListModelInterface *iface)
{
    iface->get_item_type = get_item_type;
    iface->get_n_items = get_n_items;
    iface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE(MamutoColumnNames, mamuto_column_names, G_TYPE_OBJECT,
                              G_IMPLEMENT_INTERFACE(G_TYPE_LIST_MODEL, list_model_init))

static void
mamuto_column_names_finalize(GObject *object)
{
    g_clear_object(&MAMUTO_COLUMN_NAMES(object)->array);
    G_OBJECT_CLASS(mamuto_column_names_parent_class)->finalize(object);
}

static void
mamuto_column_names_class_init(MamutoColumnNamesClass *klass)
{
    G_OBJECT_CLASS(klass)->finalize = mamuto_column_names_finalize;
}

static void
mamuto_column_names_init(MamutoColumnNames *self)
{
}

GListModel *
column_names_new(MamutoArray *array)
{
    MamutoColumnNames *self = g_object_new(MAMUTO_TYPE_COLUMN_NAMES, NULL);

    self->array = g_object_ref(array);
    self->n = (guint)MIN(array_text_count_columns(array), G_MAXINT32);
    return G_LIST_MODEL(self);
}
