/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See timings-charts.h. */
#include "timings-charts.h"

#include <glib/gi18n.h>
#include <math.h>

#include "app-text.h"

/* Points that a line is drawn by: on scales by decades it bends. */
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
        N_("Times as fast as a plain loop"),
        N_("Share of the cores' time spent in the function"),
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
        if (one->n_runs < 2)
            /* Translators: "Cluster, 1,000 rows: 31 ms" */
            return g_strdup_printf(_("%s, %s: %s"), name, rows, median);
        /* Translators: "Cluster, 1,000 rows: 31 ms (29 ms to 35 ms, 3 times)" */
        return g_strdup_printf(ngettext("%s, %s: %s (%s to %s, %u time)",
                                        "%s, %s: %s (%s to %s, %u times)", one->n_runs),
                               name, rows, median, min, max, one->n_runs);
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

/* The line by the model, thin where it was measured, dotted up to @end. */
static void
add_line(MamutoChart *chart, guint series, TimingsChart which, MamutoTimings *timings,
         MamutoContender contender, double from, double to, double begin, double end)
{
    double a, b;

    if (!mamuto_timings_get_model(timings, contender, &a, &b) || from <= 0)
        return;
    for (guint i = 0; i <= LINE_POINTS; i++) {
        double rows = begin * pow(end / begin, (double)i / LINE_POINTS);
        double value = a + b * rows, la, lb;

        if (which == CHART_OF_SPEED_UP) {
            if (!mamuto_timings_get_model(timings, MAMUTO_CONTENDER_LOOP, &la, &lb))
                return;
            value = (la + lb * rows) / value;
        }
        mamuto_chart_add_line_point(chart, series, rows, value,
                                    rows < from * 0.999 || rows > to * 1.001);
    }
}

/* Efficiency has no model: its marks are joined. */
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

/* About: two digits that count. */
static gint64
round_rows(double rows)
{
    double unit = rows < 100 ? 1 : pow(10, floor(log10(rows)) - 1);

    return (gint64)(MAX(round(rows / unit), 1) * unit);
}

static void
add_break_even(MamutoChart *chart, const MamutoVerdict *verdict)
{
    g_autofree char *rows = NULL, *text = NULL;

    if (verdict->crossing < MAMUTO_CROSSING_MEASURED)
        return;
    rows = app_text_rows(round_rows(verdict->crossing_rows));
    /* Translators: from so many rows on more computers are worth it: "about 18,000 rows" */
    text = g_strdup_printf(
        verdict->crossing == MAMUTO_CROSSING_MEASURED ? _("about %s") : _("predicted: %s"), rows);
    mamuto_chart_set_break_even(chart, verdict->crossing_rows,
                                verdict->crossing == MAMUTO_CROSSING_PREDICTED, text);
}

void
timings_chart_fill(MamutoChart *chart, TimingsChart which, MamutoTimings *timings)
{
    g_autofree char *summary = timings_describe(timings);
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
            add_line(chart, series, which, timings, contender, from, to, begin, end);
    }
}

/* ---- the sentence ---- */

static char *
describe_crossing(const MamutoVerdict *v, gboolean cluster)
{
    g_autofree char *rows = app_text_rows(round_rows(v->crossing_rows));

    switch (v->crossing) {
    case MAMUTO_CROSSING_MEASURED:
        return g_strdup_printf(cluster ? _("From about %s the cluster wins.")
                                       : _("From about %s all cores of this computer win."),
                               rows);
    case MAMUTO_CROSSING_PREDICTED:
        return g_strdup_printf(
            cluster ? _("By prediction, the cluster wins from about %s.")
                    : _("By prediction, all cores of this computer win from about %s."),
            rows);
    case MAMUTO_CROSSING_ALWAYS:
        return g_strdup(cluster ? _("The cluster wins with any number of rows that was measured.")
                                : _("All cores win with any number of rows that was measured."));
    default:
        return g_strdup(_("The lines do not cross, up to 100 times as many rows."));
    }
}

static char *
describe_gain(const MamutoVerdict *v, gboolean cluster)
{
    g_autofree char *rows = app_text_rows(v->large_rows);
    double ratio = v->large_rival / v->large_contender;

    if (ratio >= 1)
        return g_strdup_printf(cluster ? _("With %s it is %.1f times as fast.")
                                       : _("With %s all cores are %.1f times as fast."),
                               rows, ratio);
    return g_strdup_printf(cluster ? _("With %s it is %.1f times as slow.")
                                   : _("With %s all cores are %.1f times as slow."),
                           rows, 1 / ratio);
}

char *
timings_describe(MamutoTimings *timings)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_autofree char *rows = NULL, *better = NULL, *worse = NULL, *crossing = NULL, *gain = NULL;
    gboolean cluster, slower;
    MamutoVerdict v;

    if (!mamuto_timings_get_verdict(timings, &v))
        return g_strdup("");
    cluster = v.contender == MAMUTO_CONTENDER_CLUSTER;
    slower = v.small_contender > v.small_rival;
    rows = app_text_rows(v.small_rows);
    better = app_text_seconds(MIN(v.small_contender, v.small_rival));
    worse = app_text_seconds(MAX(v.small_contender, v.small_rival));
    crossing = describe_crossing(&v, cluster);
    gain = describe_gain(&v, cluster);
    /* Translators: rows, then two times: "For 1,000 rows your machine is faster (4 ms against
     * 31 ms)." */
    g_string_printf(text,
                    slower ? (cluster ? _("For %s your machine is faster (%s against %s).")
                                      : _("For %s a plain loop is faster (%s against %s)."))
                           : (cluster ? _("For %s the cluster is faster (%s against %s).")
                                      : _("For %s all cores are faster (%s against %s).")),
                    rows, better, worse);
    g_string_append_printf(text, " %s", crossing);
    if (v.large_rows > v.small_rows)
        g_string_append_printf(text, " %s", gain);
    if (v.has_cold) {
        g_autofree char *extra = app_text_seconds(v.cold_extra);

        g_string_append_c(text, ' ');
        /* Translators: warm: connected already; cold: connecting to it is part of the time */
        g_string_append_printf(text,
                               _("This is the cluster when it is warm; a cold start takes "
                                 "%s more."),
                               extra);
    }
    return g_string_free(g_steal_pointer(&text), FALSE);
}
