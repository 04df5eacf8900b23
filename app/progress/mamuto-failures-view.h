/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The rows that failed in a run, by cause; of each its arguments and traceback, and what it does on
 * this computer. */
#pragma once

#include <adwaita.h>

#include "../runner/mamuto-run-record.h"

#define MAMUTO_TYPE_FAILURES_VIEW (mamuto_failures_view_get_type())
G_DECLARE_FINAL_TYPE(MamutoFailuresView, mamuto_failures_view, MAMUTO, FAILURES_VIEW, AdwBin)

/* @run: (nullable): whose failures are shown from now on. */
void mamuto_failures_view_set_run(MamutoFailuresView *self, MamutoRunRecord *record);
/* Shows what has changed: how many there are, and at the end which. */
void mamuto_failures_view_update(MamutoFailuresView *self);
