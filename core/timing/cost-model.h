/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Fits a line t(n) = a + b·n to measured times t of n rows. The functions have no side effects. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** COST_REACH: predictions are made for at most COST_REACH × the largest measured number of rows */
#define COST_REACH 100

typedef struct {
    double rows, seconds;
} CostPoint;

/* The line t(n) = a + b·n. `a` (seconds) and `b` (seconds per row) are never negative. The smallest
 * measured number of rows is `from`, the largest is `to`. */
typedef struct {
    double a, b;
    double from, to;
} CostModel;

/* Fits the line in two steps. The first step chooses a and b so that the sum of the absolute
 * relative errors of all points is smallest. The errors are relative, so that a measurement with
 * few rows counts as much as one with a million rows. The errors are not squared, so a single
 * outlier has little influence. The second step replaces b by the slope of the points with the most
 * rows, because predictions are made for even more rows. Points with 0 rows or 0 seconds are
 * ignored. Returns FALSE if there are fewer than two different numbers of rows. */
gboolean cost_model_fit(const CostPoint *points, guint n, CostModel *model);
/* Fits the line t(n) = a + b·n with the given slope @b, so that only a, the start time, is
 * computed. Points with 0 rows or 0 seconds are ignored. Returns FALSE if no other points exist. */
gboolean cost_model_fit_start(const CostPoint *points, guint n, double b, CostModel *model);
double cost_model_predict(const CostModel *model, double rows);

G_END_DECLS
