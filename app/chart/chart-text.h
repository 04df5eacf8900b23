/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Text in charts, in the widget's font. */
#pragma once

#include <gtk/gtk.h>

/* (transfer full): text @pixels high. */
PangoLayout *chart_text_new(GtkWidget *widget, const char *text, int pixels);
/* (transfer full): text @scale times as high as the widget's font. */
PangoLayout *chart_text_new_scaled(GtkWidget *widget, const char *text, double scale);
/* Draws @text with its upper left corner at (@x, @y), rounded down to whole pixels so that glyphs
 * stay sharp. */
void chart_text_draw(GtkSnapshot *snapshot, PangoLayout *text, double x, double y,
                     const GdkRGBA *color);
