/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The widget for a row in the list of hosts. */
#pragma once

#include <gtk/gtk.h>

#include "mamuto-host-item.h"

#define MAMUTO_TYPE_HOST_LINE (mamuto_host_line_get_type())
/* Signals:
 *   "moved" (MamutoHostItem, boolean): the user dropped the item on this row; the boolean is TRUE
 *     for the lower half of the row
 *   "clicked" (): the user clicked the row, but not a widget in the row */
G_DECLARE_FINAL_TYPE(MamutoHostLine, mamuto_host_line, MAMUTO, HOST_LINE, GtkWidget)

GtkWidget *mamuto_host_line_new(void);
/* @item: (nullable): the item to show in the row. */
void mamuto_host_line_set_item(MamutoHostLine *self, MamutoHostItem *item);
MamutoHostItem *mamuto_host_line_get_item(MamutoHostLine *self);
/* @narrow: TRUE: the row shows the state of the host below its name. */
void mamuto_host_line_set_narrow(MamutoHostLine *self, gboolean narrow);
/* @movable: TRUE: the user can drag the row to change the order of the hosts. */
void mamuto_host_line_set_movable(MamutoHostLine *self, gboolean movable);

/* Makes @spin show 0 as "All", and makes @spin ignore the mouse wheel. */
void host_line_init_cores(GtkSpinButton *spin);
