/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Shows a description beside the pointer in charts: finds the point nearest to the pointer, and
 * draws a vertical line and a box with text. */
#pragma once

#include <gtk/gtk.h>

#include "chart-ticks.h"

/* The state of a search for the point that is nearest to the pointer. */
typedef struct {
    double x, y;     /* pointer position */
    double distance; /* square of the distance to the nearest point found; while no point is found,
                        the square of the maximum distance */
} ChartNearest;

void chart_nearest_init(ChartNearest *self, double x, double y, double reach);
/* Returns TRUE if the point (@x, @y) is nearer to the pointer than all points that were tried
 * before. */
gboolean chart_nearest_try(ChartNearest *self, double x, double y);

/* Converts an arrow key to a direction: @along is −1 for left and 1 for right, @across is −1 for up
 * and 1 for down. Returns FALSE if @key is not an arrow key, or if a modifier that is not in
 * @allowed is pressed.
 */
gboolean chart_hover_get_step(guint key, GdkModifierType state, GdkModifierType allowed, int *along,
                              int *across);

/* Draws a vertical line at @x through the plot. */
void chart_hover_draw_line(GtkSnapshot *snapshot, const ChartFrame *plot, double x, gboolean dark);
/* Draws @text in a box beside (@x, @y). The box stays inside the area of @width × @height pixels.
 */
void chart_hover_draw_box(GtkWidget *widget, GtkSnapshot *snapshot, const char *text, double x,
                          double y, double width, double height, gboolean dark);
