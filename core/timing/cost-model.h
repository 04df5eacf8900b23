/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The cost of n rows: fits a line t(n) = a + b·n to measured times. Pure functions. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** COST_REACH: predictions are made up to this multiple of the largest measured number of rows */
#define COST_REACH 100

typedef struct {
    double rows, seconds;
} CostPoint;

/* The fitted line. @a (seconds) and @b (seconds per row) are never negative. The times were
 * measured for @from to @to rows. */
typedef struct {
    double a, b;
    double from, to;
} CostModel;

/* Fits the line that has the smallest sum of absolute relative errors. Such a line tolerates one
 * outlier among five points, and is equally accurate for 10 and for a million rows. The slope is
 * computed from the points with the most rows; one outlier among these is tolerated, too. Points
 * without rows or time are ignored. Returns FALSE if there are fewer than two different numbers of
 * rows. */
gboolean cost_model_fit(const CostPoint *points, guint n, CostModel *model);
/* Fits only @a. The slope is set to @b, which is known from another contender. Returns FALSE if no
 * point is usable. */
gboolean cost_model_fit_start(const CostPoint *points, guint n, double b, CostModel *model);
double cost_model_predict(const CostModel *model, double rows);

G_END_DECLS
