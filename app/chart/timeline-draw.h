/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Paints a timeline: legend, axis and lanes. */
#pragma once

#include <gtk/gtk.h>

#include "timeline-view.h"

/* @widget: provides the font and the scale factor. */
void timeline_draw(const TimelineView *view, GtkWidget *widget, GtkSnapshot *snapshot);
/* Height of the legend in pixels for a widget that is @width pixels wide. */
int timeline_draw_get_legend_height(GtkWidget *widget, int width);
