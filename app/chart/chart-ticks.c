/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See chart-ticks.h. */
#include "chart-ticks.h"

#include <math.h>

#include "chart-text.h"
#include "palette.h"

/* Gap in pixels between the plot and the labels below the plot. */
#define BELOW 4

static void
tick_clear(gpointer data)
{
    g_object_unref(((ChartTick *)data)->label);
}

GArray *
chart_ticks_new(void)
{
    GArray *ticks = g_array_new(FALSE, FALSE, sizeof(ChartTick));

    g_array_set_clear_func(ticks, tick_clear);
    return ticks;
}

void
chart_ticks_add(GArray *ticks, double at, PangoLayout *label, gboolean strong)
{
    const ChartTick tick = {at, label, strong};

    g_array_append_val(ticks, tick);
}

int
chart_ticks_get_width(GArray *ticks)
{
    int width, widest = 0;

    for (guint i = 0; i < ticks->len; i++) {
        pango_layout_get_pixel_size(g_array_index(ticks, ChartTick, i).label, &width, NULL);
        widest = MAX(widest, width);
    }
    return widest;
}

static void
draw_line(GtkSnapshot *snapshot, double x, double y, double width, double height, gboolean dark)
{
    gtk_snapshot_append_color(
        snapshot, palette_get(PALETTE_GRID, dark),
        &GRAPHENE_RECT_INIT((float)floor(x), (float)floor(y), (float)width, (float)height));
}

static void
draw_label(GtkSnapshot *snapshot, const ChartTick *tick, double x, double y, gboolean dark)
{
    chart_text_draw(snapshot, tick->label, x, y,
                    palette_get(tick->strong ? PALETTE_TEXT : PALETTE_DIM_TEXT, dark));
}

void
chart_ticks_draw_below(GtkSnapshot *snapshot, const ChartFrame *plot, GArray *ticks, double left,
                       double right, gboolean grid, double overhang, gboolean dark)
{
    double end = -INFINITY;

    for (guint i = 0; i < ticks->len; i++) {
        const ChartTick *tick = &g_array_index(ticks, ChartTick, i);
        double x;
        int width;

        if (grid)
            draw_line(snapshot, tick->at, plot->y, 1, plot->height + overhang, dark);
        pango_layout_get_pixel_size(tick->label, &width, NULL);
        x = CLAMP(floor(tick->at) - width / 2.0, left, MAX(left, right - width));
        if (x < end)
            continue;
        draw_label(snapshot, tick, x, plot->y + plot->height + BELOW, dark);
        end = x + width + CHART_LABEL_GAP;
    }
}

static gboolean
touches(const ChartTick *tick, GArray *ticks, double height)
{
    for (guint i = 0; i < ticks->len; i++) {
        const ChartTick *other = &g_array_index(ticks, ChartTick, i);

        if (other->strong && other != tick && fabs(floor(other->at) - floor(tick->at)) < height)
            return TRUE;
    }
    return FALSE;
}

void
chart_ticks_draw_beside(GtkSnapshot *snapshot, const ChartFrame *plot, GArray *ticks, gboolean dark)
{
    double top = INFINITY; /* upper edge of the last label that was drawn in the paler colour;
                              INFINITY: none */

    for (guint i = 0; i < ticks->len; i++) {
        const ChartTick *tick = &g_array_index(ticks, ChartTick, i);
        double y = floor(tick->at);
        int width, height;

        draw_line(snapshot, plot->x, y, plot->width, 1, dark);
        pango_layout_get_pixel_size(tick->label, &width, &height);
        if (!tick->strong && (y + height / 2.0 > top || touches(tick, ticks, height)))
            continue;
        draw_label(snapshot, tick, plot->x - width - CHART_LABEL_GAP, y - height / 2.0, dark);
        if (!tick->strong)
            top = y - height / 2.0;
    }
}
