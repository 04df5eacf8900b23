/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Saves charts and other pictures as image files. */
#pragma once

#include <gtk/gtk.h>

typedef void (*ChartPainter)(GtkSnapshot *snapshot, gpointer data);

/* Calls @painter to paint a picture of @width × @height pixels, and saves the picture. The suffix
 * of @path selects the format, .svg or .png. An existing file is replaced atomically. */
gboolean chart_file_save(const char *path, int width, int height, ChartPainter painter,
                         gpointer data, GError **error);
