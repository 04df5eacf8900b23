/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Shows two panes side by side. If the widget is too narrow, shows only one pane. */
#pragma once

#include <gtk/gtk.h>

#define MAMUTO_TYPE_SPLIT (mamuto_split_get_type())
/* Properties:
 *   start-child, end-child (GtkWidget): the two panes
 *   end-width (int): width of the end pane in pixels; 0 for half of the widget
 *   threshold (int): if the width of the widget in pixels is smaller, only one pane is shown
 *   show-end (boolean): whether a narrow widget shows the end pane
 *   narrow (boolean, read-only): whether only one pane is shown; notified after the layout */
G_DECLARE_FINAL_TYPE(MamutoSplit, mamuto_split, MAMUTO, SPLIT, GtkWidget)

GtkWidget *mamuto_split_new(void);
gboolean mamuto_split_get_narrow(MamutoSplit *self);
void mamuto_split_set_show_end(MamutoSplit *self, gboolean show_end);
gboolean mamuto_split_get_show_end(MamutoSplit *self);
