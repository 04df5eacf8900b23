/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of the computations behind the page Timings: the line that is fitted to measured
 * durations, the plan of which numbers of rows to measure, and the summary. All durations are
 * invented. */
#include <string.h>

#include "comparison-plan.h"
#include "cost-model.h"
#include "mamuto-error.h"
#include "mamuto-timings.h"

static const double sizes[] = {10, 100, 1000, 10000, 100000};

static void
make_points(CostPoint *points, double a, double b)
{
    for (guint i = 0; i < G_N_ELEMENTS(sizes); i++)
        points[i] = (CostPoint){sizes[i], a + b * sizes[i]};
}

static void
assert_near(double value, double expected, double part)
{
    g_assert_cmpfloat_with_epsilon(value, expected, part * expected);
}

static void
test_fit_exact(void)
{
    CostPoint points[G_N_ELEMENTS(sizes)];
    CostModel model;

    make_points(points, 0.03, 2e-6);
    g_assert_true(cost_model_fit(points, G_N_ELEMENTS(points), &model));
    assert_near(model.a, 0.03, 1e-6);
    assert_near(model.b, 2e-6, 1e-6);
    g_assert_cmpfloat(model.from, ==, 10);
    g_assert_cmpfloat(model.to, ==, 100000);
    assert_near(cost_model_predict(&model, 1e6), 2.03, 1e-6);
}

/* In each case, one of the five measured durations is ten times too long. The fitted line must
 * hardly change. */
static void
test_fit_outlier(void)
{
    for (guint bad = 0; bad < G_N_ELEMENTS(sizes); bad++) {
        CostPoint points[G_N_ELEMENTS(sizes)];
        CostModel model;

        make_points(points, 0.004, 4e-6);
        points[bad].seconds *= 10;
        g_assert_true(cost_model_fit(points, G_N_ELEMENTS(points), &model));
        assert_near(model.a, 0.004, 0.02);
        /* The slope depends mostly on the last two points. A larger error is allowed if one of
         * them is wrong. */
        assert_near(model.b, 4e-6, bad >= 3 ? 0.1 : 0.02);
    }
}

/* The fitted fixed time (a) and time per row (b) must never be negative. */
static void
test_fit_not_negative(void)
{
    const CostPoint falling[] = {{10, 5}, {100, 3}, {1000, 1}};
    const CostPoint convex[] = {{10, 0.001}, {100, 0.02}, {1000, 0.4}};
    g_autoptr(GRand) random = g_rand_new_with_seed(17);
    CostModel model;

    g_assert_true(cost_model_fit(falling, G_N_ELEMENTS(falling), &model));
    g_assert_cmpfloat(model.b, ==, 0);
    g_assert_cmpfloat(model.a, >, 0);
    g_assert_true(cost_model_fit(convex, G_N_ELEMENTS(convex), &model));
    g_assert_cmpfloat(model.a, ==, 0);
    g_assert_cmpfloat(model.b, >, 0);
    for (int round = 0; round < 1000; round++) {
        CostPoint points[6];

        for (guint i = 0; i < G_N_ELEMENTS(points); i++)
            points[i] = (CostPoint){g_rand_double_range(random, 1, 1e6),
                                    g_rand_double_range(random, 1e-6, 100)};
        g_assert_true(cost_model_fit(points, G_N_ELEMENTS(points), &model));
        g_assert_cmpfloat(model.a, >=, 0);
        g_assert_cmpfloat(model.b, >=, 0);
    }
}

static void
test_fit_too_little(void)
{
    const CostPoint same[] = {{10, 1}, {10, 2}};
    const CostPoint none[] = {{10, 0}, {0, 1}};
    CostModel model;

    g_assert_false(cost_model_fit(NULL, 0, &model));
    g_assert_false(cost_model_fit(same, 2, &model));
    g_assert_false(cost_model_fit(none, 2, &model));
    g_assert_true(cost_model_fit_start(same, 1, 0.01, &model));
    assert_near(model.a, 0.9, 1e-9);
    g_assert_true(cost_model_fit_start(same, 1, 1, &model));
    g_assert_cmpfloat(model.a, ==, 0);
}

/* The time per row increases with the number of rows. The fitted slope must be the
 * slope between the two largest numbers of rows. */
static void
test_fit_end_slope(void)
{
    const CostPoint points[] = {
        {100, 9.6e-6}, {1000, 86.8e-6}, {10000, 0.84e-3}, {100000, 14e-3}, {1000000, 220e-3}};
    const CostPoint two[] = {{10, 1.1}, {100, 2}};
    CostModel model;

    g_assert_true(cost_model_fit(points, G_N_ELEMENTS(points), &model));
    assert_near(model.b, 140e-9, 0.02);
    g_assert_true(cost_model_fit(two, 2, &model));
    assert_near(model.a, 1, 1e-6);
    assert_near(model.b, 0.01, 1e-6);
}

