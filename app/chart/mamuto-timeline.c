/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See mamuto-timeline.h. Here: which lanes there are, what part of time is in sight, and how keys
 * and the pointer change both. */
#include "timeline-private.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#define LANE_MIN 14
#define LANE_MAX 32
/* Shares of many cores are told apart better. */
#define SHARES_MAX 56
#define AXIS_HEIGHT 22
#define MIN_HEIGHT 120
/* What is in sight while it follows, unless somebody chooses otherwise. */
#define FOLLOWED_US (30 * G_USEC_PER_SEC)
#define SHORTEST_US 1000
#define ZOOM_STEP 1.25

G_DEFINE_FINAL_TYPE(MamutoTimeline, mamuto_timeline, GTK_TYPE_WIDGET)

/* ---- time ---- */

static gint64
whole_width(MamutoTimeline *self)
{
    return MAX(mamuto_timeline_store_get_now(self->store), SHORTEST_US);
}

void
timeline_get_view(MamutoTimeline *self, gint64 *begin, gint64 *end)
{
    gint64 whole = whole_width(self);
    gint64 width = self->width;

    if (!self->following) {
        *begin = self->begin;
        *end = self->begin + self->width;
        return;
    }
    if (width == 0)
        width = mamuto_timeline_store_is_running(self->store)
                    ? CLAMP(whole, G_USEC_PER_SEC, FOLLOWED_US)
                    : whole;
    *begin = MAX(whole - width, 0);
    *end = *begin + width;
}

static void
update_follow_button(MamutoTimeline *self)
{
    gboolean running = self->store && mamuto_timeline_store_is_running(self->store);
    /* Translators: a button: the newest part of a run comes into sight, and stays there */
    const char *label = running ? _("Follow") : _("Show All");

    if (g_strcmp0(gtk_button_get_label(GTK_BUTTON(self->follow_button)), label) != 0) {
        gtk_button_set_label(GTK_BUTTON(self->follow_button), label);
        gtk_widget_set_tooltip_text(self->follow_button, running
                                                             ? _("Show the newest again (End)")
                                                             : _("Show the whole run again (End)"));
    }
    gtk_widget_set_visible(self->follow_button, self->store && !self->following);
}

void
timeline_move_to(MamutoTimeline *self, gint64 begin, gint64 width)
{
    gint64 whole = whole_width(self);

    self->following = FALSE;
    self->width = CLAMP(width, SHORTEST_US, MAX(whole + whole / 20, SHORTEST_US));
    self->begin = CLAMP(begin, 0, MAX(whole - self->width / 2, 0));
    update_follow_button(self);
    gtk_widget_queue_draw(GTK_WIDGET(self));
}

static void
follow(MamutoTimeline *self)
{
    self->following = TRUE;
    self->width = 0;
    update_follow_button(self);
    gtk_widget_queue_draw(GTK_WIDGET(self));
}

/* Zooms, and keeps what is at @x there; while it follows, the end. */
static void
zoom(MamutoTimeline *self, double factor, double x)
{
    double share = CLAMP((x - self->layout.x) / MAX(self->layout.width, 1), 0, 1);
    gint64 begin, end, width, at;

    timeline_get_view(self, &begin, &end);
    width = (gint64)((double)(end - begin) * factor);
    if (self->following && mamuto_timeline_store_is_running(self->store)) {
        self->width = CLAMP(width, SHORTEST_US, MAX(whole_width(self), G_USEC_PER_SEC));
        gtk_widget_queue_draw(GTK_WIDGET(self));
        return;
    }
    at = begin + (gint64)((double)(end - begin) * share);
    timeline_move_to(self, at - (gint64)((double)width * share), width);
}

static void
pan(MamutoTimeline *self, double share)
{
    gint64 begin, end;

    timeline_get_view(self, &begin, &end);
    timeline_move_to(self, begin + (gint64)((double)(end - begin) * share), end - begin);
}

/* ---- lanes ---- */

static void
add_lane(MamutoTimeline *self, TimelineLaneKind kind, guint host, int slot)
{
    const TimelineLane lane = {kind, host, slot};

    g_array_append_val(self->lanes, lane);
}

