/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Lists the failed rows of a run, grouped by cause. For each row, shows the arguments and the
 * traceback. The user can call the function again with these arguments on this computer. */
#pragma once

#include <adwaita.h>

#include "../runner/mamuto-run-record.h"

#define MAMUTO_TYPE_FAILURES_VIEW (mamuto_failures_view_get_type())
G_DECLARE_FINAL_TYPE(MamutoFailuresView, mamuto_failures_view, MAMUTO, FAILURES_VIEW, AdwBin)

/* Shows the failures of @record; (nullable). */
void mamuto_failures_view_set_run(MamutoFailuresView *self, MamutoRunRecord *record);
/* Updates the list and the numbers of failed rows. Called during the run and at its end. */
void mamuto_failures_view_update(MamutoFailuresView *self);
