/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Structures and functions shared by mamuto-chart.c (the widget) and chart-draw.c (painting). */
#pragma once

#include "chart-ticks.h"
#include "mamuto-chart.h"

typedef struct {
    double x, y, low, high;
    char *text;
} ChartPoint;

typedef struct {
    double x, y;
    gboolean predicted;
} ChartLinePoint;

typedef struct {
    ChartStyle style;
    char *name;
    GArray *points; /* elements: ChartPoint, ordered by x */
    GArray *line;   /* elements: ChartLinePoint, ordered by x */
} ChartSeries;

struct _MamutoChart {
    GtkWidget parent_instance;
    ChartAxis x, y;
    char *title, *subtitle, *summary;
    GPtrArray *series; /* of ChartSeries */
    double rule;       /* y of a horizontal line across the plot; NAN: no line */
    double break_even; /* x of a vertical line across the plot; NAN: no line */
    gboolean break_even_predicted;
    char *break_even_text;
    int hover_series, hover_point; /* -1: no mark is hovered */
};

/* Sets @frame to the rectangle of the plot in a chart of @width × @height pixels. The plot is the
 * area between the axes. */
void chart_get_frame(MamutoChart *self, double width, double height, ChartFrame *frame);
void chart_place(MamutoChart *self, const ChartFrame *frame, double x, double y, double *at_x,
                 double *at_y);
/* Paints the chart from back to front: grid, axes, lines, marks, names of the series, and the
 * description of the hovered mark. */
void chart_draw(MamutoChart *self, GtkSnapshot *snapshot, double width, double height,
                const char *subtitle, gboolean dark);
