/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See mamuto-plot-area.h. The drawing is kept as a node until the data, the size or the colours are
 * others: moving the pointer draws one line over it. */
#include "mamuto-plot-area.h"

#include <glib/gi18n.h>
#include <math.h>

#include "../app-text.h"
#include "../chart/palette.h"
#include "plot-text.h"

#define LABEL_GAP 6
#define TOP_GAP 8
#define MIN_TICK_WIDTH 52  /* pixels for each label at the bottom */
#define MIN_TICK_HEIGHT 36 /* and at the side */

struct _MamutoPlotArea {
    GtkWidget parent_instance;
    const PlotData *data;
    PlotKind kind;
    int hovered; /* bin or stretch; -1: none */
    GskRenderNode *node;
    GdkRectangle plot; /* within the axes, as it was drawn */
};

G_DEFINE_FINAL_TYPE(MamutoPlotArea, mamuto_plot_area, GTK_TYPE_WIDGET)

/* What the two directions stand for. */
typedef struct {
    double x_lo, x_hi, y_lo, y_hi;
    gboolean x_counts, y_counts;
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
        *axes = (Axes){data->lo, data->hi, 0, (double)data->most, FALSE, TRUE};
        return TRUE;
    }
    *axes = (Axes){
        0, (double)data->n_rows, data->summary->finite_min, data->summary->finite_max, TRUE, FALSE};
    if (axes->y_lo == axes->y_hi) {
        double room = fmax(fabs(axes->y_lo) * 0.01, 1e-300);

        axes->y_lo -= room;
        axes->y_hi += room;
    }
    return isfinite(axes->y_hi - axes->y_lo);
}

/* ---- drawing ---- */

static PangoLayout *
make_label(MamutoPlotArea *self, double value, gboolean is_count)
{
    g_autofree char *text = is_count ? plot_text_count(value) : plot_text_value(value);
    PangoLayout *layout = gtk_widget_create_pango_layout(GTK_WIDGET(self), text);
    g_autoptr(PangoAttrList) attributes = pango_attr_list_new();

    pango_attr_list_insert(attributes, pango_attr_scale_new(0.85));
    pango_layout_set_attributes(layout, attributes);
    return layout;
}

static void
draw_label(GtkSnapshot *snapshot, PangoLayout *layout, float x, float y)
{
    gtk_snapshot_save(snapshot);
    gtk_snapshot_translate(snapshot, &GRAPHENE_POINT_INIT(x, y));
    gtk_snapshot_append_layout(snapshot, layout, palette_get(PALETTE_DIM_TEXT, palette_is_dark()));
    gtk_snapshot_restore(snapshot);
}

static double
first_tick(double lo, double step)
{
    return ceil(lo / step - 1e-9) * step;
}

static guint
count_ticks(double lo, double hi, double step)
{
    double first = first_tick(lo, step);

    return first <= hi ? (guint)((hi - first) / step) + 1 : 0;
}

/* The ticks of the side: as wide as its widest label. */
static void
draw_side(MamutoPlotArea *self, GtkSnapshot *snapshot, const Axes *axes, int width, int height)
{
    const GdkRGBA *grid = palette_get(PALETTE_GRID, palette_is_dark());
    double range = axes->y_hi - axes->y_lo;
    double step = plot_tick_step(range, (guint)MAX(self->plot.height / MIN_TICK_HEIGHT, 1));
    g_autoptr(GPtrArray) labels = g_ptr_array_new_with_free_func(g_object_unref);
    int widest = 0, label_width, label_height = 0;
    guint n_ticks;

    if (axes->y_counts)
        step = fmax(step, 1);
    n_ticks = count_ticks(axes->y_lo, axes->y_hi + range * 1e-9, step);
    for (guint i = 0; i < n_ticks; i++) {
        double y = first_tick(axes->y_lo, step) + i * step;
        PangoLayout *layout = make_label(self, fabs(y) < step * 1e-9 ? 0 : y, axes->y_counts);

        g_ptr_array_add(labels, layout);
        pango_layout_get_pixel_size(layout, &label_width, &label_height);
        widest = MAX(widest, label_width);
    }
    self->plot.x = widest + LABEL_GAP;
    self->plot.width = MAX(width - self->plot.x - LABEL_GAP, 1);
    for (guint i = 0; i < labels->len; i++) {
        double y = first_tick(axes->y_lo, step) + i * step;
        float at = (float)(self->plot.y + self->plot.height * (1 - (y - axes->y_lo) / range));

        pango_layout_get_pixel_size(g_ptr_array_index(labels, i), &label_width, &label_height);
        draw_label(snapshot, g_ptr_array_index(labels, i), (float)(widest - label_width),
                   at - (float)label_height / 2);
        gtk_snapshot_append_color(
            snapshot, grid,
            &GRAPHENE_RECT_INIT((float)self->plot.x, floorf(at), (float)self->plot.width, 1));
    }
}

