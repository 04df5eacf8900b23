/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The activity of every host and core over time: a lane each, seconds since the run began from left
 * to right. Follows the newest activity until the user moves the view. Scrolling, pinching, + and −
 * zoom; dragging and Shift+arrows move; the pointer and arrow keys describe single spans. */
#pragma once

#include <gtk/gtk.h>

#include "timeline-view.h"

#define MAMUTO_TYPE_TIMELINE (mamuto_timeline_get_type())
G_DECLARE_FINAL_TYPE(MamutoTimeline, mamuto_timeline, MAMUTO, TIMELINE, GtkWidget)

GtkWidget *mamuto_timeline_new(void);
/* @store: (nullable). */
void mamuto_timeline_set_store(MamutoTimeline *self, MamutoTimelineStore *store);
/* The visible range; after changing it, call mamuto_timeline_view_changed(). */
TimelineView *mamuto_timeline_get_view(MamutoTimeline *self);
void mamuto_timeline_view_changed(MamutoTimeline *self);
