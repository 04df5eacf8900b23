/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Paints a chart. Lines are painted with cairo, because they then remain lines and do not become
 * pixels when GTK writes an SVG file. */
#include <glib/gi18n.h>
#include <math.h>

#include "chart-hover.h"
#include "chart-private.h"
#include "chart-text.h"

#define TEXT_SIZE 12
#define GAP 6
#define AXIS_WIDTH 58
#define AXIS_HEIGHT 24
/* Height in pixels of a line of text above the plot, such as the title or the legend. */
#define LINE 20
#define TOP 6
/* Distance in pixels between the edge of the plot and the first or last value of an axis. */
#define PAD 10
#define NAMES_WIDTH 150
#define NAME_GAP 12
/* If a chart is narrower than this number of pixels, it shows the names of the series in a legend
 * above the plot, because the names do not fit beside the lines. */
#define NARROW 560
#define MARK 4.5

static gboolean
is_narrow(double width)
{
    return width < NARROW;
}

static guint
count_legend_lines(MamutoChart *self, double width)
{
    return is_narrow(width) ? (self->series->len + 1) / 2 : 0;
}

void
chart_get_frame(MamutoChart *self, double width, double height, ChartFrame *frame)
{
    double right = is_narrow(width) ? 2 * GAP : NAMES_WIDTH;
    double below = AXIS_HEIGHT + (is_narrow(width) ? LINE : GAP);

    frame->x = AXIS_WIDTH;
    frame->y = TOP + LINE * (1.0 + count_legend_lines(self, width)) +
               (isnan(self->break_even) ? GAP : LINE);
    frame->width = MAX(width - AXIS_WIDTH - right, 1);
    frame->height = MAX(height - frame->y - below, 1);
}

void
chart_place(MamutoChart *self, const ChartFrame *frame, double x, double y, double *at_x,
            double *at_y)
{
    double wide = MAX(frame->width - 2 * PAD, 1), high = MAX(frame->height - 2 * PAD, 1);

    *at_x = frame->x + PAD + wide * chart_axis_place(&self->x, x);
    *at_y = frame->y + PAD + high * (1 - chart_axis_place(&self->y, y));
}

static void
draw_box(GtkSnapshot *snapshot, const GdkRGBA *color, double x, double y, double width,
         double height)
{
    gtk_snapshot_append_color(snapshot, color,
                              &GRAPHENE_RECT_INIT((float)x, (float)y, (float)width, (float)height));
}

/* ---- grid and axes ---- */

static void
draw_minor_grid(MamutoChart *self, GtkSnapshot *snapshot, const ChartFrame *f, gboolean dark)
{
    GdkRGBA faint = *palette_get(PALETTE_GRID, dark);
    g_autoptr(GArray) upright = chart_axis_get_minor_ticks(&self->x);
    g_autoptr(GArray) level = chart_axis_get_minor_ticks(&self->y);
    double x, y;

    faint.alpha = 0.35f;
    for (guint i = 0; i < upright->len; i++) {
        chart_place(self, f, g_array_index(upright, double, i), self->y.low, &x, &y);
        draw_box(snapshot, &faint, floor(x), f->y, 1, f->height);
    }
    for (guint i = 0; i < level->len; i++) {
        chart_place(self, f, self->x.low, g_array_index(level, double, i), &x, &y);
        draw_box(snapshot, &faint, f->x, floor(y), f->width, 1);
    }
}

static void
add_tick(MamutoChart *self, GArray *ticks, const ChartAxis *axis, double at, double value,
         gboolean strong)
{
    g_autofree char *text = chart_axis_format(axis, value);

    chart_ticks_add(ticks, at, chart_text_new(GTK_WIDGET(self), text, TEXT_SIZE), strong);
}

