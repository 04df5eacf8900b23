/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of arrays whose elements are computed where they are read. The values are compared with
 * numpy in tests/integration/test-numpy.py. */
#include <string.h>

#include "mamuto-argument.h"
#include "mamuto-array.h"
#include "mamuto-error.h"
#include "mamuto-summary.h"

static MamutoArray *
make(guint kind, gint64 count)
{
    g_autoptr(GError) error = NULL;
    MamutoArray *array = kind == 0   ? mamuto_array_new_range(-3, 17, count, &error)
                         : kind == 1 ? mamuto_array_new_geometric_range(1e-3, 1e9, count, &error)
                                     : mamuto_array_new_integer_range(5, 4 + count, &error);

    g_assert_no_error(error);
    return array;
}

/* Any piece of a range is equal to the same piece of a stored copy of the whole range. */
static void
test_pieces(void)
{
    for (guint kind = 0; kind < 3; kind++)
        for (guint count = 1; count < 2000; count += 37) {
            g_autoptr(MamutoArray) array = make(kind, count);
            g_autofree guint64 *whole = g_new(guint64, count), *piece = g_new(guint64, count);
            g_autoptr(GError) error = NULL;

            g_assert_true(mamuto_array_read_rows(array, 0, count, whole, &error));
            for (guint i = 0; i < 30; i++) {
                gint64 lo = g_test_rand_int_range(0, (gint32)count + 1);
                gint64 hi = g_test_rand_int_range((gint32)lo, (gint32)count + 1);

                g_assert_true(mamuto_array_read_rows(array, lo, hi, piece, &error));
                g_assert_cmpmem(piece, (gsize)(hi - lo) * 8, whole + lo, (gsize)(hi - lo) * 8);
            }
        }
}

/* A range has the hash, the statistics and the texts of a stored array with the same elements. */
static void
test_like_stored(void)
{
    for (guint kind = 0; kind < 3; kind++) {
        gint64 n = 1000, index = 999;
        g_autoptr(MamutoArray) array = make(kind, n), stored = NULL;
        g_autoptr(GError) error = NULL;
        g_autoptr(MamutoSummary) summary = NULL, expected = NULL;
        g_autofree char *text = NULL, *expected_text = NULL;
        MamutoDtype dtype;

        mamuto_array_get_dtype(array, &dtype);
        stored = mamuto_array_new(&dtype, 1, &n, &error);
        g_assert_true(mamuto_array_read_rows(array, 0, n, mamuto_array_get_data(stored), &error));
        g_assert_cmpstr(mamuto_array_hash(array, NULL, &error), ==,
                        mamuto_array_hash(stored, NULL, &error));
        summary = mamuto_array_summarize(array, 0, NULL, NULL, &error);
        expected = mamuto_array_summarize(stored, 0, NULL, NULL, &error);
        g_assert_no_error(error);
        g_assert_cmpint(summary->n, ==, 1000);
        g_assert_true(summary->min == expected->min && summary->max == expected->max);
        g_assert_true(summary->mean == expected->mean);
        text = mamuto_array_format_element(array, &index);
        expected_text = mamuto_array_format_element(stored, &index);
        g_assert_cmpstr(text, ==, expected_text);
    }
}

/* A long range takes no memory, and tells that it has none. */
static void
test_long(void)
{
    for (guint kind = 0; kind < 3; kind++) {
        gint64 n = G_GINT64_CONSTANT(1) << 50;
        g_autoptr(MamutoArray) array = make(kind, n);
        g_autoptr(GError) error = NULL;
        gint64 last;

        g_assert_cmpint(mamuto_array_get_n_rows(array), ==, n);
        g_assert_null(mamuto_array_get_data(array));
        g_assert_cmpint(mamuto_array_get_fd(array, NULL), ==, -1);
        g_assert_true(mamuto_array_check_unchanged(array, &error));
        g_assert_true(mamuto_array_read_rows(array, n - 1, n, &last, &error));
        if (kind == 2)
            g_assert_cmpint(last, ==, n + 4);
        g_assert_false(mamuto_array_read_rows(array, n, n + 1, &last, &error));
        g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT);
    }
}

static void
test_arguments(void)
{
    g_autoptr(MamutoArray) array = make(0, 7);
    g_autoptr(MamutoArgument) rows = mamuto_argument_new_array(array);
    g_autoptr(MamutoArgument) whole = mamuto_argument_new_whole(array);
    /* a ligature, which Python reads as the two letters "fi" */
    g_autoptr(MamutoArgument) named = mamuto_argument_with_name(whole, "\xef\xac\x81x");
    g_autoptr(MamutoArgument) unnamed = mamuto_argument_with_name(named, NULL);
    g_autoptr(MamutoArgument) value = mamuto_argument_new_value("0.5", NULL);
    g_autoptr(MamutoArgument) sigma = mamuto_argument_with_name(value, "sigma");

    g_assert_false(mamuto_argument_is_whole(rows));
    g_assert_true(mamuto_argument_is_whole(whole));
    g_assert_true(mamuto_argument_is_whole(named));
    g_assert_true(mamuto_argument_get_array(named) == array);
    g_assert_null(mamuto_argument_get_name(whole));
    g_assert_cmpstr(mamuto_argument_get_name(named), ==, "fix");
    g_assert_null(mamuto_argument_get_name(unnamed));
    g_assert_cmpstr(mamuto_argument_get_name(sigma), ==, "sigma");
    g_assert_cmpstr(mamuto_argument_get_json(sigma), ==, "0.5");
    g_assert_false(mamuto_argument_is_whole(sigma));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/range/pieces", test_pieces);
    g_test_add_func("/range/like-stored", test_like_stored);
    g_test_add_func("/range/long", test_long);
    g_test_add_func("/range/arguments", test_arguments);
    return g_test_run();
}
