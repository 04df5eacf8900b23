/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The list of stored runs, and bars that show how the cores spent their time in the newest run or
 * in the ticked runs. Each run is added to the list when it ends. */
#pragma once

#include <adwaita.h>

#include "../runner/mamuto-runner.h"

#define MAMUTO_TYPE_RUNS_VIEW (mamuto_runs_view_get_type())
/* Property: empty (boolean, read-only): TRUE if no runs are kept. */
G_DECLARE_FINAL_TYPE(MamutoRunsView, mamuto_runs_view, MAMUTO, RUNS_VIEW, AdwBin)

/* Must be called once, before the view is shown. */
void mamuto_runs_view_set_runner(MamutoRunsView *self, MamutoRunner *runner);
gboolean mamuto_runs_view_get_empty(MamutoRunsView *self);
