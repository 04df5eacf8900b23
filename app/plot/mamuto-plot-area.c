/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See mamuto-plot-area.h. The plot is stored as a render node until the data, the size or the
 * colours change. When the pointer moves, the widget reuses this node, and draws only the line and
 * the text box at the pointer again. */
#include "mamuto-plot-area.h"

#include <glib/gi18n.h>
#include <math.h>

#include "../app-text.h"
#include "../chart/chart-axis.h"
#include "../chart/chart-hover.h"
#include "../chart/chart-text.h"
#include "../chart/chart-ticks.h"
#include "../chart/number-text.h"
#include "../chart/palette.h"

#define TEXT_SCALE 0.85
#define TOP_GAP 8
#define BOTTOM_GAP 6
/* Number of bars or parts of the line by which Page Up and Page Down move. */
#define PAGE 10
/* The vertical position at which the text box is requested. It is above the widget, so the box is
 * drawn at the upper edge of the widget. */
#define HOVER_Y (-100)
#define MIN_TICK_WIDTH 52  /* minimum width in pixels for each label below the plot */
#define MIN_TICK_HEIGHT 36 /* minimum height in pixels for each label beside the plot */

struct _MamutoPlotArea {
    GtkWidget parent_instance;
    const PlotData *data;
    PlotKind kind;
    int hovered; /* index of the bar or part of the line that is selected; -1: none */
    GskRenderNode *node;
    ChartFrame plot; /* rectangle between the axes when the plot was last drawn */
};

G_DEFINE_FINAL_TYPE(MamutoPlotArea, mamuto_plot_area, GTK_TYPE_WIDGET)

typedef struct {
    ChartAxis x, y;
} Axes;

static int
count_places(MamutoPlotArea *self)
{
    if (!self->data)
        return 0;
    return (int)(self->kind == PLOT_HISTOGRAM ? self->data->n_bins : self->data->n_stretches);
}

static gboolean
find_axes(MamutoPlotArea *self, Axes *axes)
{
    const PlotData *data = self->data;

    if (count_places(self) == 0 || isnan(data->summary->finite_min))
        return FALSE;
    if (self->kind == PLOT_HISTOGRAM) {
        axes->x = (ChartAxis){CHART_VALUE, data->lo, data->hi, .whole = data->is_whole};
        axes->y = (ChartAxis){CHART_COUNT, 0, (double)data->most, .whole = TRUE};
        return TRUE;
    }
    axes->x = (ChartAxis){CHART_COUNT, 0, (double)data->n_rows, .whole = TRUE};
    axes->y = (ChartAxis){CHART_VALUE, data->summary->finite_min, data->summary->finite_max};
    if (axes->y.low == axes->y.high) {
        double room = fmax(fabs(axes->y.low) * 0.01, 1e-300);

        axes->y.low -= room;
        axes->y.high += room;
    }
    return isfinite(axes->y.high - axes->y.low);
}

/* ---- drawing ---- */

static double
place_x(MamutoPlotArea *self, const Axes *axes, double value)
{
    return self->plot.x + self->plot.width * chart_axis_place(&axes->x, value);
}

static double
place_y(MamutoPlotArea *self, const Axes *axes, double value)
{
    return self->plot.y + self->plot.height * (1 - chart_axis_place(&axes->y, value));
}

static void
add_tick(MamutoPlotArea *self, GArray *ticks, const ChartAxis *axis, double at, double value)
{
    g_autofree char *text = chart_axis_format(axis, value);

    chart_ticks_add(ticks, at, chart_text_new_scaled(GTK_WIDGET(self), text, TEXT_SCALE), FALSE);
}

/* Draws the labels on the left. Sets the position and width of the plot, because they depend on the
 * widest label. */
static void
draw_side(MamutoPlotArea *self, GtkSnapshot *snapshot, Axes *axes, int width)
{
    g_autoptr(GArray) ticks = chart_ticks_new();
    g_autoptr(GArray) values = NULL;

    axes->y.max_ticks = (guint)MAX(self->plot.height / MIN_TICK_HEIGHT, 1);
    values = chart_axis_get_ticks(&axes->y);
    for (guint i = 0; i < values->len; i++) {
        double value = g_array_index(values, double, i);

        add_tick(self, ticks, &axes->y, place_y(self, axes, value), value);
    }
    self->plot.x = chart_ticks_get_width(ticks) + CHART_LABEL_GAP;
    self->plot.width = MAX(width - self->plot.x - CHART_LABEL_GAP, 1);
    chart_ticks_draw_beside(snapshot, &self->plot, ticks, palette_is_dark());
}

