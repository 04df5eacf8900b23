/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The numbers of a summary, one below the other. */
#pragma once

#include <gtk/gtk.h>
#include <mamuto.h>

/* @grid: an empty one. */
void summary_grid_fill(GtkGrid *grid);
/* @summary: (nullable): dashes. @result: (nullable): what it is of. */
void summary_grid_show(GtkGrid *grid, const MamutoSummary *summary, MamutoResult *result);
