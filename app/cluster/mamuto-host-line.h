/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A line of the list of hosts. */
#pragma once

#include <gtk/gtk.h>

#include "mamuto-host-item.h"

#define MAMUTO_TYPE_HOST_LINE (mamuto_host_line_get_type())
/* Signals:
 *   "moved" (MamutoHostItem, boolean): the item was dropped on this row, on its lower half or not
 *   "clicked" (): on the row itself, not on what stands in it */
G_DECLARE_FINAL_TYPE(MamutoHostLine, mamuto_host_line, MAMUTO, HOST_LINE, GtkWidget)

GtkWidget *mamuto_host_line_new(void);
/* @item: (nullable): what it shows now. */
void mamuto_host_line_set_item(MamutoHostLine *self, MamutoHostItem *item);
MamutoHostItem *mamuto_host_line_get_item(MamutoHostLine *self);
/* Whether the state stands below the name. */
void mamuto_host_line_set_narrow(MamutoHostLine *self, gboolean narrow);
/* Whether the list is in an order that can be changed by hand. */
void mamuto_host_line_set_movable(MamutoHostLine *self, gboolean movable);

/* Shows 0 as "All", and takes no part in scrolling. */
void host_line_init_cores(GtkSpinButton *spin);
