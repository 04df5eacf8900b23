/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of the numbers along the axes of the window's charts. They must be round numbers, as
 * many as the space allows. For a huge number x, x + step may equal x because of rounding. The
 * loop over the numbers must end even then. */
#include "../../app/chart/chart-axis.h"

#include <math.h>

static void
assert_ticks(const ChartAxis *axis, const char *expected)
{
    g_autoptr(GArray) ticks = chart_axis_get_ticks(axis);
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; i < ticks->len; i++)
        g_string_append_printf(text, "%s%.6g", i > 0 ? " " : "", g_array_index(ticks, double, i));
    g_assert_cmpstr(text->str, ==, expected);
}

static void
test_linear(void)
{
    const ChartAxis positive = {CHART_VALUE, 0, 10, .max_ticks = 5};
    const ChartAxis negative = {CHART_VALUE, -0.3, 0.3, .max_ticks = 6};
    const ChartAxis counts = {CHART_COUNT, 0, 3, .max_ticks = 20, .whole = TRUE};
    const ChartAxis factor = {CHART_FACTOR, 0, 8};
    const ChartAxis percent = {CHART_PERCENT, 0, 1};
    const ChartAxis one = {CHART_VALUE, 2, 2, .max_ticks = 5};

    assert_ticks(&positive, "0 2 4 6 8 10");
    assert_ticks(&negative, "-0.3 -0.2 -0.1 0 0.1 0.2 0.3");
    assert_ticks(&counts, "0 1 2 3");
    assert_ticks(&factor, "0 2 4 6 8");
    assert_ticks(&percent, "0 0.25 0.5 0.75 1");
    assert_ticks(&one, "");
}

static void
test_many(void)
{
    const ChartAxis tall = {CHART_VALUE, 0, 100, .max_ticks = 100};
    const ChartAxis large = {CHART_VALUE, 1e17, 1e17 + 64, .max_ticks = 64};
    const ChartAxis wide = {CHART_ROWS, 1, 1e40};
    g_autoptr(GArray) ticks = chart_axis_get_ticks(&tall);
    g_autoptr(GArray) few = chart_axis_get_ticks(&large);
    g_autoptr(GArray) decades = chart_axis_get_ticks(&wide);
    g_autoptr(GArray) minor = chart_axis_get_minor_ticks(&wide);

    g_assert_cmpuint(ticks->len, ==, 101);
    g_assert_cmpuint(few->len, <=, 66);
    g_assert_cmpuint(decades->len, ==, 41);
    g_assert_cmpuint(minor->len, ==, 8 * 40);
}

static void
test_decades(void)
{
    ChartAxis rows = {CHART_ROWS, 700, 42000};
    const ChartAxis narrow = {CHART_ROWS, 200, 950};
    const ChartAxis time = {CHART_TIME, 0.5, 4000};

    assert_ticks(&rows, "1000 10000");
    assert_ticks(&narrow, "200 300 400 500 600 700 800 900");
    assert_ticks(&time, "1 10 60 600 3600");
    chart_axis_round(&rows);
    g_assert_cmpfloat_with_epsilon(rows.low, 700, 1e-6);
    g_assert_cmpfloat_with_epsilon(rows.high, 50000, 1e-6);
    g_assert_cmpfloat_with_epsilon(chart_axis_place(&rows, sqrt(rows.low * rows.high)), 0.5, 1e-9);
}

static void
assert_text(ChartAxisKind kind, double value, const char *expected)
{
    const ChartAxis axis = {kind, 0, 1};
    g_autofree char *text = chart_axis_format(&axis, value);

    g_assert_cmpstr(text, ==, expected);
}

static void
test_words(void)
{
    assert_text(CHART_ROWS, 1000, "1 k");
    assert_text(CHART_TIME, 0.02, "20 ms");
    assert_text(CHART_TIME, 600, "10 min");
    assert_text(CHART_FACTOR, 2, "2×");
    assert_text(CHART_PERCENT, 0.25, "25 %");
    assert_text(CHART_VALUE, -0.5, "−0.5");
    assert_text(CHART_VALUE, -0.0, "0");
    assert_text(CHART_COUNT, 1500000, "1.5\u202fM");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/chart-axis/linear", test_linear);
    g_test_add_func("/chart-axis/many", test_many);
    g_test_add_func("/chart-axis/decades", test_decades);
    g_test_add_func("/chart-axis/words", test_words);
    return g_test_run();
}
