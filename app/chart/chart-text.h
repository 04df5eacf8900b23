/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Words in charts, in the widget's font. */
#pragma once

#include <gtk/gtk.h>

/* (transfer full): @pixels high. */
PangoLayout *chart_text_new(GtkWidget *widget, const char *text, int pixels);
/* (transfer full): @scale times as high as the widget's other words. */
PangoLayout *chart_text_new_scaled(GtkWidget *widget, const char *text, double scale);
/* With its left upper corner there, on whole pixels, so that it stays sharp. */
void chart_text_draw(GtkSnapshot *snapshot, PangoLayout *text, double x, double y,
                     const GdkRGBA *color);
