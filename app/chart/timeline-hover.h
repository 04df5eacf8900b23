/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Describes a timeline in words: the span at the pointer, the span selected by arrow keys, and a
 * summary for screen readers. */
#pragma once

#include <gtk/gtk.h>

#include "timeline-view.h"

typedef struct {
    gboolean active;
    gboolean by_keys; /* moved by arrow keys, so it stays when the pointer leaves the widget */
    double x, y;
} TimelineHover;

/* (transfer full) (nullable): the text for the hover's position; NULL outside of the lanes. */
char *timeline_hover_describe(const TimelineView *view, const TimelineHover *hover);
void timeline_hover_draw(const TimelineView *view, const TimelineHover *hover, GtkWidget *widget,
                         GtkSnapshot *snapshot);
/* Moves the hover by @spans spans in its lane and by @lanes lanes. Scrolls until the new position
 * is visible. */
void timeline_hover_step(TimelineHover *hover, TimelineView *view, int spans, int lanes);
/* A sentence about the whole timeline; (transfer full). @store: (nullable). */
char *timeline_hover_describe_all(MamutoTimelineStore *store);
