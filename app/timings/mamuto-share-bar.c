/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See mamuto-share-bar.h. Waiting and idle time is the empty track. */
#include "mamuto-share-bar.h"

#include <glib/gi18n.h>
#include <math.h>

#include "../chart/palette.h"

#define HATCH 6

struct _MamutoShareBar {
    GtkWidget parent_instance;
    int height;
    double seconds[MAMUTO_N_SPAN_KINDS], total;
};

G_DEFINE_FINAL_TYPE(MamutoShareBar, mamuto_share_bar, GTK_TYPE_WIDGET)

/* What was used comes first; what was not is the rest of the track. */
static const MamutoSpanKind order[] = {
    MAMUTO_SPAN_COMPUTING, MAMUTO_SPAN_SENDING, MAMUTO_SPAN_RETURNING, MAMUTO_SPAN_CONNECTING,
    MAMUTO_SPAN_PREPARING, MAMUTO_SPAN_WAITING, MAMUTO_SPAN_IDLE,
};

static void
draw_hatched(GtkSnapshot *snapshot, const GdkRGBA *color, const graphene_rect_t *rect)
{
    cairo_t *cr = gtk_snapshot_append_cairo(snapshot, rect);
    int n = (int)ceilf((rect->size.width + rect->size.height) / HATCH);

    cairo_rectangle(cr, rect->origin.x, rect->origin.y, rect->size.width, rect->size.height);
    cairo_clip(cr);
    cairo_set_source_rgba(cr, color->red, color->green, color->blue, color->alpha);
    cairo_set_line_width(cr, HATCH / 2.0);
    for (int i = 0; i < n; i++) {
        double x = rect->origin.x - rect->size.height + i * HATCH;

        cairo_move_to(cr, x, rect->origin.y + rect->size.height);
        cairo_line_to(cr, x + rect->size.height, rect->origin.y);
    }
    cairo_stroke(cr);
    cairo_destroy(cr);
}

static void
mamuto_share_bar_snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
    MamutoShareBar *self = MAMUTO_SHARE_BAR(widget);
    float width = (float)gtk_widget_get_width(widget), x = 0;
    float height = (float)gtk_widget_get_height(widget);
    gboolean dark = palette_is_dark();
    GskRoundedRect outline;

    gsk_rounded_rect_init_from_rect(&outline, &GRAPHENE_RECT_INIT(0, 0, width, height),
                                    MIN(6, height / 4));
    gtk_snapshot_push_rounded_clip(snapshot, &outline);
    gtk_snapshot_append_color(snapshot, palette_get(PALETTE_TRACK, dark),
                              &GRAPHENE_RECT_INIT(0, 0, width, height));
    for (guint i = 0; self->total > 0 && i < G_N_ELEMENTS(order); i++) {
        float part = (float)(self->seconds[order[i]] / self->total) * width;
        const GdkRGBA *color = palette_get(palette_of_span(order[i]), dark);
        graphene_rect_t rect = GRAPHENE_RECT_INIT(x, 0, part, height);

        if (part > 0 && palette_is_hatched(order[i]))
            draw_hatched(snapshot, color, &rect);
        else if (part > 0)
            gtk_snapshot_append_color(snapshot, color, &rect);
        x += part;
    }
    gtk_snapshot_pop(snapshot);
}

static void
mamuto_share_bar_measure(GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                         int *natural, int *minimum_baseline, int *natural_baseline)
{
    int height = MAMUTO_SHARE_BAR(widget)->height;

    *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? 60 : height;
    *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 400 : height;
}

static void
mamuto_share_bar_class_init(MamutoShareBarClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    widget_class->snapshot = mamuto_share_bar_snapshot;
    widget_class->measure = mamuto_share_bar_measure;
    gtk_widget_class_set_css_name(widget_class, "sharebar");
    gtk_widget_class_set_accessible_role(widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
mamuto_share_bar_init(MamutoShareBar *self)
{
    gtk_widget_set_hexpand(GTK_WIDGET(self), TRUE);
    gtk_widget_set_valign(GTK_WIDGET(self), GTK_ALIGN_CENTER);
    g_signal_connect_object(adw_style_manager_get_default(), "notify::dark",
                            G_CALLBACK(gtk_widget_queue_draw), self, G_CONNECT_SWAPPED);
}

GtkWidget *
mamuto_share_bar_new(int height)
{
    MamutoShareBar *self = g_object_new(MAMUTO_TYPE_SHARE_BAR, NULL);

    self->height = height;
    return GTK_WIDGET(self);
}

/* "85 %"; NULL where nothing is. */
static char *
format_share(MamutoShareBar *self, MamutoSpanKind kind)
{
    double share = self->total > 0 ? 100 * self->seconds[kind] / self->total : 0;

    if (share < 0.05) /* it would read 0.0 % */
        return NULL;
    /* Translators: a word as "Computing", and a number */
    return g_strdup_printf(share < 0.95 ? _("%s %.1f %%") : _("%s %.0f %%"), palette_get_word(kind),
                           share);
}

void
mamuto_share_bar_set_seconds(MamutoShareBar *self, const char *name,
                             const double seconds[MAMUTO_N_SPAN_KINDS])
{
    g_autoptr(GString) text = g_string_new(NULL);

    self->total = 0;
    for (int kind = 0; kind < MAMUTO_N_SPAN_KINDS; kind++) {
        self->seconds[kind] = seconds[kind];
        self->total += seconds[kind];
    }
    for (guint i = 0; i < G_N_ELEMENTS(order); i++) {
        g_autofree char *share = format_share(self, order[i]);

        if (share != NULL)
            g_string_append_printf(text, "%s%s", text->len > 0 ? ", " : "", share);
    }
    gtk_accessible_update_property(GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                   GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text->str, -1);
    gtk_widget_set_tooltip_text(GTK_WIDGET(self), text->str);
    gtk_widget_queue_draw(GTK_WIDGET(self));
}

void
mamuto_share_bar_set_report(MamutoShareBar *self, MamutoReport *report, int host)
{
    double seconds[MAMUTO_N_SPAN_KINDS];

    for (MamutoSpanKind kind = 0; kind < MAMUTO_N_SPAN_KINDS; kind++)
        seconds[kind] = mamuto_report_get_seconds(report, host, kind);
    mamuto_share_bar_set_seconds(self,
                                 host >= 0 ? mamuto_report_get_host_name(report, (guint)host)
                                           : _("Where the time went"),
                                 seconds);
}

char *
mamuto_share_bar_make_legend(MamutoShareBar *self)
{
    GString *text = g_string_new(NULL);
    gboolean dark = palette_is_dark();

    for (guint i = 0; i < G_N_ELEMENTS(order); i++) {
        g_autofree char *share = format_share(self, order[i]);
        g_autofree char *escaped = share != NULL ? g_markup_escape_text(share, -1) : NULL;
        guint32 pixel;

        if (share == NULL)
            continue;
        pixel = palette_get_pixel(
            palette_of_span(order[i]) == PALETTE_TRACK ? PALETTE_GRID : palette_of_span(order[i]),
            dark);
        g_string_append_printf(text, "%s<span foreground=\"#%06x\">%s</span>\u00a0%s",
                               text->len > 0 ? "   " : "", pixel & 0xffffff,
                               palette_is_hatched(order[i]) ? "▨" : "■", escaped);
    }
    return g_string_free(text, FALSE);
}
