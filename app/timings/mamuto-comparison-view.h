/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Compares a plain loop, this computer and the cluster: starts a comparison, shows its progress,
 * then its results in words, charts and a table. Shows the last comparison at the start. */
#pragma once

#include <adwaita.h>

#include "../runner/mamuto-runner.h"

#define MAMUTO_TYPE_COMPARISON_VIEW (mamuto_comparison_view_get_type())
/* Property: empty (boolean, read-only): no comparison is running or on display. */
G_DECLARE_FINAL_TYPE(MamutoComparisonView, mamuto_comparison_view, MAMUTO, COMPARISON_VIEW, AdwBin)

/* Called once, before the view is shown. */
void mamuto_comparison_view_set_runner(MamutoComparisonView *self, MamutoRunner *runner);
gboolean mamuto_comparison_view_get_empty(MamutoComparisonView *self);
