/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Saves charts and other pictures as image files. */
#pragma once

#include <gtk/gtk.h>

typedef void (*ChartPainter)(GtkSnapshot *snapshot, gpointer data);

/* Saves the output of @painter, @width × @height pixels, as .svg or .png depending on the suffix of
 * @path. Replaces an existing file atomically. */
gboolean chart_file_save(const char *path, int width, int height, ChartPainter painter,
                         gpointer data, GError **error);
