/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The list of failed rows, each with its cause. */
#pragma once

#include <gtk/gtk.h>
#include <mamuto.h>

/* Must be called once, before failure_list_show(). */
void failure_list_init(GtkListView *list);
/* Shows the failed rows of @result; (nullable). */
void failure_list_show(GtkListView *list, MamutoResult *result);
/* Returns the index, in the array of results, of the failed row that the list shows at
 * @position. */
gint64 failure_list_get_row(GtkListView *list, guint position);
