/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What n rows cost: a line t(n) = a + b·n through measured times. Pure numbers. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** COST_REACH: how many times the largest measured number of rows a prediction is made for */
#define COST_REACH 100

typedef struct {
    double rows, seconds;
} CostPoint;

/* a and b are never negative. Between @from and @to rows it was measured. */
typedef struct {
    double a, b;
    double from, to;
} CostModel;

/* The line with the least sum of absolute relative errors, which one bad time out of five does not
 * move, and which does as well at 10 rows as at a million. FALSE with fewer than two different
 * numbers of rows. Points with no rows or no time are passed over. The slope is that of the largest
 * numbers of rows, one bad one of which does not move it either. */
gboolean cost_model_fit(const CostPoint *points, guint n, CostModel *model);
/* The same with a slope that is known, for what was measured only once. */
gboolean cost_model_fit_start(const CostPoint *points, guint n, double b, CostModel *model);
double cost_model_predict(const CostModel *model, double rows);

G_END_DECLS
