/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What goes on while a run goes on: how far it is, what each host and core does, what was printed,
 * what failed; and how it ended. */
#pragma once

#include <adwaita.h>

#include "../runner/mamuto-runner.h"

#define MAMUTO_TYPE_PROGRESS_PAGE (mamuto_progress_page_get_type())
G_DECLARE_FINAL_TYPE(MamutoProgressPage, mamuto_progress_page, MAMUTO, PROGRESS_PAGE, AdwBin)

GtkWidget *mamuto_progress_page_new(MamutoRunner *runner);
/* The runner's run, unless somebody wants to see another one. */
void mamuto_progress_page_show_run(MamutoProgressPage *self, MamutoRunRecord *record);
/* "hosts", "timeline", "log" or "failed". */
void mamuto_progress_page_show_view(MamutoProgressPage *self, const char *name);
