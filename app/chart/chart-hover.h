/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What all charts have in common where the pointer or the arrow keys ask for a single value: which
 * one is meant, the line through it, and the box that says what it is. */
#pragma once

#include <gtk/gtk.h>

#include "chart-ticks.h"

/* The nearest of the places that were tried, within a distance. */
typedef struct {
    double x, y;     /* of the pointer */
    double distance; /* squared: only places nearer than this count */
} ChartNearest;

void chart_nearest_init(ChartNearest *self, double x, double y, double reach);
/* TRUE: it is the nearest so far. */
gboolean chart_nearest_try(ChartNearest *self, double x, double y);

/* FALSE: @key is no arrow without modifiers but @allowed. @along: −1, 0 or 1 to the right; @across:
 * down. */
gboolean chart_hover_get_step(guint key, GdkModifierType state, GdkModifierType allowed, int *along,
                              int *across);

/* An upright line through the plot. */
void chart_hover_draw_line(GtkSnapshot *snapshot, const ChartFrame *plot, double x, gboolean dark);
/* @text in a box beside (@x, @y), within @width × @height. */
void chart_hover_draw_box(GtkWidget *widget, GtkSnapshot *snapshot, const char *text, double x,
                          double y, double width, double height, gboolean dark);