static void
test_plan(void)
{
    const double rows_seconds[] = {1e-7, 4e-6, 1e-3, 0.05, 3};
    const gint64 rows[] = {1, 7, 1000, 123457, 2000000000};
    Plan plan;

    for (guint i = 0; i < G_N_ELEMENTS(rows_seconds); i++)
        for (guint k = 0; k < G_N_ELEMENTS(rows); k++) {
            PlanInput input = {rows[k], rows_seconds[i], 4, k % 2 ? 64 : 0, 60};

            plan_make(&input, &plan);
            g_assert_cmpuint(plan.n_sizes, >=, 1);
            g_assert_cmpint(plan.sizes[plan.n_sizes - 1], <=, rows[k]);
            g_assert_cmpint(plan.n_calls, >=, plan.sizes[plan.n_sizes - 1]);
            for (guint s = 0; s < plan.n_sizes; s++)
                g_assert_cmpint(plan.sizes[s], >, s > 0 ? plan.sizes[s - 1] : 0);
            if (rows_seconds[i] < 1)
                g_assert_cmpfloat(plan.seconds, <=, 60);
        }
    plan_make(&(PlanInput){1000000, 4e-6, 2, 0, 60}, &plan);
    g_assert_cmpuint(plan.n_sizes, ==, 5);
    g_assert_cmpint(plan.sizes[0], ==, 100);
    g_assert_cmpint(plan.sizes[4], ==, 1000000);
    g_assert_cmpuint(plan.n_measurements, ==, 10);
    plan_make(&(PlanInput){1000000, 100, 2, 0, 60}, &plan);
    g_assert_cmpuint(plan.n_sizes, ==, 0);
}

static void
test_repeats(void)
{
    g_assert_cmpuint(plan_repeats(0.001), >=, 3);
    g_assert_cmpuint(plan_repeats(0.999), >=, 3);
    g_assert_cmpuint(plan_repeats(1), ==, 1);
}

/* plan_pick_row() selects some rows for a measurement. They must be spread over all rows,
 * without repetition. */
static void
test_pick_rows(void)
{
    const gint64 totals[] = {1, 10, 17, 1000, 123457};

    for (guint t = 0; t < G_N_ELEMENTS(totals); t++)
        for (gint64 n = 1; n <= MIN(totals[t], 200); n++) {
            gint64 last = -1;

            for (gint64 i = 0; i < n; i++) {
                gint64 row = plan_pick_row(i, n, totals[t]);

                g_assert_cmpint(row, >, last);
                g_assert_cmpint(row, <, totals[t]);
                last = row;
            }
            g_assert_cmpint(last, >=, totals[t] - totals[t] / n - 1);
        }
    g_assert_cmpint(plan_pick_row(99999999, 100000000, G_MAXINT64), >, G_MAXINT64 / 2);
}

static void
add(MamutoTimings *timings, MamutoContender contender, gint64 rows, double seconds)
{
    MamutoMeasurement one = {.contender = contender,
                             .rows = rows,
                             .n_repetitions = 3,
                             .median = seconds,
                             .min = seconds * 0.9,
                             .max = seconds * 1.2,
                             .cores = 4};

    one.core_seconds[MAMUTO_SPAN_COMPUTING] = 3 * seconds;
    one.core_seconds[MAMUTO_SPAN_IDLE] = seconds;
    mamuto_timings_add(timings, &one);
}

static MamutoTimings *
make_timings(gboolean cluster)
{
    MamutoTimings *timings = mamuto_timings_new("model.py:like", 3, 12);

    for (gint64 rows = 1000; rows <= 1000000; rows *= 10) {
        add(timings, MAMUTO_CONTENDER_LOCAL, rows, 0.002 + 2e-6 * (double)rows);
        add(timings, MAMUTO_CONTENDER_LOOP, rows, 4e-6 * (double)rows);
        if (cluster)
            add(timings, MAMUTO_CONTENDER_CLUSTER, rows, 0.031 + 3.3e-7 * (double)rows);
    }
    if (cluster)
        add(timings, MAMUTO_CONTENDER_COLD, 1000, 0.431);
    return timings;
}

