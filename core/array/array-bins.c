/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Computes the data for two plots of an array column. A histogram plot needs the number of values
 * in each bin. An envelope plot needs the smallest and the greatest value of each of several ranges
 * of rows. */
#include <glib/gi18n-lib.h>
#include <math.h>

#include "column-blocks.h"
#include "mamuto-error.h"
#include "mamuto-summary.h"

/* column_blocks_next() returns FALSE both at the end of a column and on an error. At the end of a
 * column, @local is NULL, and end_well() returns TRUE. On an error, end_well() propagates @local to
 * @error and returns FALSE. */
static gboolean
end_well(GError *local, GError **error)
{
    if (local)
        g_propagate_error(error, local);
    return local == NULL;
}

/* Returns the lower edge of bin @i, or the upper edge of the last bin if @i is @n_bins. The edges
 * are rounded as by numpy.linspace(). */
static double
edge(double lo, double hi, guint n_bins, guint i)
{
    return i == n_bins ? hi : lo + (double)i * ((hi - lo) / n_bins);
}

/* Returns the index of the bin that contains @value. Because of rounding, the computed index may be
 * wrong by 1. Therefore @value is also compared with the edges of the computed bin. */
static guint
find_bin(double value, double lo, double hi, guint n_bins)
{
    double place = (value - lo) / (hi - lo) * n_bins;
    guint bin = place < n_bins ? (guint)place : n_bins - 1;

    if (bin > 0 && value < edge(lo, hi, n_bins, bin))
        return bin - 1;
    if (bin < n_bins - 1 && value >= edge(lo, hi, n_bins, bin + 1))
        return bin + 1;
    return bin;
}

/**
 * mamuto_array_histogram: (skip)
 * @self: an array of real numbers
 * @column: index of the element within a row, in C order
 * @mask: (nullable): bool for each row; rows with %TRUE are skipped
 * @lo: lower edge of the first bin
 * @hi: upper edge of the last bin, greater than @lo
 * @n_bins: number of bins
 * @counts: (out caller-allocates) (array length=n_bins): number of values in each bin
 * @cancellable: (nullable): a #GCancellable
 * @error: return location for a #GError
 *
 * Counts the values of a column in bins of the same width, as numpy.histogram() does. A bin
 * includes its lower edge; the last bin also includes its upper edge. Reads the array once. Can be
 * called from any thread.
 *
 * Returns: %FALSE with the errors of mamuto_array_summarize(), or %MAMUTO_ERROR_INVALID_ARGUMENT if
 * @hi is not greater than @lo
 */
gboolean
mamuto_array_histogram(MamutoArray *self, gint64 column, MamutoArray *mask, double lo, double hi,
                       guint n_bins, gint64 *counts, GCancellable *cancellable, GError **error)
{
    g_auto(ColumnBlocks) blocks = {0};
    GError *local = NULL;

    g_return_val_if_fail(MAMUTO_IS_ARRAY(self), FALSE);
    g_return_val_if_fail(!mask || MAMUTO_IS_ARRAY(mask), FALSE);
    g_return_val_if_fail(n_bins > 0 && counts != NULL, FALSE);

    if (!isfinite(lo) || !isfinite(hi) || !(hi > lo) || !isfinite(hi - lo)) {
        g_set_error_literal(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                            _("a histogram needs two finite ends, the first less than the second"));
        return FALSE;
    }
    if (!column_blocks_init(&blocks, self, column, mask, cancellable, error))
        return FALSE;
    for (guint i = 0; i < n_bins; i++)
        counts[i] = 0;
    while (column_blocks_next(&blocks, &local))
        for (gsize i = 0; i < blocks.n; i++)
            if (blocks.values[i] >= lo && blocks.values[i] <= hi)
                counts[find_bin(blocks.values[i], lo, hi, n_bins)]++;
    return end_well(local, error);
}

/* The rows are divided into @n_stretches ranges. Returns the row after the last row of range @i,
 * that is, (@i + 1) × @n_rows / @n_stretches, rounded down. The quotient and the remainder of
 * @n_rows / @n_stretches are multiplied separately by @i + 1, because the product (@i + 1) ×
 * @n_rows may overflow a gint64. */
static gint64
stretch_end(guint i, gint64 n_rows, guint n_stretches)
{
    gint64 whole = n_rows / n_stretches, rest = n_rows % n_stretches;

    return ((gint64)i + 1) * whole + ((gint64)i + 1) * rest / n_stretches;
}

/**
 * mamuto_array_envelope: (skip)
 * @self: an array of real numbers
 * @column: index of the element within a row, in C order
 * @mask: (nullable): bool for each row; rows with %TRUE are skipped
 * @n_bins: number of ranges of rows; their lengths differ by at most one row
 * @lows: (out caller-allocates) (array length=n_bins): smallest value of each range
 * @highs: (out caller-allocates) (array length=n_bins): greatest value of each range
 * @cancellable: (nullable): a #GCancellable
 * @error: return location for a #GError
 *
 * Divides the rows into @n_bins ranges and computes the smallest and the greatest value of each
 * range. A line plot draws one vertical line per range. Range i starts at row i × n / @n_bins,
 * rounded down, where n is the number of rows. If a range has no finite value, its smallest and its
 * greatest value are nan. Reads the array once. Can be called from any thread.
 *
 * Returns: %FALSE with the errors of mamuto_array_summarize()
 */
gboolean
mamuto_array_envelope(MamutoArray *self, gint64 column, MamutoArray *mask, guint n_bins,
                      double *lows, double *highs, GCancellable *cancellable, GError **error)
{
    g_auto(ColumnBlocks) blocks = {0};
    GError *local = NULL;
    gint64 n_rows, end;
    guint bin = 0;

    g_return_val_if_fail(MAMUTO_IS_ARRAY(self), FALSE);
    g_return_val_if_fail(!mask || MAMUTO_IS_ARRAY(mask), FALSE);
    g_return_val_if_fail(n_bins > 0 && lows != NULL && highs != NULL, FALSE);

    if (!column_blocks_init(&blocks, self, column, mask, cancellable, error))
        return FALSE;
    for (guint i = 0; i < n_bins; i++)
        lows[i] = highs[i] = NAN;
    n_rows = mamuto_array_get_n_rows(self);
    end = stretch_end(bin, n_rows, n_bins);
    while (column_blocks_next(&blocks, &local))
        for (gsize i = 0; i < blocks.n; i++) {
            double value = blocks.values[i];

            while (blocks.first + (gint64)i >= end)
                end = stretch_end(++bin, n_rows, n_bins);
            if (!isfinite(value))
                continue;
            lows[bin] = fmin(lows[bin], value);
            highs[bin] = fmax(highs[bin], value);
        }
    return end_well(local, error);
}
