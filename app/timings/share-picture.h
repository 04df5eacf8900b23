/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Saves a picture of how the cores spent their time in runs. */
#pragma once

#include <gtk/gtk.h>

#include "run-list.h"

/* Saves the bars of @runs (element-type MamutoKeptRun) and of their hosts as .svg or .png,
 * depending on the suffix of @path. The colours are always light. @widget: provides the font. */
gboolean share_picture_save(GtkWidget *widget, GPtrArray *runs, const char *path, GError **error);
