/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Saves pictures as files. */
#pragma once

#include <gtk/gtk.h>

typedef void (*ChartPainter)(GtkSnapshot *snapshot, gpointer data);

/* Saves @painter's output of @width × @height pixels as .svg or .png, depending on the suffix of
 * @path. An existing file is replaced atomically. */
gboolean chart_file_save(const char *path, int width, int height, ChartPainter painter,
                         gpointer data, GError **error);
