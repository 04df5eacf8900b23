/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of the object that keeps a small number (the state) for each row of a run in little
 * memory. The tests also keep the states in a plain array and compare both. */
#include "row-status.h"

#define N_ROWS 200001 /* not a multiple of the rows per block of RowStatus */

static void
check(RowStatus *status, const guint8 *expected)
{
    gint64 row = 0;

    while (row < N_ROWS) {
        gint64 end = row_status_run_end(status, row);

        g_assert_cmpint(end, >, row);
        g_assert_cmpint(row_status_run_begin(status, end), ==, row);
        for (gint64 i = row; i < end; i++)
            g_assert_cmpint(expected[i], ==, expected[row]);
        g_assert_cmpint(row_status_get(status, row), ==, expected[row]);
        if (end < N_ROWS)
            g_assert_cmpint(expected[end], !=, expected[row]);
        row = end;
    }
}

static void
test_random(void)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(7);
    g_autoptr(RowStatus) status = row_status_new(N_ROWS);
    g_autofree guint8 *expected = g_malloc0(N_ROWS);

    for (int round = 0; round < 500; round++) {
        int longest = g_rand_boolean(rand) ? 10 : 150000;
        gint64 lo = g_rand_int_range(rand, 0, N_ROWS);
        gint64 n = g_rand_int_range(rand, 0, longest);
        gint64 hi = MIN(lo + n, N_ROWS);
        guint8 value = (guint8)g_rand_int_range(rand, 0, 3);

        row_status_set(status, lo, hi, value);
        for (gint64 i = lo; i < hi; i++)
            expected[i] = value;
        if (round % 20 == 0)
            check(status, expected);
    }
    check(status, expected);
}

/* If rows are reported in order and have the same state, they must form a single range. The size
 * of the reported pieces must not matter. */
static void
test_in_order(void)
{
    g_autoptr(RowStatus) status = row_status_new(N_ROWS);

    for (gint64 lo = 0; lo < N_ROWS; lo += 777)
        row_status_set(status, lo, MIN(lo + 777, N_ROWS), 1);
    g_assert_cmpint(row_status_run_end(status, 0), ==, N_ROWS);
    g_assert_cmpint(row_status_run_begin(status, N_ROWS), ==, 0);
}

static void
test_none(void)
{
    g_autoptr(RowStatus) status = row_status_new(0);

    g_assert_nonnull(status);
    g_assert_cmpint(row_status_get_n_rows(status), ==, 0);
    row_status_set(status, 0, 0, 1);
    g_assert_null(row_status_new(-1));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/row-status/random", test_random);
    g_test_add_func("/row-status/in-order", test_in_order);
    g_test_add_func("/row-status/none", test_none);
    return g_test_run();
}