static void
draw_x_axis(MamutoChart *self, GtkSnapshot *snapshot, const ChartFrame *f, double width,
            gboolean dark)
{
    const GdkRGBA *dim = palette_get(PALETTE_DIM_TEXT, dark);
    g_autoptr(PangoLayout) name = chart_text_new(GTK_WIDGET(self), _("Rows"), TEXT_SIZE);
    g_autoptr(GArray) values = chart_axis_get_ticks(&self->x);
    g_autoptr(GArray) ticks = chart_ticks_new();
    double x, y;
    int text_width;

    for (guint i = 0; i < values->len; i++) {
        double value = g_array_index(values, double, i);

        chart_place(self, f, value, self->y.low, &x, &y);
        add_tick(self, ticks, &self->x, x, value, FALSE);
    }
    chart_ticks_draw_below(snapshot, f, ticks, 0, width, TRUE, 0, dark);
    pango_layout_get_pixel_size(name, &text_width, NULL);
    if (is_narrow(width))
        chart_text_draw(snapshot, name, f->x + (f->width - text_width) / 2,
                        f->y + f->height + AXIS_HEIGHT - 2, dim);
    else
        chart_text_draw(snapshot, name, f->x + f->width + NAME_GAP + 10, f->y + f->height + 4, dim);
}

static void
draw_y_axis(MamutoChart *self, GtkSnapshot *snapshot, const ChartFrame *f, gboolean dark)
{
    g_autoptr(GArray) values = chart_axis_get_ticks(&self->y);
    g_autoptr(GArray) ticks = chart_ticks_new();
    double x, y;

    if (!isnan(self->rule)) {
        chart_place(self, f, self->x.low, self->rule, &x, &y);
        add_tick(self, ticks, &self->y, y, self->rule, TRUE);
    }
    for (guint i = 0; i < values->len; i++) {
        double value = g_array_index(values, double, i);

        chart_place(self, f, self->x.low, value, &x, &y);
        add_tick(self, ticks, &self->y, y, value, FALSE);
    }
    chart_ticks_draw_beside(snapshot, f, ticks, dark);
}

/* ---- lines and marks ---- */

static void
set_color(cairo_t *cr, const GdkRGBA *color)
{
    cairo_set_source_rgba(cr, color->red, color->green, color->blue, color->alpha);
}

static void
draw_line(MamutoChart *self, cairo_t *cr, const ChartFrame *frame, const ChartSeries *series)
{
    static const double dashes[] = {7, 4}, dots[] = {1.5, 4};

    for (guint i = 1; i < series->line->len; i++) {
        const ChartLinePoint *from = &g_array_index(series->line, ChartLinePoint, i - 1);
        const ChartLinePoint *to = &g_array_index(series->line, ChartLinePoint, i);
        double x, y;

        if (i == 1 || to->predicted != from->predicted) {
            cairo_stroke(cr);
            chart_place(self, frame, from->x, from->y, &x, &y);
            cairo_move_to(cr, x, y);
            if (to->predicted)
                cairo_set_dash(cr, dots, 2, 0);
            else
                cairo_set_dash(cr, dashes, series->style.dashed ? 2 : 0, 0);
        }
        chart_place(self, frame, to->x, to->y, &x, &y);
        cairo_line_to(cr, x, y);
    }
    cairo_stroke(cr);
}

/* @halo: (nullable): colour of the outline of the mark; NULL: no outline. */
static void
draw_mark(cairo_t *cr, ChartMark mark, double x, double y, const GdkRGBA *color,
          const GdkRGBA *halo)
{
    const double size = MARK;

    cairo_new_path(cr);
    switch (mark) {
    case CHART_CIRCLE:
        cairo_arc(cr, x, y, size, 0, 2 * G_PI);
        break;
    case CHART_SQUARE:
        cairo_rectangle(cr, x - size * 0.9, y - size * 0.9, 1.8 * size, 1.8 * size);
        break;
    case CHART_TRIANGLE:
        cairo_move_to(cr, x, y - size * 1.2);
        cairo_line_to(cr, x + size * 1.1, y + size * 0.8);
        cairo_line_to(cr, x - size * 1.1, y + size * 0.8);
        cairo_close_path(cr);
        break;
    case CHART_DIAMOND:
        cairo_move_to(cr, x, y - size * 1.25);
        cairo_line_to(cr, x + size * 1.25, y);
        cairo_line_to(cr, x, y + size * 1.25);
        cairo_line_to(cr, x - size * 1.25, y);
        cairo_close_path(cr);
        break;
    }
    if (halo != NULL) {
        set_color(cr, halo);
        cairo_set_line_width(cr, 2);
        cairo_stroke_preserve(cr);
    }
    set_color(cr, color);
    cairo_fill(cr);
}