static void
test_summary(void)
{
    g_autoptr(MamutoTimings) timings = make_timings(TRUE);
    g_autofree char *summary = mamuto_timings_get_summary(timings);
    MamutoVerdict verdict;

    g_assert_cmpstr(summary, ==,
                    "For 1,000 rows, this computer is faster (4.0 ms versus 31 ms). From about "
                    "17,000 rows on, the cluster is faster. For 1,000,000 rows, the cluster is 5.5 "
                    "times as fast. These times are for a warm cluster; a cold start takes 400 ms "
                    "longer, and the cluster is then faster from about 260,000 rows on.");
    g_assert_true(mamuto_timings_get_verdict(timings, &verdict));
    g_assert_cmpint(verdict.contender, ==, MAMUTO_CONTENDER_CLUSTER);
    g_assert_cmpint(verdict.crossing, ==, MAMUTO_CROSSING_MEASURED);
    assert_near(verdict.crossing_rows, 17365, 0.05);
}

/* The durations do not lie on a line. The summary must then agree with the durations and not
 * with a fitted line. */
static void
test_summary_follows_measurements(void)
{
    static const double loop[] = {0.00007, 0.00066, 0.0127, 0.19, 2.26};
    static const double local[] = {0.00024, 0.0041, 0.0207, 0.16, 1.23};
    g_autoptr(MamutoTimings) timings = mamuto_timings_new("f.py:f", 1, 2);
    MamutoVerdict verdict;
    gint64 rows = 20;

    for (guint i = 0; i < G_N_ELEMENTS(loop); i++, rows *= 10) {
        add(timings, MAMUTO_CONTENDER_LOOP, rows, loop[i]);
        add(timings, MAMUTO_CONTENDER_LOCAL, rows, local[i]);
    }
    g_assert_true(mamuto_timings_get_verdict(timings, &verdict));
    g_assert_cmpint(verdict.crossing, ==, MAMUTO_CROSSING_MEASURED);
    g_assert_cmpfloat(verdict.crossing_rows, >, 2000);
    g_assert_cmpfloat(verdict.crossing_rows, <, 20000);
}

static void
test_summary_predicted(void)
{
    g_autoptr(MamutoTimings) timings = mamuto_timings_new("f.py:f", 1, 2);
    g_autofree char *summary = NULL;

    for (gint64 rows = 10; rows <= 1000; rows *= 10) {
        add(timings, MAMUTO_CONTENDER_LOOP, rows, 1e-6 * (double)rows);
        add(timings, MAMUTO_CONTENDER_LOCAL, rows, 0.01 + 5e-7 * (double)rows);
    }
    summary = mamuto_timings_get_summary(timings);
    g_assert_cmpstr(summary, ==,
                    "For 10 rows, a plain loop is faster (10 µs versus 10 ms). All cores of this "
                    "computer are predicted to be faster from about 20,000 rows on. For 1,000 "
                    "rows, all cores take 10.5 times as long.");
}

/* For the largest measured number of rows, the cores of this computer were slower than the loop.
 * According to the fitted lines, they should have been faster. The predicted break-even must be
 * above this number. */
static void
test_predicted_beyond(void)
{
    g_autoptr(MamutoTimings) timings = mamuto_timings_new("f.py:f", 1, 2);
    gboolean predicted = FALSE;
    MamutoVerdict verdict;

    for (gint64 rows = 10; rows <= 100000; rows *= 10) {
        add(timings, MAMUTO_CONTENDER_LOOP, rows, 1e-5 * (double)rows);
        add(timings, MAMUTO_CONTENDER_LOCAL, rows, rows < 100000 ? 0.2 + 5e-6 * (double)rows : 1.3);
    }
    g_assert_true(mamuto_timings_get_verdict(timings, &verdict));
    g_assert_cmpint(verdict.crossing, ==, MAMUTO_CROSSING_PREDICTED);
    g_assert_cmpfloat(verdict.crossing_rows, >, 100000);
    assert_near(
        mamuto_timings_estimate(timings, MAMUTO_CONTENDER_LOCAL, verdict.crossing_rows, &predicted),
        mamuto_timings_estimate(timings, MAMUTO_CONTENDER_LOOP, verdict.crossing_rows, NULL), 1e-6);
    g_assert_true(predicted);
}

/* For a measured number of rows, the estimate must be the measured duration. Between two measured
 * numbers, the estimate must lie on a line. */
