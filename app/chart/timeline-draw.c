/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Paints a timeline. If only a few spans are visible, each span is painted as a rectangle. If many
 * spans are visible, they are painted as one texture (see timeline-bins.h). */
#include "timeline-draw.h"

#include <glib/gi18n.h>
#include <math.h>

#include "../app-text.h"
#include "chart-text.h"
#include "chart-ticks.h"
#include "palette.h"
#include "time-axis.h"
#include "timeline-bins.h"

/* Maximum number of visible spans that are painted as rectangles. Painting 5000 rectangles takes
 * about 5 ms. */
#define MAX_RECTANGLES 5000
#define TEXT_GAP 6
#define SWATCH 10
#define LEGEND_LINE 20
/* MARK_WIDTH: minimum width in pixels of a span with a symbol. TICK_WIDTH: minimum distance in
 * pixels between two ticks of the axis. */
#define MARK_WIDTH 14
#define TICK_WIDTH 84
/* Length in pixels of the tick lines below the plot. */
#define AXIS_OVERHANG 4
#define HATCH 6

static void
draw_rectangle(GtkSnapshot *snapshot, const GdkRGBA *color, double x, double y, double width,
               double height)
{
    gtk_snapshot_append_color(snapshot, color,
                              &GRAPHENE_RECT_INIT((float)x, (float)y, (float)width, (float)height));
}

/* Fills a rectangle with diagonal lines. */
static void
draw_hatched(GtkSnapshot *snapshot, PaletteColor color, gboolean dark, double x, double y,
             double width, double height)
{
    static GdkTexture *textures[N_PALETTE_COLORS][2];
    GdkTexture **texture = &textures[color][dark];

    if (!*texture) {
        guint32 pixels[HATCH * HATCH];
        g_autoptr(GBytes) bytes = NULL;

        for (guint i = 0; i < HATCH * HATCH; i++)
            pixels[i] = (i + i / HATCH) % HATCH < HATCH / 2 ? palette_get_pixel(color, dark) : 0;
        bytes = g_bytes_new(pixels, sizeof pixels);
        *texture = gdk_memory_texture_new(HATCH, HATCH, GDK_MEMORY_DEFAULT, bytes, HATCH * 4);
    }
    gtk_snapshot_push_repeat(snapshot,
                             &GRAPHENE_RECT_INIT((float)x, (float)y, (float)width, (float)height),
                             &GRAPHENE_RECT_INIT(0, 0, HATCH, HATCH));
    gtk_snapshot_append_texture(snapshot, *texture, &GRAPHENE_RECT_INIT(0, 0, HATCH, HATCH));
    gtk_snapshot_pop(snapshot);
}

/* ---- the legend ---- */

static const struct {
    PaletteColor color;
    gboolean hatched;
    const char *word;
} legend[] = {
    {PALETTE_SENDING, TRUE, NC_("span", "Connecting, preparing")},
    {PALETTE_SENDING, FALSE, NC_("span", "Sending")},
    {PALETTE_COMPUTING, FALSE, NC_("span", "Computing")},
    {PALETTE_RETURNING, FALSE, NC_("span", "Returning")},
    /* Translators: rows for which the computation failed */
    {PALETTE_FAILED, FALSE, NC_("span", "Failed rows")},
};

/* Returns the height of the legend in a width of @available pixels. Paints the legend if @snapshot
 * is not NULL. */
static int
lay_legend_out(GtkWidget *widget, int available, GtkSnapshot *snapshot)
{
    gboolean dark = palette_is_dark();
    int x = TEXT_GAP, y = 0;

    for (guint i = 0; i < G_N_ELEMENTS(legend); i++) {
        g_autoptr(PangoLayout) layout =
            chart_text_new(widget, g_dpgettext2(NULL, "span", legend[i].word), 12);
        int width, height;

        pango_layout_get_pixel_size(layout, &width, &height);
        if (x > TEXT_GAP && x + SWATCH + TEXT_GAP + width > available) {
            x = TEXT_GAP;
            y += LEGEND_LINE;
        }
        if (snapshot) {
            double middle = y + LEGEND_LINE / 2.0;

            (legend[i].hatched ? draw_hatched(snapshot, legend[i].color, dark, x,
                                              middle - SWATCH / 2.0, SWATCH, SWATCH)
                               : draw_rectangle(snapshot, palette_get(legend[i].color, dark), x,
                                                middle - SWATCH / 2.0, SWATCH, SWATCH));
            chart_text_draw(snapshot, layout, x + SWATCH + TEXT_GAP, middle - height / 2.0,
                            palette_get(PALETTE_DIM_TEXT, dark));
        }
        x += SWATCH + TEXT_GAP + width + 2 * TEXT_GAP + 4;
    }
    return y + LEGEND_LINE + 4;
}

