/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The visible part of a timeline: which hosts and cores are visible, their positions, and the
 * visible range of time. */
#pragma once

#include "mamuto-timeline-store.h"

/* The kinds of lanes. A lane is a horizontal strip that shows an activity over time. */
typedef enum {
    LANE_SHARES, /* all cores of a host together: the fraction of time of each activity */
    LANE_LINK,   /* transfers between this computer and the host */
    LANE_CORE,
} TimelineLaneKind;

typedef struct {
    TimelineLaneKind kind;
    guint host;
    int slot; /* index of the core in a LANE_CORE; -1 in other lanes */
} TimelineLane;

/* A period of time. Both times are in µs since the run began. */
typedef struct {
    gint64 begin, end;
} TimelineRange;

typedef struct {
    MamutoTimelineStore *store; /* (nullable) */

    GArray *lanes; /* of TimelineLane */
    gboolean by_host;
    GHashTable *expanded;    /* hosts whose cores are visible; used only if by_host is TRUE */
    int x, y, width, height; /* rectangle of the visible lanes, in pixels */
    int lane_height;
    double scroll; /* vertical scroll position in pixels */

    gboolean following;
    gint64 begin;    /* time at the left edge, in µs since the run began */
    gint64 duration; /* visible duration in µs; 0: automatic */
} TimelineView;

void timeline_view_init(TimelineView *self);
void timeline_view_clear(TimelineView *self);
/* Shows the data of @store. Hides the cores of all hosts, and follows the newest activity. */
void timeline_view_set_store(TimelineView *self, MamutoTimelineStore *store);

/* Computes the lanes (the strips of hosts and cores) and their positions in a widget of @width ×
 * @height pixels. The lanes begin at the vertical position @top. The axis is below the lanes. */
void timeline_view_lay_out(TimelineView *self, int width, int height, int top, int axis_height);
/* Returns the total height in pixels of all lanes (the strips of hosts and cores), including lanes
 * that are not visible. */
int timeline_view_get_lanes_height(const TimelineView *self);
const TimelineLane *timeline_view_get_lane(const TimelineView *self, guint lane);
/* Returns the index of the lane (the strip of a host or core) at the vertical position @y, or -1 if
 * no lane is there. */
int timeline_view_find_lane(const TimelineView *self, double y);
/* Returns the vertical position in pixels of the upper edge of @lane. */
double timeline_view_get_lane_y(const TimelineView *self, guint lane);
/* Sets the range [first, end) of the indexes of the visible lanes. */
void timeline_view_get_visible_lanes(const TimelineView *self, guint *first, guint *end);
void timeline_view_toggle_host(TimelineView *self, guint host);

TimelineRange timeline_view_get_range(const TimelineView *self);
double timeline_view_time_to_x(const TimelineView *self, TimelineRange range, gint64 time);
gint64 timeline_view_x_to_time(const TimelineView *self, double x);
/* Returns the time in µs that a pixel covers, at least 1. */
gint64 timeline_view_get_pixel(const TimelineView *self);

/* Keeps the newest activity visible. Moving the visible range ends this. */
void timeline_view_follow(TimelineView *self);
void timeline_view_show_all(TimelineView *self);
void timeline_view_move_to(TimelineView *self, gint64 begin, gint64 duration);
/* Moves the visible range by @share times the visible duration. A negative @share moves it to
 * earlier times. */
void timeline_view_pan(TimelineView *self, double share);
/* Multiplies the visible duration by @factor. While the newest activity is followed, it stays at
 * the right edge. Otherwise the time at the position @x stays at @x. */
void timeline_view_zoom(TimelineView *self, double factor, double x);
/* Scrolls and moves the visible range until @time and @lane are visible. During a run, stops
 * following the newest activity. */
void timeline_view_reveal(TimelineView *self, gint64 time, guint lane);
