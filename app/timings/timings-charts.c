/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See timings-charts.h. */
#include "timings-charts.h"

#include <glib/gi18n.h>
#include <math.h>

#include "app-text.h"
#include "verdict-words.h"

/* Number of points per line. Few points are not enough, because the line is curved. */
#define LINE_POINTS 48

static const ChartStyle styles[MAMUTO_N_CONTENDERS] = {
    [MAMUTO_CONTENDER_LOOP] = {N_("Plain loop"), PALETTE_RETURNING, CHART_CIRCLE, 1.5, FALSE},
    [MAMUTO_CONTENDER_LOCAL] = {N_("This computer"), PALETTE_SENDING, CHART_SQUARE, 1.5, TRUE},
    [MAMUTO_CONTENDER_CLUSTER] = {N_("Cluster"), PALETTE_COMPUTING, CHART_TRIANGLE, 2.5, FALSE},
    [MAMUTO_CONTENDER_COLD] = {N_("Cluster, cold"), PALETTE_FAILED, CHART_DIAMOND, 1, FALSE},
};

const char *
timings_get_contender_name(MamutoContender contender)
{
    return _(styles[contender].name);
}

MamutoChart *
timings_chart_new(TimingsChart which)
{
    static const ChartAxisKind axes[N_CHARTS] = {CHART_TIME, CHART_FACTOR, CHART_PERCENT};
    static const char *const titles[N_CHARTS] = {
        N_("Time by number of rows"),
        N_("Speed-up over a plain loop"),
        N_("Share of the cores’ time spent in the function"),
    };
    MamutoChart *chart = MAMUTO_CHART(mamuto_chart_new(CHART_ROWS, axes[which]));

    mamuto_chart_set_title(chart, _(titles[which]));
    return chart;
}

static char *
describe_mark(const MamutoMeasurement *one, TimingsChart which, double value)
{
    g_autofree char *rows = app_text_rows(one->rows);
    g_autofree char *median = app_text_seconds(one->median);
    g_autofree char *min = app_text_seconds(one->min);
    g_autofree char *max = app_text_seconds(one->max);
    const char *name = timings_get_contender_name(one->contender);

    switch (which) {
    case CHART_OF_SPEED_UP:
        /* Translators: "Cluster, 1,000 rows: 5.8 times as fast as a plain loop" */
        return g_strdup_printf(_("%s, %s: %.2f times as fast as a plain loop"), name, rows, value);
    case CHART_OF_EFFICIENCY:
        /* Translators: "Cluster, 1,000 rows: 85 % of the cores' time was spent in the function" */
        return g_strdup_printf(_("%s, %s: %.0f %% of the cores’ time was spent in the function"),
                               name, rows, 100 * value);
    default:
        if (one->n_repetitions < 2)
            /* Translators: a time measured once: "Cluster, 1,000 rows: 31 ms" */
            return g_strdup_printf(_("%s, %s: %s"), name, rows, median);
        /* Translators: the median, minimum and maximum of a time measured several times: "Cluster,
         * 1,000 rows: 31 ms (29 ms to 35 ms, 3 times)" */
        return g_strdup_printf(ngettext("%s, %s: %s (%s to %s, %u time)",
                                        "%s, %s: %s (%s to %s, %u times)", one->n_repetitions),
                               name, rows, median, min, max, one->n_repetitions);
    }
}

static void
add_mark(MamutoChart *chart, guint series, TimingsChart which, MamutoTimings *timings,
         const MamutoMeasurement *one)
{
    double rows = (double)one->rows, value = one->median, low = one->min, high = one->max;
    g_autofree char *text = NULL;

    if (which == CHART_OF_SPEED_UP) {
        const MamutoMeasurement *loop =
            mamuto_timings_find(timings, MAMUTO_CONTENDER_LOOP, one->rows);

        if (loop == NULL)
            return;
        value = loop->median / one->median;
        low = loop->median / one->max;
        high = loop->median / one->min;
    } else if (which == CHART_OF_EFFICIENCY) {
        value = low = high = mamuto_measurement_get_efficiency(one);
    }
    text = describe_mark(one, which, value);
    mamuto_chart_add_mark(chart, series, rows, value, low, high, text);
}

