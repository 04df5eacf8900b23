/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The results of a run: the array, and the number of failed rows. */
#pragma once

#include <adwaita.h>

#include "../runner/mamuto-runner.h"

#define MAMUTO_TYPE_RESULTS_PAGE (mamuto_results_page_get_type())
G_DECLARE_FINAL_TYPE(MamutoResultsPage, mamuto_results_page, MAMUTO, RESULTS_PAGE, AdwBin)

GtkWidget *mamuto_results_page_new(MamutoRunner *runner);
