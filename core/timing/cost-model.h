/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Cost of n rows: a line t(n) = a + b·n through measured times. Pure functions. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** COST_REACH: predictions are made up to this multiple of the largest measured number of rows */
#define COST_REACH 100

typedef struct {
    double rows, seconds;
} CostPoint;

/* The line; @a (seconds) and @b (seconds per row) are never negative. Times were measured from
 * @from to @to rows. */
typedef struct {
    double a, b;
    double from, to;
} CostModel;

/* Fits the line with the least sum of absolute relative errors: robust against one outlier in five,
 * and equally accurate for 10 and for a million rows. The slope is taken from the largest numbers
 * of rows, and is also robust against one outlier among these. Points without rows or time are
 * ignored. FALSE with fewer than two different numbers of rows. */
gboolean cost_model_fit(const CostPoint *points, guint n, CostModel *model);
/* Fits only a, with the known slope @b, for a contender that was measured once. FALSE without a
 * usable point. */
gboolean cost_model_fit_start(const CostPoint *points, guint n, double b, CostModel *model);
double cost_model_predict(const CostModel *model, double rows);

G_END_DECLS