static void
fill_lanes(MamutoTimeline *self)
{
    guint n_hosts = mamuto_timeline_store_get_n_hosts(self->store);
    guint n_all = 0;

    for (guint h = 0; h < n_hosts; h++)
        n_all += 1 + mamuto_timeline_store_get_n_slots(self->store, h);
    self->by_host = (gint64)n_all * LANE_MIN > self->layout.height;
    for (guint h = 0; h < n_hosts; h++) {
        guint n_slots = mamuto_timeline_store_get_n_slots(self->store, h);
        gboolean open =
            !self->by_host || g_hash_table_contains(self->expanded, GUINT_TO_POINTER(h));

        add_lane(self, self->by_host ? LANE_SHARES : LANE_LINK, h, -1);
        for (guint s = 0; open && s < n_slots; s++)
            add_lane(self, LANE_CORE, h, (int)s);
    }
}

static void
update_lanes(MamutoTimeline *self)
{
    TimelineLayout *layout = &self->layout;
    int width = gtk_widget_get_width(GTK_WIDGET(self));
    int height = gtk_widget_get_height(GTK_WIDGET(self));
    int n;

    g_array_set_size(self->lanes, 0);
    layout->names_width = CLAMP(width / 5, 56, 140);
    layout->legend_height = timeline_legend_height(self, width);
    layout->axis_height = AXIS_HEIGHT;
    layout->x = layout->names_width;
    layout->y = layout->legend_height;
    layout->width = MAX(width - layout->x - 12, 1);
    layout->height = MAX(height - layout->y - layout->axis_height, 1);
    layout->lane_height = LANE_MIN;
    if (!self->store)
        return;
    fill_lanes(self);
    n = (int)self->lanes->len;
    if (n > 0)
        layout->lane_height =
            CLAMP(layout->height / n, LANE_MIN, self->by_host ? SHARES_MAX : LANE_MAX);
    /* the axis stands right below the last lane */
    layout->height = MIN(layout->height, MAX(n, 1) * layout->lane_height);
    gtk_adjustment_configure(self->adjustment, gtk_adjustment_get_value(self->adjustment), 0,
                             (double)MAX(n * layout->lane_height, layout->height),
                             layout->lane_height * 3, layout->height, layout->height);
    gtk_widget_set_child_visible(self->scrollbar, n * layout->lane_height > layout->height);
}

double
timeline_lane_y(MamutoTimeline *self, guint lane)
{
    return self->layout.y - floor(gtk_adjustment_get_value(self->adjustment)) +
           (double)lane * self->layout.lane_height;
}

int
timeline_lane_at(MamutoTimeline *self, double y)
{
    double lane;

    if (y < self->layout.y || y >= self->layout.y + self->layout.height)
        return -1;
    lane = floor((y - timeline_lane_y(self, 0)) / self->layout.lane_height);
    return lane >= 0 && lane < self->lanes->len ? (int)lane : -1;
}

static void
toggle_host(MamutoTimeline *self, guint host)
{
    gpointer key = GUINT_TO_POINTER(host);

    if (!g_hash_table_remove(self->expanded, key))
        g_hash_table_add(self->expanded, key);
    update_lanes(self);
    gtk_widget_queue_draw(GTK_WIDGET(self));
}

/* ---- pointer and keys ---- */

static gboolean
on_scroll(GtkEventControllerScroll *controller, double dx, double dy, MamutoTimeline *self)
{
    GdkModifierType state =
        gtk_event_controller_get_current_event_state(GTK_EVENT_CONTROLLER(controller));

    if (!self->store)
        return FALSE;
    if (self->hover_x < self->layout.x)
        gtk_adjustment_set_value(self->adjustment,
                                 gtk_adjustment_get_value(self->adjustment) +
                                     dy * gtk_adjustment_get_step_increment(self->adjustment));
    else if (state & GDK_SHIFT_MASK || dx != 0)
        pan(self, (dx + dy) * 0.05);
    else
        zoom(self, pow(ZOOM_STEP, dy), self->hover_x);
    return TRUE;
}

static void
on_zoom_begin(GtkGesture *gesture, GdkEventSequence *sequence, MamutoTimeline *self)
{
    gint64 begin = 0, end = 0;

    if (self->store)
        timeline_get_view(self, &begin, &end);
    self->zoom_width = (double)(end - begin);
}

static void
on_zoom_scale(GtkGestureZoom *gesture, double scale, MamutoTimeline *self)
{
    double x, y;
    gint64 begin, end;

    if (!self->store || scale <= 0 ||
        !gtk_gesture_get_bounding_box_center(GTK_GESTURE(gesture), &x, &y))
        return;
    timeline_get_view(self, &begin, &end);
    zoom(self, self->zoom_width / scale / (double)(end - begin), x);
}

