/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Two panes side by side, or only one of them if the widget is too narrow. */
#pragma once

#include <gtk/gtk.h>

#define MAMUTO_TYPE_SPLIT (mamuto_split_get_type())
/* Properties: start-child, end-child (GtkWidget); end-width (int, pixels; 0: half of the width);
 * threshold (int, pixels): a narrower widget shows only one pane; show-end (boolean): whether this
 * is the end pane; narrow (boolean, read-only): notified after the layout. */
G_DECLARE_FINAL_TYPE(MamutoSplit, mamuto_split, MAMUTO, SPLIT, GtkWidget)

GtkWidget *mamuto_split_new(void);
gboolean mamuto_split_get_narrow(MamutoSplit *self);
void mamuto_split_set_show_end(MamutoSplit *self, gboolean show_end);
gboolean mamuto_split_get_show_end(MamutoSplit *self);
