/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A host's cores, busy ones filled: ▮▮▯▯; in words where there are too many to be told apart. */
#pragma once

#include <gtk/gtk.h>

#define MAMUTO_TYPE_CORE_STRIP (mamuto_core_strip_get_type())
G_DECLARE_FINAL_TYPE(MamutoCoreStrip, mamuto_core_strip, MAMUTO, CORE_STRIP, GtkWidget)

/** MAMUTO_CORE_STRIP_WIDTH: of as many cores as are drawn one by one */
#define MAMUTO_CORE_STRIP_WIDTH (32 * 6)

GtkWidget *mamuto_core_strip_new(void);
void mamuto_core_strip_set(MamutoCoreStrip *self, guint n_busy, guint n_cores);
