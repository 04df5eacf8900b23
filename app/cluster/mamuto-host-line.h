/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A row in the list of hosts. */
#pragma once

#include <gtk/gtk.h>

#include "mamuto-host-item.h"

#define MAMUTO_TYPE_HOST_LINE (mamuto_host_line_get_type())
/* Signals:
 *   "moved" (MamutoHostItem, boolean): the item was dropped on this row; TRUE: on the lower half
 *   "clicked" (): the row itself was clicked, not a widget in it */
G_DECLARE_FINAL_TYPE(MamutoHostLine, mamuto_host_line, MAMUTO, HOST_LINE, GtkWidget)

GtkWidget *mamuto_host_line_new(void);
/* @item: (nullable): the item to show. */
void mamuto_host_line_set_item(MamutoHostLine *self, MamutoHostItem *item);
MamutoHostItem *mamuto_host_line_get_item(MamutoHostLine *self);
/* Whether the state is shown below the name. */
void mamuto_host_line_set_narrow(MamutoHostLine *self, gboolean narrow);
/* Whether the user can change the order of the list by hand. */
void mamuto_host_line_set_movable(MamutoHostLine *self, gboolean movable);

/* Makes @spin show 0 as "All" and ignore the mouse wheel. */
void host_line_init_cores(GtkSpinButton *spin);
