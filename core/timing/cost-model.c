/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Fits the line t(n) = a + b·n: the seconds t for n rows. The method is iteratively reweighted
 * least squares. Each round fits the line with weights for the points, which are computed from the
 * errors of the previous round. After the last round, the sum of the absolute relative errors of
 * all points is smallest. At the end, the slope b is replaced by the slope of the points with the
 * most rows. */
#include "cost-model.h"

#include <math.h>

/* Number of rounds of the fit. The fit needs far fewer rounds, but a round takes less than a
 * microsecond. */
#define ROUNDS 100
/* Smallest relative error. A smaller error is replaced by this value, because the weight of a point
 * would otherwise be too large: the weight is proportional to 1 ÷ error. */
#define LEAST_ERROR 1e-3
/* Number of points from which the slope is computed. The points with the most rows are used. */
#define END_POINTS 3

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

/* Computes one round of the fit. If a or b would be negative, sets it to 0 and fits the other. */
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

/* Returns the slope for many rows: the median of (seconds − a) ÷ rows of the END_POINTS points with
 * the most rows. If there are fewer points, returns (seconds − a) ÷ rows of the point with the most
 * rows. */
static double
find_end_slope(const CostPoint *points, guint n, const CostModel *model)
{
    double rows[END_POINTS] = {0}, slopes[END_POINTS] = {0};
    guint found = 0;

    for (guint i = 0; i < n; i++) {
        guint at = MIN(found, END_POINTS - 1);

        if (!is_of_use(&points[i]) || (found == END_POINTS && points[i].rows <= rows[at]))
            continue;
        for (; at > 0 && rows[at - 1] < points[i].rows; at--) {
            rows[at] = rows[at - 1];
            slopes[at] = slopes[at - 1];
        }
        rows[at] = points[i].rows;
        slopes[at] = (points[i].seconds - model->a) / points[i].rows;
        found = MIN(found + 1, END_POINTS);
    }
    if (found < END_POINTS)
        return slopes[0];
    return MAX(MIN(slopes[0], slopes[1]), MIN(MAX(slopes[0], slopes[1]), slopes[2]));
}

gboolean
cost_model_fit(const CostPoint *points, guint n, CostModel *model)
{
    *model = (CostModel){0};
    if (!find_range(points, n, model) || model->from >= model->to)
        return FALSE;
    for (int round = 0; round < ROUNDS; round++)
        solve(points, n, model, round == 0);
    /* Computes the slope from the points with the most rows. With many rows, a row may take longer,
     * because the data exceed the CPU caches. Predictions are made for even more rows. */
    if (model->b > 0)
        model->b = MAX(find_end_slope(points, n, model), 0);
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
