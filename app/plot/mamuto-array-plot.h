/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Shows a column of an array as a histogram or a line, with a drop-down to choose the column. The
 * plotted data are computed in a thread. */
#pragma once

#include <adwaita.h>
#include <mamuto.h>

#define MAMUTO_TYPE_ARRAY_PLOT (mamuto_array_plot_get_type())
/* Signal "changed" (): a column's data and summary were loaded or removed. */
G_DECLARE_FINAL_TYPE(MamutoArrayPlot, mamuto_array_plot, MAMUTO, ARRAY_PLOT, AdwBin)

GtkWidget *mamuto_array_plot_new(void);
/* @array: (nullable): NULL shows an empty plot. */
void mamuto_array_plot_set_array(MamutoArrayPlot *self, MamutoArray *array);
/* Plots the array of @result without the rows that have no result. @result: (nullable). */
void mamuto_array_plot_set_result(MamutoArrayPlot *self, MamutoResult *result);
/* (nullable): NULL if no array is shown, or while its summary is computed. */
const MamutoSummary *mamuto_array_plot_get_summary(MamutoArrayPlot *self);
