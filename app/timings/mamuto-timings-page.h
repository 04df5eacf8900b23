/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The page that compares the speed of the cluster with that of this computer, and shows how the
 * cores spent their time in earlier runs. */
#pragma once

#include <adwaita.h>

#include "../runner/mamuto-runner.h"

#define MAMUTO_TYPE_TIMINGS_PAGE (mamuto_timings_page_get_type())
G_DECLARE_FINAL_TYPE(MamutoTimingsPage, mamuto_timings_page, MAMUTO, TIMINGS_PAGE, AdwBin)

GtkWidget *mamuto_timings_page_new(MamutoRunner *runner);
