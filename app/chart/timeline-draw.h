/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * How a timeline is painted: legend, axis and lanes. */
#pragma once

#include <gtk/gtk.h>

#include "timeline-view.h"

/* @widget: whose font and scale it has. */
void timeline_draw(const TimelineView *view, GtkWidget *widget, GtkSnapshot *snapshot);
/* Height of the legend in so much width. */
int timeline_draw_get_legend_height(GtkWidget *widget, int width);