static void
draw_bottom(MamutoPlotArea *self, GtkSnapshot *snapshot, const Axes *axes)
{
    double range = axes->x_hi - axes->x_lo;
    double step = plot_tick_step(range, (guint)MAX(self->plot.width / MIN_TICK_WIDTH, 1));
    guint n_ticks;

    if (axes->x_counts || self->data->is_whole)
        step = fmax(step, 1);
    n_ticks = count_ticks(axes->x_lo, axes->x_hi, step);
    for (guint i = 0; i < n_ticks; i++) {
        double x = first_tick(axes->x_lo, step) + i * step;
        double value = fabs(x) < step * 1e-9 ? 0 : x;
        g_autoptr(PangoLayout) layout = make_label(self, value, axes->x_counts);
        float at = (float)(self->plot.x + self->plot.width * ((x - axes->x_lo) / range));
        int top = self->plot.y + self->plot.height + LABEL_GAP / 2;
        int width, height;

        pango_layout_get_pixel_size(layout, &width, &height);
        draw_label(snapshot, layout,
                   CLAMP(at - (float)width / 2, 0,
                         (float)(self->plot.x + self->plot.width + LABEL_GAP - width)),
                   (float)top);
    }
}

static void
draw_bars(MamutoPlotArea *self, GtkSnapshot *snapshot)
{
    const GdkRGBA *color = palette_get(PALETTE_COMPUTING, palette_is_dark());
    const PlotData *data = self->data;
    float width = (float)self->plot.width / (float)data->n_bins;
    float gap = width > 4 ? 1 : 0;

    for (guint i = 0; i < data->n_bins; i++) {
        float height = (float)((double)data->counts[i] / (double)MAX(data->most, 1)) *
                       (float)self->plot.height;

        if (data->counts[i] == 0)
            continue;
        /* one value among millions is seen too */
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
    double scale = self->plot.height / (axes->y_hi - axes->y_lo);
    double bottom = self->plot.y + self->plot.height;
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
            cairo_line_to(cr, x, bottom - (data->lows[i] - axes->y_lo) * scale);
        else
            cairo_move_to(cr, x, bottom - (data->lows[i] - axes->y_lo) * scale);
        cairo_line_to(cr, x, bottom - (data->highs[i] - axes->y_lo) * scale);
        drawing = TRUE;
    }
    cairo_stroke(cr);
    cairo_destroy(cr);
}

static void
draw_plot(MamutoPlotArea *self, GtkSnapshot *snapshot, const Axes *axes, int width, int height)
{
    g_autoptr(PangoLayout) sample = make_label(self, 0, TRUE);
    int sample_width, line;

    pango_layout_get_pixel_size(sample, &sample_width, &line);
    self->plot.y = TOP_GAP + line;
    self->plot.height = MAX(height - self->plot.y - line - LABEL_GAP, 1);
    draw_side(self, snapshot, axes, width, height);
    draw_bottom(self, snapshot, axes);
    if (self->kind == PLOT_HISTOGRAM)
        draw_bars(self, snapshot);
    else
        draw_line(self, snapshot, axes);
}

/* "0.12 to 0.15: 12,345 values"; (transfer full) */
static char *
describe_place(MamutoPlotArea *self, guint i)
{
    const PlotData *data = self->data;
    gboolean is_line = self->kind == PLOT_LINE;
    double width = (data->hi - data->lo) / MAX(data->n_bins, 1);
    g_autofree char *from = plot_text_value(is_line ? data->lows[i] : data->lo + i * width);
    g_autofree char *to = plot_text_value(is_line ? data->highs[i] : data->lo + (i + 1) * width);
    g_autofree char *count = NULL;
    g_autofree char *last = NULL;
    gint64 first, end;

    if (!is_line) {
        count = app_text_count(data->counts[i]);
        if (data->is_whole && width == 1) {
            g_autofree char *middle = plot_text_value(data->lo + i + 0.5);

            /* Translators: under a bar of a histogram: how often a value is there */
            return g_strdup_printf(_("%s: %s×"), middle, count);
        }
        /* Translators: under a bar of a histogram: from, to, how many values lie there */
        return g_strdup_printf(_("%s to %s: %s×"), from, to, count);
    }
    plot_data_get_stretch(data, i, &first, &end);
    count = app_text_count(first);
    last = app_text_count(end - 1);
    if (end - first == 1)
        /* Translators: a point of a line */
        return g_strdup_printf(_("Row %s: %s"), count, from);
    /* Translators: a stretch of a line: rows from, to; the least and the greatest value */
    return g_strdup_printf(_("Rows %s to %s: %s to %s"), count, last, from, to);
}

