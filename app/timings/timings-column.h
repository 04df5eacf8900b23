/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Columns of text in the tables of the page. */
#pragma once

#include <gtk/gtk.h>

/* (transfer full): the text of an item. */
typedef char *(*TimingsFormat)(gpointer item);

/* @number: stands at the end of its cell. */
void timings_column_add(GtkColumnView *view, const char *title, TimingsFormat format,
                        gboolean number);
