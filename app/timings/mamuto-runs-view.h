/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The runs that were kept, and where the time of their cores went: of the newest run, or of the
 * ticked ones. A run of the runner that ends is added. */
#pragma once

#include <adwaita.h>

#include "../runner/mamuto-runner.h"

#define MAMUTO_TYPE_RUNS_VIEW (mamuto_runs_view_get_type())
/* Property: empty (boolean, read-only): there is no run. */
G_DECLARE_FINAL_TYPE(MamutoRunsView, mamuto_runs_view, MAMUTO, RUNS_VIEW, AdwBin)

/* Once, before it is shown. */
void mamuto_runs_view_set_runner(MamutoRunsView *self, MamutoRunner *runner);
gboolean mamuto_runs_view_get_empty(MamutoRunsView *self);
