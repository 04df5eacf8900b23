/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The visible part of a timeline: the lanes and their positions, and the range of time from left to
 * right. Independent of any widget; drawing, hover and the widget use it. */
#pragma once

#include "mamuto-timeline-store.h"

/* Content of a lane. */
typedef enum {
    LANE_SHARES, /* a whole host: stacked shares of its cores */
    LANE_LINK,   /* transfers between this computer and a host */
    LANE_CORE,
} TimelineLaneKind;

typedef struct {
    TimelineLaneKind kind;
    guint host;
    int slot; /* -1 except for LANE_CORE */
} TimelineLane;

/* µs since the run began. */
typedef struct {
    gint64 begin, end;
} TimelineRange;

typedef struct {
    MamutoTimelineStore *store; /* (nullable) */

    GArray *lanes; /* of TimelineLane */
    gboolean by_host;
    GHashTable *expanded;    /* hosts whose cores are shown although by_host is set */
    int x, y, width, height; /* of the visible lanes, in pixels */
    int lane_height;
    double scroll; /* pixels of lanes above the visible lanes */

    gboolean following;
    gint64 begin;    /* µs at the left edge, unless following */
    gint64 duration; /* visible µs; 0: automatic */
} TimelineView;

void timeline_view_init(TimelineView *self);
void timeline_view_clear(TimelineView *self);
/* Hides the cores of all hosts again, and follows the newest activity. */
void timeline_view_set_store(TimelineView *self, MamutoTimelineStore *store);

/* Recomputes the lanes and their positions in @width × @height pixels below @top; the axis is below
 * the lanes. */
void timeline_view_lay_out(TimelineView *self, int width, int height, int top, int axis_height);
/* Height of all lanes, including lanes that are scrolled out of view. Pixels. */
int timeline_view_get_lanes_height(const TimelineView *self);
const TimelineLane *timeline_view_get_lane(const TimelineView *self, guint lane);
/* Index of the lane at @y, or -1. */
int timeline_view_find_lane(const TimelineView *self, double y);
/* y of the lane's upper edge. */
double timeline_view_get_lane_y(const TimelineView *self, guint lane);
/* Indexes of the visible lanes: [first, end). */
void timeline_view_get_visible_lanes(const TimelineView *self, guint *first, guint *end);
void timeline_view_toggle_host(TimelineView *self, guint host);

TimelineRange timeline_view_get_range(const TimelineView *self);
double timeline_view_time_to_x(const TimelineView *self, TimelineRange range, gint64 time);
gint64 timeline_view_x_to_time(const TimelineView *self, double x);
/* µs per pixel, at least 1. */
gint64 timeline_view_get_pixel(const TimelineView *self);

/* Follows the newest activity, until one of the functions below changes the visible range. */
void timeline_view_follow(TimelineView *self);
void timeline_view_show_all(TimelineView *self);
void timeline_view_move_to(TimelineView *self, gint64 begin, gint64 duration);
/* Moves by @share of the visible duration. */
void timeline_view_pan(TimelineView *self, double share);
/* Keeps the time at @x in place. While a running timeline is followed, keeps its end in place
 * instead and continues to follow. */
void timeline_view_zoom(TimelineView *self, double factor, double x);
/* Scrolls and moves until @time and @lane are visible. Stops following a running timeline, so that
 * they stay visible. */
void timeline_view_reveal(TimelineView *self, gint64 time, guint lane);
