/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Least absolute relative errors by reweighted least squares: each round solves the two normal
 * equations with the weights that the errors of the last round give. */
#include "cost-model.h"

#include <math.h>

/* The sums settle long before; a round costs less than a microsecond. */
#define ROUNDS 100
/* Relative errors below this are all alike: times are not known better. */
#define LEAST_ERROR 1e-3

static gboolean
is_of_use(const CostPoint *point)
{
    return point->rows > 0 && point->seconds > 0 && isfinite(point->rows) &&
           isfinite(point->seconds);
}

static gboolean
find_range(const CostPoint *points, guint n, CostModel *model)
{
    gboolean any = FALSE;

    for (guint i = 0; i < n; i++) {
        if (!is_of_use(&points[i]))
            continue;
        model->from = any ? MIN(model->from, points[i].rows) : points[i].rows;
        model->to = any ? MAX(model->to, points[i].rows) : points[i].rows;
        any = TRUE;
    }
    return any;
}

static double
weigh(const CostPoint *point, const CostModel *model, gboolean first)
{
    double square = point->seconds * point->seconds;
    double error = fabs(cost_model_predict(model, point->rows) - point->seconds) / point->seconds;

    return first ? 1 / square : 1 / (square * MAX(error, LEAST_ERROR));
}

/* Solves for a and b, each kept from below 0. */
static void
solve(const CostPoint *points, guint n, CostModel *model, gboolean first)
{
    double w = 0, wn = 0, wnn = 0, wt = 0, wnt = 0, determinant;

    for (guint i = 0; i < n; i++) {
        double weight, rows = points[i].rows, seconds = points[i].seconds;

        if (!is_of_use(&points[i]))
            continue;
        weight = weigh(&points[i], model, first);
        w += weight;
        wn += weight * rows;
        wnn += weight * rows * rows;
        wt += weight * seconds;
        wnt += weight * rows * seconds;
    }
    determinant = w * wnn - wn * wn;
    model->a = (wt * wnn - wnt * wn) / determinant;
    model->b = (wnt * w - wt * wn) / determinant;
    if (model->a < 0) {
        model->a = 0;
        model->b = wnt / wnn;
    } else if (model->b < 0) {
        model->a = wt / w;
        model->b = 0;
    }
}

gboolean
cost_model_fit(const CostPoint *points, guint n, CostModel *model)
{
    *model = (CostModel){0};
    if (!find_range(points, n, model) || model->from >= model->to)
        return FALSE;
    for (int round = 0; round < ROUNDS; round++)
        solve(points, n, model, round == 0);
    return isfinite(model->a) && isfinite(model->b);
}

gboolean
cost_model_fit_start(const CostPoint *points, guint n, double b, CostModel *model)
{
    double sum = 0, weights = 0;

    *model = (CostModel){.b = b};
    if (!find_range(points, n, model))
        return FALSE;
    for (guint i = 0; i < n; i++) {
        double weight;

        if (!is_of_use(&points[i]))
            continue;
        weight = weigh(&points[i], model, TRUE);
        sum += weight * (points[i].seconds - b * points[i].rows);
        weights += weight;
    }
    model->a = MAX(sum / weights, 0);
    return isfinite(model->a);
}

double
cost_model_predict(const CostModel *model, double rows)
{
    return model->a + model->b * rows;
}

CostCrossing
cost_model_cross(const CostModel *model, const CostModel *rival, double *rows)
{
    double from = MAX(model->from, rival->from), to = MIN(model->to, rival->to);
    double reach = COST_REACH * MAX(model->to, rival->to);

    if (cost_model_predict(model, 1) <= cost_model_predict(rival, 1))
        return cost_model_predict(model, reach) <= cost_model_predict(rival, reach)
                   ? COST_ALWAYS_BELOW
                   : COST_ALWAYS_ABOVE;
    if (model->b >= rival->b)
        return COST_ALWAYS_ABOVE;
    *rows = (model->a - rival->a) / (rival->b - model->b);
    if (*rows > reach)
        return COST_ALWAYS_ABOVE;
    return *rows >= from && *rows <= to ? COST_CROSSING : COST_PREDICTED_CROSSING;
}
