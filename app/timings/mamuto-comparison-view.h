/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Compares how fast a plain loop, this computer and the cluster run the job. Starts a comparison
 * and shows its progress, then its results in words, charts and a table. When the program starts,
 * the view shows the last comparison. */
#pragma once

#include <adwaita.h>

#include "../runner/mamuto-runner.h"

#define MAMUTO_TYPE_COMPARISON_VIEW (mamuto_comparison_view_get_type())
/* Property: empty (boolean, read-only): TRUE if no comparison is running or displayed. */
G_DECLARE_FINAL_TYPE(MamutoComparisonView, mamuto_comparison_view, MAMUTO, COMPARISON_VIEW, AdwBin)

/* Must be called once, before the view is shown. */
void mamuto_comparison_view_set_runner(MamutoComparisonView *self, MamutoRunner *runner);
gboolean mamuto_comparison_view_get_empty(MamutoComparisonView *self);
