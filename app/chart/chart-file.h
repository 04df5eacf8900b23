/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Pictures as files. */
#pragma once

#include <gtk/gtk.h>

typedef void (*ChartPainter)(GtkSnapshot *snapshot, gpointer data);

/* Writes what @painter paints on @width × @height as .svg or .png, by the name; a file that is
 * there is replaced whole or not at all. */
gboolean chart_file_save(const char *path, int width, int height, ChartPainter painter,
                         gpointer data, GError **error);
