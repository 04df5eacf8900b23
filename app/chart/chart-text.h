/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Draws text in charts. The text has the font of the widget. */
#pragma once

#include <gtk/gtk.h>

/* (transfer full): a layout of @text with a font size of @pixels pixels. */
PangoLayout *chart_text_new(GtkWidget *widget, const char *text, int pixels);
/* (transfer full): a layout of @text with @scale times the widget's font size. */
PangoLayout *chart_text_new_scaled(GtkWidget *widget, const char *text, double scale);
/* Draws @text with its upper left corner at (@x, @y). Rounds the position down to whole pixels,
 * because glyphs are blurred between pixels. */
void chart_text_draw(GtkSnapshot *snapshot, PangoLayout *text, double x, double y,
                     const GdkRGBA *color);
