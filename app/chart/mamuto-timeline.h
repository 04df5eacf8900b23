/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The activity of every host and core over time. Each host and each core has a lane. Time runs from
 * left to right and begins at the start of the run. The timeline follows the newest activity until
 * the user moves the view. Scrolling, pinching, + and − zoom; dragging and Shift+arrows move the
 * view; the pointer and the arrow keys show descriptions of spans. */
#pragma once

#include <gtk/gtk.h>

#include "timeline-view.h"

#define MAMUTO_TYPE_TIMELINE (mamuto_timeline_get_type())
G_DECLARE_FINAL_TYPE(MamutoTimeline, mamuto_timeline, MAMUTO, TIMELINE, GtkWidget)

GtkWidget *mamuto_timeline_new(void);
/* @store: (nullable): NULL shows an empty timeline. */
void mamuto_timeline_set_store(MamutoTimeline *self, MamutoTimelineStore *store);
/* The visible range. The caller calls mamuto_timeline_view_changed() after a change of the range.
 */
TimelineView *mamuto_timeline_get_view(MamutoTimeline *self);
void mamuto_timeline_view_changed(MamutoTimeline *self);