static void
draw_hover(MamutoPlotArea *self, GtkSnapshot *snapshot)
{
    const GdkRGBA *color = palette_get(PALETTE_TEXT, palette_is_dark());
    g_autofree char *text = describe_place(self, (guint)self->hovered);
    g_autoptr(PangoLayout) layout = gtk_widget_create_pango_layout(GTK_WIDGET(self), text);
    g_autoptr(PangoAttrList) attributes = pango_attr_list_new();
    float x = (float)(self->plot.x +
                      (self->hovered + 0.5) * self->plot.width / MAX(count_places(self), 1));

    gtk_snapshot_append_color(
        snapshot, color,
        &GRAPHENE_RECT_INIT(floorf(x), (float)self->plot.y, 1, (float)self->plot.height));
    pango_attr_list_insert(attributes, pango_attr_scale_new(0.85));
    pango_layout_set_attributes(layout, attributes);
    pango_layout_set_width(layout, (self->plot.x + self->plot.width) * PANGO_SCALE);
    pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
    pango_layout_set_alignment(layout, PANGO_ALIGN_RIGHT);
    gtk_snapshot_append_layout(snapshot, layout, color);
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
        draw_hover(self, snapshot);
}

/* ---- what it answers ---- */

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
on_move(GtkWidget *widget, GVariant *parameter, gpointer data)
{
    MamutoPlotArea *self = MAMUTO_PLOT_AREA(widget);
    int n = count_places(self), step = g_variant_get_int32(parameter);

    if (n == 0)
        return FALSE;
    if (ABS(step) == G_MAXINT32)
        hover(self, step < 0 ? 0 : n - 1);
    else
        hover(self, CLAMP(self->hovered < 0 ? 0 : self->hovered + step, 0, n - 1));
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
    static const struct {
        guint key;
        int step;
    } keys[] = {{GDK_KEY_Left, -1},      {GDK_KEY_Right, 1},          {GDK_KEY_Page_Up, -10},
                {GDK_KEY_Page_Down, 10}, {GDK_KEY_Home, -G_MAXINT32}, {GDK_KEY_End, G_MAXINT32}};
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    G_OBJECT_CLASS(klass)->dispose = mamuto_plot_area_dispose;
    widget_class->snapshot = mamuto_plot_area_snapshot;
    widget_class->measure = mamuto_plot_area_measure;
    widget_class->size_allocate = mamuto_plot_area_size_allocate;
    widget_class->css_changed = mamuto_plot_area_css_changed;
    gtk_widget_class_set_accessible_role(widget_class, GTK_ACCESSIBLE_ROLE_IMG);
    gtk_widget_class_set_css_name(widget_class, "plot");
    for (gsize i = 0; i < G_N_ELEMENTS(keys); i++)
        gtk_widget_class_add_binding(widget_class, keys[i].key, 0, on_move, "i", keys[i].step);
}

static void
mamuto_plot_area_init(MamutoPlotArea *self)
{
    GtkEventController *motion = gtk_event_controller_motion_new();

    self->hovered = -1;
    gtk_widget_set_focusable(GTK_WIDGET(self), TRUE);
    gtk_widget_set_overflow(GTK_WIDGET(self), GTK_OVERFLOW_HIDDEN);
    g_signal_connect_object(motion, "motion", G_CALLBACK(on_motion), self, G_CONNECT_SWAPPED);
    g_signal_connect_object(motion, "leave", G_CALLBACK(on_leave), self, G_CONNECT_SWAPPED);
    gtk_widget_add_controller(GTK_WIDGET(self), motion);
    g_signal_connect_object(adw_style_manager_get_default(), "notify::dark", G_CALLBACK(redraw),
                            self, G_CONNECT_SWAPPED);
}

GtkWidget *
mamuto_plot_area_new(void)
{
    return g_object_new(MAMUTO_TYPE_PLOT_AREA, NULL);
}

/* What it shows, in words. */
static void
describe(MamutoPlotArea *self)
{
    g_autofree char *least = NULL;
    g_autofree char *greatest = NULL;
    g_autofree char *middle = NULL;
    g_autofree char *text = NULL;

    if (self->data && self->data->summary->n > 0) {
        least = plot_text_value(self->data->summary->min);
        greatest = plot_text_value(self->data->summary->max);
        middle = plot_text_value(self->data->summary->quantiles[2]);
        /* Translators: what a plot shows: least, greatest, median */
        text = g_strdup_printf(_("From %s to %s, half of it below %s"), least, greatest, middle);
    }
    gtk_accessible_update_property(GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   self->kind == PLOT_HISTOGRAM ? _("Histogram") : _("Line"),
                                   GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                   text ? text : _("Nothing to show"), -1);
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