static int
compare_rows(gconstpointer a, gconstpointer b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

/* Chooses the numbers of rows at which a line has points: LINE_POINTS + 1 numbers in equal
 * distances on the logarithmic axis, and the measured numbers. */
static GArray *
choose_points(MamutoTimings *timings, double begin, double end)
{
    GArray *rows = g_array_new(FALSE, FALSE, sizeof(double));

    for (guint i = 0; i <= LINE_POINTS; i++)
        g_array_append_val(rows, ((double){begin * pow(end / begin, (double)i / LINE_POINTS)}));
    for (guint i = 0; i < mamuto_timings_get_n_measurements(timings); i++)
        g_array_append_val(rows,
                           ((double){(double)mamuto_timings_get_measurement(timings, i)->rows}));
    g_array_sort(rows, compare_rows);
    return rows;
}

/* Estimates the value that the chart @which shows: the speed-up over a plain loop, or the time in
 * seconds. Returns 0 if no estimate is possible. */
static double
estimate(MamutoTimings *timings, TimingsChart which, MamutoContender contender, double rows,
         gboolean *predicted)
{
    double seconds = mamuto_timings_estimate(timings, contender, rows, predicted), loop;
    gboolean loop_predicted;

    if (which != CHART_OF_SPEED_UP || seconds <= 0)
        return seconds;
    loop = mamuto_timings_estimate(timings, MAMUTO_CONTENDER_LOOP, rows, &loop_predicted);
    *predicted |= loop_predicted;
    return loop / seconds;
}

/* Adds the line of estimated values for @contender: a plain loop, this computer or the cluster. The
 * line is dotted below the smallest and above the largest measured number of rows, because the
 * values are only predicted there. */
static void
add_line(MamutoChart *chart, guint series, TimingsChart which, MamutoTimings *timings,
         MamutoContender contender, double begin, double end)
{
    g_autoptr(GArray) points = choose_points(timings, begin, end);
    double last = 0;

    for (guint i = 0; i < points->len; i++) {
        double rows = g_array_index(points, double, i), value;
        gboolean predicted;

        if (rows <= last * (1 + 1e-9))
            continue;
        /* the segment from the previous point is dotted if the estimate at its middle is a
         * prediction */
        estimate(timings, which, contender, last > 0 ? sqrt(last * rows) : rows, &predicted);
        value = estimate(timings, which, contender, rows, &(gboolean){FALSE});
        if (value <= 0)
            continue;
        mamuto_chart_add_line_point(chart, series, rows, value, predicted);
        last = rows;
    }
}

/* Draws a line from each measurement to the next. Used for the efficiency, which is not estimated
 * for other numbers of rows. */
static void
join_marks(MamutoChart *chart, guint series, MamutoTimings *timings, MamutoContender contender)
{
    for (guint i = 0; i < mamuto_timings_get_n_measurements(timings); i++) {
        const MamutoMeasurement *one = mamuto_timings_get_measurement(timings, i);

        if (one->contender == contender)
            mamuto_chart_add_line_point(chart, series, (double)one->rows,
                                        mamuto_measurement_get_efficiency(one), FALSE);
    }
}

static gboolean
find_range(MamutoTimings *timings, int contender, double *from, double *to)
{
    gboolean any = FALSE;

    for (guint i = 0; i < mamuto_timings_get_n_measurements(timings); i++) {
        const MamutoMeasurement *one = mamuto_timings_get_measurement(timings, i);

        if (contender >= 0 && (int)one->contender != contender)
            continue;
        *from = any ? MIN(*from, (double)one->rows) : (double)one->rows;
        *to = any ? MAX(*to, (double)one->rows) : (double)one->rows;
        any = TRUE;
    }
    return any;
}

static void
add_break_even(MamutoChart *chart, const MamutoVerdict *verdict)
{
    g_autofree char *rows = NULL, *text = NULL;

    if (verdict->crossing < MAMUTO_CROSSING_MEASURED)
        return;
    rows = app_text_rows(verdict_words_round(verdict->crossing_rows));
    /* Translators: the number of rows from which on the cluster is faster: "about 18,000 rows" */
    text = g_strdup_printf(
        verdict->crossing == MAMUTO_CROSSING_MEASURED ? _("about %s") : _("predicted: %s"), rows);
    mamuto_chart_set_break_even(chart, verdict->crossing_rows,
                                verdict->crossing == MAMUTO_CROSSING_PREDICTED, text);
}

void
timings_chart_fill(MamutoChart *chart, TimingsChart which, MamutoTimings *timings)
{
    g_autofree char *summary = verdict_words(timings);
    MamutoVerdict verdict;
    double begin = 0, end = 0;

    mamuto_chart_clear(chart);
    mamuto_chart_set_summary(chart, summary);
    if (!find_range(timings, -1, &begin, &end))
        return;
    if (mamuto_timings_get_verdict(timings, &verdict)) {
        add_break_even(chart, &verdict);
        if (verdict.crossing == MAMUTO_CROSSING_PREDICTED)
            end = MAX(end, 2 * verdict.crossing_rows);
    }
    if (which == CHART_OF_SPEED_UP)
        mamuto_chart_set_rule(chart, 1);
    for (MamutoContender contender = 0; contender < MAMUTO_N_CONTENDERS; contender++) {
        ChartStyle style = styles[contender];
        double from, to;
        guint series;

        if (!find_range(timings, (int)contender, &from, &to) ||
            (which == CHART_OF_SPEED_UP && contender == MAMUTO_CONTENDER_LOOP))
            continue;
        style.name = _(style.name);
        series = mamuto_chart_add_series(chart, &style);
        for (guint i = 0; i < mamuto_timings_get_n_measurements(timings); i++)
            if (mamuto_timings_get_measurement(timings, i)->contender == contender)
                add_mark(chart, series, which, timings, mamuto_timings_get_measurement(timings, i));
        if (which == CHART_OF_EFFICIENCY)
            join_marks(chart, series, timings, contender);
        else
            add_line(chart, series, which, timings, contender, begin, end);
    }
}
