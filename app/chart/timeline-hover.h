/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Describes a timeline in words: the span at the pointer or reached by arrow keys, and a summary
 * for screen readers. */
#pragma once

#include <gtk/gtk.h>

#include "timeline-view.h"

typedef struct {
    gboolean active;
    gboolean by_keys; /* moved by keys, so it stays when the pointer leaves */
    double x, y;
} TimelineHover;

/* (transfer full) (nullable): NULL outside of the lanes. */
char *timeline_hover_describe(const TimelineView *view, const TimelineHover *hover);
void timeline_hover_draw(const TimelineView *view, const TimelineHover *hover, GtkWidget *widget,
                         GtkSnapshot *snapshot);
/* Moves by @spans spans in the lane and by @lanes lanes, and scrolls the new position into view. */
void timeline_hover_step(TimelineHover *hover, TimelineView *view, int spans, int lanes);
/* A sentence about the whole timeline; @store: (nullable); (transfer full). */
char *timeline_hover_describe_all(MamutoTimelineStore *store);
