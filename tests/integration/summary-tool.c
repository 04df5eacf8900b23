/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Prints data of an array column: a summary, a histogram, or the envelope, which is the smallest
 * and the largest value of each part of the column. The script test-summary.py runs this program
 * and compares the output with numpy.
 *
 *     summary-tool summarize SPEC COLUMN [MASK]
 *     summary-tool histogram SPEC COLUMN LO HI BINS
 *     summary-tool envelope SPEC COLUMN BINS */
#include <stdio.h>

#include "mamuto-array.h"
#include "mamuto-summary.h"

static void
print_number(double value)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];

    puts(g_ascii_dtostr(text, sizeof text, value));
}

static gboolean
summarize(MamutoArray *array, gint64 column, const char *mask_spec, GError **error)
{
    g_autoptr(MamutoArray) mask = mask_spec ? mamuto_array_load(mask_spec, NULL, error) : NULL;
    g_autoptr(MamutoSummary) summary = NULL;

    if (mask_spec && !mask)
        return FALSE;
    summary = mamuto_array_summarize(array, column, mask, NULL, error);
    if (!summary)
        return FALSE;
    printf("%" G_GINT64_FORMAT "\n%" G_GINT64_FORMAT "\n%" G_GINT64_FORMAT "\n", summary->n,
           summary->n_nan, summary->n_infinite);
    print_number(summary->mean);
    print_number(summary->std);
    print_number(summary->min);
    print_number(summary->max);
    print_number(summary->finite_min);
    print_number(summary->finite_max);
    for (int i = 0; i < MAMUTO_SUMMARY_N_QUANTILES; i++)
        print_number(summary->quantiles[i]);
    return TRUE;
}

static gboolean
histogram(MamutoArray *array, gint64 column, double lo, double hi, guint n_bins, GError **error)
{
    g_autofree gint64 *counts = g_new0(gint64, n_bins);

    if (!mamuto_array_histogram(array, column, NULL, lo, hi, n_bins, counts, NULL, error))
        return FALSE;
    for (guint i = 0; i < n_bins; i++)
        printf("%" G_GINT64_FORMAT "\n", counts[i]);
    return TRUE;
}

static gboolean
envelope(MamutoArray *array, gint64 column, guint n_bins, GError **error)
{
    g_autofree double *lows = g_new0(double, n_bins);
    g_autofree double *highs = g_new0(double, n_bins);

    if (!mamuto_array_envelope(array, column, NULL, n_bins, lows, highs, NULL, error))
        return FALSE;
    for (guint i = 0; i < n_bins; i++) {
        print_number(lows[i]);
        print_number(highs[i]);
    }
    return TRUE;
}

int
main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(MamutoArray) array = argc > 3 ? mamuto_array_load(argv[2], NULL, &error) : NULL;
    gint64 column = argc > 3 ? g_ascii_strtoll(argv[3], NULL, 10) : 0;
    gboolean ok = FALSE;

    if (!array && !error)
        fprintf(stderr, "usage: summary-tool summarize|histogram|envelope SPEC COLUMN …\n");
    else if (array && g_str_equal(argv[1], "summarize"))
        ok = summarize(array, column, argv[4], &error);
    else if (array && g_str_equal(argv[1], "histogram") && argc == 7)
        ok = histogram(array, column, g_ascii_strtod(argv[4], NULL), g_ascii_strtod(argv[5], NULL),
                       (guint)g_ascii_strtoull(argv[6], NULL, 10), &error);
    else if (array && g_str_equal(argv[1], "envelope") && argc == 5)
        ok = envelope(array, column, (guint)g_ascii_strtoull(argv[4], NULL, 10), &error);
    if (error)
        fprintf(stderr, "%s\n", error->message);
    return ok ? 0 : 1;
}
