/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The list of kept runs, and the shares of their cores' time: of the newest run, or of the ticked
 * runs. When a run of the runner ends, it is added. */
#pragma once

#include <adwaita.h>

#include "../runner/mamuto-runner.h"

#define MAMUTO_TYPE_RUNS_VIEW (mamuto_runs_view_get_type())
/* Property: empty (boolean, read-only): no runs are kept. */
G_DECLARE_FINAL_TYPE(MamutoRunsView, mamuto_runs_view, MAMUTO, RUNS_VIEW, AdwBin)

/* Called once, before the view is shown. */
void mamuto_runs_view_set_runner(MamutoRunsView *self, MamutoRunner *runner);
gboolean mamuto_runs_view_get_empty(MamutoRunsView *self);
