/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Implements the timeline widget: processes keyboard and pointer input, and updates the accessible
 * description. */
#include "mamuto-timeline.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <math.h>

#include "chart-hover.h"
#include "timeline-draw.h"
#include "timeline-hover.h"
#include "timeline-view.h"

#define AXIS_HEIGHT 22
#define MIN_HEIGHT 120
#define ZOOM_STEP 1.25

struct _MamutoTimeline {
    GtkWidget parent_instance;
    GtkWidget *scrollbar, *follow_button;
    GtkAdjustment *adjustment; /* position of the vertical scroll bar */
    TimelineView view;
    TimelineHover hover;

    double drag_scroll;
    gint64 drag_begin;
    double pinch_duration;
    guint64 described; /* number of spans at the last update of the accessible description */
};

G_DEFINE_FINAL_TYPE(MamutoTimeline, mamuto_timeline, GTK_TYPE_WIDGET)

/* ---- visible range ---- */

static void
update_follow_button(MamutoTimeline *self)
{
    MamutoTimelineStore *store = self->view.store;
    gboolean running = store && mamuto_timeline_store_is_running(store);
    /* Translators: "Follow" is a button that scrolls to the newest part of a run and keeps that
     * part visible */
    const char *label = running ? _("Follow") : _("Show All");

    if (g_strcmp0(gtk_button_get_label(GTK_BUTTON(self->follow_button)), label) != 0) {
        gtk_button_set_label(GTK_BUTTON(self->follow_button), label);
        gtk_widget_set_tooltip_text(self->follow_button,
                                    running ? _("Follow the Newest Part of the Run (End)")
                                            : _("Show the Whole Run (End)"));
    }
    gtk_widget_set_visible(self->follow_button, store && !self->view.following);
}

static void
lay_out(MamutoTimeline *self)
{
    int width = gtk_widget_get_width(GTK_WIDGET(self));
    int height = gtk_widget_get_height(GTK_WIDGET(self));
    TimelineView *view = &self->view;
    int all;

    timeline_view_lay_out(view, width, height,
                          timeline_draw_get_legend_height(GTK_WIDGET(self), width), AXIS_HEIGHT);
    if (!view->store)
        return;
    all = timeline_view_get_lanes_height(view);
    gtk_adjustment_configure(self->adjustment, view->scroll, 0, MAX(all, view->height),
                             view->lane_height * 3, view->height, view->height);
    gtk_widget_set_child_visible(self->scrollbar, all > view->height);
}

/* Updates the scroll bar and the button, and draws the widget again. Called after self->view has
 * changed. */
static void
on_view_changed(MamutoTimeline *self)
{
    gtk_adjustment_set_value(self->adjustment, self->view.scroll);
    self->view.scroll = gtk_adjustment_get_value(self->adjustment);
    update_follow_button(self);
    gtk_widget_queue_draw(GTK_WIDGET(self));
}

static void
on_scrolled(MamutoTimeline *self)
{
    self->view.scroll = gtk_adjustment_get_value(self->adjustment);
    gtk_widget_queue_draw(GTK_WIDGET(self));
}

static void
follow(MamutoTimeline *self)
{
    timeline_view_follow(&self->view);
    on_view_changed(self);
}

static void
zoom(MamutoTimeline *self, double factor, double x)
{
    timeline_view_zoom(&self->view, factor, x);
    on_view_changed(self);
}

static void
pan(MamutoTimeline *self, double share)
{
    timeline_view_pan(&self->view, share);
    on_view_changed(self);
}

/* Shows or hides the cores of the host at @y. Returns FALSE if no host is at @y, or if all cores
 * are always visible because they fit in the widget. */
static gboolean
toggle_host(MamutoTimeline *self, double y)
{
    int lane = timeline_view_find_lane(&self->view, y);

    if (lane < 0 || !self->view.by_host)
        return FALSE;
    timeline_view_toggle_host(&self->view, timeline_view_get_lane(&self->view, (guint)lane)->host);
    lay_out(self);
    gtk_widget_queue_draw(GTK_WIDGET(self));
    return TRUE;
}

static void
step_hover(MamutoTimeline *self, int spans, int lanes)
{
    g_autofree char *text = NULL;

    timeline_hover_step(&self->hover, &self->view, spans, lanes);
    on_view_changed(self);
    text = self->hover.active ? timeline_hover_describe(&self->view, &self->hover) : NULL;
    if (text)
        gtk_accessible_update_property(GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       text, -1);
}

/* ---- pointer and keys ---- */

