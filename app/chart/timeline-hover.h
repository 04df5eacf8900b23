/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What a timeline tells in words: of the point under the pointer or reached by keys, and of all of
 * it to people who do not see it. */
#pragma once

#include <gtk/gtk.h>

#include "timeline-view.h"

typedef struct {
    gboolean active;
    gboolean by_keys; /* moved by keys: the pointer that leaves does not end it */
    double x, y;
} TimelineHover;

/* (transfer full) (nullable): NULL where nothing is. */
char *timeline_hover_describe(const TimelineView *view, const TimelineHover *hover);
void timeline_hover_draw(const TimelineView *view, const TimelineHover *hover, GtkWidget *widget,
                         GtkSnapshot *snapshot);
/* Moves to the next span of the lane, or to another lane, and brings it into sight. */
void timeline_hover_step(TimelineHover *hover, TimelineView *view, int spans, int lanes);
/* A whole timeline in a sentence; @store: (nullable); (transfer full). */
char *timeline_hover_describe_all(MamutoTimelineStore *store);
