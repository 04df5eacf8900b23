/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Draws the axes of charts: grid lines and labels. Hides labels that would overlap. The caller
 * computes the positions of ticks with chart-axis.h or time-axis.h. */
#pragma once

#include <gtk/gtk.h>

#define CHART_LABEL_GAP 6

/* The rectangle between the axes, in pixels. */
typedef struct {
    double x, y, width, height;
} ChartFrame;

typedef struct {
    double at; /* x of the tick on a horizontal axis, or y of the tick on a vertical axis */
    PangoLayout *label;
    gboolean strong; /* FALSE: the label is paler, and is hidden if it overlaps another label */
} ChartTick;

/* (element-type ChartTick) (transfer full): creates an empty array of ticks. */
GArray *chart_ticks_new(void);
/* @label: (transfer full). */
void chart_ticks_add(GArray *ticks, double at, PangoLayout *label, gboolean strong);
/* Width of the widest label, in pixels. */
int chart_ticks_get_width(GArray *ticks);
/* Draws labels centred below their ticks, between the x positions @left and @right. @grid: TRUE to
 * draw vertical lines from the top of the plot to @overhang pixels below the plot. */
void chart_ticks_draw_below(GtkSnapshot *snapshot, const ChartFrame *plot, GArray *ticks,
                            double left, double right, gboolean grid, double overhang,
                            gboolean dark);
/* Draws labels to the left of the plot and horizontal lines through the plot. */
void chart_ticks_draw_beside(GtkSnapshot *snapshot, const ChartFrame *plot, GArray *ticks,
                             gboolean dark);
