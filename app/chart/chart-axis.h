/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * An axis of a chart: from values to a place between 0 and 1, and where ticks stand. Pure. */
#pragma once

#include <glib.h>

typedef enum {
    CHART_ROWS,    /* by decades: 1, 10, … 1 k, 1 M */
    CHART_TIME,    /* seconds, by decades up to 1 s, then 10 s, 1 min, 10 min, 1 h */
    CHART_FACTOR,  /* linear from 0: 2×, 4× */
    CHART_PERCENT, /* linear from 0 to 1 */
    CHART_VALUE,   /* linear, any numbers */
    CHART_COUNT,   /* linear, how many of something */
} ChartAxisKind;

typedef struct {
    ChartAxisKind kind;
    double low, high;
    /* Of CHART_VALUE and CHART_COUNT: */
    guint max_ticks; /* 0: a few */
    gboolean whole;  /* no ticks between whole numbers */
} ChartAxis;

/* Widens it to values that are easy to read. */
void chart_axis_round(ChartAxis *self);
gboolean chart_axis_is_log(const ChartAxis *self);
/* 0 at the low end, 1 at the high end; beyond that outside of it. */
double chart_axis_place(const ChartAxis *self, double value);
/* (element-type double) (transfer full), the lowest first. */
GArray *chart_axis_get_ticks(const ChartAxis *self);
/* Faint lines between the ticks of decades: 2 to 9 times each. */
GArray *chart_axis_get_minor_ticks(const ChartAxis *self);
/* What stands at a tick; (transfer full). */
char *chart_axis_format(const ChartAxis *self, double value);
