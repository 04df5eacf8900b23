/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See narrow-drop-down.h. */
#include "narrow-drop-down.h"

static void
on_setup(GtkSignalListItemFactory *factory, GtkListItem *item)
{
    GtkWidget *label = gtk_label_new(NULL);

    gtk_label_set_xalign(GTK_LABEL(label), 0);
    gtk_label_set_ellipsize(GTK_LABEL(label), PANGO_ELLIPSIZE_END);
    gtk_list_item_set_child(item, label);
}

static void
on_bind(GtkSignalListItemFactory *factory, GtkListItem *item)
{
    GtkStringObject *string = gtk_list_item_get_item(item);

    gtk_label_set_text(GTK_LABEL(gtk_list_item_get_child(item)),
                       gtk_string_object_get_string(string));
}

void
narrow_drop_down_init(GtkDropDown *drop_down)
{
    g_autoptr(GtkListItemFactory) factory = gtk_signal_list_item_factory_new();

    g_signal_connect(factory, "setup", G_CALLBACK(on_setup), NULL);
    g_signal_connect(factory, "bind", G_CALLBACK(on_bind), NULL);
    /* GTK's own factory marks the selected text in the popup. */
    gtk_drop_down_set_list_factory(drop_down, gtk_drop_down_get_factory(drop_down));
    gtk_drop_down_set_factory(drop_down, factory);
}