static void
draw_bottom(MamutoPlotArea *self, GtkSnapshot *snapshot, Axes *axes, int width)
{
    g_autoptr(GArray) ticks = chart_ticks_new();
    g_autoptr(GArray) values = NULL;

    axes->x.max_ticks = (guint)MAX(self->plot.width / MIN_TICK_WIDTH, 1);
    values = chart_axis_get_ticks(&axes->x);
    for (guint i = 0; i < values->len; i++) {
        double value = g_array_index(values, double, i);

        add_tick(self, ticks, &axes->x, place_x(self, axes, value), value);
    }
    chart_ticks_draw_below(snapshot, &self->plot, ticks, 0, width, FALSE, 0, palette_is_dark());
}

static void
draw_bars(MamutoPlotArea *self, GtkSnapshot *snapshot)
{
    const GdkRGBA *color = palette_get(PALETTE_COMPUTING, palette_is_dark());
    const PlotData *data = self->data;
    float width = (float)self->plot.width / (float)data->n_bins;
    float gap = width > 4 ? 1 : 0;

    for (guint i = 0; i < data->n_bins; i++) {
        float height =
            (float)((double)data->counts[i] / (double)MAX(data->most, 1) * self->plot.height);

        if (data->counts[i] == 0)
            continue;
        /* draw each bar at least one pixel high, because one value among millions must be visible
         */
        height = MAX(height, 1);
        gtk_snapshot_append_color(
            snapshot, color,
            &GRAPHENE_RECT_INIT((float)self->plot.x + (float)i * width,
                                (float)(self->plot.y + self->plot.height) - height, width - gap,
                                height));
    }
}

static void
draw_line(MamutoPlotArea *self, GtkSnapshot *snapshot, const Axes *axes)
{
    const PlotData *data = self->data;
    cairo_t *cr = gtk_snapshot_append_cairo(
        snapshot, &GRAPHENE_RECT_INIT((float)self->plot.x - 1, (float)self->plot.y - 1,
                                      (float)self->plot.width + 2, (float)self->plot.height + 2));
    gboolean drawing = FALSE;

    gdk_cairo_set_source_rgba(cr, palette_get(PALETTE_COMPUTING, palette_is_dark()));
    cairo_set_line_width(cr, 1);
    cairo_set_line_join(cr, CAIRO_LINE_JOIN_BEVEL);
    cairo_set_line_cap(cr, CAIRO_LINE_CAP_ROUND);
    for (guint i = 0; i < data->n_stretches; i++) {
        double x = self->plot.x + (i + 0.5) * self->plot.width / data->n_stretches;

        if (isnan(data->lows[i])) {
            drawing = FALSE;
            continue;
        }
        if (drawing)
            cairo_line_to(cr, x, place_y(self, axes, data->lows[i]));
        else
            cairo_move_to(cr, x, place_y(self, axes, data->lows[i]));
        cairo_line_to(cr, x, place_y(self, axes, data->highs[i]));
        drawing = TRUE;
    }
    cairo_stroke(cr);
    cairo_destroy(cr);
}

static void
draw_plot(MamutoPlotArea *self, GtkSnapshot *snapshot, Axes *axes, int width, int height)
{
    g_autoptr(PangoLayout) sample = chart_text_new_scaled(GTK_WIDGET(self), "0", TEXT_SCALE);
    int line;

    pango_layout_get_pixel_size(sample, NULL, &line);
    self->plot.y = TOP_GAP + line;
    self->plot.height = MAX(height - self->plot.y - line - BOTTOM_GAP, 1);
    draw_side(self, snapshot, axes, width);
    draw_bottom(self, snapshot, axes, width);
    if (self->kind == PLOT_HISTOGRAM)
        draw_bars(self, snapshot);
    else
        draw_line(self, snapshot, axes);
}

/* (transfer full): describes the bar or the part of the line with the index @i, for example "0.12
 * to 0.15: 12,345×". */
