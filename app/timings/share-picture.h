/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The shares of all cores' time as a picture for a report. */
#pragma once

#include <gtk/gtk.h>

#include "run-list.h"

/* Saves the bars of @runs (element-type MamutoKeptRun) and of their hosts as .svg or .png,
 * depending on the suffix of @path. Always in light colours. @widget: provides the font. */
gboolean share_picture_save(GtkWidget *widget, GPtrArray *runs, const char *path, GError **error);
