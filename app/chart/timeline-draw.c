/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * How a timeline is painted: single spans as rectangles while there are few, else all of them
 * binned into one texture. */
#include "timeline-private.h"

#include <glib/gi18n.h>

#include "../app-text.h"
#include "chart-text.h"
#include "palette.h"
#include "time-axis.h"
#include "timeline-bins.h"

/* Below so many spans in sight each is a rectangle; a rectangle costs about a microsecond. */
#define MAX_RECTANGLES 5000
#define TEXT_GAP 6
#define SWATCH 10
#define LEGEND_LINE 20
/* Room for a mark in a span, and between two ticks. */
#define MARK_WIDTH 14
#define TICK_WIDTH 84
#define HATCH 6

static void
draw_rectangle(GtkSnapshot *snapshot, const GdkRGBA *color, double x, double y, double width,
               double height)
{
    gtk_snapshot_append_color(snapshot, color,
                              &GRAPHENE_RECT_INIT((float)x, (float)y, (float)width, (float)height));
}

/* Diagonal lines. */
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
    {PALETTE_SENDING, TRUE, N_("Connecting, preparing")},
    {PALETTE_SENDING, FALSE, N_("Sending")},
    {PALETTE_COMPUTING, FALSE, N_("Computing")},
    {PALETTE_RETURNING, FALSE, N_("Returning")},
    /* Translators: rows of the array */
    {PALETTE_FAILED, FALSE, N_("Failed rows")},
};

