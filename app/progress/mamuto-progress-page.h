/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The page of a run's progress: rows done, the activity of each host and core, the log, failed
 * rows, and how the run ended. */
#pragma once

#include <adwaita.h>

#include "../runner/mamuto-runner.h"

#define MAMUTO_TYPE_PROGRESS_PAGE (mamuto_progress_page_get_type())
G_DECLARE_FINAL_TYPE(MamutoProgressPage, mamuto_progress_page, MAMUTO, PROGRESS_PAGE, AdwBin)

GtkWidget *mamuto_progress_page_new(MamutoRunner *runner);
/* Shows a run other than the runner's current run, which is shown by default. */
void mamuto_progress_page_show_run(MamutoProgressPage *self, MamutoRunRecord *record);
/* "hosts", "timeline", "log" or "failed". */
void mamuto_progress_page_show_view(MamutoProgressPage *self, const char *name);