static gboolean
on_scroll(GtkEventControllerScroll *controller, double dx, double dy, MamutoTimeline *self)
{
    GdkModifierType state =
        gtk_event_controller_get_current_event_state(GTK_EVENT_CONTROLLER(controller));

    if (!self->view.store)
        return FALSE;
    if (self->hover.x < self->view.x)
        gtk_adjustment_set_value(self->adjustment,
                                 gtk_adjustment_get_value(self->adjustment) +
                                     dy * gtk_adjustment_get_step_increment(self->adjustment));
    else if (state & GDK_SHIFT_MASK || dx != 0)
        pan(self, (dx + dy) * 0.05);
    else
        zoom(self, pow(ZOOM_STEP, dy), self->hover.x);
    return TRUE;
}

static double
get_duration(MamutoTimeline *self)
{
    TimelineRange range = timeline_view_get_range(&self->view);

    return (double)(range.end - range.begin);
}

static void
on_zoom_begin(GtkGesture *gesture, GdkEventSequence *sequence, MamutoTimeline *self)
{
    self->pinch_duration = self->view.store ? get_duration(self) : 0;
}

static void
on_zoom_scale(GtkGestureZoom *gesture, double scale, MamutoTimeline *self)
{
    double x, y;

    if (!self->view.store || scale <= 0 ||
        !gtk_gesture_get_bounding_box_center(GTK_GESTURE(gesture), &x, &y))
        return;
    zoom(self, self->pinch_duration / scale / get_duration(self), x);
}

static void
on_drag_begin(GtkGestureDrag *gesture, double x, double y, MamutoTimeline *self)
{
    gtk_widget_grab_focus(GTK_WIDGET(self));
    self->drag_scroll = self->view.scroll;
    if (self->view.store)
        self->drag_begin = timeline_view_get_range(&self->view).begin;
}

static void
on_drag_update(GtkGestureDrag *gesture, double dx, double dy, MamutoTimeline *self)
{
    double duration;

    if (!self->view.store)
        return;
    gtk_adjustment_set_value(self->adjustment, self->drag_scroll - dy);
    if (fabs(dx) < 4 && self->view.following)
        return;
    duration = get_duration(self);
    timeline_view_move_to(&self->view,
                          self->drag_begin - (gint64)(dx / self->view.width * duration),
                          (gint64)duration);
    on_view_changed(self);
}

static void
on_released(GtkGestureClick *gesture, int n, double x, double y, MamutoTimeline *self)
{
    if (x < self->view.x)
        toggle_host(self, y);
}

static void
on_motion(GtkEventControllerMotion *controller, double x, double y, MamutoTimeline *self)
{
    self->hover = (TimelineHover){.active = TRUE, .x = x, .y = y};
    gtk_widget_queue_draw(GTK_WIDGET(self));
}

static void
on_leave(GtkEventControllerMotion *controller, MamutoTimeline *self)
{
    if (self->hover.by_keys)
        return;
    self->hover.active = FALSE;
    gtk_widget_queue_draw(GTK_WIDGET(self));
}

/* Arrow keys select the next or previous span. Shift+Left and Shift+Right move the visible range of
 * time. */
static gboolean
on_arrow(MamutoTimeline *self, guint key, GdkModifierType state)
{
    int along, across;

    if (!chart_hover_get_step(key, state, GDK_SHIFT_MASK, &along, &across))
        return FALSE;
    if (along != 0 && state & GDK_SHIFT_MASK)
        pan(self, 0.1 * along);
    else
        step_hover(self, along, across);
    return TRUE;
}

static gboolean
on_key(GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state,
       MamutoTimeline *self)
{
    double middle = self->view.x + self->view.width / 2.0;

    if (!self->view.store || state & (GDK_CONTROL_MASK | GDK_ALT_MASK))
        return FALSE;
    if (on_arrow(self, key, state))
        return TRUE;
    switch (key) {
    case GDK_KEY_plus:
    case GDK_KEY_equal:
    case GDK_KEY_KP_Add:
        zoom(self, 1 / ZOOM_STEP, self->hover.by_keys ? self->hover.x : middle);
        return TRUE;
    case GDK_KEY_minus:
    case GDK_KEY_KP_Subtract:
        zoom(self, ZOOM_STEP, self->hover.by_keys ? self->hover.x : middle);
        return TRUE;
    case GDK_KEY_0:
    case GDK_KEY_KP_0:
    case GDK_KEY_Home:
        timeline_view_show_all(&self->view);
        on_view_changed(self);
        return TRUE;
    case GDK_KEY_End:
        follow(self);
        return TRUE;
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
    case GDK_KEY_space:
        return self->hover.active && toggle_host(self, self->hover.y);
    case GDK_KEY_Escape:
        if (!self->hover.by_keys)
            return FALSE;
        self->hover.active = self->hover.by_keys = FALSE;
        gtk_widget_queue_draw(GTK_WIDGET(self));
        return TRUE;
    default:
        return FALSE;
    }
}

