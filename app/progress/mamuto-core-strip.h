/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A host's cores, the busy ones filled: ▮▮▯▯; as text, "97/128 busy", if there are too many to
 * draw. */
#pragma once

#include <gtk/gtk.h>

#define MAMUTO_TYPE_CORE_STRIP (mamuto_core_strip_get_type())
G_DECLARE_FINAL_TYPE(MamutoCoreStrip, mamuto_core_strip, MAMUTO, CORE_STRIP, GtkWidget)

/* Width of the greatest number of cores that are drawn individually, in pixels. */
#define MAMUTO_CORE_STRIP_WIDTH (32 * 6)

GtkWidget *mamuto_core_strip_new(void);
void mamuto_core_strip_set(MamutoCoreStrip *self, guint n_busy, guint n_cores);
