/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The progress of a run: finished rows, the activity of each host and core, the log, failed rows,
 * and the reason for the run's end. */
#pragma once

#include <adwaita.h>

#include "../runner/mamuto-runner.h"

#define MAMUTO_TYPE_PROGRESS_PAGE (mamuto_progress_page_get_type())
G_DECLARE_FINAL_TYPE(MamutoProgressPage, mamuto_progress_page, MAMUTO, PROGRESS_PAGE, AdwBin)

GtkWidget *mamuto_progress_page_new(MamutoRunner *runner);
/* Shows @record instead of the runner's current run. */
void mamuto_progress_page_show_run(MamutoProgressPage *self, MamutoRunRecord *record);
/* @name: "hosts", "timeline", "log" or "failed". */
void mamuto_progress_page_show_view(MamutoProgressPage *self, const char *name);
