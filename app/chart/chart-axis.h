/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * An axis of a chart. Converts values to positions from 0 to 1, and chooses ticks and labels. */
#pragma once

#include <glib.h>

typedef enum {
    CHART_ROWS,    /* logarithmic; labels such as 1, 10, 1 k and 1 M */
    CHART_TIME,    /* logarithmic, values in seconds; labels such as 0.1 s, 10 s, 1 min and 1 h */
    CHART_FACTOR,  /* linear, begins at 0; labels such as 2× and 4× */
    CHART_PERCENT, /* linear from 0 to 1 */
    CHART_VALUE,   /* linear, any values */
    CHART_COUNT,   /* linear, for counts */
} ChartAxisKind;

typedef struct {
    ChartAxisKind kind;
    double low, high;
    /* max_ticks and whole are used only for CHART_VALUE and CHART_COUNT */
    guint max_ticks; /* approximate maximum number of ticks; 0 means 5 */
    gboolean whole;  /* TRUE: ticks only at whole numbers */
} ChartAxis;

/* Widens the axis' range, so that it begins and ends at round numbers. Has no effect on CHART_VALUE
 * and CHART_COUNT axes. */
void chart_axis_round(ChartAxis *self);
gboolean chart_axis_is_log(const ChartAxis *self);
/* Converts @value to a position on the axis. The axis' smallest value has the position 0, and its
 * largest value has the position 1. */
double chart_axis_place(const ChartAxis *self, double value);
/* (element-type double) (transfer full): the values at which the axis has labels: the major ticks
 * in ascending order. If a logarithmic axis has fewer than two major ticks, the minor ticks follow.
 */
GArray *chart_axis_get_ticks(const ChartAxis *self);
/* (element-type double) (transfer full): the values of the minor ticks, which lie between the major
 * ticks: 20, 30, … 90 between 10 and 100. Empty for a linear axis. */
GArray *chart_axis_get_minor_ticks(const ChartAxis *self);
/* (transfer full): returns the label of the tick at @value. */
char *chart_axis_format(const ChartAxis *self, double value);
