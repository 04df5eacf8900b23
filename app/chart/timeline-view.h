/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What of a timeline is in sight: which lanes there are and where they stand, and which part of
 * time lies between left and right. Knows no widget; drawing, hover and the widget use it. */
#pragma once

#include "mamuto-timeline-store.h"

/* What a lane shows. */
typedef enum {
    LANE_SHARES, /* a host as a whole: its cores' shares, stacked */
    LANE_LINK,   /* what came and went between this computer and a host */
    LANE_CORE,
} TimelineLaneKind;

typedef struct {
    TimelineLaneKind kind;
    guint host;
    int slot; /* -1 but for LANE_CORE */
} TimelineLane;

/* µs since the run's begin. */
typedef struct {
    gint64 begin, end;
} TimelineRange;

typedef struct {
    MamutoTimelineStore *store; /* (nullable) */

    GArray *lanes; /* of TimelineLane */
    gboolean by_host;
    GHashTable *expanded;    /* hosts whose cores are shown though lanes are by host */
    int x, y, width, height; /* of the lanes in sight, in pixels */
    int lane_height;
    double scroll; /* pixels of lanes above those in sight */

    gboolean following;
    gint64 begin;    /* µs at the left, unless following */
    gint64 duration; /* µs in sight; 0: as it suits */
} TimelineView;

void timeline_view_init(TimelineView *self);
void timeline_view_clear(TimelineView *self);
/* Forgets what was chosen for the one before. */
void timeline_view_set_store(TimelineView *self, MamutoTimelineStore *store);

/* Finds the lanes anew and their place in @width × @height below @top, with the axis below them. */
void timeline_view_lay_out(TimelineView *self, int width, int height, int top, int axis_height);
/* Of all lanes, those out of sight too. */
int timeline_view_get_lanes_height(const TimelineView *self);
const TimelineLane *timeline_view_get_lane(const TimelineView *self, guint lane);
/* The lane at that y, or -1. */
int timeline_view_find_lane(const TimelineView *self, double y);
/* The top of a lane. */
double timeline_view_get_lane_y(const TimelineView *self, guint lane);
/* Lanes in sight: [first, end). */
void timeline_view_get_visible_lanes(const TimelineView *self, guint *first, guint *end);
void timeline_view_toggle_host(TimelineView *self, guint host);

TimelineRange timeline_view_get_range(const TimelineView *self);
double timeline_view_time_to_x(const TimelineView *self, TimelineRange range, gint64 time);
gint64 timeline_view_x_to_time(const TimelineView *self, double x);
/* µs that a pixel stands for, at least 1. */
gint64 timeline_view_get_pixel(const TimelineView *self);

/* Each of these but the first ends following. */
void timeline_view_follow(TimelineView *self);
void timeline_view_show_all(TimelineView *self);
void timeline_view_move_to(TimelineView *self, gint64 begin, gint64 duration);
/* By a share of what is in sight. */
void timeline_view_pan(TimelineView *self, double share);
/* What is at @x stays there; while a running timeline is followed, the end does, and it goes on to
 * be followed. */
void timeline_view_zoom(TimelineView *self, double factor, double x);
/* Scrolls and moves so that the time and lane are in sight; what is in sight stays there while time
 * goes on. */
void timeline_view_reveal(TimelineView *self, gint64 time, guint lane);