/* ---- the widget ---- */

static void
mamuto_timeline_measure(GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                        int *natural, int *minimum_baseline, int *natural_baseline)
{
    *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? 240 : MIN_HEIGHT;
    *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 600 : 220;
}

static void
mamuto_timeline_size_allocate(GtkWidget *widget, int width, int height, int baseline)
{
    MamutoTimeline *self = MAMUTO_TIMELINE(widget);
    int bar, button, button_height;

    lay_out(self);
    gtk_widget_measure(self->scrollbar, GTK_ORIENTATION_HORIZONTAL, -1, &bar, NULL, NULL, NULL);
    gtk_widget_size_allocate(
        self->scrollbar,
        &(GtkAllocation){width - bar, self->view.y, bar, MAX(self->view.height, 50)}, -1);
    if (!gtk_widget_get_visible(self->follow_button))
        return;
    gtk_widget_measure(self->follow_button, GTK_ORIENTATION_HORIZONTAL, -1, &button, NULL, NULL,
                       NULL);
    gtk_widget_measure(self->follow_button, GTK_ORIENTATION_VERTICAL, -1, &button_height, NULL,
                       NULL, NULL);
    gtk_widget_size_allocate(self->follow_button,
                             &(GtkAllocation){width - button - 18,
                                              MAX(height - AXIS_HEIGHT - button_height - 6, 0),
                                              button, button_height},
                             -1);
}

static void
mamuto_timeline_snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
    MamutoTimeline *self = MAMUTO_TIMELINE(widget);

    timeline_draw(&self->view, widget, snapshot);
    gtk_widget_snapshot_child(widget, self->scrollbar, snapshot);
    gtk_widget_snapshot_child(widget, self->follow_button, snapshot);
    if (self->hover.active && self->view.store)
        timeline_hover_draw(&self->view, &self->hover, widget, snapshot);
}

static void
update_description(MamutoTimeline *self)
{
    MamutoTimelineStore *store = self->view.store;
    guint64 n =
        store ? mamuto_timeline_store_get_n_spans(store) + mamuto_timeline_store_get_n_folded(store)
              : 0;
    g_autofree char *text = NULL;

    /* During a run, update the description only when the number of spans has doubled, because
     * screen readers speak every change of it. */
    if (n == self->described ||
        (store && mamuto_timeline_store_is_running(store) && n < 2 * self->described))
        return;
    self->described = n;
    text = timeline_hover_describe_all(store);
    gtk_accessible_update_property(GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text,
                                   -1);
}

static void
on_changed(MamutoTimeline *self)
{
    guint n = self->view.lanes->len;

    if (!gtk_widget_get_mapped(GTK_WIDGET(self)))
        return;
    lay_out(self);
    update_description(self);
    update_follow_button(self);
    if (self->view.lanes->len != n)
        gtk_widget_queue_allocate(GTK_WIDGET(self));
    gtk_widget_queue_draw(GTK_WIDGET(self));
}

void
mamuto_timeline_set_store(MamutoTimeline *self, MamutoTimelineStore *store)
{
    if (self->view.store == store)
        return;
    if (self->view.store)
        g_signal_handlers_disconnect_by_func(self->view.store, on_changed, self);
    timeline_view_set_store(&self->view, store);
    self->hover.active = self->hover.by_keys = FALSE;
    self->described = 0;
    if (store)
        g_signal_connect_object(store, "changed", G_CALLBACK(on_changed), self, G_CONNECT_SWAPPED);
    lay_out(self);
    on_view_changed(self);
}

static void
mamuto_timeline_dispose(GObject *object)
{
    MamutoTimeline *self = MAMUTO_TIMELINE(object);

    g_clear_object(&self->view.store);
    g_clear_pointer(&self->scrollbar, gtk_widget_unparent);
    g_clear_pointer(&self->follow_button, gtk_widget_unparent);
    G_OBJECT_CLASS(mamuto_timeline_parent_class)->dispose(object);
}