static void
draw_series_line(MamutoChart *self, cairo_t *cr, const ChartFrame *frame, const ChartSeries *series,
                 gboolean dark)
{
    set_color(cr, palette_get(series->style.color, dark));
    cairo_set_line_width(cr, series->style.width);
    draw_line(self, cr, frame, series);
    cairo_set_dash(cr, NULL, 0, 0);
}

/* Draws marks. Each mark has an outline in the background colour, so that overlapping marks can be
 * distinguished. */
static void
draw_series_marks(MamutoChart *self, cairo_t *cr, const ChartFrame *frame,
                  const ChartSeries *series, gboolean dark)
{
    const GdkRGBA *color = palette_get(series->style.color, dark);

    for (guint i = 0; i < series->points->len; i++) {
        const ChartPoint *point = &g_array_index(series->points, ChartPoint, i);
        double x, y, low, high;

        chart_place(self, frame, point->x, point->y, &x, &y);
        chart_place(self, frame, point->x, point->low, &x, &low);
        chart_place(self, frame, point->x, point->high, &x, &high);
        if (low - high > 2 * MARK) {
            set_color(cr, color);
            cairo_set_line_width(cr, 1);
            cairo_move_to(cr, x, low);
            cairo_line_to(cr, x, high);
            cairo_move_to(cr, x - 3, low);
            cairo_line_to(cr, x + 3, low);
            cairo_move_to(cr, x - 3, high);
            cairo_line_to(cr, x + 3, high);
            cairo_stroke(cr);
        }
        draw_mark(cr, series->style.mark, x, y, color, palette_get(PALETTE_PAPER, dark));
    }
}

static void
draw_lines(MamutoChart *self, GtkSnapshot *snapshot, const ChartFrame *frame, double width,
           double height, gboolean dark)
{
    cairo_t *cr =
        gtk_snapshot_append_cairo(snapshot, &GRAPHENE_RECT_INIT(0, 0, (float)width, (float)height));
    double x, y;

    cairo_save(cr);
    cairo_rectangle(cr, frame->x, frame->y, frame->width, frame->height);
    cairo_clip(cr);
    set_color(cr, palette_get(PALETTE_DIM_TEXT, dark));
    cairo_set_line_width(cr, 1);
    if (!isnan(self->rule)) {
        chart_place(self, frame, self->x.low, self->rule, &x, &y);
        cairo_move_to(cr, frame->x, floor(y) + 0.5);
        cairo_line_to(cr, frame->x + frame->width, floor(y) + 0.5);
        cairo_stroke(cr);
    }
    if (!isnan(self->break_even)) {
        static const double dots[] = {1.5, 4};

        chart_place(self, frame, self->break_even, self->y.low, &x, &y);
        cairo_set_dash(cr, dots, self->break_even_predicted ? 2 : 0, 0);
        cairo_move_to(cr, floor(x) + 0.5, frame->y);
        cairo_line_to(cr, floor(x) + 0.5, frame->y + frame->height);
        cairo_stroke(cr);
    }
    cairo_set_dash(cr, NULL, 0, 0);
    for (guint i = 0; i < self->series->len; i++)
        draw_series_line(self, cr, frame, g_ptr_array_index(self->series, i), dark);
    for (guint i = 0; i < self->series->len; i++)
        draw_series_marks(self, cr, frame, g_ptr_array_index(self->series, i), dark);
    cairo_restore(cr);
    cairo_destroy(cr);
}

/* ---- text ---- */