static char *
describe_place(MamutoPlotArea *self, guint i)
{
    const PlotData *data = self->data;
    gboolean is_line = self->kind == PLOT_LINE;
    double width = (data->hi - data->lo) / MAX(data->n_bins, 1);
    g_autofree char *from = number_text_value(is_line ? data->lows[i] : data->lo + i * width);
    g_autofree char *to = number_text_value(is_line ? data->highs[i] : data->lo + (i + 1) * width);
    g_autofree char *count = NULL;
    g_autofree char *last = NULL;
    gint64 first, end;

    if (!is_line) {
        count = app_text_count(data->counts[i]);
        if (data->is_whole && width == 1) {
            g_autofree char *middle = number_text_value(data->lo + i + 0.5);

            /* Translators: a bar of a histogram: a value, and the number of its occurrences */
            return g_strdup_printf(_("%s: %s×"), middle, count);
        }
        /* Translators: a bar of a histogram: from, to, and the number of values between them */
        return g_strdup_printf(_("%s to %s: %s×"), from, to, count);
    }
    plot_data_get_stretch(data, i, &first, &end);
    count = app_text_count(first);
    last = app_text_count(end - 1);
    if (end - first == 1)
        /* Translators: a point of a line: row number and value */
        return g_strdup_printf(_("Row %s: %s"), count, from);
    /* Translators: a part of a line: its first row, last row, smallest value and largest value */
    return g_strdup_printf(_("Rows %s to %s: %s to %s"), count, last, from, to);
}

static void
draw_hover(MamutoPlotArea *self, GtkSnapshot *snapshot, int width, int height)
{
    gboolean dark = palette_is_dark();
    g_autofree char *text = describe_place(self, (guint)self->hovered);
    double x = self->plot.x + (self->hovered + 0.5) * self->plot.width / MAX(count_places(self), 1);

    chart_hover_draw_line(snapshot, &self->plot, x, dark);
    chart_hover_draw_box(GTK_WIDGET(self), snapshot, text, x, HOVER_Y, width, height, dark);
}

static void
mamuto_plot_area_snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
    MamutoPlotArea *self = MAMUTO_PLOT_AREA(widget);
    int width = gtk_widget_get_width(widget), height = gtk_widget_get_height(widget);
    Axes axes;

    if (!find_axes(self, &axes))
        return;
    if (!self->node) {
        GtkSnapshot *drawing = gtk_snapshot_new();

        draw_plot(self, drawing, &axes, width, height);
        self->node = gtk_snapshot_free_to_node(drawing);
    }
    if (self->node)
        gtk_snapshot_append_node(snapshot, self->node);
    if (self->hovered >= 0 && self->hovered < count_places(self))
        draw_hover(self, snapshot, width, height);
}

/* ---- pointer and keys ---- */

static void
redraw(MamutoPlotArea *self)
{
    g_clear_pointer(&self->node, gsk_render_node_unref);
    gtk_widget_queue_draw(GTK_WIDGET(self));
}

static void
hover(MamutoPlotArea *self, int place)
{
    if (place == self->hovered)
        return;
    self->hovered = place;
    if (place >= 0 && place < count_places(self)) {
        g_autofree char *text = describe_place(self, (guint)place);

        gtk_accessible_update_property(GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT,
                                       text, -1);
    }
    gtk_widget_queue_draw(GTK_WIDGET(self));
}

static void
on_motion(MamutoPlotArea *self, double x, double y)
{
    double share = (x - self->plot.x) / MAX(self->plot.width, 1);

    hover(self, self->node && share >= 0 && share < 1 ? (int)(share * count_places(self)) : -1);
}

static void
on_leave(MamutoPlotArea *self)
{
    hover(self, -1);
}

static gboolean
on_key(GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state,
       MamutoPlotArea *self)
{
    int n = count_places(self), along, across;

    if (n == 0 || state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SHIFT_MASK))
        return FALSE;
    if (key == GDK_KEY_Home || key == GDK_KEY_End) {
        hover(self, key == GDK_KEY_Home ? 0 : n - 1);
        return TRUE;
    }
    if (key == GDK_KEY_Page_Up || key == GDK_KEY_Page_Down)
        along = key == GDK_KEY_Page_Up ? -PAGE : PAGE;
    else if (!chart_hover_get_step(key, state, 0, &along, &across) || along == 0)
        return FALSE;
    hover(self, CLAMP(self->hovered < 0 ? 0 : self->hovered + along, 0, n - 1));
    return TRUE;
}

