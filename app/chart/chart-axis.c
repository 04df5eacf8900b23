/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See chart-axis.h. */
#include "chart-axis.h"

#include <glib/gi18n.h>
#include <math.h>

#include "number-text.h"

/* All values in seconds at which a time axis can have a tick. */
static const double time_ticks[] = {1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2,
                                    0.1,  1,    10,   60,   600,  3600, 36e3, 36e4};

gboolean
chart_axis_is_log(const ChartAxis *self)
{
    return self->kind == CHART_ROWS || self->kind == CHART_TIME;
}

/* Rounds @step up to 1, 2 or 5 times a power of ten. */
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
    double step;

    if (self->kind == CHART_PERCENT)
        return 0.25;
    if (self->kind == CHART_FACTOR)
        return round_step(MAX(self->high, 1) / 5);
    step = round_step((self->high - self->low) / (self->max_ticks > 0 ? self->max_ticks : 5));
    return self->whole ? MAX(step, 1) : step;
}

/* Rounds @value to one significant digit. @to_whole: floor() rounds down, ceil() rounds up. */
static double
round_digit(double value, double (*to_whole)(double))
{
    double decade = pow(10, floor(log10(value) + 1e-9));

    /* because of the tolerance of 1e-9, a rounding error of the division cannot change the digit */
    return decade * to_whole(value / decade + (to_whole == floor ? 1e-9 : -1e-9));
}

void
chart_axis_round(ChartAxis *self)
{
    if (self->kind == CHART_PERCENT) {
        self->low = 0;
        self->high = 1;
    } else if (self->kind == CHART_VALUE || self->kind == CHART_COUNT) {
        /* CHART_VALUE and CHART_COUNT axes are not widened: they begin exactly at the smallest
         * value and end exactly at the largest value */
        return;
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

/* Returns the major ticks of a logarithmic axis. The first tick may be less than the axis' smallest
 * value. This tick is not shown, but chart_axis_get_minor_ticks() multiplies it to get the first
 * minor ticks. */
static GArray *
get_decades(const ChartAxis *self)
{
    GArray *decades = g_array_new(FALSE, FALSE, sizeof(double));

    if (self->kind == CHART_TIME) {
        for (guint i = 0; i < G_N_ELEMENTS(time_ticks); i++)
            if ((i + 1 == G_N_ELEMENTS(time_ticks) || time_ticks[i + 1] > self->low * 0.999) &&
                time_ticks[i] <= self->high * 1.001)
                g_array_append_val(decades, time_ticks[i]);
        return decades;
    }
    for (double tick = pow(10, floor(log10(self->low) + 1e-9));
         isfinite(tick) && tick <= self->high * 1.001; tick *= 10)
        g_array_append_val(decades, tick);
    return decades;
}

GArray *
chart_axis_get_minor_ticks(const ChartAxis *self)
{
    GArray *ticks = g_array_new(FALSE, FALSE, sizeof(double));
    g_autoptr(GArray) decades = NULL;

    if (!chart_axis_is_log(self))
        return ticks;
    decades = get_decades(self);
    for (guint i = 0; i < decades->len; i++) {
        double decade = g_array_index(decades, double, i);
        double next = i + 1 < decades->len ? g_array_index(decades, double, i + 1) : decade * 10;

        for (int k = 2; k * decade < MIN(next, self->high * 1.001) * 0.999; k++)
            if (k * decade >= self->low * 0.999)
                g_array_append_val(ticks, ((double){k * decade}));
    }
    return ticks;
}

static GArray *
get_linear_ticks(const ChartAxis *self)
{
    GArray *ticks = g_array_new(FALSE, FALSE, sizeof(double));
    double step = get_step(self), slack = (self->high - self->low) * 1e-9;
    double first = ceil(self->low / step - 1e-9);
    double n = floor((self->high + slack) / step) - first + 1;

    /* Each tick is a product, because rounding errors would add up in a sum of steps. */
    for (guint i = 0; i < n; i++)
        g_array_append_val(ticks, ((double){(first + i) * step}));
    return ticks;
}

GArray *
chart_axis_get_ticks(const ChartAxis *self)
{
    g_autoptr(GArray) decades = NULL;
    GArray *ticks;

    if (!chart_axis_is_log(self))
        return get_linear_ticks(self);
    decades = get_decades(self);
    ticks = g_array_new(FALSE, FALSE, sizeof(double));
    for (guint i = 0; i < decades->len; i++)
        if (g_array_index(decades, double, i) >= self->low * 0.999)
            g_array_append_val(ticks, g_array_index(decades, double, i));
    /* if only one major tick is visible, minor ticks get labels, because a single label does not
     * show the scale */
    if (ticks->len < 2) {
        g_autoptr(GArray) minor = chart_axis_get_minor_ticks(self);

        g_array_append_vals(ticks, minor->data, minor->len);
    }
    return ticks;
}

char *
chart_axis_format(const ChartAxis *self, double value)
{
    switch (self->kind) {
    case CHART_ROWS:
        if (value >= 0.999e9)
            /* Translators: label on the axis of a chart: billions (1,000,000,000) of rows,
             * abbreviated */
            return g_strdup_printf(_("%.0f G"), value / 1e9);
        if (value >= 0.999e6)
            /* Translators: label on the axis of a chart: millions (1,000,000) of rows, abbreviated
             */
            return g_strdup_printf(_("%.0f M"), value / 1e6);
        if (value >= 0.999e3)
            /* Translators: label on the axis of a chart: thousands (1,000) of rows, abbreviated */
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
        /* Translators: label on the axis of a chart: a speed-up, "4×" means 4 times as fast */
        return g_strdup_printf(_("%g×"), value);
    case CHART_PERCENT:
        return g_strdup_printf(_("%.0f %%"), value * 100);
    case CHART_VALUE:
        return number_text_value(value);
    case CHART_COUNT:
        return number_text_count(value);
    }
    return g_strdup("");
}
