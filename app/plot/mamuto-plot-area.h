/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The drawing area of a plot: a histogram or a line with its axes. The user selects a bar or a part
 * of the line by the pointer or the arrow keys, and the widget describes it. */
#pragma once

#include <gtk/gtk.h>

#include "plot-data.h"

typedef enum { PLOT_HISTOGRAM, PLOT_LINE } PlotKind;

#define MAMUTO_TYPE_PLOT_AREA (mamuto_plot_area_get_type())
G_DECLARE_FINAL_TYPE(MamutoPlotArea, mamuto_plot_area, MAMUTO, PLOT_AREA, GtkWidget)

GtkWidget *mamuto_plot_area_new(void);
/* @data: (nullable) (transfer none): the caller keeps the data valid until the next call. */
void mamuto_plot_area_set_data(MamutoPlotArea *self, const PlotData *data);
void mamuto_plot_area_set_kind(MamutoPlotArea *self, PlotKind kind);
