/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See timings-column.h. */
#include "timings-column.h"

static void
on_setup(GtkSignalListItemFactory *factory, GtkListItem *item, gpointer number)
{
    GtkWidget *label = gtk_label_new(NULL);

    gtk_label_set_xalign(GTK_LABEL(label), GPOINTER_TO_INT(number) ? 1 : 0);
    if (!GPOINTER_TO_INT(number)) {
        gtk_label_set_ellipsize(GTK_LABEL(label), PANGO_ELLIPSIZE_MIDDLE);
        gtk_label_set_width_chars(GTK_LABEL(label), 12);
    }
    gtk_widget_add_css_class(label, "numeric");
    gtk_list_item_set_child(item, label);
}

/* A text with at most this number of characters, for example a date with its time, is never cut. If
 * the window is too narrow for such texts, the table scrolls. Longer texts may be cut. */
#define WIDEST_WHOLE_CELL 17

static void
on_bind(GtkSignalListItemFactory *factory, GtkListItem *item, gpointer format)
{
    g_autofree char *text = ((TimingsFormat)format)(gtk_list_item_get_item(item));
    GtkLabel *label = GTK_LABEL(gtk_list_item_get_child(item));

    gtk_label_set_label(label, text);
    gtk_label_set_width_chars(label, (int)MIN(g_utf8_strlen(text, -1), WIDEST_WHOLE_CELL));
}

/* Aligns the title of the last column at the end, like the numbers below it. GTK has no property
 * for the alignment of titles, so the function changes an internal widget of GTK. */
static void
align_title(GtkColumnView *view)
{
    GtkWidget *header = gtk_widget_get_first_child(GTK_WIDGET(view));
    GtkWidget *title = header ? gtk_widget_get_last_child(header) : NULL;
    GtkWidget *box = title ? gtk_widget_get_first_child(title) : NULL;

    if (GTK_IS_BOX(box))
        gtk_widget_set_halign(box, GTK_ALIGN_END);
}

void
timings_column_add(GtkColumnView *view, const char *title, TimingsFormat format, gboolean number)
{
    GtkListItemFactory *factory = gtk_signal_list_item_factory_new();
    GtkColumnViewColumn *column;

    g_signal_connect(factory, "setup", G_CALLBACK(on_setup), GINT_TO_POINTER(number));
    g_signal_connect(factory, "bind", G_CALLBACK(on_bind), (gpointer)format);
    column = gtk_column_view_column_new(title, factory);
    gtk_column_view_column_set_expand(column, TRUE);
    gtk_column_view_column_set_resizable(column, TRUE);
    gtk_column_view_append_column(view, column);
    if (number)
        align_title(view);
    g_object_unref(column);
}
