/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Shows each core of a host as a box: ▮ for a busy core, ▯ for an idle core. For more than 32
 * cores, shows a text such as "97/128 busy". */
#pragma once

#include <gtk/gtk.h>

#define MAMUTO_TYPE_CORE_STRIP (mamuto_core_strip_get_type())
G_DECLARE_FINAL_TYPE(MamutoCoreStrip, mamuto_core_strip, MAMUTO, CORE_STRIP, GtkWidget)

/* Width in pixels of 32 cores, the greatest number that is drawn as boxes. */
#define MAMUTO_CORE_STRIP_WIDTH (32 * 6)

GtkWidget *mamuto_core_strip_new(void);
void mamuto_core_strip_set(MamutoCoreStrip *self, guint n_busy, guint n_cores);
