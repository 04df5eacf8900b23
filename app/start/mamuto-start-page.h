/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The start page: opens the example or a new job, and shows what this computer lacks for running
 * Python functions. */
#pragma once

#include <adwaita.h>

#define MAMUTO_TYPE_START_PAGE (mamuto_start_page_get_type())
G_DECLARE_FINAL_TYPE(MamutoStartPage, mamuto_start_page, MAMUTO, START_PAGE, AdwBin)

GtkWidget *mamuto_start_page_new(void);
