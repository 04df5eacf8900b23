/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The rows that failed, each with its cause in a line. */
#pragma once

#include <gtk/gtk.h>
#include <mamuto.h>

/* Gives the list its cells. */
void failure_list_init(GtkListView *list);
/* @result: (nullable). */
void failure_list_show(GtkListView *list, MamutoResult *result);
/* The row that a position of the list stands for. */
gint64 failure_list_get_row(GtkListView *list, guint position);