static void
test_estimate(void)
{
    g_autoptr(MamutoTimings) timings = mamuto_timings_new("f.py:f", 1, 2);
    gboolean predicted = TRUE;

    g_assert_cmpfloat(mamuto_timings_estimate(timings, MAMUTO_CONTENDER_LOOP, 5, NULL), ==, 0);
    add(timings, MAMUTO_CONTENDER_LOOP, 10, 1);
    g_assert_cmpfloat(mamuto_timings_estimate(timings, MAMUTO_CONTENDER_LOOP, 10, NULL), ==, 1);
    g_assert_cmpfloat(mamuto_timings_estimate(timings, MAMUTO_CONTENDER_LOOP, 20, NULL), ==, 0);
    add(timings, MAMUTO_CONTENDER_LOOP, 110, 3);
    assert_near(mamuto_timings_estimate(timings, MAMUTO_CONTENDER_LOOP, 60, &predicted), 2, 1e-9);
    g_assert_false(predicted);
    assert_near(mamuto_timings_estimate(timings, MAMUTO_CONTENDER_LOOP, 210, &predicted), 5, 1e-6);
    g_assert_true(predicted);
    assert_near(mamuto_timings_estimate(timings, MAMUTO_CONTENDER_LOOP, 5, &predicted), 0.9, 1e-6);
    g_assert_true(predicted);
}

/* With a single number of rows, no line can be fitted, so the summary must not mention a
 * break-even. */
static void
test_summary_one_size(void)
{
    g_autoptr(MamutoTimings) timings = mamuto_timings_new("f.py:f", 1, 2);
    g_autofree char *summary = NULL;

    add(timings, MAMUTO_CONTENDER_LOOP, 1, 0.001);
    add(timings, MAMUTO_CONTENDER_LOCAL, 1, 0.002);
    summary = mamuto_timings_get_summary(timings);
    g_assert_cmpstr(summary, ==, "For 1 row, a plain loop is faster (1.0 ms versus 2.0 ms).");
}

static void
test_summary_without_cluster(void)
{
    g_autoptr(MamutoTimings) timings = make_timings(FALSE);
    g_autofree char *summary = mamuto_timings_get_summary(timings);

    /* The plain loop and this computer both need 4 ms for 1,000 rows, so the sentence may call
     * either of them faster. Therefore the test checks only the beginning of this sentence. */
    g_assert_true(g_str_has_prefix(summary, "For 1,000 rows, "));
    g_assert_true(
        g_str_has_suffix(summary, "For 1,000,000 rows, all cores are 2.0 times as fast."));
}

static void
test_summary_never(void)
{
    g_autoptr(MamutoTimings) timings = mamuto_timings_new("f.py:f", 1, 2);
    g_autofree char *summary = NULL;
    g_autofree char *empty = mamuto_timings_get_summary(timings);

    g_assert_cmpstr(empty, ==, "");
    for (gint64 rows = 10; rows <= 1000; rows *= 10) {
        add(timings, MAMUTO_CONTENDER_LOOP, rows, 1e-6 * (double)rows);
        add(timings, MAMUTO_CONTENDER_LOCAL, rows, 0.01 + 2e-6 * (double)rows);
    }
    summary = mamuto_timings_get_summary(timings);
    g_assert_nonnull(strstr(summary, "No break-even up to 100 times as many rows."));
    g_assert_nonnull(strstr(summary, "all cores take "));
}

