/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Predicts times from the measurements of a comparison, to which a line is fitted. Every call fits
 * the line again, which is fast, because a comparison has at most about twenty measurements. */
#include "timings-private.h"

/* Fits the line t(n) = a + b·n to the times of a contender. For a cold start of the cluster, fits
 * only the start time a. The time per row b is taken from the line of the connected cluster,
 * because connecting does not change the time per row. */
gboolean
timings_fit(MamutoTimings *self, MamutoContender contender, CostModel *model)
{
    g_autofree CostPoint *points = g_new(CostPoint, MAX(self->measurements->len, 1));
    CostModel warm;
    guint n = 0;

    for (guint i = 0; i < self->measurements->len; i++) {
        const MamutoMeasurement *one = &g_array_index(self->measurements, MamutoMeasurement, i);

        if (one->contender == contender)
            points[n++] = (CostPoint){(double)one->rows, one->median};
    }
    if (contender != MAMUTO_CONTENDER_COLD)
        return cost_model_fit(points, n, model);
    return timings_fit(self, MAMUTO_CONTENDER_CLUSTER, &warm) &&
           cost_model_fit_start(points, n, warm.b, model);
}

/**
 * mamuto_timings_get_model:
 * @self: timings
 * @contender: a contender
 * @a: (out) (optional): seconds to start
 * @b: (out) (optional): seconds per row
 *
 * Fits the line t(n) = a + b·n to the measurements of a contender; a and b are not negative. A few
 * outliers have little influence.
 *
 * Returns: %FALSE if fewer than two numbers of rows were measured
 */
gboolean
mamuto_timings_get_model(MamutoTimings *self, MamutoContender contender, double *a, double *b)
{
    CostModel model;

    g_return_val_if_fail(MAMUTO_IS_TIMINGS(self), FALSE);

    if (!timings_fit(self, contender, &model))
        return FALSE;
    if (a != NULL)
        *a = model.a;
    if (b != NULL)
        *b = model.b;
    return TRUE;
}

/* Finds the two measurements of the contender whose numbers of rows are nearest to @rows. @below
 * has at most @rows rows, @above has at least @rows rows. A measurement that does not exist is
 * NULL. */
static void
find_neighbours(MamutoTimings *self, MamutoContender contender, double rows,
                const MamutoMeasurement **below, const MamutoMeasurement **above)
{
    *below = *above = NULL;
    for (guint i = 0; i < self->measurements->len; i++) {
        const MamutoMeasurement *one = &g_array_index(self->measurements, MamutoMeasurement, i);

        if (one->contender != contender || one->rows < 1)
            continue;
        if ((double)one->rows <= rows)
            *below = one;
        if ((double)one->rows >= rows && *above == NULL)
            *above = one;
    }
}

/**
 * mamuto_timings_estimate:
 * @self: timings
 * @contender: a contender
 * @rows: a number of rows, above 0
 * @predicted: (out) (optional): whether @rows lies outside the measured range of @contender
 *
 * Interpolates linearly between measurements. Outside the measured range, extrapolates from the
 * nearest measurement with the time per row of mamuto_timings_get_model().
 *
 * Returns: seconds; 0 if there are too few measurements
 */
double
mamuto_timings_estimate(MamutoTimings *self, MamutoContender contender, double rows,
                        gboolean *predicted)
{
    const MamutoMeasurement *below, *above;
    CostModel model;
    double seconds;

    g_return_val_if_fail(MAMUTO_IS_TIMINGS(self), 0);
    g_return_val_if_fail(rows > 0, 0);

    find_neighbours(self, contender, rows, &below, &above);
    if (predicted != NULL)
        *predicted = below == NULL || above == NULL;
    if (below != NULL && above != NULL) {
        double part = below->rows < above->rows
                          ? (rows - (double)below->rows) / (double)(above->rows - below->rows)
                          : 0;

        return below->median + (above->median - below->median) * part;
    }
    if ((below == NULL && above == NULL) || !timings_fit(self, contender, &model))
        return 0;
    if (below != NULL)
        return below->median + model.b * (rows - (double)below->rows);
    seconds = above->median - model.b * ((double)above->rows - rows);
    return MAX(seconds, above->median * rows / (double)above->rows);
}
