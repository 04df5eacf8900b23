/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See timeline-view.h. */
#include "timeline-view.h"

#include <math.h>

#define LANE_MIN 14
#define LANE_MAX 32
/* Maximum height in pixels of a lane that shows all cores of a host. It is greater than LANE_MAX,
 * because the lane shows many cores. */
#define SHARES_MAX 56
/* Visible duration in µs while the view follows the newest activity and the user has not zoomed. */
#define FOLLOWED_US (30 * G_USEC_PER_SEC)
#define SHORTEST_US 1000

void
timeline_view_init(TimelineView *self)
{
    *self = (TimelineView){.lanes = g_array_new(FALSE, FALSE, sizeof(TimelineLane)),
                           .expanded = g_hash_table_new(NULL, NULL),
                           .width = 1,
                           .height = 1,
                           .lane_height = LANE_MIN,
                           .following = TRUE};
}

void
timeline_view_clear(TimelineView *self)
{
    g_clear_object(&self->store);
    g_clear_pointer(&self->lanes, g_array_unref);
    g_clear_pointer(&self->expanded, g_hash_table_unref);
}

void
timeline_view_set_store(TimelineView *self, MamutoTimelineStore *store)
{
    g_set_object(&self->store, store);
    g_hash_table_remove_all(self->expanded);
    timeline_view_follow(self);
}

/* ---- lanes ---- */

static void
add_lane(TimelineView *self, TimelineLaneKind kind, guint host, int slot)
{
    const TimelineLane lane = {kind, host, slot};

    g_array_append_val(self->lanes, lane);
}

static void
fill_lanes(TimelineView *self)
{
    guint n_hosts = mamuto_timeline_store_get_n_hosts(self->store);
    guint n_all = 0;

    for (guint h = 0; h < n_hosts; h++)
        n_all += 1 + mamuto_timeline_store_get_n_slots(self->store, h);
    self->by_host = (gint64)n_all * LANE_MIN > self->height;
    for (guint h = 0; h < n_hosts; h++) {
        guint n_slots = mamuto_timeline_store_get_n_slots(self->store, h);
        gboolean open =
            !self->by_host || g_hash_table_contains(self->expanded, GUINT_TO_POINTER(h));

        add_lane(self, self->by_host ? LANE_SHARES : LANE_LINK, h, -1);
        for (guint s = 0; open && s < n_slots; s++)
            add_lane(self, LANE_CORE, h, (int)s);
    }
}

int
timeline_view_get_lanes_height(const TimelineView *self)
{
    return (int)self->lanes->len * self->lane_height;
}

void
timeline_view_lay_out(TimelineView *self, int width, int height, int top, int axis_height)
{
    int n;

    g_array_set_size(self->lanes, 0);
    self->x = CLAMP(width / 5, 56, 140); /* leave space for the host names on the left */
    self->y = top;
    self->width = MAX(width - self->x - 12, 1);
    self->height = MAX(height - top - axis_height, 1);
    self->lane_height = LANE_MIN;
    if (!self->store)
        return;
    fill_lanes(self);
    n = (int)self->lanes->len;
    if (n > 0)
        self->lane_height =
            CLAMP(self->height / n, LANE_MIN, self->by_host ? SHARES_MAX : LANE_MAX);
    /* reduce the height, so that the axis is directly below the last lane */
    self->height = MIN(self->height, MAX(n, 1) * self->lane_height);
    self->scroll =
        CLAMP(self->scroll, 0, MAX(timeline_view_get_lanes_height(self) - self->height, 0));
}

const TimelineLane *
timeline_view_get_lane(const TimelineView *self, guint lane)
{
    return &g_array_index(self->lanes, TimelineLane, lane);
}

double
timeline_view_get_lane_y(const TimelineView *self, guint lane)
{
    return self->y - floor(self->scroll) + (double)lane * self->lane_height;
}

int
timeline_view_find_lane(const TimelineView *self, double y)
{
    double lane;

    if (y < self->y || y >= self->y + self->height)
        return -1;
    lane = floor((y - timeline_view_get_lane_y(self, 0)) / self->lane_height);
    return lane >= 0 && lane < self->lanes->len ? (int)lane : -1;
}

