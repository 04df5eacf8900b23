/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A widget that shows the activity of every host and core over time. Each host and each core has a
 * lane, which is a horizontal strip. Time runs from left to right. The newest activity stays
 * visible until the user moves the visible range. The user zooms by scrolling, by pinching, or with
 * the keys + and −, and moves the visible range by dragging or with Shift and the arrow keys. The
 * pointer and the arrow keys select a span, and the widget then describes it. */
#pragma once

#include <gtk/gtk.h>

#include "timeline-view.h"

#define MAMUTO_TYPE_TIMELINE (mamuto_timeline_get_type())
G_DECLARE_FINAL_TYPE(MamutoTimeline, mamuto_timeline, MAMUTO, TIMELINE, GtkWidget)

GtkWidget *mamuto_timeline_new(void);
/* @store: (nullable): NULL shows an empty timeline. */
void mamuto_timeline_set_store(MamutoTimeline *self, MamutoTimelineStore *store);
/* Returns the visible part of the timeline. The caller may change this part, and must then call
 * mamuto_timeline_view_changed(). */
TimelineView *mamuto_timeline_get_view(MamutoTimeline *self);
void mamuto_timeline_view_changed(MamutoTimeline *self);
