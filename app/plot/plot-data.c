/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See plot-data.h. */
#include "plot-data.h"

#include <math.h>
#include <string.h>

typedef struct {
    MamutoArray *array;
    MamutoResult *result;
    gint64 column;
} Request;

static void
request_free(gpointer data)
{
    Request *request = data;

    g_object_unref(request->array);
    g_clear_object(&request->result);
    g_free(request);
}

void
plot_data_free(PlotData *self)
{
    g_clear_pointer(&self->summary, mamuto_summary_free);
    g_free(self->counts);
    g_free(self->lows);
    g_free(self->highs);
    g_free(self);
}

/* Computes the rows of the part @i of the line. The parts must have the same rows as in
 * mamuto_array_envelope(). */
void
plot_data_get_stretch(const PlotData *self, guint i, gint64 *first, gint64 *end)
{
    gint64 whole = self->n_rows / self->n_stretches, rest = self->n_rows % self->n_stretches;

    *first = i * whole + i * rest / self->n_stretches;
    *end = (i + 1) * whole + (i + 1) * rest / self->n_stretches;
}

/* Chooses the number of bins in the histogram and their range of values. If the column has whole
 * numbers and their range is small, each number has its own bin. */
static void
choose_bins(PlotData *data)
{
    double lo = data->summary->finite_min, hi = data->summary->finite_max;

    if (isnan(lo))
        return;
    /* the number of bins grows with the cube root of the number of values (Rice's rule) */
    data->n_bins = (guint)CLAMP(2 * cbrt((double)data->summary->n), 1, PLOT_MAX_BINS);
    if (data->is_whole && hi - lo < PLOT_MAX_BINS) {
        data->n_bins = (guint)(hi - lo) + 1;
        lo -= 0.5;
        hi += 0.5;
    } else if (lo == hi) {
        double room = fmax(fabs(lo) * 0.01, 1e-300);

        data->n_bins = 1;
        lo -= room;
        hi += room;
    }
    data->lo = lo;
    data->hi = hi;
    /* no histogram if the width of the range is not a positive finite double */
    if (!isfinite(hi - lo) || lo >= hi)
        data->n_bins = 0;
}

static gboolean
fill_bins(PlotData *data, const Request *request, MamutoArray *mask, GCancellable *cancellable,
          GError **error)
{
    choose_bins(data);
    if (data->n_bins == 0)
        return TRUE;
    data->counts = g_new0(gint64, data->n_bins);
    if (!mamuto_array_histogram(request->array, request->column, mask, data->lo, data->hi,
                                data->n_bins, data->counts, cancellable, error))
        return FALSE;
    for (guint i = 0; i < data->n_bins; i++)
        data->most = MAX(data->most, data->counts[i]);
    return TRUE;
}

static gboolean
fill_stretches(PlotData *data, const Request *request, MamutoArray *mask, GCancellable *cancellable,
               GError **error)
{
    data->n_stretches = (guint)MIN(data->n_rows, PLOT_MAX_STRETCHES);
    if (data->n_stretches == 0)
        return TRUE;
    data->lows = g_new(double, data->n_stretches);
    data->highs = g_new(double, data->n_stretches);
    return mamuto_array_envelope(request->array, request->column, mask, data->n_stretches,
                                 data->lows, data->highs, cancellable, error);
}

static void
load(GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
    const Request *request = task_data;
    g_autoptr(PlotData) data = g_new0(PlotData, 1);
    g_autoptr(MamutoArray) mask = NULL;
    g_autoptr(GError) error = NULL;
    MamutoDtype dtype;

    mamuto_array_get_dtype(request->array, &dtype);
    data->is_whole = strchr("biu", dtype.kind) != NULL;
    data->n_rows = mamuto_array_get_n_rows(request->array);
    if (request->result &&
        mamuto_result_get_n_ok(request->result) < mamuto_result_get_n_rows(request->result))
        mask = mamuto_result_make_mask(request->result, &error);
    if (!error)
        data->summary =
            mamuto_array_summarize(request->array, request->column, mask, cancellable, &error);
    if (data->summary && fill_bins(data, request, mask, cancellable, &error) &&
        fill_stretches(data, request, mask, cancellable, &error))
        g_task_return_pointer(task, g_steal_pointer(&data), (GDestroyNotify)plot_data_free);
    else
        g_task_return_error(task, g_steal_pointer(&error));
}

void
plot_data_load_async(MamutoArray *array, MamutoResult *result, gint64 column,
                     GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
    g_autoptr(GTask) task = g_task_new(NULL, cancellable, callback, user_data);
    Request *request = g_new0(Request, 1);

    request->array = g_object_ref(array);
    g_set_object(&request->result, result);
    request->column = column;
    g_task_set_task_data(task, request, request_free);
    mamuto_task_run_in_thread(task, load);
}

PlotData *
plot_data_load_finish(GAsyncResult *result, GError **error)
{
    return g_task_propagate_pointer(G_TASK(result), error);
}
