/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Text columns for the tables of the page. */
#pragma once

#include <gtk/gtk.h>

/* (transfer full): the text of @item. */
typedef char *(*TimingsFormat)(gpointer item);

/* @number: align the text at the end of its cell. */
void timings_column_add(GtkColumnView *view, const char *title, TimingsFormat format,
                        gboolean number);
