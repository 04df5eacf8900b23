/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Text columns for the tables of the timings page. */
#pragma once

#include <gtk/gtk.h>

/* Returns the text for @item; (transfer full). */
typedef char *(*TimingsFormat)(gpointer item);

/* @number: whether the column contains numbers, which are aligned at the end of each cell. */
void timings_column_add(GtkColumnView *view, const char *title, TimingsFormat format,
                        gboolean number);
