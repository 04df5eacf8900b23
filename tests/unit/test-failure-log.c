/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of the log of failed rows. The log counts all failed rows by the cause of the failure.
 * It keeps only a few rows of each cause, so that it needs little memory. The exported table
 * must contain all failed rows. */
#include "failure-log.h"

#include <glib/gstdio.h>

#include "result-store.h"

static GPtrArray *
errors_new(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify)mamuto_row_failure_free);
}

static void
add_error(GPtrArray *errors, gint64 row, const char *cause)
{
    MamutoRowFailure *failure = g_new0(MamutoRowFailure, 1);

    failure->row = row;
    failure->host = g_strdup(row % 2 ? "rem1" : "rem2");
    failure->cause = g_strdup(cause);
    failure->traceback = g_strdup_printf("Traceback:\n  row %d \"x\"\x1b[31m", (int)row);
    g_ptr_array_add(errors, failure);
}

static void
expect_cause(GPtrArray *causes, guint i, const char *text, gint64 n)
{
    const MamutoFailureCause *cause = g_ptr_array_index(causes, i);

    g_assert_cmpstr(cause->cause, ==, text);
    g_assert_cmpint(cause->n_rows, ==, n);
}

static void
test_causes(void)
{
    g_autoptr(FailureLog) log = failure_log_new();
    g_autoptr(GPtrArray) errors = errors_new();
    g_autoptr(GPtrArray) causes = NULL;

    for (gint64 row = 3000; row > 0; row--)
        add_error(errors, row, row % 3 ? "ValueError: often" : "KeyError: less often");
    failure_log_add(log, errors, 3000 + 500); /* 500 rows failed without a message */
    causes = failure_log_copy_causes(log);
    g_assert_cmpuint(causes->len, ==, 3);
    expect_cause(causes, 0, "ValueError: often", 2000);
    expect_cause(causes, 1, "KeyError: less often", 1000);
    expect_cause(causes, 2, "", 500);
    g_assert_cmpuint(failure_log_get_listed(log)->len, ==, MAMUTO_MAX_LISTED_FAILURES);
}

static void
test_many_causes(void)
{
    g_autoptr(FailureLog) log = failure_log_new();
    g_autoptr(GPtrArray) errors = errors_new();
    g_autoptr(GPtrArray) causes = NULL;
    gint64 sum = 0;

    for (gint64 row = 0; row < 2 * FAILURE_LOG_MAX_CAUSES; row++) {
        g_autofree char *cause = g_strdup_printf("ValueError: x%d", (int)row);

        add_error(errors, row, cause);
    }
    failure_log_add(log, errors, errors->len);
    causes = failure_log_copy_causes(log);
    g_assert_cmpuint(causes->len, ==, FAILURE_LOG_MAX_CAUSES + 1);
    expect_cause(causes, 0, "", FAILURE_LOG_MAX_CAUSES);
    for (guint i = 0; i < causes->len; i++)
        sum += ((const MamutoFailureCause *)g_ptr_array_index(causes, i))->n_rows;
    g_assert_cmpint(sum, ==, errors->len);
}

static void
test_kinds(void)
{
    static const char *const pairs[][2] = {
        {"ValueError: x = 0.25 lies outside", "ValueError: x = … lies outside"},
        {"ValueError: x = -1.5e-07 lies outside", "ValueError: x = … lies outside"},
        {"ValueError: x = nan lies outside", "ValueError: x = … lies outside"},
        {"IndexError: index 5 is out of bounds for axis 0 with size 3",
         "IndexError: index … is out of bounds for axis … with size …"},
        {"ValueError: [1. 2.5 -3.] and (4, 5, 6)", "ValueError: […] and (…)"},
        {"KeyError: 17", "KeyError: …"},
        {"TypeError: float64 and x2 of rem1 in 3d", "TypeError: float64 and x2 of rem1 in 3d"},
        {"E: <object at 0x7fab12>, 1+2j, 3.", "E: <object at …>, …+…."},
        {"Fehler: 3 größer 4ß", "Fehler: … größer 4ß"},
        {"information in infinity, - and +", "information in infinity, - and +"},
        {"-", "-"},
        {"", ""},
    };

    for (guint i = 0; i < G_N_ELEMENTS(pairs); i++) {
        g_autofree char *kind = mamuto_failure_kind(pairs[i][0]);

        g_assert_cmpstr(kind, ==, pairs[i][1]);
    }
}