static void
on_drag_begin(GtkGestureDrag *gesture, double x, double y, MamutoTimeline *self)
{
    gint64 end;

    gtk_widget_grab_focus(GTK_WIDGET(self));
    self->drag_y = gtk_adjustment_get_value(self->adjustment);
    if (self->store)
        timeline_get_view(self, &self->drag_begin, &end);
}

static void
on_drag_update(GtkGestureDrag *gesture, double dx, double dy, MamutoTimeline *self)
{
    gint64 begin, end;

    if (!self->store)
        return;
    gtk_adjustment_set_value(self->adjustment, self->drag_y - dy);
    if (fabs(dx) < 4 && self->following)
        return;
    timeline_get_view(self, &begin, &end);
    timeline_move_to(self,
                     self->drag_begin - (gint64)(dx / self->layout.width * (double)(end - begin)),
                     end - begin);
}

static void
on_released(GtkGestureClick *gesture, int n, double x, double y, MamutoTimeline *self)
{
    int lane = timeline_lane_at(self, y);

    if (lane < 0 || x >= self->layout.x || !self->by_host)
        return;
    toggle_host(self, g_array_index(self->lanes, TimelineLane, (guint)lane).host);
}

static void
on_motion(GtkEventControllerMotion *controller, double x, double y, MamutoTimeline *self)
{
    self->hovering = TRUE;
    self->by_keys = FALSE;
    self->hover_x = x;
    self->hover_y = y;
    gtk_widget_queue_draw(GTK_WIDGET(self));
}

static void
on_leave(GtkEventControllerMotion *controller, MamutoTimeline *self)
{
    if (self->by_keys)
        return;
    self->hovering = FALSE;
    gtk_widget_queue_draw(GTK_WIDGET(self));
}

static gboolean
on_move_key(MamutoTimeline *self, guint key, gboolean shift)
{
    switch (key) {
    case GDK_KEY_Left:
    case GDK_KEY_KP_Left:
        if (shift)
            pan(self, -0.1);
        else
            timeline_step_hover(self, -1, 0);
        return TRUE;
    case GDK_KEY_Right:
    case GDK_KEY_KP_Right:
        if (shift)
            pan(self, 0.1);
        else
            timeline_step_hover(self, 1, 0);
        return TRUE;
    case GDK_KEY_Up:
    case GDK_KEY_KP_Up:
        timeline_step_hover(self, 0, -1);
        return TRUE;
    case GDK_KEY_Down:
    case GDK_KEY_KP_Down:
        timeline_step_hover(self, 0, 1);
        return TRUE;
    default:
        return FALSE;
    }
}

