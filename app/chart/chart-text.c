/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See chart-text.h. */
#include "chart-text.h"

#include <math.h>

PangoLayout *
chart_text_new(GtkWidget *widget, const char *text, int pixels)
{
    PangoLayout *layout = gtk_widget_create_pango_layout(widget, text);
    PangoFontDescription *font = pango_font_description_copy(
        pango_context_get_font_description(pango_layout_get_context(layout)));

    pango_font_description_set_absolute_size(font, pixels * PANGO_SCALE);
    pango_layout_set_font_description(layout, font);
    pango_font_description_free(font);
    return layout;
}

PangoLayout *
chart_text_new_scaled(GtkWidget *widget, const char *text, double scale)
{
    PangoLayout *layout = gtk_widget_create_pango_layout(widget, text);
    g_autoptr(PangoAttrList) attributes = pango_attr_list_new();

    pango_attr_list_insert(attributes, pango_attr_scale_new(scale));
    pango_layout_set_attributes(layout, attributes);
    return layout;
}

void
chart_text_draw(GtkSnapshot *snapshot, PangoLayout *text, double x, double y, const GdkRGBA *color)
{
    gtk_snapshot_save(snapshot);
    gtk_snapshot_translate(snapshot, &GRAPHENE_POINT_INIT((float)floor(x), (float)floor(y)));
    gtk_snapshot_append_layout(snapshot, text, color);
    gtk_snapshot_restore(snapshot);
}