/* If messages differ only in their numbers, they are counted as one cause. In the text of this
 * cause, "…" replaces the numbers that differ. */
static void
test_causes_with_numbers(void)
{
    g_autoptr(FailureLog) log = failure_log_new();
    g_autoptr(GPtrArray) errors = errors_new();
    g_autoptr(GPtrArray) same = NULL, different = NULL;

    add_error(errors, 1, "ValueError: x = 1");
    add_error(errors, 2, "ValueError: x = 1");
    failure_log_add(log, errors, errors->len);
    same = failure_log_copy_causes(log);
    g_assert_cmpuint(same->len, ==, 1);
    expect_cause(same, 0, "ValueError: x = 1", 2);
    g_ptr_array_set_size(errors, 0);
    for (gint64 row = 3; row < 3 * FAILURE_LOG_MAX_CAUSES; row++) {
        g_autofree char *cause = g_strdup_printf("ValueError: x = %d", (int)row);

        add_error(errors, row, cause);
    }
    failure_log_add(log, errors, errors->len);
    different = failure_log_copy_causes(log);
    g_assert_cmpuint(different->len, ==, 1);
    expect_cause(different, 0, "ValueError: x = …", 3 * FAILURE_LOG_MAX_CAUSES - 1);
}

/* Four messages differ in two places, but all contain the number 500. The text of the cause must
 * still contain 500. */
static void
test_same_numbers_stay(void)
{
    g_autoptr(FailureLog) log = failure_log_new();
    g_autoptr(GPtrArray) errors = errors_new();
    g_autoptr(GPtrArray) causes = NULL;

    add_error(errors, 1, "ValueError: x = [1. 2.] is over 500: 3");
    add_error(errors, 2, "ValueError: x = [1. 2. 3.] is over 500: 3");
    add_error(errors, 3, "ValueError: x = [4. 5.] is over 500: 4");
    add_error(errors, 4, "ValueError: x = [1. 2.] is over 500: 3");
    failure_log_add(log, errors, errors->len);
    causes = failure_log_copy_causes(log);
    g_assert_cmpuint(causes->len, ==, 1);
    expect_cause(causes, 0, "ValueError: x = […] is over 500: …", 4);
}

static void
test_save(void)
{
    g_autoptr(FailureLog) log = failure_log_new();
    g_autoptr(GPtrArray) errors = errors_new();
    g_autoptr(RowStatus) status = row_status_new(100000);
    g_autofree char *folder = g_dir_make_tmp("mamuto-failures-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "failed.csv", NULL);
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;
    g_autoptr(GError) error = NULL;

    row_status_set(status, 10, 13, RESULT_FAILED);
    row_status_set(status, 99999, 100000, RESULT_FAILED);
    add_error(errors, 99999, "late");
    add_error(errors, 11, "ValueError: \"a\", b");
    failure_log_add(log, errors, 4);
    failure_log_finish(log);
    g_assert_true(failure_log_save(log, status, path, &error));
    g_assert_no_error(error);
    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    lines = g_strsplit(text, "\n", -1);
    g_assert_cmpstr(lines[0], ==, "row,host,cause,traceback");
    g_assert_cmpstr(lines[1], ==, "10,\"\",\"\",\"\"");
    g_assert_cmpstr(lines[2], ==, "11,\"rem1\",\"ValueError: \"\"a\"\", b\",\"Traceback:");
    g_assert_cmpstr(lines[3], ==, "  row 11 \"\"x\"\"\\x1b[31m\"");
    g_assert_cmpstr(lines[4], ==, "12,\"\",\"\",\"\"");
    g_assert_cmpstr(lines[5], ==, "99999,\"rem1\",\"late\",\"Traceback:");
    g_unlink(path);
    g_rmdir(folder);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/failure-log/causes", test_causes);
    g_test_add_func("/failure-log/many-causes", test_many_causes);
    g_test_add_func("/failure-log/kinds", test_kinds);
    g_test_add_func("/failure-log/causes-with-numbers", test_causes_with_numbers);
    g_test_add_func("/failure-log/same-numbers-stay", test_same_numbers_stay);
    g_test_add_func("/failure-log/save", test_save);
    return g_test_run();
}
