/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See mamuto-core-strip.h. */
#include "mamuto-core-strip.h"

#include <glib/gi18n.h>

#include "../chart/palette.h"

#define MAX_DRAWN 32
#define PITCH 6
#define HEIGHT 14

struct _MamutoCoreStrip {
    GtkWidget parent_instance;
    guint n_busy, n_cores;
    PangoLayout *words; /* (nullable): NULL until the text is painted */
};

G_DEFINE_FINAL_TYPE(MamutoCoreStrip, mamuto_core_strip, GTK_TYPE_WIDGET)

static void
mamuto_core_strip_measure(GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                          int *natural, int *minimum_baseline, int *natural_baseline)
{
    *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? 0 : HEIGHT;
    *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? MAMUTO_CORE_STRIP_WIDTH : HEIGHT;
}

static void
draw_blocks(MamutoCoreStrip *self, GtkSnapshot *snapshot, double top)
{
    gboolean dark = palette_is_dark();
    const GdkRGBA *busy = palette_get(PALETTE_COMPUTING, dark);
    const GdkRGBA *idle = palette_get(PALETTE_GRID, dark);

    for (guint i = 0; i < self->n_cores; i++)
        gtk_snapshot_append_color(
            snapshot, i < self->n_busy ? busy : idle,
            &GRAPHENE_RECT_INIT((float)(i * PITCH), (float)top, PITCH - 2, HEIGHT));
}

static void
draw_words(MamutoCoreStrip *self, GtkSnapshot *snapshot, int height)
{
    int text_height, top;

    if (!self->words) {
        g_autofree char *text = NULL;

        /* Translators: busy cores and all cores of a host: "97/128 busy" */
        text = g_strdup_printf(_("%u/%u busy"), self->n_busy, self->n_cores);
        self->words = gtk_widget_create_pango_layout(GTK_WIDGET(self), text);
    }
    pango_layout_get_pixel_size(self->words, NULL, &text_height);
    top = (height - text_height) / 2;
    gtk_snapshot_save(snapshot);
    gtk_snapshot_translate(snapshot, &GRAPHENE_POINT_INIT(0, (float)top));
    gtk_snapshot_append_layout(snapshot, self->words, palette_get(PALETTE_TEXT, palette_is_dark()));
    gtk_snapshot_restore(snapshot);
}

static void
mamuto_core_strip_snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
    MamutoCoreStrip *self = MAMUTO_CORE_STRIP(widget);
    int height = gtk_widget_get_height(widget);
    int top = (height - HEIGHT) / 2;

    if (self->n_cores > MAX_DRAWN)
        draw_words(self, snapshot, height);
    else
        draw_blocks(self, snapshot, top);
}

static void
mamuto_core_strip_dispose(GObject *object)
{
    g_clear_object(&MAMUTO_CORE_STRIP(object)->words);
    G_OBJECT_CLASS(mamuto_core_strip_parent_class)->dispose(object);
}

static void
mamuto_core_strip_class_init(MamutoCoreStripClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    G_OBJECT_CLASS(klass)->dispose = mamuto_core_strip_dispose;
    widget_class->measure = mamuto_core_strip_measure;
    widget_class->snapshot = mamuto_core_strip_snapshot;
    gtk_widget_class_set_accessible_role(widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
mamuto_core_strip_init(MamutoCoreStrip *self)
{
    gtk_widget_set_overflow(GTK_WIDGET(self), GTK_OVERFLOW_HIDDEN);
}

GtkWidget *
mamuto_core_strip_new(void)
{
    return g_object_new(MAMUTO_TYPE_CORE_STRIP, NULL);
}

void
mamuto_core_strip_set(MamutoCoreStrip *self, guint n_busy, guint n_cores)
{
    g_autofree char *label = NULL;

    n_busy = MIN(n_busy, n_cores);
    if (n_busy == self->n_busy && n_cores == self->n_cores)
        return;
    self->n_busy = n_busy;
    self->n_cores = n_cores;
    g_clear_object(&self->words);
    /* Translators: busy cores and all cores of a host */
    label = g_strdup_printf(ngettext("%u of %u core busy", "%u of %u cores busy", n_cores), n_busy,
                            n_cores);
    gtk_accessible_update_property(GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
    gtk_widget_queue_draw(GTK_WIDGET(self));
}
