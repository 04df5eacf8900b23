/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Draws the axes of all charts: grid lines, and labels that do not overlap. chart-axis.h and
 * time-axis.h choose the ticks. */
#pragma once

#include <gtk/gtk.h>

#define CHART_LABEL_GAP 6

/* The plot's area inside the axes, in pixels. */
typedef struct {
    double x, y, width, height;
} ChartFrame;

typedef struct {
    double at; /* x of a tick below the plot, y of a tick beside it */
    PangoLayout *label;
    gboolean strong; /* label in text colour, preferred to labels that it would overlap */
} ChartTick;

/* (element-type ChartTick) (transfer full). */
GArray *chart_ticks_new(void);
/* @label: (transfer full). */
void chart_ticks_add(GArray *ticks, double at, PangoLayout *label, gboolean strong);
/* Width of the widest label, in pixels. */
int chart_ticks_get_width(GArray *ticks);
/* Draws labels centred below their ticks, between @left and @right. @grid: also draws vertical
 * lines through the plot and @overhang pixels below it. */
void chart_ticks_draw_below(GtkSnapshot *snapshot, const ChartFrame *plot, GArray *ticks,
                            double left, double right, gboolean grid, double overhang,
                            gboolean dark);
/* Draws labels left of the plot and horizontal lines through it. */
void chart_ticks_draw_beside(GtkSnapshot *snapshot, const ChartFrame *plot, GArray *ticks,
                             gboolean dark);