int
timeline_draw_get_legend_height(GtkWidget *widget, int width)
{
    return lay_legend_out(widget, width, NULL);
}

/* ---- painting ---- */

typedef struct {
    const TimelineView *view;
    GtkWidget *widget;
    GtkSnapshot *snapshot;
    TimelineRange range;
    gboolean dark;
} Painter;

static double
time_to_x(const Painter *self, gint64 time)
{
    return timeline_view_time_to_x(self->view, self->range, time);
}

static void
draw_axis(const Painter *self)
{
    const TimelineView *view = self->view;
    const ChartFrame plot = {view->x, view->y, view->width, view->height};
    double duration = (double)(self->range.end - self->range.begin);
    gint64 step = time_axis_step((gint64)(duration * TICK_WIDTH / MAX(view->width, TICK_WIDTH)));
    g_autoptr(GArray) ticks = chart_ticks_new();

    for (gint64 t = (self->range.begin + step - 1) / step * step; t <= self->range.end; t += step) {
        g_autofree char *text = time_axis_format(t, step);

        chart_ticks_add(ticks, time_to_x(self, t), chart_text_new(self->widget, text, 11), FALSE);
    }
    chart_ticks_draw_below(self->snapshot, &plot, ticks, 2, view->x + view->width + 10, TRUE,
                           AXIS_OVERHANG, self->dark);
}

/* ---- lanes ---- */

static void
draw_name(const Painter *self, const TimelineLane *lane, double y)
{
    const TimelineView *view = self->view;
    GListModel *hosts = mamuto_run_get_hosts(mamuto_timeline_store_get_run(view->store));
    g_autoptr(MamutoHostStatus) host = g_list_model_get_item(hosts, lane->host);
    g_autofree char *text = NULL;
    g_autoptr(PangoLayout) name = NULL;
    gboolean open = g_hash_table_contains(view->expanded, GUINT_TO_POINTER(lane->host));
    gboolean is_core = lane->kind == LANE_CORE;
    int width, height;

    if (is_core)
        text = g_strdup_printf("%d", lane->slot + 1);
    else
        text = g_strconcat(!view->by_host ? ""
                           : open         ? "▾ "
                                          : "▸ ",
                           app_text_host(mamuto_host_status_get_name(host)), NULL);
    name = chart_text_new(self->widget, text, MIN(12, view->lane_height - 3));
    pango_layout_set_width(name, (view->x - 2 * TEXT_GAP) * PANGO_SCALE);
    pango_layout_set_ellipsize(name, PANGO_ELLIPSIZE_MIDDLE);
    pango_layout_get_pixel_size(name, &width, &height);
    chart_text_draw(self->snapshot, name, is_core ? view->x - TEXT_GAP - width : TEXT_GAP,
                    y + (view->lane_height - height) / 2.0,
                    palette_get(is_core ? PALETTE_DIM_TEXT : PALETTE_TEXT, self->dark));
}

static void
draw_mark(const Painter *self, const char *mark, double x, double y)
{
    g_autoptr(PangoLayout) layout = chart_text_new(self->widget, mark, 11);

    chart_text_draw(self->snapshot, layout, x + 2, y - 1, palette_get(PALETTE_PAPER, self->dark));
}

static void
draw_core_span(const Painter *self, const TimelineSpan *span, double x, double width, double y,
               double height)
{
    double shown = width > 4 ? width - 1 : MAX(width, 1);

    draw_rectangle(self->snapshot, palette_get(PALETTE_COMPUTING, self->dark), x, y, shown, height);
    if (span->flags & (MAMUTO_SPAN_COPY | MAMUTO_SPAN_RETRY)) {
        draw_hatched(self->snapshot, PALETTE_PAPER, self->dark, x, y, shown, 4);
        if (width >= MARK_WIDTH)
            draw_mark(self, "↻", x, y);
    }
    if (span->flags & MAMUTO_SPAN_FAILED) {
        draw_rectangle(self->snapshot, palette_get(PALETTE_FAILED, self->dark), x, y + height - 4,
                       shown, 4);
        if (width >= 2 * MARK_WIDTH)
            draw_mark(self, "✕", x + MARK_WIDTH, y);
    }
}

static void
draw_span(const Painter *self, const TimelineLane *lane, const TimelineSpan *span, double x,
          double width, double y, double height)
{
    PaletteColor color = palette_of_span((MamutoSpanKind)span->kind);

    if (lane->kind == LANE_CORE)
        draw_core_span(self, span, x, width, y, height);
    else if (palette_is_hatched((MamutoSpanKind)span->kind))
        draw_hatched(self->snapshot, color, self->dark, x, y, MAX(width, 1), height);
    else
        draw_rectangle(self->snapshot, palette_get(color, self->dark), x,
                       span->kind == MAMUTO_SPAN_RETURNING ? y + floor(height / 2) : y,
                       MAX(width, 1), floor(height / 2));
}

