/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See chart-axis.h. */
#include "chart-axis.h"

#include <glib/gi18n.h>
#include <math.h>

static const double time_ticks[] = {1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1,
                                    10,   60,   600,  3600, 36e3, 36e4};

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
        self->low = pow(10, floor(log10(MAX(self->low, 1e-9)) + 1e-9));
        self->high = pow(10, ceil(log10(MAX(self->high, self->low * 2)) - 1e-9));
    }
}

double
chart_axis_place(const ChartAxis *self, double value)
{
    if (chart_axis_is_log(self))
        return log(MAX(value, 1e-12) / self->low) / log(self->high / self->low);
    return (value - self->low) / (self->high - self->low);
}

guint
chart_axis_get_ticks(const ChartAxis *self, double *ticks)
{
    guint n = 0;

    if (self->kind == CHART_TIME) {
        for (guint i = 0; i < G_N_ELEMENTS(time_ticks); i++)
            if (time_ticks[i] >= self->low * 0.999 && time_ticks[i] <= self->high * 1.001)
                ticks[n++] = time_ticks[i];
    } else if (self->kind == CHART_ROWS) {
        for (double tick = self->low; tick <= self->high * 1.001 && n < CHART_MAX_TICKS; tick *= 10)
            ticks[n++] = tick;
    } else {
        for (int i = 0; n < CHART_MAX_TICKS && i * get_step(self) <= self->high * 1.001; i++)
            ticks[n++] = i * get_step(self);
    }
    return n;
}

guint
chart_axis_get_minor_ticks(const ChartAxis *self, double *ticks, guint max)
{
    guint n = 0;

    if (!chart_axis_is_log(self))
        return 0;
    for (int i = 0; self->low * pow(10, i) < self->high * 0.999; i++)
        for (int digit = 2; digit < 10 && n < max; digit++)
            ticks[n++] = self->low * pow(10, i) * digit;
    return n;
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
