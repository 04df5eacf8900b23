/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The widget that shows a chart. It stores the data, describes the mark at the pointer, and saves
 * the chart to a file. chart-draw.c paints it. */
#include "mamuto-chart.h"

#include <adwaita.h>
#include <math.h>

#include "chart-file.h"
#include "chart-hover.h"
#include "chart-private.h"

/* Size of a saved chart in pixels. At 150 pixels per inch, the printed chart is 7 inches wide. */
#define FILE_WIDTH 1050
#define FILE_HEIGHT 480
#define REACH 24

G_DEFINE_FINAL_TYPE(MamutoChart, mamuto_chart, GTK_TYPE_WIDGET)

static void
point_clear(gpointer data)
{
    g_free(((ChartPoint *)data)->text);
}

static void
series_free(gpointer data)
{
    ChartSeries *series = data;

    g_free(series->name);
    g_array_unref(series->points);
    g_array_unref(series->line);
    g_free(series);
}

static void
mamuto_chart_finalize(GObject *object)
{
    MamutoChart *self = MAMUTO_CHART(object);

    g_ptr_array_unref(self->series);
    g_free(self->title);
    g_free(self->subtitle);
    g_free(self->summary);
    g_free(self->break_even_text);
    G_OBJECT_CLASS(mamuto_chart_parent_class)->finalize(object);
}

static void
mamuto_chart_snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
    chart_draw(MAMUTO_CHART(widget), snapshot, gtk_widget_get_width(widget),
               gtk_widget_get_height(widget), NULL, palette_is_dark());
}

static void
mamuto_chart_measure(GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                     int *natural, int *minimum_baseline, int *natural_baseline)
{
    *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? 280 : 240;
    *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 900 : 300;
}

/* Sets the accessible description: the text of the hovered mark, or the summary of the chart if no
 * mark is hovered. */
static void
describe(MamutoChart *self)
{
    const char *text = self->summary;

    if (self->hover_series >= 0) {
        const ChartSeries *series = g_ptr_array_index(self->series, self->hover_series);

        text = g_array_index(series->points, ChartPoint, self->hover_point).text;
    }
    gtk_accessible_update_property(GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                   text != NULL ? text : "", -1);
}

static void
set_hover(MamutoChart *self, int series, int point)
{
    if (series == self->hover_series && point == self->hover_point)
        return;
    self->hover_series = series;
    self->hover_point = point;
    describe(self);
    gtk_widget_queue_draw(GTK_WIDGET(self));
}

static void
on_motion(GtkEventControllerMotion *motion, double x, double y, MamutoChart *self)
{
    int series = -1, point = -1;
    ChartNearest nearest;
    ChartFrame frame;

    chart_nearest_init(&nearest, x, y, REACH);
    chart_get_frame(self, gtk_widget_get_width(GTK_WIDGET(self)),
                    gtk_widget_get_height(GTK_WIDGET(self)), &frame);
    for (guint s = 0; s < self->series->len; s++) {
        const ChartSeries *one = g_ptr_array_index(self->series, s);

        for (guint i = 0; i < one->points->len; i++) {
            const ChartPoint *at = &g_array_index(one->points, ChartPoint, i);
            double at_x, at_y;

            chart_place(self, &frame, at->x, at->y, &at_x, &at_y);
            if (chart_nearest_try(&nearest, at_x, at_y)) {
                series = (int)s;
                point = (int)i;
            }
        }
    }
    set_hover(self, series, point);
}

static void
on_leave(GtkEventControllerMotion *motion, MamutoChart *self)
{
    set_hover(self, -1, -1);
}

static void
on_pressed(GtkGestureClick *click, int n, double x, double y, MamutoChart *self)
{
    gtk_widget_grab_focus(GTK_WIDGET(self));
}

static guint
count_points(MamutoChart *self, int series)
{
    return ((ChartSeries *)g_ptr_array_index(self->series, series))->points->len;
}

/* Selects a mark of the next series (@step is 1) or of the previous series (@step is -1). Skips
 * series without marks. */
static void
step_series(MamutoChart *self, int step)
{
    int n = (int)self->series->len, series = self->hover_series;

    for (int i = 0; i < n; i++) {
        series = (series + step + n) % n;
        if (count_points(self, series) > 0) {
            set_hover(self, series, MIN(self->hover_point, (int)count_points(self, series) - 1));
            return;
        }
    }
}

static gboolean
on_key(GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state,
       MamutoChart *self)
{
    int along, across;

    if (key == GDK_KEY_Escape && self->hover_series >= 0) {
        set_hover(self, -1, -1);
        return TRUE;
    }
    if (!chart_hover_get_step(key, state, 0, &along, &across) || self->series->len == 0)
        return FALSE;
    if (self->hover_series < 0) {
        self->hover_point = 0;
        step_series(self, 1);
    } else if (along != 0) {
        set_hover(
            self, self->hover_series,
            CLAMP(self->hover_point + along, 0, (int)count_points(self, self->hover_series) - 1));
    } else {
        step_series(self, across);
    }
    return TRUE;
}