static void
draw_lane_spans(const Painter *self, guint number)
{
    const TimelineView *view = self->view;
    const TimelineLane *lane = timeline_view_get_lane(view, number);
    double y = timeline_view_get_lane_y(view, number) + 1;
    guint n;
    const TimelineSpan *spans = mamuto_timeline_store_get_spans(
        view->store, lane->host, lane->slot, self->range.begin, self->range.end, &n);

    for (guint i = 0; i < n; i++) {
        double x = MAX(time_to_x(self, spans[i].begin), view->x);
        double until = MIN(time_to_x(self, spans[i].end), view->x + view->width);

        if (spans[i].begin < self->range.end && until >= x)
            draw_span(self, lane, &spans[i], x, until - x, y, view->lane_height - 2);
    }
}

/* Paints the computation that is running on a core. Its colour is paler, because its times are
 * estimated: the span of a computation is stored when the computation ends. */
static void
draw_unfinished(const Painter *self, guint number)
{
    const TimelineView *view = self->view;
    const TimelineLane *lane = timeline_view_get_lane(view, number);
    GdkRGBA color = *palette_get(PALETTE_COMPUTING, self->dark);
    gint64 since = 0;
    double share =
        mamuto_timeline_store_get_unfinished(view->store, lane->host, lane->slot, &since);
    double x = MAX(time_to_x(self, since), view->x);
    double until =
        MIN(time_to_x(self, mamuto_timeline_store_get_now(view->store)), view->x + view->width);

    color.alpha = (float)(0.5 * share);
    if (share > 0 && until > x)
        draw_rectangle(self->snapshot, &color, x, timeline_view_get_lane_y(view, number) + 1,
                       until - x, view->lane_height - 2);
}

/* Returns TRUE if the number of visible spans is small enough to paint each span as a rectangle. */
static gboolean
are_few(const Painter *self, guint first, guint end)
{
    MamutoTimelineStore *store = self->view->store;
    guint total = 0;

    for (guint i = first; i < end; i++) {
        const TimelineLane *lane = timeline_view_get_lane(self->view, i);
        TimelineFolded folded;
        guint n;

        mamuto_timeline_store_get_spans(store, lane->host, lane->slot, self->range.begin,
                                        self->range.end, &n);
        total += n;
        if (lane->kind == LANE_SHARES || total > MAX_RECTANGLES ||
            mamuto_timeline_store_get_bins(store, lane->host, lane->slot, &folded))
            return FALSE;
    }
    return TRUE;
}

static void
draw_texture(const Painter *self, guint first, guint end)
{
    const TimelineView *view = self->view;
    int scale = gtk_widget_get_scale_factor(self->widget);
    g_autoptr(GdkTexture) texture = timeline_bins_make_texture(
        view->store, timeline_view_get_lane(view, first), end - first, self->range.begin,
        self->range.end, view->width * scale, view->lane_height * scale, scale, self->dark);

    gtk_snapshot_append_texture(
        self->snapshot, texture,
        &GRAPHENE_RECT_INIT((float)view->x, (float)timeline_view_get_lane_y(view, first),
                            (float)view->width, (float)((int)(end - first) * view->lane_height)));
}

static void
draw_lanes(const Painter *self)
{
    const TimelineView *view = self->view;
    guint first, end;

    timeline_view_get_visible_lanes(view, &first, &end);
    gtk_snapshot_push_clip(self->snapshot,
                           &GRAPHENE_RECT_INIT(0, (float)view->y, (float)(view->x + view->width),
                                               (float)view->height));
    for (guint i = first; i < end; i++) {
        double y = timeline_view_get_lane_y(view, i);

        draw_name(self, timeline_view_get_lane(view, i), y);
        draw_rectangle(self->snapshot, palette_get(PALETTE_TRACK, self->dark), view->x, y + 1,
                       view->width, view->lane_height - 2);
    }
    if (first < end && !are_few(self, first, end))
        draw_texture(self, first, end);
    else
        for (guint i = first; i < end; i++) {
            draw_unfinished(self, i);
            draw_lane_spans(self, i);
        }
    gtk_snapshot_pop(self->snapshot);
}

void
timeline_draw(const TimelineView *view, GtkWidget *widget, GtkSnapshot *snapshot)
{
    Painter painter = {
        .view = view, .widget = widget, .snapshot = snapshot, .dark = palette_is_dark()};

    lay_legend_out(widget, gtk_widget_get_width(widget), snapshot);
    if (!view->store)
        return;
    painter.range = timeline_view_get_range(view);
    draw_axis(&painter);
    draw_lanes(&painter);
}
