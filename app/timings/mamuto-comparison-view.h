/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A plain loop, this computer and the cluster compared: starts a comparison, shows how far it is,
 * then what it found in words, charts and a table. Shows the last comparison at the beginning. */
#pragma once

#include <adwaita.h>

#include "../runner/mamuto-runner.h"

#define MAMUTO_TYPE_COMPARISON_VIEW (mamuto_comparison_view_get_type())
/* Property: empty (boolean, read-only): no comparison is shown or goes on. */
G_DECLARE_FINAL_TYPE(MamutoComparisonView, mamuto_comparison_view, MAMUTO, COMPARISON_VIEW, AdwBin)

/* Once, before it is shown. */
void mamuto_comparison_view_set_runner(MamutoComparisonView *self, MamutoRunner *runner);
gboolean mamuto_comparison_view_get_empty(MamutoComparisonView *self);
