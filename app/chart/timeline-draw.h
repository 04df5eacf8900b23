/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Paints a timeline: its legend, its axis, and a horizontal strip (lane) for each host and core. */
#pragma once

#include <gtk/gtk.h>

#include "timeline-view.h"

/* @widget: the widget whose font and scale factor are used. */
void timeline_draw(const TimelineView *view, GtkWidget *widget, GtkSnapshot *snapshot);
/* Returns the height of the legend in pixels for a widget that is @width pixels wide. */
int timeline_draw_get_legend_height(GtkWidget *widget, int width);
