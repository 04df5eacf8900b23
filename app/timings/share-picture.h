/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Where the time of all cores went, as a picture for a report. */
#pragma once

#include <gtk/gtk.h>

#include "run-list.h"

/* The bars of @runs (MamutoKeptRun), and of each of their hosts, as .svg or .png, by the name;
 * light colours, whatever the screen has. @widget: whose font it is. */
gboolean share_picture_save(GtkWidget *widget, GPtrArray *runs, const char *path, GError **error);
