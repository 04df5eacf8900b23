/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What a run gave: the array, and how many rows failed. */
#pragma once

#include <adwaita.h>

#include "../runner/mamuto-runner.h"

#define MAMUTO_TYPE_RESULTS_PAGE (mamuto_results_page_get_type())
G_DECLARE_FINAL_TYPE(MamutoResultsPage, mamuto_results_page, MAMUTO, RESULTS_PAGE, AdwBin)

GtkWidget *mamuto_results_page_new(MamutoRunner *runner);
