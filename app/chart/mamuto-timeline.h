/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * When every host and core did what: a lane for each, seconds since Run from left to right. Follows
 * the end of what happens until it is moved. Scroll, pinch, + and − zoom; dragging and Shift+arrows
 * move; the pointer and arrows tell of single spans. */
#pragma once

#include <gtk/gtk.h>

#include "timeline-view.h"

#define MAMUTO_TYPE_TIMELINE (mamuto_timeline_get_type())
G_DECLARE_FINAL_TYPE(MamutoTimeline, mamuto_timeline, MAMUTO, TIMELINE, GtkWidget)

GtkWidget *mamuto_timeline_new(void);
/* @store: (nullable). */
void mamuto_timeline_set_store(MamutoTimeline *self, MamutoTimelineStore *store);
/* What is in sight; a program that changes it calls mamuto_timeline_view_changed() after that. */
TimelineView *mamuto_timeline_get_view(MamutoTimeline *self);
void mamuto_timeline_view_changed(MamutoTimeline *self);
