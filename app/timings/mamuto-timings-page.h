/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The page shows whether the cluster was worth it: comparisons, and how the cores spent their time
 * in runs. */
#pragma once

#include <adwaita.h>

#include "../runner/mamuto-runner.h"

#define MAMUTO_TYPE_TIMINGS_PAGE (mamuto_timings_page_get_type())
G_DECLARE_FINAL_TYPE(MamutoTimingsPage, mamuto_timings_page, MAMUTO, TIMINGS_PAGE, AdwBin)

GtkWidget *mamuto_timings_page_new(MamutoRunner *runner);