void
timeline_view_get_visible_lanes(const TimelineView *self, guint *first, guint *end)
{
    double above = floor(self->scroll);

    *first = (guint)(above / self->lane_height);
    *end = MIN(self->lanes->len, (guint)((above + self->height) / self->lane_height) + 1);
}

void
timeline_view_toggle_host(TimelineView *self, guint host)
{
    gpointer key = GUINT_TO_POINTER(host);

    if (!g_hash_table_remove(self->expanded, key))
        g_hash_table_add(self->expanded, key);
}

/* ---- time ---- */

static gint64
get_whole(const TimelineView *self)
{
    return MAX(mamuto_timeline_store_get_now(self->store), SHORTEST_US);
}

TimelineRange
timeline_view_get_range(const TimelineView *self)
{
    gint64 whole, begin, duration = self->duration;

    if (!self->following)
        return (TimelineRange){self->begin, self->begin + duration};
    whole = get_whole(self);
    if (duration == 0)
        duration = mamuto_timeline_store_is_running(self->store)
                       ? CLAMP(whole, G_USEC_PER_SEC, FOLLOWED_US)
                       : whole;
    begin = MAX(whole - duration, 0);
    return (TimelineRange){begin, begin + duration};
}

double
timeline_view_time_to_x(const TimelineView *self, TimelineRange range, gint64 time)
{
    return self->x + (double)(time - range.begin) / (double)(range.end - range.begin) * self->width;
}

gint64
timeline_view_x_to_time(const TimelineView *self, double x)
{
    TimelineRange range = timeline_view_get_range(self);

    return range.begin + (gint64)((x - self->x) / self->width * (double)(range.end - range.begin));
}

gint64
timeline_view_get_pixel(const TimelineView *self)
{
    TimelineRange range = timeline_view_get_range(self);

    return (range.end - range.begin) / self->width + 1;
}

void
timeline_view_follow(TimelineView *self)
{
    self->following = TRUE;
    self->duration = 0;
}

void
timeline_view_move_to(TimelineView *self, gint64 begin, gint64 duration)
{
    gint64 whole = get_whole(self);

    self->following = FALSE;
    self->duration = CLAMP(duration, SHORTEST_US, MAX(whole + whole / 20, SHORTEST_US));
    self->begin = CLAMP(begin, 0, MAX(whole - self->duration / 2, 0));
}

void
timeline_view_show_all(TimelineView *self)
{
    timeline_view_move_to(self, 0, get_whole(self));
}

void
timeline_view_pan(TimelineView *self, double share)
{
    TimelineRange range = timeline_view_get_range(self);
    gint64 duration = range.end - range.begin;

    timeline_view_move_to(self, range.begin + (gint64)((double)duration * share), duration);
}

void
timeline_view_zoom(TimelineView *self, double factor, double x)
{
    double share = CLAMP((x - self->x) / self->width, 0, 1);
    TimelineRange range = timeline_view_get_range(self);
    double before = (double)(range.end - range.begin);
    gint64 duration = (gint64)(before * factor), at;

    if (self->following && mamuto_timeline_store_is_running(self->store)) {
        self->duration = CLAMP(duration, SHORTEST_US, MAX(get_whole(self), G_USEC_PER_SEC));
        return;
    }
    at = range.begin + (gint64)(before * share);
    timeline_view_move_to(self, at - (gint64)((double)duration * share), duration);
}

void
timeline_view_reveal(TimelineView *self, gint64 time, guint lane)
{
    double y = timeline_view_get_lane_y(self, lane);
    TimelineRange range = timeline_view_get_range(self);
    gint64 duration = range.end - range.begin;

    if (y < self->y)
        self->scroll = (double)lane * self->lane_height;
    else if (y + self->lane_height > self->y + self->height)
        self->scroll = (double)(lane + 1) * self->lane_height - self->height;
    if (time < range.begin || time >= range.end)
        timeline_view_move_to(self, time - duration / 2, duration);
    else if (mamuto_timeline_store_is_running(self->store))
        timeline_view_move_to(self, range.begin, duration);
}
