/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * An axis of a chart: maps values to 0..1 and chooses ticks and labels. Pure functions. */
#pragma once

#include <glib.h>

typedef enum {
    CHART_ROWS,    /* logarithmic: 1, 10, … 1 k, 1 M */
    CHART_TIME,    /* logarithmic, seconds: decades up to 10 s, then 1 min, 10 min, 1 h */
    CHART_FACTOR,  /* linear from 0: 2×, 4× */
    CHART_PERCENT, /* linear from 0 to 1 */
    CHART_VALUE,   /* linear, any value */
    CHART_COUNT,   /* linear, counts */
} ChartAxisKind;

typedef struct {
    ChartAxisKind kind;
    double low, high;
    /* Only for CHART_VALUE and CHART_COUNT: */
    guint max_ticks; /* 0: about 5 */
    gboolean whole;  /* no ticks between whole numbers */
} ChartAxis;

/* Widens the range to round numbers; leaves CHART_VALUE and CHART_COUNT unchanged. */
void chart_axis_round(ChartAxis *self);
gboolean chart_axis_is_log(const ChartAxis *self);
/* 0 at the low end, 1 at the high end; less than 0 or more than 1 outside of the range. */
double chart_axis_place(const ChartAxis *self, double value);
/* (element-type double) (transfer full): ascending; a logarithmic scale with fewer than two decades
 * has its minor ticks at the end of the array. */
GArray *chart_axis_get_ticks(const ChartAxis *self);
/* (element-type double) (transfer full): ticks of faint lines at 2 to 9 times each decade; empty
 * for linear scales. */
GArray *chart_axis_get_minor_ticks(const ChartAxis *self);
/* The label of a tick; (transfer full). */
char *chart_axis_format(const ChartAxis *self, double value);