static void
mamuto_timeline_finalize(GObject *object)
{
    timeline_view_clear(&MAMUTO_TIMELINE(object)->view);
    G_OBJECT_CLASS(mamuto_timeline_parent_class)->finalize(object);
}

static void
mamuto_timeline_class_init(MamutoTimelineClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    G_OBJECT_CLASS(klass)->dispose = mamuto_timeline_dispose;
    G_OBJECT_CLASS(klass)->finalize = mamuto_timeline_finalize;
    widget_class->measure = mamuto_timeline_measure;
    widget_class->size_allocate = mamuto_timeline_size_allocate;
    widget_class->snapshot = mamuto_timeline_snapshot;
    gtk_widget_class_set_css_name(widget_class, "timeline");
    gtk_widget_class_set_accessible_role(widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
add_controllers(MamutoTimeline *self)
{
    GtkWidget *widget = GTK_WIDGET(self);
    GtkEventController *scroll =
        gtk_event_controller_scroll_new(GTK_EVENT_CONTROLLER_SCROLL_BOTH_AXES);
    GtkEventController *motion = gtk_event_controller_motion_new();
    GtkEventController *keys = gtk_event_controller_key_new();
    GtkGesture *drag = gtk_gesture_drag_new();
    GtkGesture *pinch = gtk_gesture_zoom_new();
    GtkGesture *click = gtk_gesture_click_new();

    g_signal_connect(scroll, "scroll", G_CALLBACK(on_scroll), self);
    g_signal_connect(motion, "motion", G_CALLBACK(on_motion), self);
    g_signal_connect(motion, "leave", G_CALLBACK(on_leave), self);
    g_signal_connect(keys, "key-pressed", G_CALLBACK(on_key), self);
    g_signal_connect(drag, "drag-begin", G_CALLBACK(on_drag_begin), self);
    g_signal_connect(drag, "drag-update", G_CALLBACK(on_drag_update), self);
    g_signal_connect(pinch, "begin", G_CALLBACK(on_zoom_begin), self);
    g_signal_connect(pinch, "scale-changed", G_CALLBACK(on_zoom_scale), self);
    g_signal_connect(click, "released", G_CALLBACK(on_released), self);
    gtk_widget_add_controller(widget, scroll);
    gtk_widget_add_controller(widget, motion);
    gtk_widget_add_controller(widget, keys);
    gtk_widget_add_controller(widget, GTK_EVENT_CONTROLLER(drag));
    gtk_widget_add_controller(widget, GTK_EVENT_CONTROLLER(pinch));
    gtk_widget_add_controller(widget, GTK_EVENT_CONTROLLER(click));
}

static void
mamuto_timeline_init(MamutoTimeline *self)
{
    GtkWidget *widget = GTK_WIDGET(self);

    timeline_view_init(&self->view);
    self->adjustment = gtk_adjustment_new(0, 0, 0, 0, 0, 0);
    self->scrollbar = gtk_scrollbar_new(GTK_ORIENTATION_VERTICAL, self->adjustment);
    gtk_widget_set_parent(self->scrollbar, widget);
    gtk_widget_set_child_visible(self->scrollbar, FALSE);
    self->follow_button = gtk_button_new();
    gtk_widget_add_css_class(self->follow_button, "osd");
    gtk_widget_set_parent(self->follow_button, widget);
    gtk_widget_set_visible(self->follow_button, FALSE);
    g_signal_connect_swapped(self->follow_button, "clicked", G_CALLBACK(follow), self);
    g_signal_connect_object(self->adjustment, "value-changed", G_CALLBACK(on_scrolled), self,
                            G_CONNECT_SWAPPED);
    g_signal_connect_object(adw_style_manager_get_default(), "notify::dark",
                            G_CALLBACK(gtk_widget_queue_draw), self, G_CONNECT_SWAPPED);
    g_signal_connect(self, "map", G_CALLBACK(on_changed), NULL);
    gtk_widget_set_focusable(widget, TRUE);
    gtk_widget_set_overflow(widget, GTK_OVERFLOW_HIDDEN);
    gtk_accessible_update_property(GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   _("Timeline"), -1);
    add_controllers(self);
}

TimelineView *
mamuto_timeline_get_view(MamutoTimeline *self)
{
    return &self->view;
}

void
mamuto_timeline_view_changed(MamutoTimeline *self)
{
    on_view_changed(self);
}

GtkWidget *
mamuto_timeline_new(void)
{
    return g_object_new(MAMUTO_TYPE_TIMELINE, NULL);
}
