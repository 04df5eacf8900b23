/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A widget that draws a plot: a histogram or a line, with axes. The user selects a bar or a part of
 * the line with the pointer or the arrow keys. The widget then shows a description of it. */
#pragma once

#include <gtk/gtk.h>

#include "plot-data.h"

typedef enum { PLOT_HISTOGRAM, PLOT_LINE } PlotKind;

#define MAMUTO_TYPE_PLOT_AREA (mamuto_plot_area_get_type())
G_DECLARE_FINAL_TYPE(MamutoPlotArea, mamuto_plot_area, MAMUTO, PLOT_AREA, GtkWidget)

GtkWidget *mamuto_plot_area_new(void);
/* @data: (nullable) (transfer none): the caller must not free the data before the next call of this
 * function. */
void mamuto_plot_area_set_data(MamutoPlotArea *self, const PlotData *data);
void mamuto_plot_area_set_kind(MamutoPlotArea *self, PlotKind kind);
