/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What the parts of the timeline share: its lanes and view (mamuto-timeline.c), how they are
 * painted (timeline-draw.c), what is under the pointer (timeline-hover.c). */
#pragma once

#include "mamuto-timeline.h"

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

/* In pixels: where the parts stand. */
typedef struct {
    int legend_height, axis_height, names_width;
    int x, y, width, height; /* of the lanes in sight */
    int lane_height;
} TimelineLayout;

struct _MamutoTimeline {
    GtkWidget parent_instance;
    MamutoTimelineStore *store;
    GtkWidget *scrollbar, *follow_button;
    GtkAdjustment *adjustment; /* pixels of lanes above those in sight */

    GArray *lanes; /* of TimelineLane */
    gboolean by_host;
    GHashTable *expanded; /* hosts whose cores are shown though lanes are by host */
    TimelineLayout layout;

    gboolean following;
    gint64 width; /* µs in sight; 0: as it suits */
    gint64 begin; /* µs at the left, unless following */
    double drag_x, drag_y;
    gint64 drag_begin;
    double zoom_width;

    gboolean hovering;
    double hover_x, hover_y;
    gboolean by_keys;  /* the hover is moved by keys */
    guint64 described; /* spans when the description was made last */
};

/* mamuto-timeline.c */
void timeline_get_view(MamutoTimeline *self, gint64 *begin, gint64 *end);
/* The lane at that y, or -1. */
int timeline_lane_at(MamutoTimeline *self, double y);
/* The top of a lane. */
double timeline_lane_y(MamutoTimeline *self, guint lane);
void timeline_move_to(MamutoTimeline *self, gint64 begin, gint64 width);

/* timeline-draw.c */
void timeline_draw(MamutoTimeline *self, GtkSnapshot *snapshot);
/* Height of the legend in so much width. */
int timeline_legend_height(MamutoTimeline *self, int width);

/* timeline-hover.c */
/* What is told of a point; (transfer full) (nullable): nothing is there. */
char *timeline_describe_point(MamutoTimeline *self, double x, double y);
void timeline_draw_hover(MamutoTimeline *self, GtkSnapshot *snapshot);
/* Moves the hover to the next span of the lane, or to another lane. */
void timeline_step_hover(MamutoTimeline *self, int spans, int lanes);
/* All of it in a sentence; (transfer full). */
char *timeline_describe(MamutoTimeline *self);
