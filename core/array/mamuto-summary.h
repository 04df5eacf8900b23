/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What a column of an array holds, in a few numbers: moments and quantiles, a histogram, and the
 * envelope that a line of many rows is drawn from. All read the array in blocks: they take little
 * memory whatever its size. */
#pragma once

#include "mamuto-array.h"

G_BEGIN_DECLS

/** MAMUTO_SUMMARY_N_QUANTILES: how many quantiles a summary has */
#define MAMUTO_SUMMARY_N_QUANTILES 5

#define MAMUTO_TYPE_SUMMARY (mamuto_summary_get_type())
/**
 * MamutoSummary:
 * @n: values that are counted: neither left out nor nan
 * @n_nan: values that are nan
 * @n_infinite: values of @n that are infinite
 * @mean: their mean
 * @std: their standard deviation, as numpy.std() has it (ddof 0)
 * @min: the least
 * @max: the greatest
 * @finite_min: the least that is finite
 * @finite_max: the greatest that is finite
 * @quantiles: at 5, 25, 50, 75 and 95 %, as numpy.quantile() has them (linear)
 *
 * With no values all numbers are nan; without a finite one @finite_min and @finite_max are.
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

/* @mask: (nullable): bool for each row, TRUE: left out. Long; any thread. */
MamutoSummary *mamuto_array_summarize(MamutoArray *self, gint64 column, MamutoArray *mask,
                                      GCancellable *cancellable, GError **error);
gboolean mamuto_array_histogram(MamutoArray *self, gint64 column, MamutoArray *mask, double lo,
                                double hi, guint n_bins, gint64 *counts, GCancellable *cancellable,
                                GError **error);
gboolean mamuto_array_envelope(MamutoArray *self, gint64 column, MamutoArray *mask, guint n_bins,
                               double *lows, double *highs, GCancellable *cancellable,
                               GError **error);

G_END_DECLS
