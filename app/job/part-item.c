/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See part-item.h. */
#include "part-item.h"

struct _MamutoPartItem {
    GObject parent_instance;
    char *name;
    char *detail; /* "" if there is none */
    gboolean enabled;
    gboolean chosen;
};

enum { PROPERTY_CHOSEN = 1, N_PROPERTIES };

static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_FINAL_TYPE(MamutoPartItem, mamuto_part_item, G_TYPE_OBJECT)

static void
mamuto_part_item_finalize(GObject *object)
{
    MamutoPartItem *self = MAMUTO_PART_ITEM(object);

    g_free(self->name);
    g_free(self->detail);
    G_OBJECT_CLASS(mamuto_part_item_parent_class)->finalize(object);
}

static void
mamuto_part_item_get_property(GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
    if (id == PROPERTY_CHOSEN)
        g_value_set_boolean(value, MAMUTO_PART_ITEM(object)->chosen);
    else
        G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
}

static void
mamuto_part_item_class_init(MamutoPartItemClass *klass)
{
    G_OBJECT_CLASS(klass)->finalize = mamuto_part_item_finalize;
    G_OBJECT_CLASS(klass)->get_property = mamuto_part_item_get_property;
    properties[PROPERTY_CHOSEN] =
        g_param_spec_boolean("chosen", NULL, NULL, FALSE,
                             G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
    g_object_class_install_properties(G_OBJECT_CLASS(klass), N_PROPERTIES, properties);
}

static void
mamuto_part_item_init(MamutoPartItem *self)
{
}

MamutoPartItem *
mamuto_part_item_new(const char *name, const char *detail, gboolean enabled)
{
    MamutoPartItem *self = g_object_new(MAMUTO_TYPE_PART_ITEM, NULL);

    self->name = g_strdup(name);
    self->detail = g_strdup(detail ? detail : "");
    self->enabled = enabled;
    return self;
}

const char *
mamuto_part_item_get_name(MamutoPartItem *self)
{
    return self->name;
}

const char *
mamuto_part_item_get_detail(MamutoPartItem *self)
{
    return self->detail;
}

gboolean
mamuto_part_item_get_enabled(MamutoPartItem *self)
{
    return self->enabled;
}

gboolean
mamuto_part_item_get_chosen(MamutoPartItem *self)
{
    return self->chosen;
}

void
mamuto_part_item_set_chosen(MamutoPartItem *self, gboolean chosen)
{
    if (self->chosen == chosen)
        return;
    self->chosen = chosen;
    g_object_notify_by_pspec(G_OBJECT(self), properties[PROPERTY_CHOSEN]);
}

gboolean
mamuto_part_item_equal(MamutoPartItem *self, MamutoPartItem *other)
{
    return self->enabled == other->enabled && g_str_equal(self->name, other->name) &&
           g_str_equal(self->detail, other->detail);
}
