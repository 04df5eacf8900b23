/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The lines through what was measured, which are computed when they are asked for: there are some
 * twenty points at most. */
#include "timings-private.h"

/* Of a cold cluster only the start is its own: once connected it is as fast as a warm one. */
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
 * @a: (out) (optional): seconds to begin
 * @b: (out) (optional): seconds of each row
 *
 * The line t(n) = a + b·n through what was measured of a contender, neither of them negative. A few
 * bad measurements do not move it. It is a prediction wherever nothing was measured.
 *
 * Returns: %FALSE if less than two numbers of rows were measured
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

/* The measurements of a contender next to a number of rows, at it or on both sides. */
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
 * @predicted: (out) (optional): whether @rows lies outside of what was measured of @contender
 *
 * Between measured numbers of rows straight lines tell it. Outside of them it is a prediction: the
 * last measurement, and mamuto_timings_get_model()'s time for each further row.
 *
 * Returns: seconds; 0 if nothing can be said
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
