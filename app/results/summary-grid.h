/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A grid of statistics of the results. Each line shows one statistic, for example the mean. */
#pragma once

#include <gtk/gtk.h>
#include <mamuto.h>

/* Adds the lines to @grid, which must be empty. */
void summary_grid_fill(GtkGrid *grid);
/* @summary: (nullable): NULL shows dashes. @result: (nullable): the result that is summarized. */
void summary_grid_show(GtkGrid *grid, const MamutoSummary *summary, MamutoResult *result);
