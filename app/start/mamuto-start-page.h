/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What one sees at the first start: the example, or a job of one's own; and what is missing on this
 * computer for Python functions to run. */
#pragma once

#include <adwaita.h>

#define MAMUTO_TYPE_START_PAGE (mamuto_start_page_get_type())
G_DECLARE_FINAL_TYPE(MamutoStartPage, mamuto_start_page, MAMUTO, START_PAGE, AdwBin)

GtkWidget *mamuto_start_page_new(void);
