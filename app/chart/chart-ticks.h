/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The axes of all charts as they are painted: lines of the grid and labels that do not touch each
 * other. Which ticks there are is the axis's to say (chart-axis.h, time-axis.h). */
#pragma once

#include <gtk/gtk.h>

#define CHART_LABEL_GAP 6

/* The plot within its axes, in pixels. */
typedef struct {
    double x, y, width, height;
} ChartFrame;

typedef struct {
    double at; /* x of a tick below the plot, y of one beside it */
    PangoLayout *label;
    gboolean strong; /* its label goes before those near it, in the colour of text */
} ChartTick;

/* (element-type ChartTick) (transfer full). */
GArray *chart_ticks_new(void);
/* @label: (transfer full). */
void chart_ticks_add(GArray *ticks, double at, PangoLayout *label, gboolean strong);
/* Of the widest label. */
int chart_ticks_get_width(GArray *ticks);
/* Labels centred below their ticks, between @left and @right. @grid: upright lines through the plot
 * and @overhang pixels below it. */
void chart_ticks_draw_below(GtkSnapshot *snapshot, const ChartFrame *plot, GArray *ticks,
                            double left, double right, gboolean grid, double overhang,
                            gboolean dark);
/* Labels at the left of the plot, level lines through it. */
void chart_ticks_draw_beside(GtkSnapshot *snapshot, const ChartFrame *plot, GArray *ticks,
                             gboolean dark);
