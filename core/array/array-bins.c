/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Columns reduced to as many numbers as a drawing has room for. */
#include <glib/gi18n-lib.h>
#include <math.h>

#include "column-blocks.h"
#include "mamuto-error.h"
#include "mamuto-summary.h"

/* Gives the error of blocks that ended early. */
static gboolean
end_well(GError *local, GError **error)
{
    if (local)
        g_propagate_error(error, local);
    return local == NULL;
}

/* An edge as numpy.linspace() has it. */
static double
edge(double lo, double hi, guint n_bins, guint i)
{
    return i == n_bins ? hi : lo + (double)i * ((hi - lo) / n_bins);
}

/* Which bin a value falls into: computed, then corrected by the edges, which rounding may cross. */
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
 * @column: which element of each row, counted in C order
 * @mask: (nullable): bool for each row, %TRUE: left out
 * @lo: the least value that counts
 * @hi: the greatest, more than @lo
 * @n_bins: how many bins
 * @counts: (out caller-allocates) (array length=n_bins): values in each
 * @cancellable: (nullable): to stop it
 * @error: return location for a #GError
 *
 * Counts the values of a column in bins of the same width, as numpy.histogram() does: a bin holds
 * its lower edge, the last one both. Reads the array once. Any thread.
 *
 * Returns: %FALSE with an error as mamuto_array_summarize() has it, and
 *   %MAMUTO_ERROR_INVALID_ARGUMENT if there is nothing between @lo and @hi
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

/* The row after the last of a stretch; the product may need more than 64 bits. */
static gint64
stretch_end(guint i, gint64 n_rows, guint n_stretches)
{
    gint64 whole = n_rows / n_stretches, rest = n_rows % n_stretches;

    return ((gint64)i + 1) * whole + ((gint64)i + 1) * rest / n_stretches;
}

/**
 * mamuto_array_envelope: (skip)
 * @self: an array of real numbers
 * @column: which element of each row, counted in C order
 * @mask: (nullable): bool for each row, %TRUE: left out
 * @n_bins: how many stretches of rows, all as long but for one row
 * @lows: (out caller-allocates) (array length=n_bins): the least value of each
 * @highs: (out caller-allocates) (array length=n_bins): the greatest
 * @cancellable: (nullable): to stop it
 * @error: return location for a #GError
 *
 * What a line over all rows covers where @n_bins of them fall on one place each: stretch i has the
 * rows from i × n / @n_bins on (rounded down). nan where a stretch has no finite value. Reads the
 * array once. Any thread.
 *
 * Returns: %FALSE with an error as mamuto_array_summarize() has it
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
