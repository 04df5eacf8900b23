/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The start page. It opens the example or a new job. It also shows whether this computer lacks
 * Python or numpy, which are needed to run functions. */
#pragma once

#include <adwaita.h>

#define MAMUTO_TYPE_START_PAGE (mamuto_start_page_get_type())
G_DECLARE_FINAL_TYPE(MamutoStartPage, mamuto_start_page, MAMUTO, START_PAGE, AdwBin)

GtkWidget *mamuto_start_page_new(void);
