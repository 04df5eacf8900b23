/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Shows a column of an array as a histogram or as a line. The user chooses the column in a
 * drop-down list. A thread computes the plotted data. */
#pragma once

#include <adwaita.h>
#include <mamuto.h>

#define MAMUTO_TYPE_ARRAY_PLOT (mamuto_array_plot_get_type())
/* Signal "changed" (): the data and the summary of a column were loaded or removed. */
G_DECLARE_FINAL_TYPE(MamutoArrayPlot, mamuto_array_plot, MAMUTO, ARRAY_PLOT, AdwBin)

GtkWidget *mamuto_array_plot_new(void);
/* @array: (nullable): NULL shows an empty plot. */
void mamuto_array_plot_set_array(MamutoArrayPlot *self, MamutoArray *array);
/* @result: (nullable). Plots the array of @result. Rows that have no result are left out. */
void mamuto_array_plot_set_result(MamutoArrayPlot *self, MamutoResult *result);
/* (nullable): returns the summary of the plotted column; NULL if no array is shown, or while the
 * summary is computed. */
const MamutoSummary *mamuto_array_plot_get_summary(MamutoArrayPlot *self);