static void
draw_break_even_text(MamutoChart *self, GtkSnapshot *snapshot, const ChartFrame *frame,
                     gboolean dark)
{
    g_autoptr(PangoLayout) layout = NULL;
    double x, y;
    int width, height;

    if (isnan(self->break_even) || self->break_even_text == NULL)
        return;
    layout = chart_text_new(GTK_WIDGET(self), self->break_even_text, TEXT_SIZE);
    chart_place(self, frame, self->break_even, self->y.low, &x, &y);
    pango_layout_get_pixel_size(layout, &width, &height);
    x = CLAMP(x - width / 2.0, frame->x, MAX(frame->x, frame->x + frame->width - width));
    chart_text_draw(snapshot, layout, x, frame->y - height - 2, palette_get(PALETTE_TEXT, dark));
}

static void
draw_swatch(GtkSnapshot *snapshot, const ChartStyle *style, double x, double y, gboolean dark)
{
    cairo_t *cr = gtk_snapshot_append_cairo(
        snapshot, &GRAPHENE_RECT_INIT((float)x - 8, (float)y - 8, 16, 16));

    draw_mark(cr, style->mark, x, y, palette_get(style->color, dark), NULL);
    cairo_destroy(cr);
}

/* @subtitle: (nullable): a text beside the title, such as the name of the job. */
static void
draw_title(MamutoChart *self, GtkSnapshot *snapshot, double width, const char *subtitle,
           gboolean dark)
{
    g_autoptr(PangoLayout) title =
        chart_text_new(GTK_WIDGET(self), self->title ? self->title : "", TEXT_SIZE);
    g_autoptr(PangoLayout) more =
        chart_text_new(GTK_WIDGET(self), subtitle ? subtitle : "", TEXT_SIZE);
    PangoFontDescription *font =
        pango_font_description_copy(pango_layout_get_font_description(title));
    int title_width, more_width;

    pango_font_description_set_weight(font, PANGO_WEIGHT_BOLD);
    pango_layout_set_font_description(title, font);
    pango_font_description_free(font);
    pango_layout_get_pixel_size(title, &title_width, NULL);
    pango_layout_set_width(title, (int)(width - 4 * GAP) * PANGO_SCALE);
    pango_layout_set_ellipsize(title, PANGO_ELLIPSIZE_END);
    chart_text_draw(snapshot, title, 2 * GAP, TOP + 2, palette_get(PALETTE_TEXT, dark));
    pango_layout_get_pixel_size(more, &more_width, NULL);
    chart_text_draw(snapshot, more, MAX(width - more_width - 2 * GAP, title_width + 4.0 * GAP),
                    TOP + 2, palette_get(PALETTE_DIM_TEXT, dark));
}

/* Draws the legend of a narrow chart: two columns above the plot. */
static void
draw_legend(MamutoChart *self, GtkSnapshot *snapshot, double width, gboolean dark)
{
    for (guint i = 0; i < self->series->len; i++) {
        const ChartSeries *series = g_ptr_array_index(self->series, i);
        g_autoptr(PangoLayout) layout =
            chart_text_new(GTK_WIDGET(self), series->style.name, TEXT_SIZE);
        guint column = i % 2, row = i / 2;
        double x = GAP + column * (width - 2 * GAP) / 2, y = TOP + LINE * (1.0 + row);

        pango_layout_set_width(layout, (int)((width - 2 * GAP) / 2 - 20) * PANGO_SCALE);
        pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
        draw_swatch(snapshot, &series->style, x + 8, y + LINE / 2.0, dark);
        chart_text_draw(snapshot, layout, x + 20, y + 2, palette_get(PALETTE_TEXT, dark));
    }
}

typedef struct {
    const ChartSeries *series;
    double y;
} NamePlace;

static int
compare_places(gconstpointer a, gconstpointer b)
{
    const NamePlace *p = a, *q = b;

    return p->y < q->y ? -1 : p->y > q->y;
}

/* Sets @y to the vertical position of the series' last point. Returns FALSE if the series has no
 * points. */
static gboolean
find_end(MamutoChart *self, const ChartFrame *frame, const ChartSeries *series, double *y)
{
    double x;

    if (series->line->len > 0) {
        const ChartLinePoint *end =
            &g_array_index(series->line, ChartLinePoint, series->line->len - 1);

        chart_place(self, frame, end->x, end->y, &x, y);
    } else if (series->points->len > 0) {
        const ChartPoint *end = &g_array_index(series->points, ChartPoint, series->points->len - 1);

        chart_place(self, frame, end->x, end->y, &x, y);
    }
    return series->line->len > 0 || series->points->len > 0;
}

