/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The values of a summary, one below the other. */
#pragma once

#include <gtk/gtk.h>
#include <mamuto.h>

/* @grid: empty. */
void summary_grid_fill(GtkGrid *grid);
/* @summary: (nullable): shows dashes. @result: (nullable): the summarized result. */
void summary_grid_show(GtkGrid *grid, const MamutoSummary *summary, MamutoResult *result);