static void
mamuto_plot_area_measure(GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                         int *natural, int *minimum_baseline, int *natural_baseline)
{
    *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? 160 : 140;
    *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 320 : 200;
}

static void
mamuto_plot_area_size_allocate(GtkWidget *widget, int width, int height, int baseline)
{
    redraw(MAMUTO_PLOT_AREA(widget));
}

static void
mamuto_plot_area_css_changed(GtkWidget *widget, GtkCssStyleChange *change)
{
    GTK_WIDGET_CLASS(mamuto_plot_area_parent_class)->css_changed(widget, change);
    redraw(MAMUTO_PLOT_AREA(widget));
}

static void
mamuto_plot_area_dispose(GObject *object)
{
    g_clear_pointer(&MAMUTO_PLOT_AREA(object)->node, gsk_render_node_unref);
    G_OBJECT_CLASS(mamuto_plot_area_parent_class)->dispose(object);
}

static void
mamuto_plot_area_class_init(MamutoPlotAreaClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    G_OBJECT_CLASS(klass)->dispose = mamuto_plot_area_dispose;
    widget_class->snapshot = mamuto_plot_area_snapshot;
    widget_class->measure = mamuto_plot_area_measure;
    widget_class->size_allocate = mamuto_plot_area_size_allocate;
    widget_class->css_changed = mamuto_plot_area_css_changed;
    gtk_widget_class_set_accessible_role(widget_class, GTK_ACCESSIBLE_ROLE_IMG);
    gtk_widget_class_set_css_name(widget_class, "plot");
}

static void
mamuto_plot_area_init(MamutoPlotArea *self)
{
    GtkEventController *motion = gtk_event_controller_motion_new();
    GtkEventController *keys = gtk_event_controller_key_new();

    self->hovered = -1;
    gtk_widget_set_focusable(GTK_WIDGET(self), TRUE);
    gtk_widget_set_overflow(GTK_WIDGET(self), GTK_OVERFLOW_HIDDEN);
    g_signal_connect_object(motion, "motion", G_CALLBACK(on_motion), self, G_CONNECT_SWAPPED);
    g_signal_connect_object(motion, "leave", G_CALLBACK(on_leave), self, G_CONNECT_SWAPPED);
    g_signal_connect(keys, "key-pressed", G_CALLBACK(on_key), self);
    gtk_widget_add_controller(GTK_WIDGET(self), motion);
    gtk_widget_add_controller(GTK_WIDGET(self), keys);
    g_signal_connect_object(adw_style_manager_get_default(), "notify::dark", G_CALLBACK(redraw),
                            self, G_CONNECT_SWAPPED);
}

GtkWidget *
mamuto_plot_area_new(void)
{
    return g_object_new(MAMUTO_TYPE_PLOT_AREA, NULL);
}

/* Sets the accessible label and description. */
static void
describe(MamutoPlotArea *self)
{
    g_autofree char *least = NULL;
    g_autofree char *greatest = NULL;
    g_autofree char *middle = NULL;
    g_autofree char *text = NULL;

    if (self->data && self->data->summary->n > 0) {
        least = number_text_value(self->data->summary->min);
        greatest = number_text_value(self->data->summary->max);
        middle = number_text_value(self->data->summary->quantiles[2]);
        /* Translators: describes a plot: the smallest, the largest and the median value */
        text = g_strdup_printf(_("From %s to %s, median %s"), least, greatest, middle);
    }
    gtk_accessible_update_property(
        GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_PROPERTY_LABEL,
        self->kind == PLOT_HISTOGRAM ? _("Histogram") : C_("plot", "Line"),
        GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text ? text : _("Nothing to show"), -1);
}

void
mamuto_plot_area_set_data(MamutoPlotArea *self, const PlotData *data)
{
    self->data = data;
    self->hovered = -1;
    describe(self);
    redraw(self);
}

void
mamuto_plot_area_set_kind(MamutoPlotArea *self, PlotKind kind)
{
    self->kind = kind;
    self->hovered = -1;
    describe(self);
    redraw(self);
}
