/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A column of an array as a histogram or a line, and a drop-down of columns. The plotted data are
 * computed in a thread. */
#pragma once

#include <adwaita.h>
#include <mamuto.h>

#define MAMUTO_TYPE_ARRAY_PLOT (mamuto_array_plot_get_type())
/* Signal "changed" (): the column's data, including its summary, were loaded or removed. */
G_DECLARE_FINAL_TYPE(MamutoArrayPlot, mamuto_array_plot, MAMUTO, ARRAY_PLOT, AdwBin)

GtkWidget *mamuto_array_plot_new(void);
/* @array: (nullable). */
void mamuto_array_plot_set_array(MamutoArrayPlot *self, MamutoArray *array);
/* Plots the result's array without the rows that have no result; (nullable). */
void mamuto_array_plot_set_result(MamutoArrayPlot *self, MamutoResult *result);
/* (nullable): no array, or its summary is still being computed. */
const MamutoSummary *mamuto_array_plot_get_summary(MamutoArrayPlot *self);
