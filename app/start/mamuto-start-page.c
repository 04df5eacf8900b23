/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See mamuto-start-page.h. */
#include "mamuto-start-page.h"

#include <glib/gi18n.h>

#include "local-python.h"

struct _MamutoStartPage {
    AdwBin parent_instance;
    GCancellable *cancellable;
    guint search_source;
    GtkWidget *example_button;
    GtkRevealer *missing_revealer;
    GtkLabel *missing_label;
    GtkLabel *fix_label;
};

G_DEFINE_FINAL_TYPE(MamutoStartPage, mamuto_start_page, ADW_TYPE_BIN)

static void
mamuto_start_page_dispose(GObject *object)
{
    MamutoStartPage *self = MAMUTO_START_PAGE(object);

    g_clear_handle_id(&self->search_source, g_source_remove);
    g_cancellable_cancel(self->cancellable);
    g_clear_object(&self->cancellable);
    G_OBJECT_CLASS(mamuto_start_page_parent_class)->dispose(object);
}

static void
on_found(GObject *source, GAsyncResult *result, gpointer data)
{
    MamutoStartPage *self = data;
    LocalPython found = local_python_find_finish(result);

    /* do not use the page, which may be disposed after a cancellation */
    if (found == LOCAL_PYTHON_UNKNOWN)
        return;
    gtk_label_set_label(
        self->missing_label,
        found == LOCAL_PYTHON_MISSING
            ? _("No Python was found on this computer. Install Python and NumPy in a terminal:")
            : _("Python on this computer has no NumPy, which array functions need. Install NumPy "
                "in a terminal:"));
    gtk_label_set_label(self->fix_label, local_python_get_fix());
    gtk_widget_set_visible(GTK_WIDGET(self->missing_revealer), found != LOCAL_PYTHON_READY);
    gtk_revealer_set_reveal_child(self->missing_revealer, found != LOCAL_PYTHON_READY);
}

static void
on_look(MamutoStartPage *self)
{
    local_python_find_async(self->cancellable, on_found, self);
}

static void
on_copy(MamutoStartPage *self)
{
    gdk_clipboard_set_text(gtk_widget_get_clipboard(GTK_WIDGET(self)), local_python_get_fix());
}

static gboolean
search_if_mapped(gpointer data)
{
    MamutoStartPage *self = data;

    self->search_source = 0;
    if (gtk_widget_get_mapped(GTK_WIDGET(self)))
        on_look(self);
    return G_SOURCE_REMOVE;
}

static void
mamuto_start_page_map(GtkWidget *widget)
{
    MamutoStartPage *self = MAMUTO_START_PAGE(widget);

    GTK_WIDGET_CLASS(mamuto_start_page_parent_class)->map(widget);
    gtk_widget_grab_focus(self->example_button);
    /* search at low priority, so that the window is painted first, because starting Python slows
     * down the painting */
    if (self->search_source == 0)
        self->search_source = g_idle_add_full(G_PRIORITY_LOW, search_if_mapped, self, NULL);
}

static void
mamuto_start_page_class_init(MamutoStartPageClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    G_OBJECT_CLASS(klass)->dispose = mamuto_start_page_dispose;
    widget_class->map = mamuto_start_page_map;
    gtk_widget_class_set_template_from_resource(widget_class,
                                                "/io/github/mamuto/Mamuto/ui/mamuto-start-page.ui");
    gtk_widget_class_bind_template_child(widget_class, MamutoStartPage, example_button);
    gtk_widget_class_bind_template_child(widget_class, MamutoStartPage, missing_revealer);
    gtk_widget_class_bind_template_child(widget_class, MamutoStartPage, missing_label);
    gtk_widget_class_bind_template_child(widget_class, MamutoStartPage, fix_label);
    gtk_widget_class_bind_template_callback(widget_class, on_copy);
    gtk_widget_class_bind_template_callback(widget_class, on_look);
}

static void
mamuto_start_page_init(MamutoStartPage *self)
{
    self->cancellable = g_cancellable_new();
    gtk_widget_init_template(GTK_WIDGET(self));
}

GtkWidget *
mamuto_start_page_new(void)
{
    return g_object_new(MAMUTO_TYPE_START_PAGE, NULL);
}