static void
mamuto_chart_class_init(MamutoChartClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    G_OBJECT_CLASS(klass)->finalize = mamuto_chart_finalize;
    widget_class->snapshot = mamuto_chart_snapshot;
    widget_class->measure = mamuto_chart_measure;
    gtk_widget_class_set_css_name(widget_class, "chart");
    gtk_widget_class_set_accessible_role(widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
mamuto_chart_init(MamutoChart *self)
{
    GtkEventController *motion = gtk_event_controller_motion_new();
    GtkEventController *keys = gtk_event_controller_key_new();
    GtkGesture *click = gtk_gesture_click_new();

    self->series = g_ptr_array_new_with_free_func(series_free);
    self->rule = self->break_even = NAN;
    self->hover_series = self->hover_point = -1;
    gtk_widget_set_focusable(GTK_WIDGET(self), TRUE);
    gtk_widget_set_hexpand(GTK_WIDGET(self), TRUE);
    gtk_widget_set_overflow(GTK_WIDGET(self), GTK_OVERFLOW_HIDDEN);
    g_signal_connect(motion, "motion", G_CALLBACK(on_motion), self);
    g_signal_connect(motion, "leave", G_CALLBACK(on_leave), self);
    g_signal_connect(keys, "key-pressed", G_CALLBACK(on_key), self);
    gtk_widget_add_controller(GTK_WIDGET(self), motion);
    gtk_widget_add_controller(GTK_WIDGET(self), keys);
    g_signal_connect(click, "pressed", G_CALLBACK(on_pressed), self);
    gtk_widget_add_controller(GTK_WIDGET(self), GTK_EVENT_CONTROLLER(click));
    g_signal_connect_object(adw_style_manager_get_default(), "notify::dark",
                            G_CALLBACK(gtk_widget_queue_draw), self, G_CONNECT_SWAPPED);
}

GtkWidget *
mamuto_chart_new(ChartAxisKind x, ChartAxisKind y)
{
    MamutoChart *self = g_object_new(MAMUTO_TYPE_CHART, NULL);

    self->x.kind = x;
    self->y.kind = y;
    mamuto_chart_clear(self);
    return GTK_WIDGET(self);
}

void
mamuto_chart_clear(MamutoChart *self)
{
    set_hover(self, -1, -1);
    g_ptr_array_set_size(self->series, 0);
    self->rule = self->break_even = NAN;
    self->x.low = self->y.low = self->x.high = self->y.high = NAN;
    gtk_widget_queue_draw(GTK_WIDGET(self));
}

void
mamuto_chart_set_title(MamutoChart *self, const char *title)
{
    g_free(self->title);
    self->title = g_strdup(title);
    gtk_accessible_update_property(GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
}

void
mamuto_chart_set_subtitle(MamutoChart *self, const char *subtitle)
{
    g_free(self->subtitle);
    self->subtitle = g_strdup(subtitle);
}

void
mamuto_chart_set_summary(MamutoChart *self, const char *summary)
{
    g_free(self->summary);
    self->summary = g_strdup(summary);
    describe(self);
}

guint
mamuto_chart_add_series(MamutoChart *self, const ChartStyle *style)
{
    ChartSeries *series = g_new0(ChartSeries, 1);

    series->style = *style;
    series->name = g_strdup(style->name);
    series->style.name = series->name;
    series->points = g_array_new(FALSE, FALSE, sizeof(ChartPoint));
    g_array_set_clear_func(series->points, point_clear);
    series->line = g_array_new(FALSE, FALSE, sizeof(ChartLinePoint));
    g_ptr_array_add(self->series, series);
    return self->series->len - 1;
}

/* Widens the range of the axis to include @value. */
static void
include(ChartAxis *axis, double value)
{
    ChartAxis grown = *axis;

    grown.low = isnan(axis->low) ? value : MIN(axis->low, value);
    grown.high = isnan(axis->high) ? value : MAX(axis->high, value);
    chart_axis_round(&grown);
    /* if the range already includes the value, keep the range, because rounding again would widen
     * it */
    if (isnan(axis->low) || value < axis->low || value > axis->high)
        *axis = grown;
}

void
mamuto_chart_add_mark(MamutoChart *self, guint series, double x, double y, double low, double high,
                      const char *text)
{
    ChartSeries *one = g_ptr_array_index(self->series, series);

    g_array_append_val(one->points, ((ChartPoint){x, y, low, high, g_strdup(text)}));
    include(&self->x, x);
    include(&self->y, y);
    include(&self->y, low);
    include(&self->y, high);
    gtk_widget_queue_draw(GTK_WIDGET(self));
}

void
mamuto_chart_add_line_point(MamutoChart *self, guint series, double x, double y, gboolean predicted)
{
    ChartSeries *one = g_ptr_array_index(self->series, series);

    g_array_append_val(one->line, ((ChartLinePoint){x, y, predicted}));
    include(&self->x, x);
    include(&self->y, y);
    gtk_widget_queue_draw(GTK_WIDGET(self));
}

void
mamuto_chart_set_break_even(MamutoChart *self, double x, gboolean predicted, const char *text)
{
    self->break_even = x;
    self->break_even_predicted = predicted;
    g_free(self->break_even_text);
    self->break_even_text = g_strdup(text);
    include(&self->x, x);
    gtk_widget_queue_draw(GTK_WIDGET(self));
}

void
mamuto_chart_set_rule(MamutoChart *self, double y)
{
    self->rule = y;
    include(&self->y, y);
    gtk_widget_queue_draw(GTK_WIDGET(self));
}

/* ---- files ---- */

static void
paint(GtkSnapshot *snapshot, gpointer data)
{
    MamutoChart *self = data;
    int series = self->hover_series;

    self->hover_series = -1;
    chart_draw(self, snapshot, FILE_WIDTH, FILE_HEIGHT, self->subtitle, FALSE);
    self->hover_series = series;
}

gboolean
mamuto_chart_save(MamutoChart *self, const char *path, GError **error)
{
    return chart_file_save(path, FILE_WIDTH, FILE_HEIGHT, paint, self, error);
}