/* Lays it out, and paints it if there is a @snapshot. Returns its height. */
static int
lay_legend_out(MamutoTimeline *self, int available, GtkSnapshot *snapshot)
{
    gboolean dark = palette_is_dark();
    int x = TEXT_GAP, y = 0;

    for (guint i = 0; i < G_N_ELEMENTS(legend); i++) {
        g_autoptr(PangoLayout) layout = chart_text_new(GTK_WIDGET(self), _(legend[i].word), 12);
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
timeline_legend_height(MamutoTimeline *self, int width)
{
    return lay_legend_out(self, width, NULL);
}

/* ---- the axis ---- */

static double
time_to_x(MamutoTimeline *self, gint64 time, gint64 begin, gint64 end)
{
    return self->layout.x + (double)(time - begin) / (double)(end - begin) * self->layout.width;
}

static void
draw_axis(MamutoTimeline *self, GtkSnapshot *snapshot, gint64 begin, gint64 end, gboolean dark)
{
    const TimelineLayout *layout = &self->layout;
    gint64 step = time_axis_step(
        (gint64)((double)(end - begin) * TICK_WIDTH / MAX(layout->width, TICK_WIDTH)));

    for (gint64 t = (begin + step - 1) / step * step; t <= end; t += step) {
        g_autofree char *text = time_axis_format(t, step);
        g_autoptr(PangoLayout) label = chart_text_new(GTK_WIDGET(self), text, 11);
        double x = time_to_x(self, t, begin, end);
        int width;

        pango_layout_get_pixel_size(label, &width, NULL);
        draw_rectangle(snapshot, palette_get(PALETTE_GRID, dark), floor(x), layout->y, 1,
                       layout->height + 4);
        chart_text_draw(snapshot, label,
                        CLAMP(x - width / 2.0, 2, layout->x + layout->width + 10 - width),
                        layout->y + layout->height + 5, palette_get(PALETTE_DIM_TEXT, dark));
    }
}

/* ---- lanes ---- */

static void
visible_lanes(MamutoTimeline *self, guint *first, guint *last)
{
    double above = self->layout.y - timeline_lane_y(self, 0);

    *first = (guint)(above / self->layout.lane_height);
    *last = MIN(self->lanes->len,
                (guint)((above + self->layout.height) / self->layout.lane_height) + 1);
}

static void
draw_name(MamutoTimeline *self, GtkSnapshot *snapshot, const TimelineLane *lane, double y,
          gboolean dark)
{
    const TimelineLayout *layout = &self->layout;
    GListModel *hosts = mamuto_run_get_hosts(mamuto_timeline_store_get_job(self->store));
    g_autoptr(MamutoHostStatus) host = g_list_model_get_item(hosts, lane->host);
    g_autofree char *text = NULL;
    g_autoptr(PangoLayout) name = NULL;
    gboolean open = g_hash_table_contains(self->expanded, GUINT_TO_POINTER(lane->host));
    int width, height;

    if (lane->kind == LANE_CORE)
        text = g_strdup_printf("%d", lane->slot + 1);
    else
        text = g_strconcat(!self->by_host ? ""
                           : open         ? "▾ "
                                          : "▸ ",
                           app_text_host(mamuto_host_status_get_name(host)), NULL);
    name = chart_text_new(GTK_WIDGET(self), text, MIN(12, layout->lane_height - 3));
    pango_layout_set_width(name, (layout->x - 2 * TEXT_GAP) * PANGO_SCALE);
    pango_layout_set_ellipsize(name, PANGO_ELLIPSIZE_MIDDLE);
    pango_layout_get_pixel_size(name, &width, &height);
    chart_text_draw(snapshot, name,
                    lane->kind == LANE_CORE ? layout->x - TEXT_GAP - width : TEXT_GAP,
                    y + (layout->lane_height - height) / 2.0,
                    palette_get(lane->kind == LANE_CORE ? PALETTE_DIM_TEXT : PALETTE_TEXT, dark));
}

static void
draw_mark(MamutoTimeline *self, GtkSnapshot *snapshot, const char *mark, double x, double y,
          gboolean dark)
{
    g_autoptr(PangoLayout) layout = chart_text_new(GTK_WIDGET(self), mark, 11);

    chart_text_draw(snapshot, layout, x + 2, y - 1, palette_get(PALETTE_PAPER, dark));
}

static void
draw_core_span(MamutoTimeline *self, GtkSnapshot *snapshot, const TimelineSpan *span, double x,
               double width, double y, double height, gboolean dark)
{
    double shown = width > 4 ? width - 1 : MAX(width, 1);

    draw_rectangle(snapshot, palette_get(PALETTE_COMPUTING, dark), x, y, shown, height);
    if (span->flags & (MAMUTO_SPAN_COPY | MAMUTO_SPAN_RETRY)) {
        draw_hatched(snapshot, PALETTE_PAPER, dark, x, y, shown, 4);
        if (width >= MARK_WIDTH)
            draw_mark(self, snapshot, "↻", x, y, dark);
    }
    if (span->flags & MAMUTO_SPAN_FAILED) {
        draw_rectangle(snapshot, palette_get(PALETTE_FAILED, dark), x, y + height - 4, shown, 4);
        if (width >= 2 * MARK_WIDTH)
            draw_mark(self, snapshot, "✕", x + MARK_WIDTH, y, dark);
    }
}

static void
draw_span(MamutoTimeline *self, GtkSnapshot *snapshot, const TimelineLane *lane,
          const TimelineSpan *span, double x, double width, double y, double height, gboolean dark)
{
    PaletteColor color = palette_of_span((MamutoSpanKind)span->kind);

    if (lane->kind == LANE_CORE)
        draw_core_span(self, snapshot, span, x, width, y, height, dark);
    else if (palette_is_hatched((MamutoSpanKind)span->kind))
        draw_hatched(snapshot, color, dark, x, y, MAX(width, 1), height);
    else
        draw_rectangle(snapshot, palette_get(color, dark), x,
                       span->kind == MAMUTO_SPAN_RETURNING ? y + floor(height / 2) : y,
                       MAX(width, 1), floor(height / 2));
}

static void
draw_lane_spans(MamutoTimeline *self, GtkSnapshot *snapshot, guint number, gint64 begin, gint64 end,
                gboolean dark)
{
    const TimelineLane *lane = &g_array_index(self->lanes, TimelineLane, number);
    double y = timeline_lane_y(self, number) + 1;
    guint n;
    const TimelineSpan *spans =
        mamuto_timeline_store_get_spans(self->store, lane->host, lane->slot, begin, end, &n);

    for (guint i = 0; i < n; i++) {
        double x = MAX(time_to_x(self, spans[i].begin, begin, end), self->layout.x);
        double until =
            MIN(time_to_x(self, spans[i].end, begin, end), self->layout.x + self->layout.width);

        if (spans[i].begin < end && until >= x)
            draw_span(self, snapshot, lane, &spans[i], x, until - x, y,
                      self->layout.lane_height - 2, dark);
    }
}

/* What a core computes now, paler: it is no span before it has ended. */
static void
draw_unfinished(MamutoTimeline *self, GtkSnapshot *snapshot, guint number, gint64 begin, gint64 end,
                gboolean dark)
{
    const TimelineLane *lane = &g_array_index(self->lanes, TimelineLane, number);
    GdkRGBA color = *palette_get(PALETTE_COMPUTING, dark);
    gint64 since = 0;
    double share =
        mamuto_timeline_store_get_unfinished(self->store, lane->host, lane->slot, &since);
    double x = MAX(time_to_x(self, since, begin, end), self->layout.x);
    double until = MIN(time_to_x(self, mamuto_timeline_store_get_now(self->store), begin, end),
                       self->layout.x + self->layout.width);

    color.alpha = (float)(0.5 * share);
    if (share > 0 && until > x)
        draw_rectangle(snapshot, &color, x, timeline_lane_y(self, number) + 1, until - x,
                       self->layout.lane_height - 2);
}

/* Whether the lanes in sight can be painted span by span. */
static gboolean
are_few(MamutoTimeline *self, guint first, guint last, gint64 begin, gint64 end)
{
    guint total = 0;

    for (guint i = first; i < last; i++) {
        const TimelineLane *lane = &g_array_index(self->lanes, TimelineLane, i);
        TimelineFolded folded;
        guint n;

        mamuto_timeline_store_get_spans(self->store, lane->host, lane->slot, begin, end, &n);
        total += n;
        if (lane->kind == LANE_SHARES || total > MAX_RECTANGLES ||
            mamuto_timeline_store_get_bins(self->store, lane->host, lane->slot, &folded))
            return FALSE;
    }
    return TRUE;
}

static void
draw_texture(MamutoTimeline *self, GtkSnapshot *snapshot, guint first, guint last, gint64 begin,
             gint64 end, gboolean dark)
{
    const TimelineLayout *layout = &self->layout;
    int scale = gtk_widget_get_scale_factor(GTK_WIDGET(self));
    g_autoptr(GdkTexture) texture = timeline_bins_make_texture(
        self->store, &g_array_index(self->lanes, TimelineLane, first), last - first, begin, end,
        layout->width * scale, layout->lane_height * scale, scale, dark);

    gtk_snapshot_append_texture(
        snapshot, texture,
        &GRAPHENE_RECT_INIT((float)layout->x, (float)timeline_lane_y(self, first),
                            (float)layout->width,
                            (float)((int)(last - first) * layout->lane_height)));
}

static void
draw_lanes(MamutoTimeline *self, GtkSnapshot *snapshot, gint64 begin, gint64 end, gboolean dark)
{
    const TimelineLayout *layout = &self->layout;
    guint first, last;

    visible_lanes(self, &first, &last);
    gtk_snapshot_push_clip(snapshot, &GRAPHENE_RECT_INIT(0, (float)layout->y,
                                                         (float)(layout->x + layout->width),
                                                         (float)layout->height));
    for (guint i = first; i < last; i++) {
        double y = timeline_lane_y(self, i);

        draw_name(self, snapshot, &g_array_index(self->lanes, TimelineLane, i), y, dark);
        draw_rectangle(snapshot, palette_get(PALETTE_TRACK, dark), layout->x, y + 1, layout->width,
                       layout->lane_height - 2);
    }
    if (first < last && !are_few(self, first, last, begin, end))
        draw_texture(self, snapshot, first, last, begin, end, dark);
    else
        for (guint i = first; i < last; i++) {
            draw_unfinished(self, snapshot, i, begin, end, dark);
            draw_lane_spans(self, snapshot, i, begin, end, dark);
        }
    gtk_snapshot_pop(snapshot);
}

void
timeline_draw(MamutoTimeline *self, GtkSnapshot *snapshot)
{
    gboolean dark = palette_is_dark();
    gint64 begin, end;

    lay_legend_out(self, gtk_widget_get_width(GTK_WIDGET(self)), snapshot);
    if (!self->store)
        return;
    timeline_get_view(self, &begin, &end);
    draw_axis(self, snapshot, begin, end, dark);
    draw_lanes(self, snapshot, begin, end, dark);
}
