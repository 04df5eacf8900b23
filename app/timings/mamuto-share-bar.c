/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See mamuto-share-bar.h. */
#include "mamuto-share-bar.h"

#include <glib/gi18n.h>
#include <string.h>

#include "../chart/palette.h"
#include "share-paint.h"

struct _MamutoShareBar {
    GtkWidget parent_instance;
    int height;
    double seconds[MAMUTO_N_SPAN_KINDS];
};

G_DEFINE_FINAL_TYPE(MamutoShareBar, mamuto_share_bar, GTK_TYPE_WIDGET)

static void
mamuto_share_bar_snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
    share_paint_bar(snapshot, MAMUTO_SHARE_BAR(widget)->seconds,
                    &GRAPHENE_RECT_INIT(0, 0, (float)gtk_widget_get_width(widget),
                                        (float)gtk_widget_get_height(widget)),
                    palette_is_dark());
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

void
mamuto_share_bar_set_seconds(MamutoShareBar *self, const char *name,
                             const double seconds[MAMUTO_N_SPAN_KINDS])
{
    g_autoptr(GString) text = g_string_new(NULL);

    memcpy(self->seconds, seconds, sizeof self->seconds);
    for (guint i = 0; i < MAMUTO_N_SPAN_KINDS; i++) {
        g_autofree char *share = share_paint_format(seconds, share_paint_get_kind(i));

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
    double seconds[MAMUTO_N_SPAN_KINDS] = {0};

    for (MamutoSpanKind kind = 0; kind < MAMUTO_N_SPAN_KINDS; kind++)
        seconds[kind] = mamuto_report_get_seconds(report, host, kind);
    mamuto_share_bar_set_seconds(self,
                                 host >= 0 ? mamuto_report_get_host_name(report, (guint)host)
                                           : _("Where the cores spent their time"),
                                 seconds);
}

char *
mamuto_share_bar_make_legend(MamutoShareBar *self)
{
    GString *text = g_string_new(NULL);
    gboolean dark = palette_is_dark();

    for (guint i = 0; i < MAMUTO_N_SPAN_KINDS; i++) {
        MamutoSpanKind kind = share_paint_get_kind(i);
        g_autofree char *share = share_paint_format(self->seconds, kind);
        g_autofree char *escaped = share != NULL ? g_markup_escape_text(share, -1) : NULL;
        guint32 pixel;

        if (share == NULL)
            continue;
        pixel = palette_get_pixel(
            palette_of_span(kind) == PALETTE_TRACK ? PALETTE_GRID : palette_of_span(kind), dark);
        g_string_append_printf(text, "%s<span foreground=\"#%06x\">%s</span>\u00a0%s",
                               text->len > 0 ? "   " : "", pixel & 0xffffff,
                               palette_is_hatched(kind) ? "▨" : "■", escaped);
    }
    return g_string_free(text, FALSE);
}
