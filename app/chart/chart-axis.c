/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See chart-axis.h. */
#include "chart-axis.h"

#include <glib/gi18n.h>
#include <math.h>

/* Where labels stand: seconds by decades, then what people count time in. */
static const double time_ticks[] = {1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2,
                                    0.1,  1,    10,   60,   600,  3600, 36e3, 36e4};

gboolean
chart_axis_is_log(const ChartAxis *self)
{
    return self->kind == CHART_ROWS || self->kind == CHART_TIME;
}

/* 1, 2 or 5 times a power of ten. */
static double
round_step(double step)
{
    double power = pow(10, floor(log10(step)));
    double digit = step / power;

    return power * (digit > 5 ? 10 : digit > 2 ? 5 : digit > 1 ? 2 : 1);
}

static double
get_step(const ChartAxis *self)
{
    return self->kind == CHART_PERCENT ? 0.25 : round_step(MAX(self->high, 1) / 5);
}

/* To a whole number of its decade's ones. */
static double
round_digit(double value, double (*to_whole)(double))
{
    double decade = pow(10, floor(log10(value) + 1e-9));

    /* a hair, so that what is whole already stays */
    return decade * to_whole(value / decade + (to_whole == floor ? 1e-9 : -1e-9));
}

void
chart_axis_round(ChartAxis *self)
{
    if (self->kind == CHART_PERCENT) {
        self->low = 0;
        self->high = 1;
    } else if (self->kind == CHART_FACTOR) {
        self->low = 0;
        self->high = get_step(self) * ceil(MAX(self->high, 1) * 1.05 / get_step(self));
    } else {
        self->low = round_digit(MAX(self->low, 1e-9), floor);
        self->high = round_digit(MAX(self->high, self->low * 2), ceil);
    }
}

double
chart_axis_place(const ChartAxis *self, double value)
{
    if (chart_axis_is_log(self))
        return log(MAX(value, 1e-12) / self->low) / log(self->high / self->low);
    return (value - self->low) / (self->high - self->low);
}

/* The ticks of a scale by decades, those outside of it too: from the one at or below its low end.
 */
static guint
get_decades(const ChartAxis *self, double *decades)
{
    guint n = 0;

    if (self->kind == CHART_TIME) {
        for (guint i = 0; i < G_N_ELEMENTS(time_ticks); i++)
            if ((i + 1 == G_N_ELEMENTS(time_ticks) || time_ticks[i + 1] > self->low * 0.999) &&
                time_ticks[i] <= self->high * 1.001)
                decades[n++] = time_ticks[i];
        return n;
    }
    for (double tick = pow(10, floor(log10(self->low) + 1e-9));
         tick <= self->high * 1.001 && n < CHART_MAX_TICKS; tick *= 10)
        decades[n++] = tick;
    return n;
}

guint
chart_axis_get_minor_ticks(const ChartAxis *self, double *ticks, guint max)
{
    double decades[CHART_MAX_TICKS];
    guint n = 0, n_decades;

    if (!chart_axis_is_log(self))
        return 0;
    n_decades = get_decades(self, decades);
    for (guint i = 0; i < n_decades; i++) {
        double next = i + 1 < n_decades ? decades[i + 1] : decades[i] * 10;

        for (int k = 2; k * decades[i] < MIN(next, self->high * 1.001) * 0.999; k++)
            if (k * decades[i] >= self->low * 0.999 && n < max)
                ticks[n++] = k * decades[i];
    }
    return n;
}

guint
chart_axis_get_ticks(const ChartAxis *self, double *ticks)
{
    double decades[CHART_MAX_TICKS];
    guint n = 0, n_decades;

    if (!chart_axis_is_log(self)) {
        for (int i = 0; n < CHART_MAX_TICKS && i * get_step(self) <= self->high * 1.001; i++)
            ticks[n++] = i * get_step(self);
        return n;
    }
    n_decades = get_decades(self, decades);
    for (guint i = 0; i < n_decades; i++)
        if (decades[i] >= self->low * 0.999)
            ticks[n++] = decades[i];
    /* within less than two decades one label would tell of no scale */
    return n < 2 ? chart_axis_get_minor_ticks(self, ticks + n, CHART_MAX_TICKS - n) + n : n;
}

char *
chart_axis_format(const ChartAxis *self, double value)
{
    switch (self->kind) {
    case CHART_ROWS:
        if (value >= 0.999e9)
            /* Translators: thousands of millions of rows, short, at the tick of a chart */
            return g_strdup_printf(_("%.0f G"), value / 1e9);
        if (value >= 0.999e6)
            /* Translators: millions of rows */
            return g_strdup_printf(_("%.0f M"), value / 1e6);
        if (value >= 0.999e3)
            /* Translators: thousands of rows */
            return g_strdup_printf(_("%.0f k"), value / 1e3);
        return g_strdup_printf("%.0f", value);
    case CHART_TIME:
        if (value < 0.999e-3)
            /* Translators: microseconds */
            return g_strdup_printf(_("%.0f µs"), value * 1e6);
        if (value < 0.999)
            return g_strdup_printf(_("%.0f ms"), value * 1e3);
        if (value < 59)
            /* Translators: seconds */
            return g_strdup_printf(_("%.0f s"), value);
        if (value < 3599)
            /* Translators: minutes */
            return g_strdup_printf(_("%.0f min"), value / 60);
        /* Translators: hours */
        return g_strdup_printf(_("%.0f h"), value / 3600);
    case CHART_FACTOR:
        /* Translators: so many times as fast, short */
        return g_strdup_printf(_("%g×"), value);
    case CHART_PERCENT:
        return g_strdup_printf(_("%.0f %%"), value * 100);
    }
    return g_strdup("");
}
