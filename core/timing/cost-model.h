/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What n rows cost: a line t(n) = a + b·n through measured times, and where two such lines cross.
 * Pure numbers. */
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

/* Where a line that begins higher comes to lie below another. */
typedef enum {
    COST_ALWAYS_ABOVE,       /* nowhere, up to COST_REACH times the measured rows */
    COST_ALWAYS_BELOW,       /* it lies below from the first row on */
    COST_CROSSING,           /* where both were measured */
    COST_PREDICTED_CROSSING, /* outside of that */
} CostCrossing;

/* The line with the least sum of absolute relative errors, which one bad time out of five does not
 * move, and which does as well at 10 rows as at a million. FALSE with fewer than two different
 * numbers of rows. Points with no rows or no time are passed over. */
gboolean cost_model_fit(const CostPoint *points, guint n, CostModel *model);
/* The same with a slope that is known, for what was measured only once. */
gboolean cost_model_fit_start(const CostPoint *points, guint n, double b, CostModel *model);
double cost_model_predict(const CostModel *model, double rows);

/* From how many rows on @model lies below @rival; @rows is set for the two kinds of crossing. */
CostCrossing cost_model_cross(const CostModel *model, const CostModel *rival, double *rows);

G_END_DECLS