static gboolean
on_key(GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state,
       MamutoTimeline *self)
{
    double middle = self->layout.x + self->layout.width / 2.0;
    int lane = self->hovering ? timeline_lane_at(self, self->hover_y) : -1;

    if (!self->store || state & (GDK_CONTROL_MASK | GDK_ALT_MASK))
        return FALSE;
    if (on_move_key(self, key, (state & GDK_SHIFT_MASK) != 0))
        return TRUE;
    switch (key) {
    case GDK_KEY_plus:
    case GDK_KEY_equal:
    case GDK_KEY_KP_Add:
        zoom(self, 1 / ZOOM_STEP, self->by_keys ? self->hover_x : middle);
        return TRUE;
    case GDK_KEY_minus:
    case GDK_KEY_KP_Subtract:
        zoom(self, ZOOM_STEP, self->by_keys ? self->hover_x : middle);
        return TRUE;
    case GDK_KEY_0:
    case GDK_KEY_KP_0:
    case GDK_KEY_Home:
        timeline_move_to(self, 0, whole_width(self));
        return TRUE;
    case GDK_KEY_End:
        follow(self);
        return TRUE;
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
    case GDK_KEY_space:
        if (lane < 0 || !self->by_host)
            return FALSE;
        toggle_host(self, g_array_index(self->lanes, TimelineLane, (guint)lane).host);
        return TRUE;
    case GDK_KEY_Escape:
        if (!self->by_keys)
            return FALSE;
        self->hovering = self->by_keys = FALSE;
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

    update_lanes(self);
    gtk_widget_measure(self->scrollbar, GTK_ORIENTATION_HORIZONTAL, -1, &bar, NULL, NULL, NULL);
    gtk_widget_size_allocate(
        self->scrollbar,
        &(GtkAllocation){width - bar, self->layout.y, bar, MAX(self->layout.height, 50)}, -1);
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

    timeline_draw(self, snapshot);
    gtk_widget_snapshot_child(widget, self->scrollbar, snapshot);
    gtk_widget_snapshot_child(widget, self->follow_button, snapshot);
    if (self->hovering && self->store)
        timeline_draw_hover(self, snapshot);
}

static void
update_description(MamutoTimeline *self)
{
    guint64 n = self->store ? mamuto_timeline_store_get_n_spans(self->store) +
                                  mamuto_timeline_store_get_n_folded(self->store)
                            : 0;
    g_autofree char *text = NULL;

    /* it is read aloud at most now and then: not at each update */
    if (n == self->described ||
        (self->store && mamuto_timeline_store_is_running(self->store) && n < 2 * self->described))
        return;
    self->described = n;
    text = timeline_describe(self);
    gtk_accessible_update_property(GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text,
                                   -1);
}

static void
on_changed(MamutoTimeline *self)
{
    guint n = self->lanes->len;

    if (!gtk_widget_get_mapped(GTK_WIDGET(self)))
        return;
    update_lanes(self);
    update_description(self);
    update_follow_button(self);
    if (self->lanes->len != n)
        gtk_widget_queue_allocate(GTK_WIDGET(self));
    gtk_widget_queue_draw(GTK_WIDGET(self));
}

void
mamuto_timeline_set_store(MamutoTimeline *self, MamutoTimelineStore *store)
{
    if (self->store == store)
        return;
    if (self->store)
        g_signal_handlers_disconnect_by_func(self->store, on_changed, self);
    g_set_object(&self->store, store);
    self->hovering = self->by_keys = FALSE;
    self->described = 0;
    g_hash_table_remove_all(self->expanded);
    follow(self);
    if (store)
        g_signal_connect_object(store, "changed", G_CALLBACK(on_changed), self, G_CONNECT_SWAPPED);
    update_lanes(self);
}

static void
mamuto_timeline_dispose(GObject *object)
{
    MamutoTimeline *self = MAMUTO_TIMELINE(object);

    g_clear_object(&self->store);
    g_clear_pointer(&self->scrollbar, gtk_widget_unparent);
    g_clear_pointer(&self->follow_button, gtk_widget_unparent);
    G_OBJECT_CLASS(mamuto_timeline_parent_class)->dispose(object);
}

static void
mamuto_timeline_finalize(GObject *object)
{
    MamutoTimeline *self = MAMUTO_TIMELINE(object);

    g_array_unref(self->lanes);
    g_hash_table_unref(self->expanded);
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

    self->lanes = g_array_new(FALSE, FALSE, sizeof(TimelineLane));
    self->expanded = g_hash_table_new(NULL, NULL);
    self->following = TRUE;
    self->adjustment = gtk_adjustment_new(0, 0, 0, 0, 0, 0);
    self->scrollbar = gtk_scrollbar_new(GTK_ORIENTATION_VERTICAL, self->adjustment);
    gtk_widget_set_parent(self->scrollbar, widget);
    gtk_widget_set_child_visible(self->scrollbar, FALSE);
    self->follow_button = gtk_button_new();
    gtk_widget_add_css_class(self->follow_button, "osd");
    gtk_widget_set_parent(self->follow_button, widget);
    gtk_widget_set_visible(self->follow_button, FALSE);
    g_signal_connect_swapped(self->follow_button, "clicked", G_CALLBACK(follow), self);
    g_signal_connect_object(self->adjustment, "value-changed", G_CALLBACK(gtk_widget_queue_draw),
                            self, G_CONNECT_SWAPPED);
    g_signal_connect_object(adw_style_manager_get_default(), "notify::dark",
                            G_CALLBACK(gtk_widget_queue_draw), self, G_CONNECT_SWAPPED);
    g_signal_connect(self, "map", G_CALLBACK(on_changed), NULL);
    gtk_widget_set_focusable(widget, TRUE);
    gtk_widget_set_overflow(widget, GTK_OVERFLOW_HIDDEN);
    gtk_accessible_update_property(GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   _("Timeline"), -1);
    add_controllers(self);
}

GtkWidget *
mamuto_timeline_new(void)
{
    return g_object_new(MAMUTO_TYPE_TIMELINE, NULL);
}
