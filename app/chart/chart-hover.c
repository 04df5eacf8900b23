/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See chart-hover.h. */
#include "chart-hover.h"

#include <math.h>

#include "chart-text.h"
#include "palette.h"

#define DISTANCE 14
#define PADDING 8
#define RADIUS 8
#define WIDEST 420

void
chart_nearest_init(ChartNearest *self, double x, double y, double reach)
{
    *self = (ChartNearest){x, y, reach * reach};
}

gboolean
chart_nearest_try(ChartNearest *self, double x, double y)
{
    double distance = (x - self->x) * (x - self->x) + (y - self->y) * (y - self->y);

    if (distance >= self->distance)
        return FALSE;
    self->distance = distance;
    return TRUE;
}

gboolean
chart_hover_get_step(guint key, GdkModifierType state, GdkModifierType allowed, int *along,
                     int *across)
{
    const GdkModifierType modifiers = GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SHIFT_MASK;

    *along = key == GDK_KEY_Right || key == GDK_KEY_KP_Right ? 1
             : key == GDK_KEY_Left || key == GDK_KEY_KP_Left ? -1
                                                             : 0;
    *across = key == GDK_KEY_Down || key == GDK_KEY_KP_Down ? 1
              : key == GDK_KEY_Up || key == GDK_KEY_KP_Up   ? -1
                                                            : 0;
    return (*along != 0 || *across != 0) && (state & modifiers & ~allowed) == 0;
}

void
chart_hover_draw_line(GtkSnapshot *snapshot, const ChartFrame *plot, double x, gboolean dark)
{
    gtk_snapshot_append_color(
        snapshot, palette_get(PALETTE_TEXT, dark),
        &GRAPHENE_RECT_INIT((float)floor(x), (float)plot->y, 1, (float)plot->height));
}

void
chart_hover_draw_box(GtkWidget *widget, GtkSnapshot *snapshot, const char *text, double x, double y,
                     double width, double height, gboolean dark)
{
    g_autoptr(PangoLayout) layout = chart_text_new_scaled(widget, text, 1);
    int text_width, text_height;
    GskRoundedRect outline;
    double left, top;

    pango_layout_set_width(layout, (int)MIN(width - 2 * PADDING, WIDEST) * PANGO_SCALE);
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_get_pixel_size(layout, &text_width, &text_height);
    left = x + DISTANCE;
    if (left + text_width + 2 * PADDING > width)
        left = MAX(x - DISTANCE - text_width - 2 * PADDING, 0);
    left = floor(left);
    top = floor(CLAMP(y + DISTANCE, 0, MAX(height - text_height - 2 * PADDING, 0)));
    gsk_rounded_rect_init_from_rect(&outline,
                                    &GRAPHENE_RECT_INIT((float)left, (float)top,
                                                        (float)(text_width + 2 * PADDING),
                                                        (float)(text_height + 2 * PADDING)),
                                    RADIUS);
    gtk_snapshot_push_rounded_clip(snapshot, &outline);
    gtk_snapshot_append_color(snapshot, palette_get(PALETTE_TEXT, dark), &outline.bounds);
    gtk_snapshot_pop(snapshot);
    chart_text_draw(snapshot, layout, left + PADDING, top + PADDING,
                    palette_get(PALETTE_PAPER, dark));
}
