/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The failed rows of a run by cause, and for each row its arguments, its traceback and a trial run
 * on this computer. */
#pragma once

#include <adwaita.h>

#include "../runner/mamuto-run-record.h"

#define MAMUTO_TYPE_FAILURES_VIEW (mamuto_failures_view_get_type())
G_DECLARE_FINAL_TYPE(MamutoFailuresView, mamuto_failures_view, MAMUTO, FAILURES_VIEW, AdwBin)

/* Shows the failures of @run; (nullable). */
void mamuto_failures_view_set_run(MamutoFailuresView *self, MamutoRunRecord *record);
/* Shows the current numbers of failures, and at the end of the run all listed rows. */
void mamuto_failures_view_update(MamutoFailuresView *self);
