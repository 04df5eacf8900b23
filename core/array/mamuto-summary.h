/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Statistics of an array column: mean, standard deviation, quantiles, histogram, and envelope. The
 * envelope consists of the smallest and the greatest value of each of several ranges of rows, for a
 * line plot. The array is read in blocks, so that even a large array needs little memory. */
#pragma once

#include "mamuto-array.h"

G_BEGIN_DECLS

/**
 * MAMUTO_SUMMARY_N_QUANTILES:
 *
 * Number of quantiles in a summary.
 */
#define MAMUTO_SUMMARY_N_QUANTILES 5

#define MAMUTO_TYPE_SUMMARY (mamuto_summary_get_type())
/**
 * MamutoSummary:
 * @n: number of values that are neither skipped nor nan
 * @n_nan: number of nan values
 * @n_infinite: number of infinite values, included in @n
 * @mean: mean
 * @std: standard deviation, as computed by numpy.std() (ddof 0)
 * @min: smallest value
 * @max: greatest value
 * @finite_min: smallest finite value
 * @finite_max: greatest finite value
 * @quantiles: the quantiles at 5, 25, 50, 75 and 95 %, as computed by numpy.quantile() (linear)
 *
 * If @n is 0, all statistics are nan. If no value is finite, @finite_min and @finite_max are
 * nan.
 */
typedef struct {
    gint64 n;
    gint64 n_nan;
    gint64 n_infinite;
    double mean;
    double std;
    double min;
    double max;
    double finite_min;
    double finite_max;
    double quantiles[MAMUTO_SUMMARY_N_QUANTILES];
} MamutoSummary;
GType mamuto_summary_get_type(void);
MamutoSummary *mamuto_summary_copy(const MamutoSummary *self);
void mamuto_summary_free(MamutoSummary *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MamutoSummary, mamuto_summary_free)

MamutoSummary *mamuto_array_summarize(MamutoArray *self, gint64 column, MamutoArray *mask,
                                      GCancellable *cancellable, GError **error);
gboolean mamuto_array_histogram(MamutoArray *self, gint64 column, MamutoArray *mask, double lo,
                                double hi, guint n_bins, gint64 *counts, GCancellable *cancellable,
                                GError **error);
gboolean mamuto_array_envelope(MamutoArray *self, gint64 column, MamutoArray *mask, guint n_bins,
                               double *lows, double *highs, GCancellable *cancellable,
                               GError **error);

G_END_DECLS