static void
test_json(void)
{
    g_autoptr(MamutoTimings) timings = make_timings(TRUE), read = NULL;
    g_autoptr(GError) error = NULL;
    g_autofree char *json = NULL, *again = NULL, *csv = mamuto_timings_to_csv(timings);
    const MamutoNote *note;
    g_auto(GStrv) lines = g_strsplit(csv, "\n", -1);

    for (guint i = 0; i < 2; i++) {
        g_autoptr(MamutoNote) text =
            mamuto_note_new(MAMUTO_NOTE_TEXT, NULL, "Bad \x1b \xff \"text\"", 0);
        g_autoptr(MamutoNote) lost = mamuto_note_new(MAMUTO_NOTE_HOST_LOST, "rem1", "it is", 0);

        mamuto_timings_add_note(timings, text);
        mamuto_timings_add_note(timings, lost);
    }
    g_assert_cmpuint(mamuto_timings_get_notes(timings)->len, ==, 2);
    mamuto_timings_set_job_name(timings, "likelihood");
    json = mamuto_timings_to_json(timings);
    read = mamuto_timings_new_from_json(json, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(mamuto_timings_get_job_name(read), ==, "likelihood");
    /* Reading and writing must not change the text. It contains numbers with nine digits. */
    again = mamuto_timings_to_json(read);
    g_clear_object(&read);
    read = mamuto_timings_new_from_json(again, &error);
    g_assert_no_error(error);
    g_free(json);
    json = mamuto_timings_to_json(read);
    g_assert_cmpstr(again, ==, json);
    g_assert_cmpuint(mamuto_timings_get_n_measurements(read), ==, 13);
    note = g_ptr_array_index(mamuto_timings_get_notes(read), 1);
    g_assert_cmpint(note->kind, ==, MAMUTO_NOTE_HOST_LOST);
    g_assert_cmpstr(note->hosts[0], ==, "rem1");
    g_assert_cmpstr(note->texts[0], ==, "it is");
    g_assert_cmpfloat_with_epsilon(
        mamuto_measurement_get_efficiency(mamuto_timings_get_measurement(read, 0)), 0.75, 1e-9);
    g_assert_cmpuint(g_strv_length(lines), ==,
                     15); /* the header, 13 measurements, and an empty last line */
    g_assert_true(g_str_has_prefix(lines[1], "loop,1000,3,0.004,"));
}

/* Files of earlier versions contain each note as a sentence instead of an object. */
static void
test_json_sentences(void)
{
    g_autoptr(MamutoTimings) timings = make_timings(FALSE), read = NULL;
    g_autofree char *json = mamuto_timings_to_json(timings), *changed = NULL;
    g_auto(GStrv) parts = g_strsplit(json, "\"notes\": []", 2);
    g_autoptr(GError) error = NULL;
    GPtrArray *notes;

    g_assert_nonnull(parts[1]);
    changed = g_strjoinv("\"notes\": [\"It was stopped before everything was measured.\", "
                         "\"rem1 was lost: it is\"], \"others\": []",
                         parts);
    read = mamuto_timings_new_from_json(changed, &error);
    g_assert_no_error(error);
    notes = mamuto_timings_get_notes(read);
    g_assert_cmpuint(notes->len, ==, 2);
    g_assert_cmpint(((MamutoNote *)notes->pdata[0])->kind, ==, MAMUTO_NOTE_STOPPED);
    g_assert_cmpint(((MamutoNote *)notes->pdata[1])->kind, ==, MAMUTO_NOTE_TEXT);
}

static void
test_json_wrong(void)
{
    g_autoptr(MamutoTimings) timings = make_timings(FALSE);
    g_autofree char *json = mamuto_timings_to_json(timings);
    static const char *const wrong[] = {
        "", "{", "[]", "{}", "{\"mamuto_comparison\": 1}", "{\"mamuto_comparison\": 99}", "3",
    };
    static const char *const changes[][2] = {
        {"\"loop\"", "\"horse\""},  {"\"rows\": 1000,", "\"rows\": -1000,"},
        {"\"median_s\"", "\"no\""}, {"\"cores\": 4", "\"cores\": 1e99"},
        {"\"created\"", "\"no\""},
    };

    for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_null(mamuto_timings_new_from_json(wrong[i], &error));
        g_assert_true(error->domain == MAMUTO_ERROR);
    }
    for (guint i = 0; i < G_N_ELEMENTS(changes); i++) {
        g_autoptr(GError) error = NULL;
        g_auto(GStrv) parts = g_strsplit(json, changes[i][0], 2);
        g_autofree char *changed = g_strjoinv(changes[i][1], parts);

        g_assert_cmpstr(changed, !=, json);
        g_assert_null(mamuto_timings_new_from_json(changed, &error));
        g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE);
    }
    for (gsize length = 0; length < strlen(json); length += 97) {
        g_autofree char *cut = g_strndup(json, length);

        g_assert_null(mamuto_timings_new_from_json(cut, NULL));
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/timings/fit/exact", test_fit_exact);
    g_test_add_func("/timings/fit/outlier", test_fit_outlier);
    g_test_add_func("/timings/fit/not-negative", test_fit_not_negative);
    g_test_add_func("/timings/fit/too-little", test_fit_too_little);
    g_test_add_func("/timings/fit/end-slope", test_fit_end_slope);
    g_test_add_func("/timings/plan", test_plan);
    g_test_add_func("/timings/plan/repeats", test_repeats);
    g_test_add_func("/timings/plan/rows", test_pick_rows);
    g_test_add_func("/timings/summary", test_summary);
    g_test_add_func("/timings/summary/follows-measurements", test_summary_follows_measurements);
    g_test_add_func("/timings/summary/predicted", test_summary_predicted);
    g_test_add_func("/timings/predicted-beyond", test_predicted_beyond);
    g_test_add_func("/timings/estimate", test_estimate);
    g_test_add_func("/timings/summary/one-size", test_summary_one_size);
    g_test_add_func("/timings/summary/without-cluster", test_summary_without_cluster);
    g_test_add_func("/timings/summary/never", test_summary_never);
    g_test_add_func("/timings/json", test_json);
    g_test_add_func("/timings/json-sentences", test_json_sentences);
    g_test_add_func("/timings/json/wrong", test_json_wrong);
    return g_test_run();
}
