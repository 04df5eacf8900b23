/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The list of failed rows, each with its cause. */
#pragma once

#include <gtk/gtk.h>
#include <mamuto.h>

/* Sets the factory of the list. */
void failure_list_init(GtkListView *list);
/* @result: (nullable). */
void failure_list_show(GtkListView *list, MamutoResult *result);
/* The array's row at a position of the list. */
gint64 failure_list_get_row(GtkListView *list, guint position);
