/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The data for plots of a column of an array: a summary, a histogram and a line. The line is
 * divided into parts (called stretches) with equal numbers of rows. A part is drawn from its
 * smallest to its largest value. A thread computes the data. Afterwards the data do not change. */
#pragma once

#include <mamuto.h>

/* Maximum number of bars in a histogram, and maximum number of parts of a line. More bars or parts
 * could not be distinguished on a screen. */
#define PLOT_MAX_BINS 60
#define PLOT_MAX_STRETCHES 1200

typedef struct {
    gint64 n_rows;
    gboolean is_whole; /* TRUE: the column has integers or booleans */
    MamutoSummary *summary;

    guint n_bins; /* number of bars in the histogram; 0: no histogram, for example because no value
                     is finite */
    double lo, hi;
    gint64 *counts;
    gint64 most;

    guint n_stretches; /* number of parts of the line; 0: the column has no rows */
    double *lows, *highs;
} PlotData;

void plot_data_free(PlotData *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PlotData, plot_data_free)

/* Sets @first to the first row of the part @i of the line, and @end to the row after its last row.
 */
void plot_data_get_stretch(const PlotData *self, guint i, gint64 *first, gint64 *end);

/* @result: (nullable): if it is not NULL, rows without a result are left out. */
void plot_data_load_async(MamutoArray *array, MamutoResult *result, gint64 column,
                          GCancellable *cancellable, GAsyncReadyCallback callback,
                          gpointer user_data);
/* Returns: (transfer full). */
PlotData *plot_data_load_finish(GAsyncResult *result, GError **error);
