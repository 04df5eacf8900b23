/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Whether the cluster was worth it: comparisons, and where the time went. */
#include "mamuto-timings-page.h"

struct _MamutoTimingsPage {
    AdwBin parent_instance;
    MamutoWorkspace *workspace;
    GtkStack *stack;
};

G_DEFINE_FINAL_TYPE(MamutoTimingsPage, mamuto_timings_page, ADW_TYPE_BIN)

static void
mamuto_timings_page_dispose(GObject *object)
{
    MamutoTimingsPage *self = MAMUTO_TIMINGS_PAGE(object);

    g_clear_object(&self->workspace);
    G_OBJECT_CLASS(mamuto_timings_page_parent_class)->dispose(object);
}

static void
mamuto_timings_page_class_init(MamutoTimingsPageClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    G_OBJECT_CLASS(klass)->dispose = mamuto_timings_page_dispose;
    gtk_widget_class_set_template_from_resource(
        widget_class, "/io/github/mamuto/Mamuto/ui/mamuto-timings-page.ui");
    gtk_widget_class_bind_template_child(widget_class, MamutoTimingsPage, stack);
}

static void
mamuto_timings_page_init(MamutoTimingsPage *self)
{
    gtk_widget_init_template(GTK_WIDGET(self));
}

GtkWidget *
mamuto_timings_page_new(MamutoWorkspace *workspace)
{
    MamutoTimingsPage *self = g_object_new(MAMUTO_TYPE_TIMINGS_PAGE, NULL);

    self->workspace = g_object_ref(workspace);
    return GTK_WIDGET(self);
}