/* Draws each series' name at the end of its line. Moves names apart if they overlap. */
static void
draw_names(MamutoChart *self, GtkSnapshot *snapshot, const ChartFrame *frame, gboolean dark)
{
    g_autofree NamePlace *places = g_new(NamePlace, self->series->len);
    guint n = 0;
    double below = frame->y + frame->height;

    for (guint i = 0; i < self->series->len; i++) {
        const ChartSeries *series = g_ptr_array_index(self->series, i);
        double y;

        if (find_end(self, frame, series, &y))
            places[n++] = (NamePlace){series, CLAMP(y, frame->y, below) - TEXT_SIZE * 0.7};
    }
    if (n == 0)
        return;
    qsort(places, n, sizeof *places, compare_places);
    for (guint i = 1; i < n; i++)
        places[i].y = MAX(places[i].y, places[i - 1].y + TEXT_SIZE + GAP);
    for (guint i = n; i-- > 0;) {
        g_autoptr(PangoLayout) layout =
            chart_text_new(GTK_WIDGET(self), places[i].series->style.name, TEXT_SIZE);

        places[i].y = MIN(places[i].y, below - TEXT_SIZE);
        below = places[i].y - GAP;
        pango_layout_set_width(layout, (NAMES_WIDTH - 26) * PANGO_SCALE);
        pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
        draw_swatch(snapshot, &places[i].series->style, frame->x + frame->width + NAME_GAP,
                    places[i].y + TEXT_SIZE * 0.7, dark);
        chart_text_draw(snapshot, layout, frame->x + frame->width + NAME_GAP + 10, places[i].y,
                        palette_get(PALETTE_TEXT, dark));
    }
}

static void
draw_hover(MamutoChart *self, GtkSnapshot *snapshot, const ChartFrame *frame, double width,
           double height, gboolean dark)
{
    const ChartSeries *series;
    const ChartPoint *point;
    double x, y;
    cairo_t *cr;

    if (self->hover_series < 0 || (guint)self->hover_series >= self->series->len)
        return;
    series = g_ptr_array_index(self->series, self->hover_series);
    if (self->hover_point < 0 || (guint)self->hover_point >= series->points->len)
        return;
    point = &g_array_index(series->points, ChartPoint, self->hover_point);
    chart_place(self, frame, point->x, point->y, &x, &y);
    cr = gtk_snapshot_append_cairo(snapshot,
                                   &GRAPHENE_RECT_INIT((float)x - 12, (float)y - 12, 24, 24));
    set_color(cr, palette_get(PALETTE_TEXT, dark));
    cairo_set_line_width(cr, 2);
    cairo_arc(cr, x, y, 8, 0, 2 * G_PI);
    cairo_stroke(cr);
    cairo_destroy(cr);
    chart_hover_draw_box(GTK_WIDGET(self), snapshot, point->text, x, y, width, height, dark);
}

void
chart_draw(MamutoChart *self, GtkSnapshot *snapshot, double width, double height,
           const char *subtitle, gboolean dark)
{
    ChartFrame frame;

    chart_get_frame(self, width, height, &frame);
    draw_box(snapshot, palette_get(PALETTE_PAPER, dark), 0, 0, width, height);
    if (isnan(self->x.low) || isnan(self->y.low))
        return;
    draw_title(self, snapshot, width, subtitle, dark);
    if (frame.width > 200)
        draw_minor_grid(self, snapshot, &frame, dark);
    draw_x_axis(self, snapshot, &frame, width, dark);
    draw_y_axis(self, snapshot, &frame, dark);
    draw_lines(self, snapshot, &frame, width, height, dark);
    draw_break_even_text(self, snapshot, &frame, dark);
    if (is_narrow(width))
        draw_legend(self, snapshot, width, dark);
    else
        draw_names(self, snapshot, &frame, dark);
    draw_hover(self, snapshot, &frame, width, height, dark);
}
