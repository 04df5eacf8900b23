/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The data of a plotted column: its summary, a histogram, and the envelope of its line. The data
 * are computed in a thread and do not change afterwards. */
#pragma once

#include <mamuto.h>

/* Maximum numbers of bars in a histogram and of parts (stretches) in a line. More of them could not
 * be distinguished on a screen. */
#define PLOT_MAX_BINS 60
#define PLOT_MAX_STRETCHES 1200

typedef struct {
    gint64 n_rows;
    gboolean is_whole; /* the column has integers or booleans */
    MamutoSummary *summary;

    guint n_bins; /* 0: no histogram, for example because no value is finite */
    double lo, hi;
    gint64 *counts;
    gint64 most;

    guint n_stretches; /* 0: the column has no rows */
    double *lows, *highs;
} PlotData;

void plot_data_free(PlotData *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PlotData, plot_data_free)

/* Sets [first, end) to the rows that part @i of the line shows. */
void plot_data_get_stretch(const PlotData *self, guint i, gint64 *first, gint64 *end);

/* @result: (nullable): if set, rows without a result are not plotted. */
void plot_data_load_async(MamutoArray *array, MamutoResult *result, gint64 column,
                          GCancellable *cancellable, GAsyncReadyCallback callback,
                          gpointer user_data);
/* Returns: (transfer full). */
PlotData *plot_data_load_finish(GAsyncResult *result, GError **error);
