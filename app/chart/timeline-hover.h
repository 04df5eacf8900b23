/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Describes the span that the user selects in a timeline with the pointer or the arrow keys. Also
 * describes the whole timeline for screen readers. */
#pragma once

#include <gtk/gtk.h>

#include "timeline-view.h"

typedef struct {
    gboolean active;
    gboolean by_keys; /* TRUE: set by arrow keys; the description stays visible when the pointer
                         leaves the widget */
    double x, y;
} TimelineHover;

/* (transfer full) (nullable): a description of the span at the position of @hover; NULL if no lane
 * is at this position. */
char *timeline_hover_describe(const TimelineView *view, const TimelineHover *hover);
void timeline_hover_draw(const TimelineView *view, const TimelineHover *hover, GtkWidget *widget,
                         GtkSnapshot *snapshot);
/* Moves @hover by @spans spans to the right and by @lanes lanes down. Negative numbers move it left
 * or up. Scrolls @view until the new position is visible. */
void timeline_hover_step(TimelineHover *hover, TimelineView *view, int spans, int lanes);
/* (transfer full): a sentence about the whole timeline. @store: (nullable). */
char *timeline_hover_describe_all(MamutoTimelineStore *store);
