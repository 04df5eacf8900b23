/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Hover code shared by all charts: finds the value nearest to the pointer or chosen by arrow keys,
 * and draws a line through the value and a box with its description. */
#pragma once

#include <gtk/gtk.h>

#include "chart-ticks.h"

/* The nearest candidate within a maximum distance. */
typedef struct {
    double x, y;     /* pointer position */
    double distance; /* squared; only nearer candidates count */
} ChartNearest;

void chart_nearest_init(ChartNearest *self, double x, double y, double reach);
/* Returns TRUE if (@x, @y) is the nearest candidate so far. */
gboolean chart_nearest_try(ChartNearest *self, double x, double y);

/* Returns FALSE unless @key is an arrow key without modifiers other than @allowed. @along: −1 for
 * left, 1 for right, else 0; @across: −1 for up, 1 for down, else 0. */
gboolean chart_hover_get_step(guint key, GdkModifierType state, GdkModifierType allowed, int *along,
                              int *across);

/* Draws a vertical line through the plot. */
void chart_hover_draw_line(GtkSnapshot *snapshot, const ChartFrame *plot, double x, gboolean dark);
/* Draws @text in a box beside (@x, @y), inside of @width × @height. */
void chart_hover_draw_box(GtkWidget *widget, GtkSnapshot *snapshot, const char *text, double x,
                          double y, double width, double height, gboolean dark);
