/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Two panes beside each other where there is room, else one of them at a time. */
#pragma once

#include <gtk/gtk.h>

#define MAMUTO_TYPE_SPLIT (mamuto_split_get_type())
/* Properties: start-child, end-child (GtkWidget); end-width (int, 0: half of it); threshold (int):
 * narrower than this shows one pane; show-end (boolean): which one; narrow (boolean, read-only),
 * notified after the layout has settled. */
G_DECLARE_FINAL_TYPE(MamutoSplit, mamuto_split, MAMUTO, SPLIT, GtkWidget)

GtkWidget *mamuto_split_new(void);
gboolean mamuto_split_get_narrow(MamutoSplit *self);
void mamuto_split_set_show_end(MamutoSplit *self, gboolean show_end);
gboolean mamuto_split_get_show_end(MamutoSplit *self);
